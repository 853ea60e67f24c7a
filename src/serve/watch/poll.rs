//! Finds changes by looking. Not notify's own poller: that one keeps times in whole seconds, so
//! that the second save within a second is lost, and walks ignored folders too.
#![expect(clippy::disallowed_methods, reason = "serve measures time")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use walkdir::WalkDir;

use super::Shared;

/// The shortest pause between two looks.
const MIN_INTERVAL: Duration = Duration::from_millis(500);

/// A look may take this part of the time: of one processor 10 %.
const PAUSES_A_LOOK: u32 = 9;

/// What was there at the last look.
#[derive(Debug, Default)]
pub(super) struct Poller {
    seen: Option<BTreeMap<PathBuf, Stamp>>,
    took: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    size_bytes: u64,
    modified: Option<SystemTime>,
}

impl Poller {
    /// Looks at all files; what differs from the look before counts as changed. The first look
    /// only remembers.
    pub(super) fn look(&mut self, shared: &Shared) {
        let start = Instant::now();
        let roots = shared.lock().roots.clone();
        let mut now = BTreeMap::new();
        for root in &roots {
            // A root that was missing at the start may have become a link since.
            let walk = WalkDir::new(root).follow_links(false).into_iter();
            let counts = |path: &std::path::Path| shared.counts(path, &roots);
            for entry in walk.filter_entry(|entry| counts(entry.path())).flatten() {
                if entry.file_type().is_dir() {
                    continue;
                }
                if let Ok(metadata) = entry.metadata() {
                    let stamp = Stamp { size_bytes: metadata.len(), modified: metadata.modified().ok() };
                    now.insert(entry.into_path(), stamp);
                }
            }
        }
        if let Some(seen) = &self.seen {
            let new_or_other = now.iter().filter(|(path, stamp)| seen.get(*path) != Some(stamp));
            let gone = seen.iter().filter(|(path, _)| !now.contains_key(*path));
            let changed = new_or_other.chain(gone).map(|(path, _)| path.clone());
            shared.lock().changed.extend(changed);
        }
        self.seen = Some(now);
        self.took = start.elapsed();
    }

    /// Returns how long to pause before the next look.
    pub(super) fn interval(&self) -> Duration {
        MIN_INTERVAL.max(self.took * PAUSES_A_LOOK)
    }
}
