//! What a change does: the page on which a site with a base opens. What breaks comes first, with who reads
//! it and what stands between the change and its merge; then all that is new, changed or gone.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::page;
use crate::diff::rules::gate::VERSION_NOT_BUMPED;
use crate::diff::{
    Asked, Bump, Change, ContractChange, Effect, ImpactedProduct, Level, Reviewer, ThingChange, ThingState, Uncounted,
};
use crate::graph::Found;
use crate::model::{Kind, Ref};
use crate::render::parts::{self, Anchor, Anchors, Frame, Linker, Piece, Sign};
use crate::render::preview::{CHANGE_JSON, CHANGE_PAGE, GoneRow, Group, NewFinding, Place, Preview, level_sign};
use crate::render::site::Site;
use crate::render::{Page, RenderError, address};

#[derive(Serialize)]
struct ChangePage<'a> {
    frame: Frame<'a>,
    revision: &'a str,
    commit: &'a str,
    verdict: Sign<'static>,
    says: String,
    counts: Vec<Count>,
    to_do: Vec<ToDoRow<'a>>,
    groups: Vec<GroupPart<'a>>,
    n_groups: usize,
    n_more_changes: usize,
    added: Vec<ThingRow<'a>>,
    n_added: usize,
    changed: Vec<ThingRow<'a>>,
    n_changed: usize,
    gone: Vec<GoneRow<'a>>,
    n_gone: usize,
    lookers: Vec<LookerRow<'a>>,
    n_lookers: usize,
    findings: Vec<FindingRow<'a>>,
    n_findings: usize,
    /// Findings that stand with their contracts.
    n_told: usize,
    base_errors: usize,
}

#[derive(Serialize)]
struct Count {
    n: usize,
    word: &'static str,
    href: &'static str,
}

#[derive(Serialize)]
struct ToDoRow<'a> {
    sign: Sign<'static>,
    text: Vec<Piece>,
    ask: &'a [String],
    /// Acknowledgements that are there and do not count.
    uncounted: Vec<Vec<Piece>>,
}

/// The changes of one contract, or of the ports of one product.
#[derive(Serialize)]
struct GroupPart<'a> {
    id: String,
    thing: Anchor<'a>,
    kind: &'static str,
    versions: String,
    /// What its version must do, and whether it does.
    bump: Option<Sign<'static>>,
    rows: Vec<ChangeRow<'a>>,
    n_more: usize,
    readers: Vec<ReaderRow<'a>>,
    n_readers: usize,
    /// Readers who have nothing to do.
    calm: Vec<ReaderRow<'a>>,
    n_calm: usize,
    further: Option<String>,
    agreements: Vec<String>,
}

#[derive(Serialize)]
struct ChangeRow<'a> {
    sign: Sign<'static>,
    what: Vec<Piece>,
    path: &'a str,
    code: &'static str,
    /// The rule, a link to what it finds.
    rule: Anchor<'a>,
    was: Option<std::borrow::Cow<'a, str>>,
    becomes: Option<std::borrow::Cow<'a, str>>,
    file: &'a str,
    line: u32,
    /// Why it may come, or who agreed.
    excuse: Option<String>,
}

#[derive(Serialize)]
struct ReaderRow<'a> {
    product: Anchor<'a>,
    domain: Option<Anchor<'a>>,
    team: Option<Anchor<'a>>,
    reads: String,
    pins: Option<&'a str>,
    sign: Sign<'static>,
}

/// Something new or changed.
#[derive(Serialize)]
struct ThingRow<'a> {
    thing: Anchor<'a>,
    reference: &'a str,
    kind: &'static str,
    domain: Option<Anchor<'a>>,
    owner: Option<Anchor<'a>>,
    file: &'a str,
    was: Option<&'a str>,
    fields: &'a [String],
    prose: &'a [String],
    of: Vec<Anchor<'a>>,
}

#[derive(Serialize)]
struct LookerRow<'a> {
    team: Option<Anchor<'a>>,
    /// The name on the forge, where that is not all there is of a team.
    handle: Option<&'a str>,
    reasons: Vec<Vec<Piece>>,
    n_more: usize,
}

#[derive(Serialize)]
struct FindingRow<'a> {
    sign: Sign<'static>,
    code: &'static str,
    /// The rule, a link to what it finds.
    rule: Anchor<'a>,
    message: Vec<Piece>,
    file: &'a str,
    line: u32,
    /// Other places where it says the same.
    n_more: usize,
}

/// Changes and readers of one thing, and of all; a page must not grow without end.
const CHANGES_EACH: usize = 40;
const CHANGES: usize = 150;
const READERS_EACH: usize = 25;
const READERS: usize = 100;
/// Things in each of the three lists.
const THINGS: usize = 100;
const TO_DO: usize = 50;
const LOOKERS: usize = 60;
const FINDINGS: usize = 40;
/// Things named in one cell.
const NAMED: usize = 6;
/// Characters of a value.
const VALUE: usize = 160;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    if site.preview().is_none() {
        return Vec::new();
    }
    [page(CHANGE_PAGE, 0, html), page(CHANGE_JSON, 0, json)].into_iter().flatten().collect()
}

fn json(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(site.preview().map(|shown| shown.preview.json.clone()).unwrap_or_default())
}

fn html(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let Some(shown) = site.preview() else { return Ok(Vec::new()) };
    site.theme.render("change.html", &build(site, &shown.preview))
}

fn build<'a>(site: &'a Site, preview: &'a Preview) -> ChangePage<'a> {
    let linker = Linker { site, depth: 0 };
    let mut frame = Frame::new(site, CHANGE_PAGE, "changes", "What this change does");
    frame.description = String::from("What a change does to the mesh: what breaks, for whom, and what is missing.");
    frame.json = Some(CHANGE_JSON.to_owned());
    let (verdict, says) = verdict(preview);
    let (groups, n_groups, n_more_changes) = groups(preview, linker);
    let of = |state: &[ThingState]| -> Vec<&'a ThingChange> {
        preview.things.iter().filter(|thing| state.contains(&thing.state)).collect()
    };
    let (added, changed) = (of(&[ThingState::New]), of(&[ThingState::Changed, ThingState::Renamed]));
    let gone = of(&[ThingState::Removed]);
    let row = |thing: &&'a ThingChange| thing_row(linker, thing);
    let lookers = lookers(linker, &preview.asked);
    let n_lookers = lookers.len();
    let (findings, n_told) = findings(linker, preview);
    let to_do = preview.set.to_do.iter().take(TO_DO).map(|to_do| ToDoRow {
        sign: if to_do.is_done { Sign::new("ok", "kept", "Done") } else { Sign::new("bad", "missed", "To do") },
        text: parts::spoken(&to_do.text),
        ask: &to_do.ask,
        uncounted: to_do.uncounted.iter().map(|told| uncounted(linker.site, told)).collect(),
    });
    ChangePage {
        frame,
        revision: &preview.revision,
        commit: preview.commit.get(..7).unwrap_or_default(),
        verdict,
        says,
        counts: counts(preview),
        to_do: to_do.collect(),
        groups,
        n_groups,
        n_more_changes,
        n_added: added.len(),
        added: added.iter().take(THINGS).map(row).collect(),
        n_changed: changed.len(),
        changed: changed.iter().take(THINGS).map(row).collect(),
        n_gone: gone.len(),
        gone: gone.into_iter().take(THINGS).map(|thing| GoneRow::of(linker, thing)).collect(),
        lookers: lookers.into_iter().take(LOOKERS).collect(),
        n_lookers,
        n_findings: findings.len(),
        findings: findings.into_iter().take(FINDINGS).collect(),
        n_told,
        base_errors: preview.set.n_base_errors,
    }
}

/// Says that an acknowledgement does not count, and why.
fn uncounted(site: &Site, told: &Uncounted) -> Vec<Piece> {
    let path = site.outcome.sources.path(told.location.file);
    parts::spoken(&format!("`{path}` is there and does not count: {}", told.why))
}

/// Says whether the change may come, and why not.
fn verdict(preview: &Preview) -> (Sign<'static>, String) {
    let n_breaking = preview.n_of(Level::Breaking);
    let breaking = parts::count(n_breaking, "breaking change");
    if preview.set.is_refused {
        let text = format!("{breaking}; something is missing before the merge.");
        return (Sign::new("bad", "brk", "The gate refuses this change"), text);
    }
    if let Some((refused, has_errors)) = &preview.refused {
        let why =
            if *has_errors { "; what they stand in may not have been compared" } else { ", which check.deny refuses" };
        return (Sign::new("bad", "missed", "Not ready"), format!("It brings {refused}{why}."));
    }
    match n_breaking {
        0 if preview.set.changes.is_empty() => (
            Sign::new("ok", "kept", "Nothing that was promised changes"),
            String::from("No contract and no port differs."),
        ),
        0 => {
            let text = match preview.n_of(Level::Warning) {
                0 => String::from("Who reads what changed can go on as before."),
                1 => String::from("1 change has to be looked at."),
                n => format!("{n} changes have to be looked at."),
            };
            (Sign::new("ok", "kept", "Nothing breaks"), text)
        }
        _ => (
            Sign::new("ok", "kept", "May come"),
            format!("{breaking}: each is covered by a new major version, agreed or waived."),
        ),
    }
}

fn counts(preview: &Preview) -> Vec<Count> {
    let changed = preview.n_things(ThingState::Changed) + preview.n_things(ThingState::Renamed);
    let all = [
        (preview.n_of(Level::Breaking), "breaking", "#contracts"),
        (preview.n_of(Level::Warning), "to look at", "#contracts"),
        (preview.n_of(Level::Compatible), "compatible", "#contracts"),
        (preview.n_things(ThingState::New), "new", "#new"),
        (changed, "changed", "#changed"),
        (preview.n_things(ThingState::Removed), "removed", "#removed"),
    ];
    all.into_iter().filter(|(n, ..)| *n > 0).map(|(n, word, href)| Count { n, word, href }).collect()
}

/// Returns the changes by thing, how many things there are, and how many changes have no room.
fn groups<'a>(preview: &'a Preview, linker: Linker<'a>) -> (Vec<GroupPart<'a>>, usize, usize) {
    let all = preview.groups();
    let n_groups = all.len();
    let n_changes: usize = all.iter().map(|group| group.changes.len()).sum();
    let mut anchors = Anchors::default();
    let (mut room, mut readers_room) = (CHANGES, READERS);
    let mut parts = Vec::new();
    for group in &all {
        if room == 0 {
            break;
        }
        let part =
            group_part(preview, group, linker, (room.min(CHANGES_EACH), readers_room.min(READERS_EACH)), &mut anchors);
        room -= part.rows.len();
        readers_room -= part.readers.len() + part.calm.len();
        parts.push(part);
    }
    let n_told: usize = parts.iter().map(|part| part.rows.len() + part.n_more).sum();
    (parts, n_groups, n_changes - n_told)
}

fn group_part<'a>(
    preview: &'a Preview,
    group: &Group,
    linker: Linker<'a>,
    (n_rows, n_readers): (usize, usize),
    anchors: &mut Anchors,
) -> GroupPart<'a> {
    let mesh = linker.site.mesh();
    let contract = group.contract.map(|contract| &preview.set.contracts[contract]);
    let (_, id) = group.subject.split_once(':').unwrap_or(("", &group.subject));
    let thing = match contract {
        Some(contract) => match contract.head_idx {
            Some(idx) => {
                let title = mesh.contracts[idx].descriptor.header.title();
                linker.to(title, &address::contract_version(mesh, &linker.site.homes, idx))
            }
            None => Anchor::plain(id.to_owned()),
        },
        None => match Ref::parse(&group.subject).ok().and_then(|subject| mesh.find(&subject).first().copied()) {
            Some(Found { kind: Kind::DataProduct, idx }) => linker.product(idx),
            Some(found) => {
                let title = mesh.header(found).title();
                match address::page(mesh, &linker.site.homes, found) {
                    Some(page) if found.kind != Kind::SemanticDefinition => linker.to(title, &page),
                    _ => Anchor::plain(id.to_owned()),
                }
            }
            None => Anchor::plain(id.to_owned()),
        },
    };
    let versions = contract.map(|contract| match (&contract.base_version, &contract.head_version) {
        (Some(base), Some(head)) if base == head => head.clone(),
        (Some(base), Some(head)) => format!("{base} to {head}"),
        (Some(base), None) => format!("{base}, gone"),
        (None, Some(head)) => format!("{head}, new"),
        (None, None) => String::new(),
    });
    let is_compared = |contract: &&ContractChange| {
        contract.base_idx.is_some() && contract.head_idx.is_some() && contract.required != Bump::None
    };
    let bump = contract.filter(is_compared).map(|contract| {
        let takes = match contract.declared {
            Bump::None if contract.base_version != contract.head_version => "the number goes back".to_owned(),
            Bump::None => "the number stays".to_owned(),
            declared => format!("takes {}", declared.word()),
        };
        let text = format!("Needs a {} version, {takes}", contract.required.word());
        match (contract.bump_is_enough(), contract.bump_may_come()) {
            (true, _) => Sign::new("ok", "kept", text),
            (false, true) => Sign::new("warn", "look", format!("{text}, waived")),
            (false, false) => Sign::new("bad", "missed", text),
        }
    });
    let rows: Vec<ChangeRow<'a>> = group
        .changes
        .iter()
        .take(n_rows)
        .map(|position| change_row(linker, &preview.set.changes[*position], &preview.places[*position]))
        .collect();
    // Who reads a contract is told where the contract is told.
    let mut readers: Vec<&'a ImpactedProduct> =
        preview.set.impact.iter().filter(|row| row.changed == group.subject).collect();
    readers.sort_by_key(|row| (row.effect, row.distance));
    let (direct, further): (Vec<_>, Vec<_>) = readers.into_iter().partition(|row| row.distance == 1);
    let (calm, direct): (Vec<_>, Vec<_>) = direct.into_iter().partition(|row| has_nothing_to_do(row.effect));
    let n_calm_shown = n_readers.saturating_sub(direct.len());
    let agreements = preview.set.agreements.iter().filter(|row| row.changed == group.subject);
    GroupPart {
        id: anchors.next(format!("x-{}", parts::anchor_part(&group.subject))),
        thing,
        kind: Ref::parse(&group.subject).ok().and_then(|subject| subject.kind).map_or("product", Kind::word),
        versions: versions.unwrap_or_default(),
        bump,
        n_more: group.changes.len() - rows.len(),
        rows,
        n_readers: direct.len(),
        readers: direct.into_iter().take(n_readers).map(|row| reader_row(linker, row)).collect(),
        n_calm: calm.len(),
        calm: calm.into_iter().take(n_calm_shown).map(|row| reader_row(linker, row)).collect(),
        further: further_words(&further),
        agreements: agreements
            .take(NAMED)
            .map(|row| format!("{} by agreement {}", row.consumer, row.agreement))
            .collect(),
    }
}

/// Says whether a reader need not even look.
fn has_nothing_to_do(effect: Effect) -> bool {
    matches!(effect, Effect::Stays | Effect::Moves | Effect::Unaffected)
}

/// Says how many products read through others, and in which domains.
fn further_words(rows: &[&ImpactedProduct]) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let domains: BTreeSet<&str> = rows.iter().filter_map(|row| row.domain.as_deref()).collect();
    let most = rows.iter().map(|row| row.distance).max().unwrap_or(1);
    Some(format!(
        "{} in {} read it through others, up to {} away.",
        parts::count(rows.len(), "product"),
        parts::count(domains.len(), "domain"),
        parts::count(most, "step")
    ))
}

fn change_row<'a>(linker: Linker<'a>, change: &'a Change, place: &'a Place) -> ChangeRow<'a> {
    let value = |text: &'a Option<String>| text.as_deref().map(|text| parts::shortened(text, VALUE));
    let by = &change.acknowledged_by;
    let excuse = match (&change.waived_by, &change.accepted) {
        (Some(waiver), _) => Some(format!("waived by {waiver}")),
        (None, Some(accepted)) => Some(accepted.words()),
        (None, None) if !by.is_empty() => Some(format!("acknowledged by {}", by.join(", "))),
        (None, None) => None,
    };
    ChangeRow {
        sign: level_sign(change.level),
        what: parts::spoken(&parts::sentence(&change.message)),
        path: &change.path,
        code: change.rule.meta.code,
        rule: linker.rule(&change.rule.meta),
        was: value(&change.before),
        becomes: value(&change.after),
        file: &place.file,
        line: place.line,
        excuse,
    }
}

fn reader_row<'a>(linker: Linker<'a>, row: &'a ImpactedProduct) -> ReaderRow<'a> {
    let mesh = linker.site.mesh();
    let sign = match row.effect {
        Effect::Breaks => match row.excuse() {
            Some(excuse) => Sign::new("warn", "brk", format!("Breaks at the merge, {}", excuse.replace('`', ""))),
            None => Sign::new("bad", "brk", "Breaks at the merge"),
        },
        Effect::MayBreak => match row.excuse() {
            Some(excuse) => Sign::new("warn", "look", format!("May break at the merge, {}", excuse.replace('`', ""))),
            None => Sign::new("warn", "look", "May break at the merge"),
        },
        Effect::Look => Sign::new("warn", "look", "Has to look"),
        Effect::Stays => Sign::new("ok", "kept", "Stays on the old major"),
        Effect::Moves if row.has_left() => Sign::new("ok", "kept", "No longer reads it"),
        Effect::Moves => Sign::new("ok", "kept", "Reads the new version"),
        Effect::Unaffected => Sign::new("ok", "kept", "States no use of it"),
        Effect::Downstream => Sign::new("draft", "", "Reads it through others"),
    };
    let reads = if !row.hit.is_empty() {
        row.hit.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ")
    } else if row.may_read {
        "may read it".to_owned()
    } else if row.changed.starts_with("product:") {
        "the data product".to_owned()
    } else if !has_nothing_to_do(row.effect) {
        // No column that it reads differs: a promise does, or the contract is gone.
        "the contract as a whole".to_owned()
    } else {
        "nothing that changed, as it states".to_owned()
    };
    ReaderRow {
        product: mesh.product(&row.product).map_or(Anchor::plain(row.product.as_str()), |idx| linker.product(idx)),
        domain: row.domain.as_deref().and_then(|id| linker.domain(mesh.domain(id), Some(id))),
        team: row.team.as_deref().map(|id| linker.team_named(id)),
        reads,
        pins: row.pins.as_deref(),
        sign,
    }
}

fn thing_row<'a>(linker: Linker<'a>, thing: &'a ThingChange) -> ThingRow<'a> {
    let mesh = linker.site.mesh();
    let page = thing.head.and_then(|found| address::page(mesh, &linker.site.homes, found));
    ThingRow {
        thing: page.map_or(Anchor::plain(thing.title.as_str()), |page| linker.to(thing.title.as_str(), &page)),
        reference: &thing.reference,
        kind: thing.kind.word(),
        domain: thing.domain.as_deref().and_then(|id| linker.domain(mesh.domain(id), Some(id))),
        owner: thing.owner.as_deref().map(|id| linker.team_named(id)),
        file: &thing.file,
        was: thing.was.as_deref(),
        fields: &thing.fields,
        prose: &thing.prose,
        of: thing.of.iter().take(NAMED).map(|reference| linker.reference(reference)).collect(),
    }
}

/// Who has to look, as `reviewers --base` says it, and at the end what nobody owns.
fn lookers<'a>(linker: Linker<'a>, asked: &'a Asked) -> Vec<LookerRow<'a>> {
    let mut rows: Vec<LookerRow<'a>> = asked.reviewers.iter().map(|reviewer| looker_row(linker, reviewer)).collect();
    if !asked.unowned.is_empty() {
        let shown = asked.unowned.iter().take(NAMED);
        rows.push(LookerRow {
            team: None,
            handle: None,
            reasons: shown.map(|thing| parts::spoken(&format!("`{thing}`"))).collect(),
            n_more: asked.unowned.len().saturating_sub(NAMED),
        });
    }
    rows
}

fn looker_row<'a>(linker: Linker<'a>, reviewer: &'a Reviewer) -> LookerRow<'a> {
    let mesh = linker.site.mesh();
    let team = reviewer.team.as_deref().map(|id| match mesh.team(id) {
        Some(idx) => linker.team(Some(idx), None).unwrap_or_default(),
        None => Anchor::plain(id),
    });
    LookerRow {
        handle: reviewer.handle.as_deref().filter(|_| team.is_none()),
        team,
        reasons: reviewer.reasons.iter().take(NAMED).map(|reason| linker.told(&reason.text)).collect(),
        n_more: reviewer.reasons.len().saturating_sub(NAMED),
    }
}

/// The findings that the page does not tell already, each message once; and how many it does: a change stands in the
/// table of its contract, and that a number has to grow beside its name.
fn findings<'a>(linker: Linker<'a>, preview: &'a Preview) -> (Vec<FindingRow<'a>>, usize) {
    let set = &preview.set;
    let told: BTreeSet<(&str, &str, u32)> = set
        .changes
        .iter()
        .zip(&preview.places)
        .map(|(change, place)| (change.rule.meta.code, place.file.as_str(), place.line))
        .collect();
    let is_small = set.contracts.iter().any(|contract| !contract.bump_may_come());
    let files: BTreeSet<&str> = told.iter().map(|(_, file, _)| *file).collect();
    let is_told = |finding: &NewFinding| {
        told.contains(&(finding.rule.code, finding.place.file.as_str(), finding.place.line))
            || (finding.rule.code == VERSION_NOT_BUMPED.code && is_small && files.contains(finding.place.file.as_str()))
    };
    let mut rows: Vec<FindingRow<'a>> = Vec::new();
    let mut known: BTreeMap<(&str, &str, bool), usize> = BTreeMap::new();
    let mut n_told = 0;
    for finding in &preview.findings {
        if is_told(finding) {
            n_told += 1;
            continue;
        }
        match known.entry((finding.rule.code, finding.message.as_str(), finding.is_waived)) {
            Entry::Occupied(at) => rows[*at.get()].n_more += 1,
            Entry::Vacant(entry) => {
                entry.insert(rows.len());
                rows.push(finding_row(linker, finding));
            }
        }
    }
    (rows, n_told)
}

fn finding_row<'a>(linker: Linker<'a>, finding: &'a NewFinding) -> FindingRow<'a> {
    let sign = match (finding.is_waived, finding.severity) {
        (true, _) => Sign::new("draft", "", "Waived"),
        (false, severity) => parts::severity(severity),
    };
    FindingRow {
        sign,
        code: finding.rule.code,
        rule: linker.rule(finding.rule),
        message: parts::spoken(&finding.message),
        file: &finding.place.file,
        line: finding.place.line,
        n_more: 0,
    }
}
