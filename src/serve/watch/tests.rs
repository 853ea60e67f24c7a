//! Changes in temporary folders.

use std::fs;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;

use tempfile::TempDir;

use super::*;

/// Long enough for a slow machine; a passing test does not wait for it.
const PATIENCE: Duration = Duration::from_secs(10);

struct Watched {
    folder: TempDir,
    events: Receiver<WatchEvent>,
    stop: StopWatch,
}

impl Watched {
    fn start(mode: WatchMode, paths: &[&str]) -> Watched {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("registry/a")).expect("made");
        fs::write(folder.path().join("meshfolio.yaml"), "").expect("written");
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
        let watch = Watch::start(&paths, mode, outputs(&folder.path().join("registry/site"))).expect("started");
        assert_eq!(watch.mode(), mode);
        let stop = watch.stop_handle();
        let (sender, events) = mpsc::channel();
        thread::spawn(move || watch.run(DEBOUNCE, |event| _ = sender.send(event)));
        Watched { folder, events, stop }
    }

    fn path(&self, path: &str) -> PathBuf {
        real(self.folder.path()).join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).expect("written");
    }

    /// Waits until a set of changes names the path.
    fn expect(&self, path: &str) {
        loop {
            match self.events.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no change of {path}")) {
                WatchEvent::Changed(changed) if changed.contains(&self.path(path)) => return,
                WatchEvent::Changed(_) => {}
                WatchEvent::Polling(notice) => panic!("{notice}"),
            }
        }
    }

    fn expect_none(&self) {
        assert_eq!(self.events.recv_timeout(Duration::from_millis(700)), Err(RecvTimeoutError::Timeout));
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.stop.stop();
        while self.events.recv_timeout(PATIENCE).is_ok() {}
    }
}

fn changes_are_told(mode: WatchMode) {
    let watched = Watched::start(mode, &["registry", "meshfolio.yaml"]);
    watched.write("registry/a/x.yaml", "one");
    watched.expect("registry/a/x.yaml");
    watched.write("meshfolio.yaml", "mesh: {}");
    watched.expect("meshfolio.yaml");
    // As editors save.
    watched.write("registry/a/.x.yaml.swp", "two, and longer");
    fs::rename(watched.path("registry/a/.x.yaml.swp"), watched.path("registry/a/x.yaml")).expect("renamed");
    watched.expect("registry/a/x.yaml");
    fs::create_dir_all(watched.path("registry/b/c")).expect("made");
    thread::sleep(Duration::from_millis(200));
    watched.write("registry/b/c/y.yaml", "new");
    watched.expect("registry/b/c/y.yaml");
    fs::remove_file(watched.path("registry/a/x.yaml")).expect("removed");
    watched.expect("registry/a/x.yaml");
}

fn noise_is_not_told(mode: WatchMode) {
    let watched = Watched::start(mode, &["registry", "meshfolio.yaml"]);
    fs::create_dir_all(watched.path("registry/.git")).expect("made");
    watched.write("registry/.git/index", "x");
    watched.write("registry/a/x.yaml~", "x");
    watched.write("other.yaml", "beside the file that is watched");
    fs::create_dir_all(watched.path("registry/site")).expect("made");
    watched.write("registry/site/index.html", "x");
    watched.write("registry/.site.meshfolio-lock", "x");
    let _ = fs::read(watched.path("meshfolio.yaml"));
    watched.expect_none();
}

fn roots_may_go_and_come(mode: WatchMode) {
    let watched = Watched::start(mode, &["registry", "observations"]);
    fs::remove_dir_all(watched.path("registry")).expect("removed");
    thread::sleep(Duration::from_millis(100));
    fs::create_dir_all(watched.path("registry/a")).expect("made");
    // Until the watch has seen the folder, the folder stands for the file.
    thread::sleep(TICK * 3);
    watched.write("registry/a/x.yaml", "again");
    watched.expect("registry/a/x.yaml");
    fs::create_dir_all(watched.path("observations")).expect("made");
    thread::sleep(TICK * 3);
    watched.write("observations/x.json", "{}");
    watched.expect("observations/x.json");
}

#[test]
fn changes_are_told_by_the_system() {
    changes_are_told(WatchMode::Native);
}

#[test]
fn changes_are_told_by_polling() {
    changes_are_told(WatchMode::Poll);
}

#[test]
fn noise_is_not_told_by_the_system() {
    noise_is_not_told(WatchMode::Native);
}

#[test]
fn noise_is_not_told_by_polling() {
    noise_is_not_told(WatchMode::Poll);
}

#[test]
fn roots_may_go_and_come_with_the_system() {
    roots_may_go_and_come(WatchMode::Native);
}

#[test]
fn roots_may_go_and_come_while_polling() {
    roots_may_go_and_come(WatchMode::Poll);
}

#[test]
fn a_storm_is_one_set_while_the_listener_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let watch = Watch::start(&[folder.path().to_path_buf()], WatchMode::Native, |_| false).expect("started");
    for number in 0..2_000 {
        fs::write(folder.path().join(format!("{number}.yaml")), "x").expect("written");
    }
    let stop = watch.stop_handle();
    let mut sets = Vec::new();
    let root = folder.path().to_path_buf();
    watch.run(DEBOUNCE, |event| {
        let WatchEvent::Changed(changed) = event else { panic!("polling") };
        if sets.is_empty() {
            for number in 2_000..4_000 {
                fs::write(root.join(format!("{number}.yaml")), "x").expect("written");
            }
            thread::sleep(Duration::from_millis(300));
        } else {
            stop.stop();
        }
        sets.push(changed.len());
    });
    assert_eq!(sets.len(), 2, "{sets:?}");
}

#[test]
fn a_limit_is_explained() {
    let limit = explain(&notify::Error::new(ErrorKind::MaxFilesWatch));
    assert!(limit.contains("max_user_watches") && limit.contains("every second"));
    assert!(explain(&notify::Error::generic("no such call")).contains("no such call"));
    assert!(matches!(Watch::start(&[], WatchMode::Native, |_| false), Err(WatchError::Nothing)));
}
