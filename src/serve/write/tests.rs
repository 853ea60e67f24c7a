//! Whole builds into temporary folders.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;
use walkdir::WalkDir;

use super::manifest::MANIFEST;
use super::*;
use crate::render::{OutPath, Page, RenderError};

/// A repository in a temporary folder, with the output `site` inside.
struct Case {
    folder: TempDir,
}

impl Case {
    fn new() -> Case {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("repo/registry")).expect("made");
        Case { folder }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    fn out(&self) -> PathBuf {
        self.root().join("site")
    }

    fn protected(&self) -> Protected {
        Protected { root: self.root(), inputs: vec![self.root().join("registry")] }
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.out().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }

    fn build(&self, files: &[(&str, &str)]) -> Result<Written, WriteError> {
        write_site(&self.out(), &self.protected(), &set(files), &|_| {})
    }

    /// The files below the repository except the manifest, with their texts; links as `-> target`.
    fn files(&self) -> BTreeMap<String, String> {
        let entries = WalkDir::new(self.root()).into_iter().map(|entry| entry.expect("listed"));
        let files = entries.filter(|entry| !entry.file_type().is_dir() && entry.file_name() != MANIFEST);
        files.map(|entry| (below(&self.root(), entry.path()), text(entry.path()))).collect()
    }

    fn folders(&self) -> Vec<String> {
        let entries = WalkDir::new(self.root()).min_depth(1).sort_by_file_name().into_iter().flatten();
        entries.filter(|entry| entry.file_type().is_dir()).map(|entry| below(&self.root(), entry.path())).collect()
    }

    fn listed(&self) -> Vec<String> {
        let manifest = Manifest::read(&self.out().join(MANIFEST)).expect("read").expect("there");
        manifest.paths().map(ToString::to_string).collect()
    }
}

fn set(files: &[(&str, &str)]) -> FileSet {
    let owned = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    FileSet::from_bytes(owned).expect("safe paths")
}

/// A set whose second file fails, or panics.
fn broken_set(render: fn(&(), u32) -> Result<Vec<u8>, RenderError>) -> FileSet {
    let good = |(): &(), _: u32| Ok(b"new".to_vec());
    let page = |path: &str, render| Page { path: OutPath::new(path).expect("safe"), index: 0, render, like: None };
    FileSet::new(Arc::new(()), vec![page("index.html", good), page("x.html", render)])
}

fn below(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).expect("below").to_string_lossy().into_owned()
}

fn text(path: &Path) -> String {
    match fs::read_link(path) {
        Ok(target) => format!("-> {}", target.display()),
        Err(_) => fs::read_to_string(path).expect("read"),
    }
}

fn map(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_site_is_written_and_then_only_what_changed() {
    let case = Case::new();
    let n_calls = AtomicUsize::new(0);
    let first = [("index.html", "a"), ("products/orders.html", "b"), ("products/orders/lineage.html", "c")];
    let written =
        write_site(&case.out(), &case.protected(), &set(&first), &|_| _ = n_calls.fetch_add(1, Ordering::Relaxed));
    let expected = Written { n_files: 3, n_written: 3, n_unchanged: 0, n_removed: 0, bytes_total: 3 };
    assert_eq!(written.expect("written"), expected);
    assert_eq!(n_calls.into_inner(), 3);
    let site =
        [("site/index.html", "a"), ("site/products/orders.html", "b"), ("site/products/orders/lineage.html", "c")];
    assert_eq!(case.files(), map(&site));
    let modified = |path: &str| fs::metadata(case.out().join(path)).expect("there").modified().expect("known");
    let (index, manifest) = (modified("index.html"), modified(MANIFEST));

    let again = case.build(&first).expect("written");
    assert_eq!((again.n_written, again.n_unchanged, again.n_removed), (0, 3, 0));
    assert_eq!(modified(MANIFEST), manifest);

    let next = case
        .build(&[("index.html", "a"), ("products/orders.html", "B"), ("domains/sales.html", "d")])
        .expect("written");
    assert_eq!((next.n_written, next.n_unchanged, next.n_removed), (2, 1, 1));
    assert_eq!(modified("index.html"), index);
    assert_eq!(
        case.files(),
        map(&[("site/index.html", "a"), ("site/products/orders.html", "B"), ("site/domains/sales.html", "d")])
    );
    assert_eq!(case.folders(), ["registry", "site", "site/domains", "site/products"]);
    assert_eq!(case.listed(), ["domains/sales.html", "index.html", "products/orders.html"]);
}

#[test]
fn few_changes_among_many_are_moved_one_by_one() {
    let case = Case::new();
    let names: Vec<String> = (0..N_MANY).map(|n| format!("p{}/{n}.html", n % 7)).collect();
    let mut files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "same")).collect();
    files.push(("old/x.html", "old"));
    case.build(&files).expect("written");
    case.put("notes/mine.txt", "mine");
    case.put("p1/mine.txt", "mine");
    files.pop();
    files[0].1 = "changed";
    files.push(("new/deep/x.html", "new"));
    let written = case.build(&files).expect("written");
    assert_eq!((written.n_written, written.n_unchanged, written.n_removed), (2, N_MANY - 1, 1));
    let there = case.files();
    assert_eq!(there.len(), N_MANY + 3);
    assert_eq!((there["site/p0/0.html"].as_str(), there["site/new/deep/x.html"].as_str()), ("changed", "new"));
    assert_eq!((there["site/notes/mine.txt"].as_str(), there["site/p1/mine.txt"].as_str()), ("mine", "mine"));
    assert!(!case.out().join("old").exists());
    assert_eq!(case.listed().len(), N_MANY + 1);
}

/// More than are linked for two changes.
const N_MANY: usize = 2_100;

#[test]
fn foreign_folders_are_refused_and_untouched() {
    let case = Case::new();
    case.put("thesis.docx", "years of work");
    let before = case.files();
    match case.build(&[("index.html", "a")]) {
        Err(WriteError::Foreign { entry, .. }) => assert_eq!(entry, "thesis.docx"),
        other => panic!("not refused: {other:?}"),
    }
    assert_eq!(case.files(), before);
    assert_eq!(case.folders(), ["registry", "site"]);

    let case = Case::new();
    case.put(".git/config", "x");
    assert!(matches!(case.build(&[("index.html", "a")]), Err(WriteError::Forbidden { .. })));
    let case = Case::new();
    fs::write(case.out(), "a file").expect("written");
    assert!(matches!(case.build(&[("index.html", "a")]), Err(WriteError::Forbidden { .. })));
    for out in
        [case.root(), case.root().join("registry"), case.root().join("registry/x"), case.folder.path().to_path_buf()]
    {
        let refused = write_site(&out, &case.protected(), &set(&[("index.html", "a")]), &|_| {});
        assert!(matches!(refused, Err(WriteError::Forbidden { .. })), "{}", out.display());
    }
    assert_eq!(case.files(), map(&[("site", "a file")]));
}

#[test]
fn files_of_the_user_survive() {
    let case = Case::new();
    case.put(".gitignore", "*");
    case.build(&[("index.html", "a"), ("products/a.html", "a")]).expect("written into a folder with dots only");
    assert_eq!(case.files(), map(&[("site/.gitignore", "*"), ("site/index.html", "a"), ("site/products/a.html", "a")]));
    case.put("CNAME", "data.acme.example");
    case.put("products/notes.txt", "mine");
    case.put(".meshfolio-manifest.new", "mine");
    case.build(&[("index.html", "b"), ("products.html", "b")]).expect("exchanged");
    let mut expected = map(&[("site/.gitignore", "*"), ("site/CNAME", "data.acme.example"), ("site/index.html", "b")]);
    expected.extend(map(&[
        ("site/products.html", "b"),
        ("site/products/notes.txt", "mine"),
        ("site/.meshfolio-manifest.new", "mine"),
    ]));
    assert_eq!(case.files(), expected);
    // A folder of the user cannot be linked: the files are moved.
    case.put(".git/HEAD", "ref");
    case.put("uploads/x.pdf", "mine");
    case.build(&[("index.html", "c"), ("a/b/c.html", "c")]).expect("moved");
    expected.remove("site/products.html");
    expected.extend(map(&[
        ("site/index.html", "c"),
        ("site/a/b/c.html", "c"),
        ("site/.git/HEAD", "ref"),
        ("site/uploads/x.pdf", "mine"),
    ]));
    assert_eq!(case.files(), expected);
}

#[test]
fn a_file_in_the_way_is_named_and_kept() {
    let case = Case::new();
    case.build(&[("index.html", "a")]).expect("written");
    case.put("products.html", "mine");
    match case.build(&[("index.html", "b"), ("products.html", "b")]) {
        Err(WriteError::InTheWay { path }) => assert!(path.ends_with("site/products.html")),
        other => panic!("not refused: {other:?}"),
    }
    assert!(matches!(case.build(&[("products.html/x.html", "b")]), Err(WriteError::InTheWay { .. })));
    assert_eq!(case.files(), map(&[("site/index.html", "a"), ("site/products.html", "mine")]));
    assert_eq!(case.folders(), ["registry", "site"]);
}

#[test]
fn files_become_folders_and_change_case() {
    let case = Case::new();
    case.build(&[("a", "file"), ("b/x", "in a folder"), ("C.html", "c")]).expect("written");
    case.build(&[("a/x", "in a folder"), ("b", "file"), ("c.html", "c")]).expect("exchanged");
    assert_eq!(case.files(), map(&[("site/a/x", "in a folder"), ("site/b", "file"), ("site/c.html", "c")]));
}

#[test]
fn names_that_collide_are_refused() {
    let case = Case::new();
    for files in [[("a/X.html", ""), ("a/x.html", "")], [("a", ""), ("a/b", "")], [("A", ""), ("a/b/c", "")]] {
        assert!(matches!(case.build(&files), Err(WriteError::Collision { .. })));
    }
    case.build(&[("a", ""), ("a.b", ""), ("ab/c", "")]).expect("these do not");
}

#[test]
fn a_failed_build_leaves_the_old_site_and_no_litter() {
    let case = Case::new();
    case.build(&[("index.html", "old"), ("x.html", "old")]).expect("written");
    let fail = |(): &(), _: u32| Err(RenderError::Template { template: "x".to_owned(), reason: "bad".to_owned() });
    let refused = write_site(&case.out(), &case.protected(), &broken_set(fail), &|_| {});
    match refused {
        Err(WriteError::Render { path, .. }) => assert_eq!(path, "x.html"),
        other => panic!("not refused: {other:?}"),
    }
    let panic = |(): &(), _: u32| panic!("a bug in a page");
    let panicked = std::panic::catch_unwind(|| write_site(&case.out(), &case.protected(), &broken_set(panic), &|_| {}));
    assert!(panicked.is_err());
    assert_eq!(case.files(), map(&[("site/index.html", "old"), ("site/x.html", "old")]));
    assert_eq!(case.folders(), ["registry", "site"]);
}

#[test]
fn the_litter_of_killed_builds_is_mended() {
    let case = Case::new();
    let files = [("index.html", "a"), ("p/x.html", "a")];
    case.build(&files).expect("written");
    // Killed while rendering.
    fs::create_dir_all(case.root().join(".site.meshfolio-staging/p")).expect("made");
    fs::write(case.root().join(".site.meshfolio-staging/p/x.html"), "half").expect("written");
    fs::write(case.root().join(".site.meshfolio-lock"), "4000000").expect("written");
    let written = case.build(&files).expect("written");
    assert_eq!(written.n_unchanged, 2);
    // Killed between the two renames of an exchange.
    fs::rename(case.out(), case.root().join(".site.meshfolio-old")).expect("renamed");
    let written = case.build(&files).expect("written");
    assert_eq!(written.n_unchanged, 2);
    // Killed after them, when a file had just come into the old site.
    fs::create_dir_all(case.root().join(".site.meshfolio-old/p")).expect("made");
    fs::copy(case.out().join(MANIFEST), case.root().join(".site.meshfolio-old").join(MANIFEST)).expect("copied");
    fs::write(case.root().join(".site.meshfolio-old/index.html"), "older").expect("written");
    fs::write(case.root().join(".site.meshfolio-old/p/mine.txt"), "mine").expect("written");
    case.build(&files).expect("written");
    assert_eq!(case.files(), map(&[("site/index.html", "a"), ("site/p/mine.txt", "mine"), ("site/p/x.html", "a")]));
    assert_eq!(case.folders(), ["registry", "site", "site/p"]);
    // Killed among the moves: some files are of the new site already, and the manifest lists both.
    fs::write(case.out().join("index.html"), "newer").expect("written");
    assert_eq!(case.build(&files).expect("written").n_written, 1);
}

#[test]
fn two_builds_at_once_do_not_mix() {
    let case = Case::new();
    case.build(&[("index.html", "0")]).expect("written");
    let names: Vec<String> = (0..200).map(|n| format!("{n}.html")).collect();
    std::thread::scope(|scope| {
        for text in ["a", "b", "c", "d"] {
            let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), text)).collect();
            let case = &case;
            scope.spawn(move || match case.build(&files) {
                Ok(_) | Err(WriteError::Locked { .. }) => {}
                Err(error) => panic!("{error}"),
            });
        }
    });
    let files = case.files();
    assert_eq!(files.len(), 200);
    assert!(files.values().all(|text| *text == files["site/0.html"]));
}

#[test]
fn a_parent_that_does_not_exist_is_made() {
    let case = Case::new();
    let out = case.root().join("build/public/site");
    write_site(&out, &case.protected(), &set(&[("index.html", "a")]), &|_| {}).expect("written");
    assert_eq!(case.files(), map(&[("build/public/site/index.html", "a")]));
}

#[cfg(unix)]
mod links {
    use std::io;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    #[test]
    fn nothing_is_written_through_a_link() {
        let case = Case::new();
        let outside = case.folder.path().join("outside");
        fs::create_dir(&outside).expect("made");
        fs::write(outside.join("x.html"), "mine").expect("written");
        // The output itself.
        symlink(&outside, case.out()).expect("linked");
        assert!(matches!(case.build(&[("index.html", "a")]), Err(WriteError::Forbidden { .. })));
        fs::remove_file(case.out()).expect("removed");
        // A folder of the site.
        case.build(&[("index.html", "a"), ("p/x.html", "a")]).expect("written");
        fs::remove_dir_all(case.out().join("p")).expect("removed");
        symlink(&outside, case.out().join("p")).expect("linked");
        assert!(matches!(case.build(&[("index.html", "b"), ("p/x.html", "b")]), Err(WriteError::Link { .. })));
        // The same, with files to remove behind it.
        case.build(&[("index.html", "c")]).expect("written");
        assert_eq!(text(&outside.join("x.html")), "mine");
        // A file of the site: the link itself is replaced.
        fs::remove_file(case.out().join("index.html")).expect("removed");
        symlink(outside.join("x.html"), case.out().join("index.html")).expect("linked");
        case.build(&[("index.html", "d")]).expect("written");
        assert_eq!(text(&case.out().join("index.html")), "d");
        // The manifest, the lock, staging and the old site.
        for name in [".site.meshfolio-lock", ".site.meshfolio-staging", ".site.meshfolio-old"] {
            symlink(&outside, case.root().join(name)).expect("linked");
        }
        case.build(&[("index.html", "e")]).expect("written");
        symlink(outside.join("x.html"), case.out().join("manifest")).expect("linked");
        fs::rename(case.out().join("manifest"), case.out().join(MANIFEST)).expect("renamed");
        assert!(matches!(case.build(&[("index.html", "f")]), Err(WriteError::Manifest { .. })));
        assert_eq!(text(&outside.join("x.html")), "mine");
        assert_eq!(fs::read_dir(&outside).expect("listed").count(), 1);
    }

    #[test]
    fn a_parent_may_be_a_link_and_is_judged_by_its_target() {
        let case = Case::new();
        symlink(case.root(), case.folder.path().join("alias")).expect("linked");
        let alias = case.folder.path().join("alias");
        let files = set(&[("index.html", "a")]);
        assert!(write_site(&alias.join("registry"), &case.protected(), &files, &|_| {}).is_err());
        write_site(&alias.join("site"), &case.protected(), &files, &|_| {}).expect("written");
        assert_eq!(case.files(), map(&[("site/index.html", "a")]));
    }

    #[test]
    fn a_hard_link_elsewhere_keeps_its_bytes() {
        let case = Case::new();
        case.build(&[("index.html", "old")]).expect("written");
        let copy = case.folder.path().join("copy.html");
        fs::hard_link(case.out().join("index.html"), &copy).expect("linked");
        case.build(&[("index.html", "new")]).expect("written");
        assert_eq!((text(&copy).as_str(), text(&case.out().join("index.html")).as_str()), ("old", "new"));
    }

    #[test]
    fn an_exchange_keeps_the_mode_of_the_folder_and_unchanged_files() {
        let case = Case::new();
        case.build(&[("a.html", "a"), ("b.html", "b")]).expect("written");
        fs::set_permissions(case.out(), fs::Permissions::from_mode(0o751)).expect("set");
        let number = |path: &str| fs::metadata(case.out().join(path)).expect("there").ino();
        let before = number("a.html");
        case.build(&[("a.html", "a"), ("b.html", "B")]).expect("written");
        assert_eq!(number("a.html"), before);
        assert_eq!(fs::metadata(case.out()).expect("there").permissions().mode() & 0o777, 0o751);
    }

    /// Where the output may not be written to, the system's reason is passed on with the path.
    #[test]
    fn an_io_error_names_path_and_cause() {
        let case = Case::new();
        let error = WriteError::Io { action: "write", path: case.out(), error: io::Error::from_raw_os_error(28) };
        assert!(error.to_string().starts_with("cannot write `") && error.to_string().ends_with(": the disk is full"));
        // `/proc` takes no folder, whoever asks.
        if cfg!(target_os = "linux") {
            let refused = write_site(Path::new("/proc/site"), &case.protected(), &set(&[("a", "a")]), &|_| {});
            assert!(matches!(refused, Err(WriteError::Io { .. })), "{refused:?}");
        }
    }
}
