//! Says when files change. Events are hints: which paths they name, and how many come, is not
//! relied upon; whoever listens reads everything again and compares.
//!
//! Folders are watched, not files, because editors save by renaming. Events that come while a
//! listener is at work are joined to one set, so there is never more than one run waiting.
#![expect(clippy::disallowed_methods, reason = "the watcher looks at the folders that it watches")]

mod noise;
mod poll;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use notify::event::ModifyKind;
use notify::{Config, ErrorKind, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use self::poll::Poller;

pub use self::noise::outputs;

/// How long events are collected after the first: a save is several of them (create, write,
/// rename) within a few milliseconds, and a page shall be there within 100 ms of the save.
pub const DEBOUNCE: Duration = Duration::from_millis(40);

/// So often it is looked whether a watched folder is gone or has come back.
const TICK: Duration = Duration::from_millis(500);

/// How changes are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchMode {
    /// The system tells.
    Native,
    /// The folders are walked again and again: where the system cannot tell, as in some
    /// containers and on network folders.
    Poll,
}

/// What a watch reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchEvent {
    /// Something at or below these absolute paths changed.
    Changed(BTreeSet<PathBuf>),
    /// The system can no longer tell; from now on the folders are walked. Holds the reason and
    /// what can be done, for the user.
    Polling(String),
}

/// Why nothing is watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// No path was given.
    #[error("there is nothing to watch")]
    Nothing,
}

/// A watch that collects changes from its start on, also before [`Watch::run`].
pub struct Watch {
    roots: Vec<Root>,
    shared: Arc<Shared>,
    backend: Backend,
    /// Why it polls though it should not; reported once.
    notice: Option<String>,
}

/// Ends a [`Watch`] from another thread.
#[derive(Clone)]
pub struct StopWatch(Arc<Shared>);

enum Backend {
    Native(RecommendedWatcher),
    Poll(Poller),
}

/// One path to watch.
#[derive(Clone, Debug)]
struct Root {
    /// As given, absolute.
    path: PathBuf,
    /// It is watched, by itself or as part of another.
    is_armed: bool,
}

type Ignore = Box<dyn Fn(&Path) -> bool + Send + Sync>;

struct Shared {
    pending: Mutex<Pending>,
    woken: Condvar,
    ignore: Ignore,
}

#[derive(Default)]
struct Pending {
    /// Where the roots really are; events elsewhere are none of ours.
    roots: Vec<PathBuf>,
    changed: BTreeSet<PathBuf>,
    /// A root itself was removed or moved: what watched it may have gone with it.
    is_root_lost: bool,
    failure: Option<notify::Error>,
    is_stopped: bool,
}

impl Watch {
    /// Starts to watch folders with all below them, and single files; paths need not exist yet.
    /// `ignore` says which absolute paths do not count, with all below them; version control and
    /// temporary files of editors never do.
    ///
    /// # Errors
    /// When there is no path. Where the system cannot watch, the watch polls and says why.
    pub fn start(
        paths: &[PathBuf],
        mode: WatchMode,
        ignore: impl Fn(&Path) -> bool + Send + Sync + 'static,
    ) -> Result<Watch, WatchError> {
        if paths.is_empty() {
            return Err(WatchError::Nothing);
        }
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        let roots: Vec<Root> = paths.iter().map(|path| Root { path: absolute(path), is_armed: false }).collect();
        let pending = Pending { roots: roots.iter().map(|root| real(&root.path)).collect(), ..Pending::default() };
        let shared = Arc::new(Shared { pending: Mutex::new(pending), woken: Condvar::new(), ignore: Box::new(ignore) });
        let handler = Arc::clone(&shared);
        let config = Config::default().with_follow_symlinks(false);
        let native = match mode {
            WatchMode::Poll => None,
            WatchMode::Native => Some(RecommendedWatcher::new(move |event| handler.take(event), config)),
        };
        let (backend, notice) = match native {
            Some(Ok(watcher)) => (Backend::Native(watcher), None),
            Some(Err(error)) => (Backend::Poll(Poller::default()), Some(explain(&error))),
            None => (Backend::Poll(Poller::default()), None),
        };
        let mut watch = Watch { roots, shared, backend, notice };
        watch.arm();
        // What was there at the start is no change.
        watch.shared.lock().changed.clear();
        if let Backend::Poll(poller) = &mut watch.backend {
            poller.look(&watch.shared);
        }
        Ok(watch)
    }

    /// Returns how changes are found now.
    pub fn mode(&self) -> WatchMode {
        match self.backend {
            Backend::Native(_) => WatchMode::Native,
            Backend::Poll(_) => WatchMode::Poll,
        }
    }

    /// Returns a handle that ends [`Watch::run`].
    pub fn stop_handle(&self) -> StopWatch {
        StopWatch(Arc::clone(&self.shared))
    }

    /// Calls `on_event` for each set of changes, on this thread, until it is stopped. `debounce`
    /// is how long events are collected after the first, [`DEBOUNCE`] unless there is a reason.
    pub fn run(mut self, debounce: Duration, mut on_event: impl FnMut(WatchEvent)) {
        loop {
            if let Some(notice) = self.notice.take() {
                on_event(WatchEvent::Polling(notice));
            }
            if !self.find_changes() {
                return;
            }
            if self.shared.lock().changed.is_empty() {
                continue;
            }
            if !self.shared.sleep(debounce) {
                return;
            }
            if let Backend::Poll(poller) = &mut self.backend {
                poller.look(&self.shared);
            }
            let changed = std::mem::take(&mut self.shared.lock().changed);
            if !changed.is_empty() {
                on_event(WatchEvent::Changed(changed));
            }
        }
    }

    /// Waits for changes, at most one tick, and sees to the roots; `false` when it is stopped.
    fn find_changes(&mut self) -> bool {
        if let Backend::Poll(poller) = &mut self.backend {
            let interval = poller.interval();
            poller.look(&self.shared);
            return !self.shared.lock().changed.is_empty() || self.shared.sleep(interval);
        }
        let is_quiet = |pending: &mut Pending| {
            pending.changed.is_empty() && pending.failure.is_none() && !pending.is_root_lost && !pending.is_stopped
        };
        let waited = self.shared.woken.wait_timeout_while(self.shared.lock(), TICK, is_quiet);
        let mut pending = waited.unwrap_or_else(PoisonError::into_inner).0;
        let failure = pending.failure.take();
        let is_root_lost = std::mem::take(&mut pending.is_root_lost);
        let is_stopped = pending.is_stopped;
        drop(pending);
        if let Some(error) = failure {
            self.fall_back(&error);
        } else if is_root_lost || self.roots.iter().any(|root| root.is_armed != root.path.exists()) {
            self.arm_again();
        }
        !is_stopped
    }

    /// Watches every root that exists.
    fn arm(&mut self) {
        let Backend::Native(watcher) = &mut self.backend else { return };
        let mut covered: Vec<PathBuf> = Vec::new();
        let mut reals: Vec<(usize, PathBuf)> = self.roots.iter().map(|root| real(&root.path)).enumerate().collect();
        self.shared.lock().roots = reals.iter().map(|(_, real)| real.clone()).collect();
        // Folders before files, outer before inner: a folder is watched with all below it, and a
        // second watch of the same folder would replace the first.
        reals.retain(|(_, real)| real.exists());
        reals.sort_by_key(|(_, real)| (!real.is_dir(), real.components().count()));
        let mut failure = None;
        let mut holders = BTreeSet::new();
        for (idx, real) in reals {
            let is_covered = covered.iter().any(|folder| real.starts_with(folder));
            let result = if is_covered {
                Ok(())
            } else if real.is_dir() {
                covered.push(real.clone());
                watcher.watch(&real, RecursiveMode::Recursive)
            } else {
                let holder = real.parent().unwrap_or(&real).to_path_buf();
                if holders.insert(holder.clone()) {
                    watcher.watch(&holder, RecursiveMode::NonRecursive)
                } else {
                    Ok(())
                }
            };
            match result {
                Ok(()) => self.roots[idx].is_armed = true,
                // It has just gone; the next tick sees.
                Err(_) if !real.exists() => {}
                Err(error) => failure = Some(error),
            }
        }
        if let Some(error) = failure {
            self.fall_back(&error);
        }
    }

    /// Forgets all watches and makes them anew, after a root has gone, come or moved.
    fn arm_again(&mut self) {
        let Backend::Native(watcher) = &mut self.backend else { return };
        let reals = self.shared.lock().roots.clone();
        for real in &reals {
            // Most are not watched themselves, or no longer: nothing to undo.
            let _ = watcher.unwatch(real);
            let _ = real.parent().map(|holder| watcher.unwatch(holder));
        }
        let before: Vec<bool> = self.roots.iter().map(|root| root.is_armed).collect();
        for root in &mut self.roots {
            root.is_armed = false;
        }
        self.arm();
        // What happened in between was not seen: the roots themselves stand for it.
        let mut pending = self.shared.lock();
        for (root, was_armed) in self.roots.iter().zip(before) {
            if root.is_armed || was_armed {
                let real = real(&root.path);
                pending.changed.insert(real);
            }
        }
    }

    fn fall_back(&mut self, error: &notify::Error) {
        self.notice = Some(explain(error));
        let mut poller = Poller::default();
        poller.look(&self.shared);
        self.backend = Backend::Poll(poller);
        // What the dying watch missed.
        let mut pending = self.shared.lock();
        pending.changed = pending.roots.iter().cloned().collect();
    }
}

impl StopWatch {
    /// Ends the watch; a listener that is at work is not interrupted.
    pub fn stop(&self) {
        self.0.lock().is_stopped = true;
        self.0.woken.notify_all();
    }
}

impl Shared {
    /// Takes an event from the system's thread.
    fn take(&self, event: notify::Result<notify::Event>) {
        let mut pending = self.lock();
        match event {
            Ok(event) if event.need_rescan() => {
                let roots = pending.roots.clone();
                pending.changed.extend(roots);
            }
            // Our own reading.
            Ok(event) if event.kind.is_access() => return,
            Ok(event) => {
                let may_lose = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
                for path in event.paths {
                    if may_lose && pending.roots.contains(&path) {
                        pending.is_root_lost = true;
                    }
                    if self.counts(&path, &pending.roots) {
                        pending.changed.insert(path);
                    }
                }
            }
            Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => pending.failure = Some(error),
            // A file that went before it was looked at: its removal is another event.
            Err(_) => return,
        }
        drop(pending);
        self.woken.notify_all();
    }

    /// Says whether a change of this path is one of ours.
    fn counts(&self, path: &Path, roots: &[PathBuf]) -> bool {
        let below = roots.iter().filter_map(|root| path.strip_prefix(root).ok());
        below.min_by_key(|below| below.components().count()).is_some_and(|below| !noise::is_noise(below))
            && !path.ancestors().any(|path| (self.ignore)(path))
    }

    /// Sleeps, unless it is stopped before; says whether it goes on.
    fn sleep(&self, duration: Duration) -> bool {
        let waited = self.woken.wait_timeout_while(self.lock(), duration, |pending| !pending.is_stopped);
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_stopped
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Events name real paths, so roots are compared by theirs.
fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

fn explain(error: &notify::Error) -> String {
    /// The error of Linux for too many instances of inotify (`EMFILE`).
    const TOO_MANY_OPEN: i32 = 24;
    let is_limit = match &error.kind {
        ErrorKind::MaxFilesWatch => true,
        ErrorKind::Io(error) => cfg!(target_os = "linux") && error.raw_os_error() == Some(TOO_MANY_OPEN),
        _ => false,
    };
    if is_limit {
        "the system's limit of watched folders is reached, so changes are looked for every second or so, which takes \
         more time; raise it with `sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512`"
            .to_owned()
    } else {
        format!("the system cannot tell of changes here ({error}), so they are looked for every second or so")
    }
}

#[cfg(test)]
mod tests;
