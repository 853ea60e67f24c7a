//! One mistake, one finding: what only follows from a file's own error is folded into that error, or
//! points at it. A finding is never dropped without a cause that stands.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{DoubtfulField, Doubts, Lost};
use crate::diagnostic::{Diagnostic, Family, Grading, Related, RuleMeta, Sink, Waiving};
use crate::model::{Kind, Ref};
use crate::policy::{self, Doubtful};
use crate::source::{FileId, Location, SourceMap, Span, Tree, parent};

/// The rules whose findings name a thing of one kind that is not there.
const MISSING: [(&str, Kind); 6] = [
    ("REF001", Kind::DataContract),
    ("REF002", Kind::Team),
    ("REF003", Kind::Domain),
    ("REF017", Kind::SourceSystem),
    ("REF018", Kind::SemanticDefinition),
    ("REF023", Kind::DataContract),
];
/// The rules whose findings name a thing of some kind that is not there.
const MISSING_SOME: [&str; 3] = ["REF015", "REF020", "REF022"];
/// The rules whose findings say that no product publishes a contract.
const UNPUBLISHED: [&str; 2] = ["GOV002", "REF007"];
/// The most places that a finding lists for what follows from it.
const MAX_FOLLOWERS: usize = 50;

/// What cannot be relied on, by file.
pub(super) struct Causes<'a> {
    pub(super) tree: &'a dyn Tree,
    pub(super) sources: &'a SourceMap,
    pub(super) grading: &'a Grading,
    pub(super) doubts: Vec<(FileId, Doubts)>,
}

/// A descriptor without an identity, and what is known of it.
struct Missing<'a> {
    file: FileId,
    lost: &'a Lost,
    /// Words of which one is likely its id.
    names: BTreeSet<String>,
    /// What was taken for a reference to it.
    id: Option<String>,
    followers: Vec<(Location, &'static str)>,
}

/// Returns the fields that findings of form are about, as far as their rules are on.
pub(super) fn doubtful(doubts: &[(FileId, Doubts)], grading: &Grading, sources: &SourceMap) -> Doubtful {
    let mut doubtful = Doubtful::default();
    for (file, doubts) in doubts {
        for DoubtfulField { span, missing, top, rule } in &doubts.fields {
            let told = rule.at(*file, *span, String::new());
            if let Some(severity) = grading.severity(&told, sources.path(*file)) {
                let (span, missing, top) = (*span, missing.clone(), top.clone());
                doubtful.add(*file, policy::DoubtfulField { span, missing, top, severity });
            }
        }
    }
    doubtful
}

/// Takes back what was left out for a finding of its file that is waived: then nothing else tells of it.
pub(super) fn unfold_waived(folded: &mut Vec<Diagnostic>, waivers: &[Waiving], sink: &mut Sink) {
    let is_form = |finding: &&Diagnostic| Family::of(finding.rule.code) == Some(Family::Sch);
    let is_waived = |finding: &&Diagnostic| waivers.iter().any(|waiver| waiver.covers(finding));
    let causes = sink.found().iter().filter(is_form).filter(is_waived);
    let files: BTreeSet<FileId> = causes.map(|finding| finding.location.file).collect();
    let back = folded.extract_if(.., |finding| finding.policy.is_some() && files.contains(&finding.location.file));
    let back: Vec<Diagnostic> = back.collect();
    sink.found().extend(back);
}

impl Causes<'_> {
    /// Folds what follows from doubts; returns the findings that were left out for it.
    pub(super) fn fold(mut self, sink: &mut Sink) -> Vec<Diagnostic> {
        self.drop_switched_off();
        let mut folded = Vec::new();
        if !self.doubts.is_empty() {
            self.fold_places(sink, &mut folded);
            self.fold_missing(sink, &mut folded);
        }
        folded
    }

    /// An error that the configuration switches off is no cause: then what follows from it is all that tells.
    fn drop_switched_off(&mut self) {
        for (file, doubts) in &mut self.doubts {
            let path = self.sources.path(*file);
            let stands = |rule: &'static RuleMeta| {
                self.grading.severity(&rule.at(*file, Span::default(), String::new()), path).is_some()
            };
            doubts.places.retain(|doubt| stands(doubt.rule));
            doubts.lost.take_if(|lost| !stands(lost.rule));
        }
        self.doubts.retain(|(_, doubts)| !doubts.is_empty());
    }

    /// Leaves out what builds on a value with an error of its own.
    fn fold_places(&self, sink: &mut Sink, folded: &mut Vec<Diagnostic>) {
        let mut places: BTreeMap<(FileId, Span), Vec<&'static [&'static str]>> = BTreeMap::new();
        for (file, doubts) in &self.doubts {
            for doubt in &doubts.places {
                places.entry((*file, doubt.span)).or_default().push(doubt.only);
            }
        }
        let is_doubtful = |code: &str, location: &Location| {
            places
                .get(&(location.file, location.span))
                .is_some_and(|lists| lists.iter().any(|only| only.is_empty() || only.contains(&code)))
        };
        folded.extend(sink.found().extract_if(.., |finding| {
            let code = finding.rule.code;
            if !matches!(Family::of(code), Some(Family::Ref | Family::Gov)) {
                return false;
            }
            let related = finding.related.iter().map(|related| &related.location);
            std::iter::once(&finding.location).chain(related).any(|at| is_doubtful(code, at))
        }));
    }

    /// Folds references that lead to a descriptor without an identity into the finding about that descriptor.
    fn fold_missing(&self, sink: &mut Sink, folded: &mut Vec<Diagnostic>) {
        let mut missing: Vec<Missing<'_>> = self
            .doubts
            .iter()
            .filter_map(|(file, doubts)| Some((*file, doubts.lost.as_ref()?)))
            .map(|(file, lost)| Missing {
                file,
                lost,
                names: names(self.sources.path(file), lost),
                id: None,
                followers: Vec::new(),
            })
            .collect();
        if missing.is_empty() {
            return;
        }
        let found = std::mem::take(sink.found());
        let files = found.iter().filter(|finding| names_something(finding)).map(|finding| finding.location.file);
        let texts = self.sources.texts(self.tree, files);
        let named = |finding: &Diagnostic| named(finding, texts.text(finding.location.file));

        // A file whose name is what is looked for comes first; then each file that is left may be one id.
        let mut ids: BTreeMap<Kind, BTreeSet<String>> = BTreeMap::new();
        for (kind, id) in found.iter().filter_map(&named) {
            let of_kind = |missing: &&mut Missing<'_>| missing.id.is_none() && missing.may_be(kind);
            match missing.iter_mut().filter(of_kind).find(|missing| missing.names.contains(&id.to_lowercase())) {
                Some(missing) => missing.id = Some(id),
                None => {
                    ids.entry(kind.unwrap_or(Kind::Scorecard)).or_default().insert(id);
                }
            }
        }
        for (kind, mut ids) in ids {
            ids.retain(|id| !missing.iter().any(|missing| missing.is(Some(kind), id)));
            let open: Vec<&mut Missing<'_>> =
                missing.iter_mut().filter(|missing| missing.id.is_none() && missing.lost.kind == Some(kind)).collect();
            if ids.len() <= open.len() {
                open.into_iter().zip(ids).for_each(|(missing, id)| missing.id = Some(id));
            }
        }

        // What a file is of which nobody knows is no product of a contract that it does not name.
        let is_asked = found.iter().any(|finding| unpublished(finding).is_some());
        let unread = missing.iter().filter(|missing| is_asked && missing.lost.kind.is_none());
        let own_texts = self.sources.texts(self.tree, unread.map(|missing| missing.file).collect::<Vec<_>>());
        let mut kept = Vec::with_capacity(found.len());
        for mut finding in found {
            let contract = unpublished(&finding);
            let follows = named(&finding);
            let cause = match (&follows, contract) {
                (Some((kind, id)), _) => missing.iter_mut().find(|missing| missing.is(*kind, id)),
                (None, Some(contract)) => {
                    missing.iter_mut().find(|missing| missing.publishes(contract, own_texts.text(missing.file)))
                }
                (None, None) => None,
            };
            if let Some(cause) = cause {
                let what = if contract.is_some() {
                    "nothing publishes this without it"
                } else {
                    "this leads nowhere without it"
                };
                cause.followers.push((finding.location, what));
                folded.push(finding);
                continue;
            }
            if let Some((kind @ Some(_), _)) = &follows
                && let Some(cause) = missing.iter().find(|missing| missing.id.is_none() && missing.lost.kind == *kind)
            {
                let message = "what is looked for may be this file, whose id cannot be read";
                finding.related.push(Related { message: message.to_owned(), location: cause.location() });
            }
            kept.push(finding);
        }
        for missing in missing.iter().filter(|missing| !missing.followers.is_empty()) {
            let is_cause =
                |finding: &&mut Diagnostic| finding.location == missing.location() && finding.rule == missing.lost.rule;
            if let Some(cause) = kept.iter_mut().find(is_cause) {
                let related = missing.followers.iter().take(MAX_FOLLOWERS);
                cause.related.extend(
                    related.map(|(location, what)| Related { message: (*what).to_owned(), location: *location }),
                );
            }
        }
        *sink.found() = kept;
    }
}

impl Missing<'_> {
    fn location(&self) -> Location {
        Location { file: self.file, span: self.lost.span }
    }

    fn may_be(&self, kind: Option<Kind>) -> bool {
        kind.is_none() || self.lost.kind.is_none() || self.lost.kind == kind
    }

    fn is(&self, kind: Option<Kind>, id: &str) -> bool {
        let is_id = self.id.as_deref() == Some(id) || self.names.contains(&id.to_lowercase());
        // All terms of a glossary are lost with it, whatever they are called.
        self.may_be(kind) && (is_id || (kind == self.lost.kind && kind == Some(Kind::SemanticDefinition)))
    }

    /// Says whether it may be the product that publishes a contract. `text` is its own, empty when it was not read.
    fn publishes(&self, contract: &str, text: &str) -> bool {
        match (self.lost.kind, &self.lost.publishes) {
            (None | Some(Kind::DataProduct), Some(list)) => list.iter().any(|id| id == contract),
            (Some(Kind::DataProduct), None) => true,
            (None, None) => text.is_empty() || names_in_output_port(text, contract),
            (Some(_), _) => false,
        }
    }
}

/// Says whether a text that cannot be read as YAML names a contract in an output port, in the words of ODPS: files of other
/// standards hold the same ids in other places.
fn names_in_output_port(text: &str, id: &str) -> bool {
    let is_quote = |c: char| matches!(c, '"' | '\'');
    text.match_indices("contractId").any(|(at, key)| {
        let before = &text[..at];
        let value = text[at + key.len()..].trim_start_matches(is_quote).trim_start_matches([' ', '\t']);
        let value =
            value.strip_prefix(':').map(|value| value.trim_start_matches([' ', '\t']).trim_start_matches(is_quote));
        let rest = value.and_then(|value| value.strip_prefix(id));
        let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/');
        // A port of the other kind is a reader.
        rest.is_some_and(|rest| !rest.starts_with(is_inside))
            && before.rfind("outputPorts") > before.rfind("inputPorts")
    })
}

/// Returns what the id of a file may be, in lower case: the name it gives itself, the name of the
/// file, and of its folder where all files have the same name.
fn names(path: &str, lost: &Lost) -> BTreeSet<String> {
    let stem = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    let file = stem(path.rsplit('/').next().unwrap_or(path));
    let folder = parent(path).rsplit('/').next().unwrap_or_default().to_lowercase();
    let is_common = matches!(file.as_str(), "product" | "contract" | "domain" | "team" | "index" | "descriptor");
    let name = lost.name.as_ref().map(|name| name.as_str().to_lowercase());
    let own = name.iter().flat_map(|name| [name.clone(), name.replace(' ', "-")]);
    own.chain([file]).chain(is_common.then_some(folder)).filter(|name| !name.is_empty()).collect()
}

fn names_something(finding: &Diagnostic) -> bool {
    let code = finding.rule.code;
    // Of results it may also be the version that is not there, or any contract at all.
    if code == "REF023" && !finding.message.ends_with("which is not in this registry") {
        return false;
    }
    MISSING.iter().any(|(known, _)| *known == code) || MISSING_SOME.contains(&code)
}

/// Returns what a finding says is not there: the text at its place, and the kind where that is known.
fn named(finding: &Diagnostic, text: &str) -> Option<(Option<Kind>, String)> {
    if !names_something(finding) {
        return None;
    }
    let written = text.get(finding.location.span.range())?.trim().trim_matches(['"', '\'']).to_owned();
    let kind = MISSING.iter().find(|(code, _)| *code == finding.rule.code).map(|(_, kind)| *kind);
    match (kind, Ref::parse(&written)) {
        (Some(kind), _) => Some((Some(kind), written)),
        (None, Ok(reference)) => Some((reference.kind, reference.id)),
        (None, Err(_)) => None,
    }
}

/// Returns the contract that a finding says nobody publishes.
fn unpublished(finding: &Diagnostic) -> Option<&str> {
    if !UNPUBLISHED.contains(&finding.rule.code) {
        return None;
    }
    // A message names the contract in backticks, the version or port before it.
    let id = finding.subject.as_deref().and_then(|subject| subject.strip_prefix("contract:"));
    id.or_else(|| finding.message.split('`').skip(1).step_by(2).last())
}
