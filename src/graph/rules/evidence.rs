//! Rules about result files: whether what was observed is about something that is promised.

use crate::declare_rule;

declare_rule! {
    /// ## What it finds
    /// A result file about no contract, about a contract that is not in the registry, or about a version of it
    /// that is newer than all that are. Results of older versions are history and are left alone.
    ///
    /// ## Why it matters
    /// The results count nowhere: the contract that was meant stays *promised only*.
    ///
    /// ## Example
    /// ```yaml
    /// kind: ObservabilityResults
    /// contract:
    ///   contractID: ordres
    ///   version: "2.1.0"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: ObservabilityResults
    /// contract:
    ///   contractID: orders
    ///   version: "2.1.0"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `result-without-contract: info` where results are kept longer than contracts.
    pub static RESULT_WITHOUT_CONTRACT = {
        code: "REF023", name: "result-without-contract", severity: Warning, since: "0.1.0"
    }
}

declare_rule! {
    /// ## What it finds
    /// A check of the newest results whose `id` is neither the `id` or `name` of a quality rule nor the property
    /// of a service level of its contract; one that could mean several; or a metric whose name is nearly that
    /// of a promise. Other metrics may be about anything: they are shown as facts.
    ///
    /// ## Why it matters
    /// The result counts for no promise. If it failed, nobody sees that a promise was missed.
    ///
    /// ## Example
    /// ```yaml
    /// results:
    ///   - {id: freshnes, type: check, status: fail}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// results:
    ///   - {id: freshness, type: check, status: fail}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `result-without-promise: off` where a tool writes more than the contract promises.
    pub static RESULT_WITHOUT_PROMISE = {
        code: "REF024", name: "result-without-promise", severity: Warning, since: "0.1.0"
    }
}

declare_rule! {
    /// ## What it finds
    /// A result file whose `observedAt` lies after today (UTC). It is not counted.
    ///
    /// ## Why it matters
    /// Nothing is known of tomorrow. Such a file would stay the newest until then, whatever is observed.
    ///
    /// ## Example
    /// ```yaml
    /// observedAt: "2062-11-21T05:40:00Z"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// observedAt: "2026-11-21T05:40:00Z"
    /// ```
    ///
    /// ## Configuration
    /// `--today` or `SOURCE_DATE_EPOCH` say which day it is.
    pub static FUTURE_RESULT = { code: "REF025", name: "future-result", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A contract whose newest result is older than 30 days. It still counts, with its date. Retired, draft and
    /// proposed contracts are exempt.
    ///
    /// ## Why it matters
    /// Checks that stopped running look like checks that pass.
    ///
    /// ## Example
    /// ```yaml
    /// observedAt: "2025-06-01T05:40:00Z"   # the newest there is
    /// ```
    ///
    /// ## Instead
    /// Run the checks again, or remove the result files: then the page says *promised only*.
    ///
    /// ## Configuration
    /// `check.levels` takes `stale-results: warning`.
    pub static STALE_RESULTS = { code: "REF026", name: "stale-results", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A newest result that passes with a value that misses what its contract promises. It counts as missed.
    ///
    /// ## Why it matters
    /// The check asks for less than the contract promises, so readers are told that all is well when it is not.
    ///
    /// ## Example
    /// ```yaml
    /// # the contract promises a freshness of 15 minutes
    /// results:
    ///   - {id: freshness, type: metric, status: pass, measure: {value: 40, unit: minutes}}
    /// ```
    ///
    /// ## Instead
    /// Give the check the threshold of the contract; or promise, in a new version, what can be kept.
    ///
    /// ## Configuration
    /// `check.levels` takes `contradicted-result: error`.
    pub static CONTRADICTED_RESULT = {
        code: "REF027", name: "contradicted-result", severity: Warning, since: "0.1.0"
    }
}
