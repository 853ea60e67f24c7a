//! From result files to evidence: which contract and promise each result is about, which is the
//! newest, and what is odd about the files (`REF`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::columns::path_text;
use super::days::{Days, Verdict};
use super::evidence::{Fact, Observations, Observed, PromiseResult, SchemaMiss};
use super::judge::{Candidate, Judgement, Match, candidates, find, judge};
use super::mesh::Mesh;
use super::near::Report;
use super::rules::evidence as rules;
use super::tools::{self, Unmatched, object_names};
use crate::model::{
    ColumnPath, DataContract, Header, ObservedResult, Property, ResultFile, ResultFormat, ResultStatus, SchemaObject,
    SpannedText, Text, ToolFile, Version, date_of,
};
use crate::source::Location;

/// After so many days without a result the newest one is stale, and what was looked at is gone. What says that a result is
/// old, be it the rule or a page, asks [`Reading::stale_age`].
const STALE_AFTER_DAYS: i32 = 30;

/// Reads the evidence out of all result files.
pub(super) fn observe(
    mesh: &mut Mesh,
    files: Vec<ResultFile>,
    tools: Vec<ToolFile>,
    today: Date,
    sink: &mut Report<'_>,
) {
    let mut by_contract: BTreeMap<usize, Vec<ResultFile>> = BTreeMap::new();
    let mut unknown: BTreeMap<(Text, Text), ResultFile> = BTreeMap::new();
    for file in files {
        if day_of(file.observed_at.value) > today {
            let message = format!("these results are of {}, which is after today", day_of(file.observed_at.value));
            sink.push(
                rules::FUTURE_RESULT
                    .at(file.file, file.observed_at.span, message)
                    .label("not counted")
                    .help("correct `observedAt`; it needs the offset of its time zone"),
            );
            continue;
        }
        let Some(contract) = &file.contract else {
            sink.push(
                rules::RESULT_WITHOUT_CONTRACT
                    .at(file.file, file.observed_at.span, "these results name no contract")
                    .label("observed then, of nothing")
                    .help("add `contract:` with `contractID` and `version`"),
            );
            continue;
        };
        let found = match &file.version {
            Some(version) => mesh.contract(contract, version),
            None => mesh.current_version(contract),
        };
        let made = found.and_then(|idx| mesh.contracts[idx].descriptor.header.created()).and_then(date_of);
        // What was observed before the current version was made is history.
        if file.version.is_none() && made.is_some_and(|made| day_of(file.observed_at.value) < made) {
            continue;
        }
        if let Some(idx) = found {
            by_contract.entry(idx).or_default().push(file);
            continue;
        }
        // Of many files with one mistake the newest tells it.
        let version = file.version.as_ref().map(|version| version.value.clone()).unwrap_or_default();
        let newest = unknown.entry((contract.value.clone(), version)).or_insert_with(|| file.clone());
        if file.observed_at.value > newest.observed_at.value {
            *newest = file;
        }
    }
    for file in unknown.values() {
        report_unknown(mesh, file, sink);
    }
    let placed = tools::place(mesh, tools, today, sink);
    for (contract_idx, files) in placed.by_contract {
        by_contract.entry(contract_idx).or_default().extend(files);
    }
    let mut unmatched = placed.unmatched;
    let mut observations: BTreeMap<usize, Observations> = BTreeMap::new();
    for (contract_idx, files) in by_contract {
        if !mesh.contracts[contract_idx].descriptor.header.may_hold_more() {
            let reading = Reading::of(mesh, contract_idx, &files, today);
            observations.insert(contract_idx, reading.finish(&mut unmatched, sink));
        }
    }
    for (contract_idx, run) in placed.runs {
        observations.entry(contract_idx).or_default().last_run = Some(run);
    }
    mesh.unmatched_results = unmatched.finish();
    mesh.observations = observations;
}

pub(super) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn days_between(earlier: Date, later: Date) -> i32 {
    later.since(earlier).map_or(0, |span| span.get_days())
}

/// Reports results about a contract or version that is not there.
fn report_unknown(mesh: &Mesh, file: &ResultFile, sink: &mut Report<'_>) {
    let Some(contract) = &file.contract else { return };
    let at =
        |written: &SpannedText, message: String| rules::RESULT_WITHOUT_CONTRACT.at(file.file, written.span, message);
    let versions: Vec<&DataContract> =
        mesh.versions(contract).iter().map(|idx| &*mesh.contracts[*idx].descriptor).collect();
    if let (Some(newest), Some(version)) = (versions.last(), &file.version) {
        if versions.iter().any(|known| known.lacks_version()) {
            return;
        }
        // Contracts move on in their files; what was observed of what they were is history.
        if Version::parse(version) < Version::parse(newest.version_text()) {
            return;
        }
        let place = Location { file: file.file, span: version.span };
        report_no_version(mesh, (&contract.value, &version.value), place, sink);
        return;
    }
    // A file that cannot be read to its end may be the contract that is meant.
    if mesh.contracts.iter().any(|node| node.descriptor.header.is_broken()) {
        return;
    }
    let message = format!("these results are about the contract `{}`, which is not in this registry", contract.value);
    let known = || mesh.contracts.iter().map(|node| node.descriptor.header.id.value.as_str());
    let help = match sink.nearest_in("contracts", contract, known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "add the contract, or remove the result file".to_owned(),
    };
    sink.push(at(contract, message).help(help));
}

/// Reports results about a version that no document of their contract has.
pub(super) fn report_no_version(mesh: &Mesh, (id, version): (&str, &str), at: Location, sink: &mut Report<'_>) {
    let versions: Vec<&DataContract> = mesh.versions(id).iter().map(|idx| &*mesh.contracts[*idx].descriptor).collect();
    let Some(newest) = versions.last() else { return };
    let quoted: Vec<String> = versions.iter().map(|version| format!("`{}`", version.version_text())).collect();
    let header = &newest.header;
    let place = header.version.as_ref().map_or(header.id.span, |version| version.span);
    sink.push(
        rules::RESULT_WITHOUT_CONTRACT
            .at(at.file, at.span, format!("the contract `{id}` has no version `{version}`"))
            .help(format!("write {}, or add the contract document", quoted.join(" or ")))
            .related(header.file, place, "the newest version of the contract")
            .subject(header.reference()),
    );
}

/// What is looked at by one check: its promise, the names of the things, and of several servers the one.
type Thing = (usize, Vec<Text>, Option<Text>);

/// What is about no promise: its id, the names of the things, and of several servers the one.
type Extra = (Text, Vec<Text>, Option<Text>);

/// The newest result about one thing.
struct Newest {
    observed: Observed,
    judgement: Judgement,
}

/// A result that is about no promise.
struct Stranger {
    at: Timestamp,
    place: Location,
    n_meant: usize,
    is_check: bool,
}

/// The results of one contract version while they are read.
struct Reading<'m> {
    mesh: &'m Mesh,
    contract_idx: usize,
    today: Date,
    known: Vec<Candidate<'m>>,
    /// When the newest file was observed, and where it says so.
    newest_file: Option<(Timestamp, Location)>,
    newest: BTreeMap<Thing, Newest>,
    days: BTreeMap<usize, Days>,
    /// What each day says of a promise, however long ago; of a day the worst.
    verdicts: BTreeMap<usize, BTreeMap<Date, Verdict>>,
    facts: BTreeMap<(Text, Vec<Text>), Observed>,
    strangers: BTreeMap<Text, Stranger>,
    /// Of what tools say about no promise: the newest of each thing, with the form of its file.
    extra: BTreeMap<Extra, (ObservedResult, ResultFormat, Observed)>,
}

impl<'m> Reading<'m> {
    fn of(mesh: &'m Mesh, contract_idx: usize, files: &[ResultFile], today: Date) -> Reading<'m> {
        let mut reading = Reading {
            mesh,
            contract_idx,
            today,
            known: candidates(&mesh.contracts[contract_idx].descriptor),
            newest_file: None,
            newest: BTreeMap::new(),
            days: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            facts: BTreeMap::new(),
            strangers: BTreeMap::new(),
            extra: BTreeMap::new(),
        };
        for file in files {
            let place = Location { file: file.file, span: file.observed_at.span };
            if reading.newest_file.is_none_or(|(at, _)| file.observed_at.value > at) {
                reading.newest_file = Some((file.observed_at.value, place));
            }
            for result in &file.results {
                reading.add(file, result);
            }
        }
        reading
    }

    fn add(&mut self, file: &ResultFile, result: &ObservedResult) {
        let at = file.observed_at.value;
        let observed = || Observed {
            at,
            value: result.value.clone(),
            unit: result.unit.clone(),
            message: result.message.clone(),
            name: result.name.clone().unwrap_or_else(|| result.id.value.clone()),
            source: file.source.clone(),
            location: Location { file: file.file, span: result.id.span },
        };
        let n_meant = match find(&self.known, result) {
            Match::One(idx) => {
                let Some(judgement) = judge(&self.known[idx], result) else { return };
                let day = day_of(at);
                self.days.entry(idx).or_default().add(day, self.today, judgement.verdict);
                let of_day = self.verdicts.entry(idx).or_default().entry(day).or_insert(judgement.verdict);
                *of_day = (*of_day).max(judgement.verdict);
                let newer = Newest { observed: observed(), judgement };
                match self.newest.entry((idx, self.things_of(result), file.server.clone())) {
                    std::collections::btree_map::Entry::Vacant(entry) => {
                        entry.insert(newer);
                    }
                    std::collections::btree_map::Entry::Occupied(mut entry) => {
                        if weight(&newer) > weight(entry.get()) {
                            entry.insert(newer);
                        }
                    }
                }
                return;
            }
            Match::Many(n_meant) => n_meant,
            Match::None => 0,
        };
        if file.format != ResultFormat::Observability && (result.is_check || n_meant > 0) {
            // The columns of a key are part of its name, so that the id tells two keys of an object apart.
            let key = (result.id.value.clone(), result.targets.clone(), file.server.clone());
            if self.extra.get(&key).is_none_or(|(_, _, known)| at >= known.at) {
                self.extra.insert(key, (result.clone(), file.format, observed()));
            }
            return;
        }
        let is_newer = |stranger: &Stranger| at > stranger.at;
        let is_ours = file.format == ResultFormat::Observability;
        if is_ours && self.strangers.get(&result.id.value).is_none_or(is_newer) {
            let place = Location { file: file.file, span: result.id.span };
            let stranger = Stranger { at, place, n_meant, is_check: result.is_check };
            self.strangers.insert(result.id.value.clone(), stranger);
        }
        if !result.is_check && result.value.is_some() {
            let key = (result.id.value.clone(), result.targets.clone());
            if self.facts.get(&key).is_none_or(|known| at > known.at) {
                self.facts.insert(key, observed());
            }
        }
    }

    /// Returns what was looked at by the names of the contract: whoever looks may call an object or a column otherwise.
    fn things_of(&self, result: &ObservedResult) -> Vec<Text> {
        let contract = &self.mesh.contracts[self.contract_idx].descriptor;
        let of_target = |target: &Text| {
            let target = target.trim().to_lowercase();
            let named = |object: &SchemaObject| {
                let names = object_names(object);
                let below = names.iter().filter_map(|name| target.strip_prefix(name.as_str()));
                below
                    .filter(|rest| rest.is_empty() || rest.starts_with('.'))
                    .min_by_key(|rest| rest.len())
                    .map(str::len)
            };
            let found = contract.objects.iter().filter_map(|object| Some((named(object)?, object)));
            let Some((n_rest, object)) = found.min_by_key(|(n_rest, _)| *n_rest) else { return target.into() };
            let rest = target[target.len() - n_rest..].trim_start_matches('.');
            if rest.is_empty() {
                return object.name.value.to_lowercase();
            }
            // By its name; else as it is called where it lies, below the columns that hold it.
            let below = |columns: &[&Property], last: &str| {
                let above = columns[..columns.len() - 1].iter().map(|column| column.name.as_str());
                above.chain([last]).collect::<Vec<_>>().join(".").eq_ignore_ascii_case(rest)
            };
            let all = || contract.columns().filter(|(of, _)| std::ptr::eq(*of, object)).map(|(_, columns)| columns);
            let named = |columns: &ColumnPath<'_>| columns.last().is_some_and(|last| below(columns, &last.name));
            let called = |columns: &ColumnPath<'_>| {
                columns.last().is_some_and(|last| last.physical_names().any(|name| below(columns, name)))
            };
            let own = all().find(named).or_else(|| all().find(called));
            match own {
                Some(columns) => path_text(object, &columns).to_lowercase().into(),
                None => format!("{}.{rest}", object.name.value).to_lowercase().into(),
            }
        };
        result.targets.iter().map(of_target).collect()
    }

    fn finish(mut self, unmatched: &mut Unmatched, sink: &mut Report<'_>) -> Observations {
        self.report_stale(sink);
        self.report_strangers(sink);
        let schema_misses = self.sort_extra(unmatched);
        let mut worst: BTreeMap<usize, Newest> = BTreeMap::new();
        for (idx, newest) in self.things_that_are_there() {
            match worst.get(&idx) {
                Some(known) if badness(&newest) <= badness(known) => {}
                _ => drop(worst.insert(idx, newest)),
            }
        }
        let mut results: Vec<PromiseResult> = Vec::with_capacity(worst.len());
        for (idx, Newest { observed, judgement }) in worst {
            if judgement.is_contradicted {
                self.report_contradicted(idx, &observed, sink);
            }
            results.push(PromiseResult {
                contract_idx: self.contract_idx,
                promise: self.known[idx].promise.clone(),
                verdict: judgement.verdict,
                stale: self.stale_age(observed.at),
                observed,
                comparison: judgement.comparison,
                days: self.days.get(&idx).copied().unwrap_or_default(),
                turned: self.verdicts.get(&idx).and_then(turned),
            });
        }
        results.sort_by_key(|result| (result.promise.kind, result.promise.span));
        let facts = std::mem::take(&mut self.facts).into_values();
        let facts = facts.map(|observed| Fact { contract_idx: self.contract_idx, observed }).collect();
        Observations { results, facts, schema_misses, last_run: None }
    }

    /// Tells what tools say of no promise: about the schema what it lacks, of the rest why it counts for nothing.
    fn sort_extra(&mut self, unmatched: &mut Unmatched) -> Vec<SchemaMiss> {
        let mut misses = Vec::new();
        let newest = self.newest_file.map(|(at, _)| day_of(at));
        for ((id, targets, _), (result, format, observed)) in std::mem::take(&mut self.extra) {
            // A test that is not run any more while others are has nothing to say of the data of today.
            if newest.is_some_and(|newest| days_between(observed.date(), newest) > STALE_AFTER_DAYS) {
                continue;
            }
            let is_failure = matches!(result.status, ResultStatus::Fail | ResultStatus::SoftFail);
            let many = match find(&self.known, &result) {
                Match::Many(many) => Some(many),
                Match::One(_) | Match::None => None,
            };
            let path = targets.first().map(ToString::to_string).unwrap_or_default();
            // Of what the contract does not state, nothing can be missing in the data.
            let is_stated = result.is_schema && self.is_stated(&path);
            if is_stated && is_failure {
                misses.push(SchemaMiss {
                    contract_idx: self.contract_idx,
                    path: path.clone(),
                    observed: observed.clone(),
                });
            }
            if is_stated && many.is_none() {
                continue;
            }
            let (why, help) = match many {
                Some(many) => (
                    format!("can each be about several promises of {} ({many} for `{id}`)", self.contract()),
                    "give the quality rules an `id`, and the tests that name".to_owned(),
                ),
                None if result.is_schema => (
                    format!("are about `{path}`, which {} does not state", self.contract()),
                    "name the object and the column as the contract does, or add them to it".to_owned(),
                ),
                None => (
                    format!("are about no promise of {}", self.contract()),
                    "promise it with a quality rule of that `id`, or of that metric on the column; \
                     `docs/observations.md` of meshfolio says how tests find promises"
                        .to_owned(),
                ),
            };
            let at = observed.at;
            let name = (result.name.as_ref().unwrap_or(&id), is_failure);
            unmatched.add(format, why, help, name, (at, observed.location));
        }
        misses
    }

    /// Says whether the contract states what a test of the schema is about: an object, or a column of the object that is
    /// named with it. A name alone may be that of any.
    fn is_stated(&self, path: &str) -> bool {
        let descriptor = &self.mesh.contracts[self.contract_idx].descriptor;
        let is = |known: &str| known.eq_ignore_ascii_case(path);
        let is_object = |object: &SchemaObject| is(&object.name) || object.physical_name.as_deref().is_some_and(is);
        let is_column = |column: &Property| is(&column.name) || column.physical_names().any(|name| is(name));
        let is_alone =
            || descriptor.columns().any(|(_, columns)| columns.last().is_some_and(|column| is_column(column)));
        path.is_empty()
            || descriptor.objects.iter().any(is_object)
            || tools::column(descriptor, path).is_some()
            || (!path.contains('.') && is_alone())
    }

    /// Leaves out of the results about one thing those that a newer one takes the place of although one of the two does not
    /// say of which server it is: it may be of the same.
    fn drop_superseded(&mut self) {
        let mut at: BTreeMap<(usize, Vec<Text>), [Option<Timestamp>; 2]> = BTreeMap::new();
        for ((idx, things, server), newest) in &self.newest {
            let known = &mut at.entry((*idx, things.clone())).or_default()[usize::from(server.is_some())];
            *known = (*known).max(Some(newest.observed.at));
        }
        self.newest.retain(|(idx, things, server), newest| {
            let others = at.get(&(*idx, things.clone())).and_then(|at| at[usize::from(server.is_none())]);
            others.is_none_or(|other| other <= newest.observed.at)
        });
    }

    /// Returns the newest result of each thing; a thing that was not looked at for long while others
    /// were is gone, and what it was counts no more.
    fn things_that_are_there(&mut self) -> Vec<(usize, Newest)> {
        let mut latest: BTreeMap<usize, Timestamp> = BTreeMap::new();
        self.drop_superseded();
        for ((idx, ..), newest) in &self.newest {
            let at = latest.entry(*idx).or_insert(newest.observed.at);
            *at = (*at).max(newest.observed.at);
        }
        let things = std::mem::take(&mut self.newest).into_iter().map(|((idx, ..), newest)| (idx, newest));
        let is_there = |(idx, newest): &(usize, Newest)| {
            days_between(newest.observed.date(), day_of(latest[idx])) <= STALE_AFTER_DAYS
        };
        things.filter(is_there).collect()
    }

    fn header(&self) -> &'m Header {
        &self.mesh.contracts[self.contract_idx].descriptor.header
    }

    /// The contract in words: "the contract `orders` 2.1.0".
    fn contract(&self) -> String {
        let version = self.mesh.contracts[self.contract_idx].descriptor.version_text();
        format!("the contract `{}` {version}", self.header().id.value).trim_end().to_owned()
    }

    /// The age in days of what was observed then, where that is too old to say how the data is today. Of what is not in
    /// use nobody expects new results.
    fn stale_age(&self, at: Timestamp) -> Option<u32> {
        let age = days_between(day_of(at), self.today);
        u32::try_from(age).ok().filter(|_| age > STALE_AFTER_DAYS && !self.header().is_unfinished())
    }

    fn report_stale(&self, sink: &mut Report<'_>) {
        let Some((at, place)) = self.newest_file else { return };
        let Some(age) = self.stale_age(at) else { return };
        let message = format!("the newest results about {} are {age} days old", self.contract());
        sink.push(
            rules::STALE_RESULTS
                .at(place.file, place.span, message)
                .label("the newest of them")
                .help("run the checks again, or remove the result files")
                .subject(self.header().reference()),
        );
    }

    /// Reports what the newest results say about nothing; in older ones it may have been something.
    fn report_strangers(&self, sink: &mut Report<'_>) {
        let Some((newest, _)) = self.newest_file else { return };
        for (id, stranger) in self.strangers.iter().filter(|(_, stranger)| day_of(stranger.at) == day_of(newest)) {
            let meant = sink.nearest(id, self.known.iter().flat_map(Candidate::names));
            if !stranger.is_check && stranger.n_meant == 0 && meant.is_none() {
                continue;
            }
            let what = if stranger.is_check { "check" } else { "metric" };
            let (message, help) = if stranger.n_meant > 0 {
                let message =
                    format!("the {what} `{id}` can be about {} promises of {}", stranger.n_meant, self.contract());
                (message, "name the object or column in `target.resourceIdentifier`".to_owned())
            } else {
                let message = format!("the {what} `{id}` is about no promise of {}", self.contract());
                let help = match meant {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "write the `id` or `name` of a quality rule or the property of a service level; \
                             what nobody promised is a `type: metric`"
                        .to_owned(),
                };
                (message, help)
            };
            sink.push(
                rules::RESULT_WITHOUT_PROMISE
                    .at(stranger.place.file, stranger.place.span, message)
                    .help(help)
                    .subject(self.header().reference()),
            );
        }
    }

    fn report_contradicted(&self, idx: usize, observed: &Observed, sink: &mut Report<'_>) {
        let candidate = &self.known[idx];
        let value = observed.value.as_deref().unwrap_or_default();
        let value = observed.unit.as_ref().map_or(value.to_owned(), |unit| format!("{value} {unit}"));
        let message =
            format!("`{}` passes with {value}; {} promises {}", observed.name, self.contract(), candidate.terms());
        sink.push(
            rules::CONTRADICTED_RESULT
                .at(observed.location.file, observed.location.span, message)
                .label("counted as missed")
                .help("give the check the threshold of the contract")
                .related(self.header().file, candidate.promise.span, "promised here")
                .subject(self.header().reference()),
        );
    }
}

/// Returns the last day that is missed while the day with results before it is kept. Where nothing was kept before,
/// nobody knows since when it is missed.
fn turned(verdicts: &BTreeMap<Date, Verdict>) -> Option<Date> {
    let turns = verdicts.values().zip(verdicts.iter().skip(1));
    let is_turn =
        |(before, (_, now)): &(&Verdict, (&Date, &Verdict))| (**before, **now) == (Verdict::Kept, Verdict::Missed);
    turns.filter(is_turn).map(|(_, (day, _))| *day).max()
}

/// Of two results about one thing the newer counts; of two at one time the worse.
fn weight(newest: &Newest) -> (Timestamp, Verdict) {
    (newest.observed.at, newest.judgement.verdict)
}

/// Of two things the one that misses its promise counts, else the one seen last.
fn badness(newest: &Newest) -> (Verdict, Timestamp) {
    (newest.judgement.verdict, newest.observed.at)
}
