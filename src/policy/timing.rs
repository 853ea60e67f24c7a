//! How long each room, rule and policy takes. Nothing of it reaches findings, pages or exports: the same input
//! gives the same bytes, however long it took.

use std::time::Duration;

/// A clock: how long the program has run.
pub type Stopwatch = fn() -> Duration;

/// What was measured, in the order of the run.
#[derive(Clone, Debug, Default)]
pub struct Timings {
    /// Where the time comes from; without it nothing is measured.
    clock: Option<Stopwatch>,
    last: Duration,
    /// Rooms by what they do, with the time that passed.
    pub rooms: Vec<(&'static str, Duration)>,
    /// Built-in rules by code, with the time that passed.
    pub rules: Vec<(&'static str, Duration)>,
    /// Policies by id, with the time of all threads together.
    pub policies: Vec<PolicyTime>,
}

/// What one policy cost.
#[derive(Clone, Debug)]
pub struct PolicyTime {
    /// Its id.
    pub id: String,
    /// How many things it binds.
    pub n_subjects: usize,
    /// What running it cost, in steps.
    pub steps: u64,
    /// The time of all threads together.
    pub time: Duration,
}

impl PolicyTime {
    /// Takes the cost of a policy from what came of it.
    #[must_use]
    pub fn of(outcome: &super::PolicyOutcome) -> PolicyTime {
        PolicyTime {
            id: outcome.policy.header.id.value.to_string(),
            n_subjects: outcome.n_subjects,
            steps: outcome.steps,
            time: outcome.time,
        }
    }
}

impl Timings {
    /// Measures with a clock that says how long the program has run.
    #[must_use]
    pub fn with(clock: Stopwatch) -> Timings {
        Timings { clock: Some(clock), last: clock(), ..Timings::default() }
    }

    /// Returns the clock.
    #[must_use]
    pub fn clock(&self) -> Option<Stopwatch> {
        self.clock
    }

    /// Says that a room is done.
    pub fn room(&mut self, name: &'static str) {
        if let Some(passed) = self.lap() {
            self.rooms.push((name, passed));
        }
    }

    /// Says that a built-in rule is done.
    pub(super) fn rule(&mut self, code: &'static str, since: Duration) {
        if let Some(clock) = self.clock {
            self.rules.push((code, clock().saturating_sub(since)));
        }
    }

    /// Returns the time since the last call.
    fn lap(&mut self) -> Option<Duration> {
        let now = self.clock?();
        let passed = now.saturating_sub(self.last);
        self.last = now;
        Some(passed)
    }

    /// Returns the time of all rooms.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.rooms.iter().map(|(_, time)| *time).sum()
    }
}
