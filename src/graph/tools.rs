//! From the names that tools use to contracts, objects and columns.
//!
//! Of each contract only the version counts that is current, unless the tool names another. An object is known by
//! its `name`, its `physicalName` and the last part of that; a column by its name, its path and its
//! `physicalName`; all in any case.

mod kinds;
mod names;
mod places;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

pub(super) use self::kinds::metric_of;
use self::kinds::{Asks, asks};
pub(super) use self::names::object_names;
use self::names::{Found, NAMES, Names, Why};
use super::evidence::{LastRun, UnmatchedResults};
use super::mesh::Mesh;
use super::near::Report;
use super::observe::{day_of, report_no_version};
use super::rules::evidence as rules;
use crate::model::{
    DataContract, ObservedResult, Property, PropertyFlags, ResultFile, ResultFormat, ResultStatus, SchemaObject,
    SpannedText, Text, ToolFile, ToolOutcome, ToolResult, ToolSubject,
};
use crate::source::{FileId, Location, Span, Spanned};

/// What became of the results of tools.
#[derive(Default)]
pub(super) struct Placed {
    /// As if they were files about one contract version each.
    pub(super) by_contract: BTreeMap<usize, Vec<ResultFile>>,
    /// The last run of each contract version.
    pub(super) runs: BTreeMap<usize, LastRun>,
    /// What is about nothing.
    pub(super) unmatched: Unmatched,
}

/// Results that are about nothing, by form and reason.
#[derive(Default)]
pub(super) struct Unmatched {
    groups: BTreeMap<(ResultFormat, String), Group>,
}

struct Group {
    help: String,
    n: usize,
    n_failed: usize,
    names: BTreeSet<Text>,
    newest: (Timestamp, Location),
}

impl Unmatched {
    pub(super) fn add(
        &mut self,
        format: ResultFormat,
        why: String,
        help: String,
        (name, is_failure): (&Text, bool),
        newest: (Timestamp, Location),
    ) {
        let begin = || Group { help, n: 0, n_failed: 0, names: BTreeSet::new(), newest };
        let group = self.groups.entry((format, why)).or_insert_with(begin);
        group.n += 1;
        group.n_failed += usize::from(is_failure);
        group.newest = group.newest.max(newest);
        if group.names.len() < NAMES || group.names.last().is_some_and(|last| name < last) {
            group.names.insert(name.clone());
        }
        if group.names.len() > NAMES {
            group.names.pop_last();
        }
    }

    pub(super) fn finish(self) -> Vec<UnmatchedResults> {
        let groups = self.groups.into_iter();
        let one = |((format, why), group): ((ResultFormat, String), Group)| UnmatchedResults {
            format,
            why,
            help: group.help,
            n: group.n,
            n_failed: group.n_failed,
            names: group.names.into_iter().collect(),
            location: group.newest.1,
        };
        groups.map(one).collect()
    }
}

/// Says what each result of each file is about.
pub(super) fn place(mesh: &Mesh, files: Vec<ToolFile>, today: Date, sink: &mut Report<'_>) -> Placed {
    let mut placed = Placed::default();
    if files.is_empty() {
        return placed;
    }
    let names = Names::of(mesh);
    let mut made = Made::new();
    // Of many results with one mistake the newest tells it.
    let mut newer_versions: BTreeMap<(Text, Text), (Timestamp, Span, FileId)> = BTreeMap::new();
    for file in files {
        let mut is_future_told = false;
        for result in file.results {
            let location = Location { file: file.file, span: place_of(&result) };
            let told = name_of(&result);
            if let ToolOutcome::Unclear(why) = result.outcome {
                let help = "let the tool write when it ran".to_owned();
                placed.unmatched.add(
                    file.format,
                    format!("cannot be used: {why}"),
                    help,
                    (&told, false),
                    (result.at.value, location),
                );
                continue;
            }
            if day_of(result.at.value) > today {
                if !is_future_told {
                    let message = format!("these results are of {}, which is after today", day_of(result.at.value));
                    let help = "correct the clock of the tool; a time without an offset is read as UTC";
                    sink.push(
                        rules::FUTURE_RESULT.at(file.file, result.at.span, message).label("not counted").help(help),
                    );
                }
                is_future_told = true;
                continue;
            }
            match names.find(&result.subject) {
                Err(Why { newer: Some(newer), .. }) => {
                    let newest = newer_versions.entry(newer).or_insert((result.at.value, result.at.span, file.file));
                    *newest = (*newest).max((result.at.value, result.at.span, file.file));
                }
                Err(why) => {
                    let is_failure = matches!(&result.outcome, ToolOutcome::Result(observed) if matches!(observed.status, ResultStatus::Fail | ResultStatus::SoftFail));
                    let name = (&told, is_failure);
                    placed.unmatched.add(file.format, why.reason, why.help, name, (result.at.value, location));
                }
                Ok(found) => add(mesh, &mut placed, &mut made, (&file.format, location), result, &found),
            }
        }
    }
    for ((contract, version), (_, span, file)) in newer_versions {
        report_no_version(mesh, (&contract, &version), Location { file, span }, sink);
    }
    for ((contract_idx, ..), file) in made {
        placed.by_contract.entry(contract_idx).or_default().push(file);
    }
    placed
}

type Made = BTreeMap<(usize, FileId, Timestamp, Option<Text>, Option<Text>), ResultFile>;

fn add(
    mesh: &Mesh,
    placed: &mut Placed,
    made: &mut Made,
    (format, location): (&ResultFormat, Location),
    result: ToolResult,
    found: &Found,
) {
    let ToolResult { at, source, outcome, .. } = result;
    let mut observed = match outcome {
        ToolOutcome::Run { is_good } => {
            let run = LastRun { contract_idx: found.contract_idx, at: at.value, is_good, source, location };
            let known = placed.runs.get(&found.contract_idx);
            if known.is_none_or(|known| (run.at, !run.is_good) > (known.at, !known.is_good)) {
                placed.runs.insert(found.contract_idx, run);
            }
            return;
        }
        ToolOutcome::Result(observed) => observed,
        ToolOutcome::Unclear(_) => return,
    };
    settle(&mesh.contracts[found.contract_idx].descriptor, &mut observed, found);
    let key = (found.contract_idx, location.file, at.value, source.clone(), found.server.clone());
    let file = made.entry(key).or_insert_with(|| ResultFile {
        file: location.file,
        observed_at: Spanned::new(at.value, at.span),
        source,
        server: found.server.clone(),
        contract: None,
        version: None,
        results: Vec::new(),
        format: *format,
    });
    file.results.push(observed);
}

/// Says in the words of the contract what a result is about.
fn settle(contract: &DataContract, observed: &mut ObservedResult, found: &Found) {
    observed.targets = found.path.iter().map(|path| Text::from(path.as_str())).collect();
    observed.columns.clone_from(&found.columns);
    if let Some(rule) = &found.rule {
        let name = observed.name.take().unwrap_or_else(|| observed.id.value.clone());
        observed.name = Some(name);
        observed.id = SpannedText::new(rule.clone(), observed.id.span);
    }
    let kind = found.kind.clone().or_else(|| observed.metric.clone());
    let asked = kind.as_deref().map(asks);
    let column = found.path.as_deref().and_then(|path| column(contract, path));
    let has = |flag: PropertyFlags| column.is_some_and(|(_, column)| column.flags.has(flag));
    // Of a key of several columns each is filled, and only all of them together are unique.
    let key = |object: &SchemaObject| -> Vec<Text> {
        let keys = object.properties.iter().filter(|column| column.flags.has(PropertyFlags::PRIMARY_KEY));
        keys.map(|column| column.name.clone()).collect()
    };
    let is_whole_key = || {
        if let Some((object, column)) = column {
            return column.flags.has(PropertyFlags::PRIMARY_KEY) && key(object).len() <= 1;
        }
        let object = contract.objects.iter().find(|object| Some(object.name.as_str()) == found.path.as_deref());
        let sorted = |mut names: Vec<Text>| {
            names.sort();
            names
        };
        let is_key = |object: &SchemaObject| sorted(key(object)) == sorted(found.columns.clone());
        !found.columns.is_empty() && object.is_some_and(is_key)
    };
    observed.metric = match asked {
        Some(Asks::Metric(metric)) => Some(Text::from(metric)),
        Some(Asks::Part(_) | Asks::Schema | Asks::Reference) | None => None,
        Some(Asks::Unknown) => observed.metric.take(),
    };
    let is_foreign =
        || column.and_then(|(_, column)| column.detail.as_ref()).is_some_and(|it| !it.relationships.is_empty());
    // A test of what the schema states, where no rule promises it as well, is about the schema.
    let is_failure = matches!(observed.status, ResultStatus::Fail | ResultStatus::SoftFail);
    let of_part = match asked {
        Some(Asks::Part(metric)) if is_failure => Some(metric),
        _ => None,
    };
    observed.is_schema |= match observed.metric.as_deref().or(of_part) {
        Some("nullValues") => has(PropertyFlags::REQUIRED) || has(PropertyFlags::PRIMARY_KEY),
        Some("duplicateValues") => has(PropertyFlags::UNIQUE) || is_whole_key(),
        _ if matches!(asked, Some(Asks::Reference)) => is_foreign(),
        _ => matches!(asked, Some(Asks::Schema)),
    };
}

/// Finds the column of a path `object.column.part`. Names may have dots of their own; nothing is put together to compare
/// it, for a file may have very many results about very many columns.
pub(super) fn column<'c>(contract: &'c DataContract, path: &str) -> Option<(&'c SchemaObject, &'c Property)> {
    fn below<'c>(columns: &'c [Property], path: &str) -> Option<&'c Property> {
        columns.iter().find_map(|column| {
            let rest = path.strip_prefix(column.name.as_str())?;
            if rest.is_empty() { Some(column) } else { below(column.children(), rest.strip_prefix('.')?) }
        })
    }
    contract.objects.iter().find_map(|object| {
        let rest = path.strip_prefix(object.name.as_str())?.strip_prefix('.')?;
        below(&object.properties, rest).map(|column| (object, column))
    })
}

fn place_of(result: &ToolResult) -> Span {
    match &result.outcome {
        ToolOutcome::Result(observed) => observed.id.span,
        ToolOutcome::Run { .. } | ToolOutcome::Unclear(_) => result.at.span,
    }
}

fn name_of(result: &ToolResult) -> Text {
    match (&result.outcome, &result.subject) {
        (ToolOutcome::Result(observed), ToolSubject::Contract { .. }) => {
            observed.name.clone().unwrap_or_else(|| observed.id.value.clone())
        }
        (_, ToolSubject::Test(name) | ToolSubject::Node { name, .. } | ToolSubject::Dataset { name, .. }) => {
            name.clone()
        }
        (_, ToolSubject::Source { source, table }) => Text::from(format!("{source}.{table}")),
        (_, ToolSubject::Contract { id, .. }) => id.clone(),
    }
}
