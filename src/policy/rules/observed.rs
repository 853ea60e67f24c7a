//! What result files say against contracts, and what of them says nothing.

use crate::declare_rule;
use crate::diagnostic::Sink;
use crate::graph::Verdict;
use crate::policy::{Context, PolicyRule};

pub(super) const RULES: &[PolicyRule] = &[
    PolicyRule { meta: &MISSED_PROMISE, run: missed_promise },
    PolicyRule { meta: &UNMET_SCHEMA, run: unmet_schema },
    PolicyRule { meta: &UNMATCHED_RESULTS, run: unmatched_results },
    PolicyRule { meta: &UNREAD_RESULTS, run: unread_results },
];

declare_rule! {
    /// ## What it finds
    /// A service level or quality rule of a contract in use whose newest result misses it. Draft, proposed and
    /// retired contracts are exempt.
    ///
    /// ## Why it matters
    /// Consumers rely on the promise. Either the data is mended, or the promise is changed in a new version, or
    /// somebody says why it is broken for a while.
    ///
    /// ## Example
    /// ```yaml
    /// slaProperties:
    ///   - {property: freshness, value: 15, unit: minutes}   # observed: 40 minutes
    /// ```
    ///
    /// ## Instead
    /// Mend the data; the next result file that keeps the promise ends the finding. Until then a waiver with a
    /// reason and a last day tells readers what is known.
    ///
    /// ## Configuration
    /// `check.levels` takes `missed-promise: error` where nothing may be merged while promises are broken, and
    /// `missed-promise: info` where others are woken by it.
    pub static MISSED_PROMISE = { code: "GOV045", name: "missed-promise", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A newest test result that says that the data does not have what the schema of a contract in use states: a
    /// column is not there or of another type, a required one has gaps, a unique one repeats itself.
    ///
    /// ## Why it matters
    /// The schema is the first thing that consumers build on.
    ///
    /// ## Example
    /// ```json
    /// {"type": "field_required", "model": "orders", "field": "order_id", "result": "failed"}
    /// ```
    ///
    /// ## Instead
    /// Mend the data, or state in a new version of the contract what it has.
    ///
    /// ## Configuration
    /// `check.levels` takes `unmet-schema: error`.
    pub static UNMET_SCHEMA = { code: "GOV046", name: "unmet-schema", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// Results of the Data Contract CLI, dbt, OpenLineage or JUnit that are about no contract, object or promise of
    /// the registry, or could be about several, or are of another server or place than the contract says; alike ones are
    /// told once, at the newest.
    ///
    /// ## Why it matters
    /// They count for nothing. A test that fails there breaks no promise, and one that passes keeps none; the message
    /// says how many failed.
    ///
    /// ## Example
    /// ```json
    /// {"unique_id": "test.shop.not_null_stg_orders_id.3f2a", "status": "fail"}
    /// ```
    ///
    /// ## Instead
    /// Give the object of the contract the `physicalName` of the model, and promise with a quality rule what the
    /// test asks; list the server in its contract. `docs/observations.md` of meshfolio says how names are matched.
    ///
    /// ## Configuration
    /// `check.levels` takes `unmatched-results: off` where a tool tests much that is promised to nobody.
    pub static UNMATCHED_RESULTS = { code: "GOV047", name: "unmatched-results", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A file in a folder of result files that cannot be used: no whole JSON or XML, no UTF-8, too large, empty, without
    /// a time, or in none of the forms that are known.
    ///
    /// ## Why it matters
    /// Half a file would be half the evidence, so none of it counts.
    ///
    /// ## Example
    /// ```json
    /// {"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-resu
    /// ```
    ///
    /// ## Instead
    /// Run the tool again, or leave the file out with `exclude:`.
    ///
    /// ## Configuration
    /// `check.levels` takes `unread-results: info` where a folder of result files holds other things too.
    pub static UNREAD_RESULTS = { code: "GOV048", name: "unread-results", severity: Warning, since: "0.1.0" }
}

fn missed_promise(context: &Context<'_>, sink: &mut Sink) {
    let mesh = context.mesh;
    for (contract_idx, contract) in mesh.contracts.iter().enumerate() {
        let header = &contract.descriptor.header;
        if header.is_unfinished() || header.is_broken() {
            continue;
        }
        for result in mesh.contract_evidence(contract_idx).results {
            if result.verdict != Verdict::Missed {
                continue;
            }
            let observed = &result.observed;
            let what = match (&observed.value, &observed.unit) {
                (Some(value), Some(unit)) => format!(": {value} {unit}"),
                (Some(value), None) => format!(": {value}"),
                (None, _) => String::new(),
            };
            let by = observed.source.as_ref().map(|source| format!(" by `{source}`")).unwrap_or_default();
            let place = match &result.promise.path {
                Some(path) if !path.is_empty() => format!(" of `{path}`"),
                _ => String::new(),
            };
            let message =
                format!("the promise `{}`{place} was missed on {}{what}", result.promise.name, observed.date());
            sink.push(
                MISSED_PROMISE
                    .at(header.file, result.promise.span, message)
                    .label("promised here")
                    .help("mend the data, or change the promise in a new version; until then a waiver can say why")
                    .related(observed.location.file, observed.location.span, format!("observed{by}"))
                    .subject(header.reference()),
            );
        }
    }
}

fn unmet_schema(context: &Context<'_>, sink: &mut Sink) {
    let mesh = context.mesh;
    for (contract_idx, contract) in mesh.contracts.iter().enumerate() {
        let header = &contract.descriptor.header;
        if header.is_unfinished() || header.is_broken() {
            continue;
        }
        for miss in mesh.contract_evidence(contract_idx).schema_misses {
            let observed = &miss.observed;
            let said = observed.message.as_ref().map(|said| format!(": {said}")).unwrap_or_default();
            let message = format!(
                "the data of `{}` is not as the contract `{}` states, on {}: `{}` failed{said}",
                miss.path,
                header.id.value,
                observed.date(),
                observed.name,
            );
            sink.push(
                UNMET_SCHEMA
                    .at(observed.location.file, observed.location.span, message.trim_end_matches('.').to_owned())
                    .label("observed here")
                    .help("mend the data, or state in a new version of the contract what it has")
                    .related(header.file, header.id.span, "the contract")
                    .subject(header.reference()),
            );
        }
    }
}

fn unmatched_results(context: &Context<'_>, sink: &mut Sink) {
    for unmatched in &context.mesh.unmatched_results {
        let quoted: Vec<String> = unmatched.names.iter().map(|name| format!("`{name}`")).collect();
        let more = unmatched.n.saturating_sub(quoted.len());
        let names = match more {
            0 => quoted.join(", "),
            more => format!("{} and {more} more", quoted.join(", ")),
        };
        let (title, n) = (unmatched.format.title(), unmatched.n);
        let n = if n == 1 { String::new() } else { format!(", {n} of them") };
        // A failure that counts for nothing is the first to be looked at.
        let failed = match (unmatched.n_failed, unmatched.n) {
            (0, _) => String::new(),
            (_, 1) => "; the one result failed".to_owned(),
            (n_failed, _) => format!(", {n_failed} failed"),
        };
        let message = format!("results of {title} {}{n}{failed}", unmatched.why);
        sink.push(
            UNMATCHED_RESULTS
                .at(unmatched.location.file, unmatched.location.span, message)
                .label(names)
                .help(unmatched.help.clone()),
        );
    }
}

fn unread_results(context: &Context<'_>, sink: &mut Sink) {
    for (location, why) in &context.mesh.unread_results {
        let path = context.sources.path(location.file);
        let message = format!("the result file `{path}` counts for nothing: {why}");
        sink.push(
            UNREAD_RESULTS
                .at(location.file, location.span, message)
                .label("here")
                .help("run the tool again, or leave the file out with `exclude:`"),
        );
    }
}
