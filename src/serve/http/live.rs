//! What the preview shows now, and the wait for what it shows next.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::render::FileSet;

/// The site that is served, replaced whole while requests run: a request works on the state it
/// began with.
#[derive(Default)]
pub struct Live {
    state: Mutex<Arc<State>>,
    changed: Condvar,
}

/// One moment of a [`Live`] site.
#[derive(Clone, Default)]
pub struct State {
    /// The last site that could be built.
    pub site: Option<FileSet>,
    /// Counts the sites, from 1; 0 before the first.
    pub generation: u64,
    /// The report of a failed build since then, as the terminal shows it, without colours.
    pub failure: Option<String>,
    /// Counts the sites and the failures.
    pub(super) n_changes: u64,
}

impl Live {
    /// Makes one without a site.
    #[must_use]
    pub fn new() -> Live {
        Live::default()
    }

    /// Shows a new site and ends a failure; open pages reload. Returns its generation.
    pub fn publish(&self, site: FileSet) -> u64 {
        self.change(|state| {
            state.site = Some(site);
            state.generation += 1;
            state.failure = None;
        })
    }

    /// Shows a report over the pages of the last good site, which stay.
    pub fn fail(&self, report: String) {
        self.change(|state| state.failure = Some(report));
    }

    /// Returns what is shown now.
    pub fn state(&self) -> Arc<State> {
        Arc::clone(&self.lock())
    }

    /// Waits for the first state after change `seen`, at most `timeout` long and until `is_over`,
    /// and returns what is shown then.
    pub(super) fn wait(&self, seen: u64, timeout: Duration, is_over: impl Fn() -> bool) -> Arc<State> {
        let is_same = |state: &mut Arc<State>| state.n_changes == seen && !is_over();
        let waited = self.changed.wait_timeout_while(self.lock(), timeout, is_same);
        Arc::clone(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Wakes everyone who waits, to ask again whether it is over.
    pub(super) fn wake(&self) {
        // Under the lock, so that nobody is between asking and waiting.
        let _state = self.lock();
        self.changed.notify_all();
    }

    fn change(&self, change: impl FnOnce(&mut State)) -> u64 {
        let mut shown = self.lock();
        let mut state = State::clone(&shown);
        change(&mut state);
        state.n_changes += 1;
        let generation = state.generation;
        *shown = Arc::new(state);
        self.changed.notify_all();
        generation
    }

    fn lock(&self) -> MutexGuard<'_, Arc<State>> {
        // A state is replaced by one assignment; a panic elsewhere leaves none half made.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
