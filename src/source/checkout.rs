//! What git keeps in a folder and the checkout does not hold: the files of submodules that were not fetched, and those
//! that a sparse checkout leaves out. The index knows both.

#![expect(clippy::disallowed_methods, reason = "this is where the file system is read")]

use std::path::Path;

use gix::bstr::ByteSlice;
use gix::index::entry::{Flags, Mode};

use super::git_tree::{below, find_repository, open_repository};
use super::path;

/// What is not on disk; paths are relative to the folder that was asked about.
#[derive(Debug, Default)]
pub(super) struct Absent {
    /// Folders of submodules that are empty; `.` where the folder that was asked about lies in one.
    pub(super) submodules: Vec<String>,
    /// Files, and folders with a slash at their end, that a sparse checkout leaves out.
    pub(super) left_out: Vec<String>,
}

/// Looks up what of a folder is not on disk; nothing without git.
pub(super) fn absent(root: &Path) -> Absent {
    let mut absent = Absent::default();
    let Ok((top, _)) = find_repository(root) else { return absent };
    let Ok((repository, prefix)) = open_repository(root) else { return absent };
    let Ok(Some(index)) = repository.to_thread_local().try_index() else { return absent };
    for entry in index.entries() {
        let is_submodule = entry.mode == Mode::COMMIT;
        if !is_submodule && !entry.flags.contains(Flags::SKIP_WORKTREE) {
            continue;
        }
        let Ok(full) = entry.path(&index).to_str() else { continue };
        if is_submodule {
            let inside = if path::is_below(&prefix, full) { Some(".") } else { below(full, &prefix) };
            absent.submodules.extend(inside.filter(|_| is_empty(&top.join(full))).map(str::to_owned));
        } else if let Some(inside) = below(full, &prefix)
            && top.join(full).symlink_metadata().is_err()
        {
            // A file that is marked and there all the same was put there by somebody.
            absent.left_out.push(inside.to_owned());
        }
    }
    absent
}

/// Says whether a folder holds nothing, or is not there.
fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}
