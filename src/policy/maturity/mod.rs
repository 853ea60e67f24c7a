//! Levels of maturity, as models of the Bitol draft OMMS (RFC-0037) state them: which level each product or
//! contract reaches, and what the next one asks. They are no findings and fail no run. What the draft leaves open
//! or this tool does not know is told once and never counts as met.

mod answer;
mod question;

use std::collections::BTreeSet;

use rayon::prelude::*;

use self::answer::{Answer, Linked};
use self::question::Asked;
use super::Realm;
use super::rules::maturity as rules;
use super::scope::LIFE;
use crate::diagnostic::Sink;
use crate::graph::{Found, Mesh};
use crate::model::{Kind, MaturityModel, MaturityPolicy, misspelt_status};
use crate::source::{FileId, Span};
use crate::yaml::{self, YamlTree, did_you_mean};

/// What came of one maturity model.
#[derive(Clone, Debug)]
pub struct MaturityOutcome {
    /// The position of the model in the mesh.
    pub model_idx: usize,
    /// What it is about.
    pub kind: Kind,
    /// The positions of its levels in the model, the lowest number first.
    pub order: Vec<usize>,
    /// Everything it is about, in the order of the mesh; of a contract its current version. What is retired is not
    /// judged.
    pub subjects: Vec<MaturityOf>,
    /// How many are left out since they are retired.
    pub n_retired: usize,
}

/// How far one thing is.
#[derive(Clone, Debug)]
pub struct MaturityOf {
    /// Its position in the mesh.
    pub idx: usize,
    /// The position in `order` of the level it reaches.
    pub reached: Option<usize>,
    /// The position in the model of the policy that keeps it from a higher level.
    pub capped_by: Option<usize>,
    /// What the first level that is not met lacks.
    pub missing: Vec<MissingCriterion>,
}

/// A criterion that is not met.
#[derive(Clone, Debug)]
pub struct MissingCriterion {
    /// The position of its level in the model.
    pub level: usize,
    /// Its position in the level.
    pub criterion: usize,
    /// What there is instead; `None` for what is not judged.
    pub found: Option<String>,
}

impl MaturityOutcome {
    /// Returns the model.
    #[must_use]
    pub fn model<'a>(&self, mesh: &'a Mesh) -> &'a MaturityModel {
        &mesh.maturity_models[self.model_idx]
    }

    /// Returns the number of the level that a thing reaches: nothing below the lowest.
    #[must_use]
    pub fn number(&self, mesh: &Mesh, subject: &MaturityOf) -> Option<i64> {
        subject.reached.map(|at| self.model(mesh).levels[self.order[at]].number)
    }

    /// Returns how far a thing is, when the model is about it.
    #[must_use]
    pub fn of(&self, thing: Found) -> Option<&MaturityOf> {
        let at = self.subjects.binary_search_by_key(&thing.idx, |subject| subject.idx).ok()?;
        Some(&self.subjects[at]).filter(|_| self.kind == thing.kind)
    }
}

/// Judges all models that are not retired, and tells what of them is not judged.
pub fn maturity(realm: &Realm<'_>, sink: &mut Sink) -> Vec<MaturityOutcome> {
    let mesh = realm.mesh;
    let is_read = |idx: &usize| {
        !mesh.maturity_models[*idx].header.is_broken() && !mesh.maturity_models[*idx].header.has_status("retired")
    };
    let read = (0..mesh.maturity_models.len()).filter(is_read);
    let mut models: Vec<Ready<'_>> = read.filter_map(|idx| ready(realm, idx, sink)).collect();
    let mut outcomes = Vec::new();
    for kind in [Kind::DataProduct, Kind::DataContract] {
        let (of_kind, others): (Vec<_>, Vec<_>) = models.into_iter().partition(|model| model.outcome.kind == kind);
        models = others;
        if of_kind.is_empty() {
            continue;
        }
        let things: Vec<usize> = match kind {
            Kind::DataProduct => (0..mesh.products.len()).collect(),
            _ => current(mesh),
        };
        let is_retired = |idx: &usize| mesh.header(Found { kind, idx: *idx }).has_status("retired");
        let (retired, things): (Vec<usize>, Vec<usize>) = things.into_iter().partition(is_retired);
        let judged: Vec<Vec<MaturityOf>> =
            things.par_iter().map(|idx| judge(realm, &of_kind, Found { kind, idx: *idx })).collect();
        let mut outcome: Vec<MaturityOutcome> =
            of_kind.into_iter().map(|ready| MaturityOutcome { n_retired: retired.len(), ..ready.outcome }).collect();
        for of_thing in judged {
            for (outcome, of_model) in outcome.iter_mut().zip(of_thing) {
                outcome.subjects.push(of_model);
            }
        }
        outcomes.append(&mut outcome);
    }
    outcomes.sort_by_key(|outcome| outcome.model_idx);
    outcomes
}

/// A model whose questions are understood.
struct Ready<'a> {
    model: &'a MaturityModel,
    outcome: MaturityOutcome,
    /// By level and criterion as the model has them; `None` for what is not judged.
    asked: Vec<Vec<Option<Asked<'a>>>>,
}

fn ready<'a>(realm: &Realm<'a>, model_idx: usize, sink: &mut Sink) -> Option<Ready<'a>> {
    let mesh: &'a Mesh = realm.mesh;
    let model = &mesh.maturity_models[model_idx];
    let kind = target(model, sink)?;
    let mut order: Vec<usize> = (0..model.levels.len()).collect();
    order.sort_by_key(|level| model.levels[*level].number);
    report_repeated(model, sink);
    let subject = question::Schema::of(realm.schemas, kind);
    let contracts = question::Schema::of(realm.schemas, Kind::DataContract);
    let asked = model.levels.iter().map(|level| {
        let of_level = level.criteria.iter().map(|criterion| match Asked::of(criterion, &subject, &contracts) {
            Ok(asked) => Some(asked),
            Err(question::Unjudged { at, why, help }) => {
                let message = format!(
                    "`{}` of the maturity model `{}` is not judged: {why}",
                    criterion.id.value, model.header.id.value
                );
                unjudged(model, at, message, help, sink);
                None
            }
        });
        of_level.collect()
    });
    let asked = asked.collect();
    for policy in model.policies.iter().filter(|policy| !policy.is_text) {
        let id = &policy.id.value;
        if let Some(other) = policy.others.first() {
            let message = format!(
                "`{id}` of the maturity model `{}` is not judged: `{}` is not known",
                model.header.id.value, other.value
            );
            unjudged(
                model,
                other.span,
                message,
                "only `caps` counts; write the rule as a `kind: Policy`".to_owned(),
                sink,
            );
        } else if let Err(question::Unjudged { at, why, help }) = question::path(&policy.property, &subject) {
            let message = format!("`{id}` of the maturity model `{}` is not judged: {why}", model.header.id.value);
            unjudged(model, at, message, help, sink);
        } else {
            report_caps(model, policy, sink);
        }
    }
    Some(Ready {
        model,
        outcome: MaturityOutcome { model_idx, kind, order, subjects: Vec::new(), n_retired: 0 },
        asked,
    })
}

/// Reports caps at levels that are not there: they cap nothing. One at the highest level says that it does not.
fn report_caps(model: &MaturityModel, policy: &MaturityPolicy, sink: &mut Sink) {
    let is_of_status = policy.property.value.trim() == "status";
    for cap in policy.caps.iter().filter(|cap| is_of_status && !LIFE.contains(&cap.value.as_str())) {
        let Some(meant) = misspelt_status(&cap.value) else { continue };
        let message = format!(
            "the cap of `{}` by `{}` of the maturity model `{}` is for a status that nothing has",
            cap.value, policy.id.value, model.header.id.value
        );
        let finding = rules::UNJUDGED_CRITERION.at(model.header.file, cap.span, message).label("this caps nothing");
        sink.push(finding.help(format!("did you mean `{meant}`?")).subject(model.header.reference()));
    }
    let numbers = model.levels.iter().map(|level| level.number);
    let (Some(lowest), Some(highest)) = (numbers.clone().min(), numbers.max()) else { return };
    for cap in policy.caps.iter().filter(|cap| cap.level > highest) {
        let message = format!(
            "the cap of `{}` by `{}` is level {}, which the maturity model `{}` does not have",
            cap.value, policy.id.value, cap.level, model.header.id.value
        );
        let finding = rules::UNJUDGED_CRITERION
            .at(model.header.file, cap.span, message)
            .label("this caps nothing")
            .help(format!("its levels go from {lowest} to {highest}; 0 is below all of them"));
        sink.push(finding.subject(model.header.reference()));
    }
}

/// Returns what a model is about, by what it says, else by the letter in the ids of its criteria.
fn target(model: &MaturityModel, sink: &mut Sink) -> Option<Kind> {
    let Some(target) = &model.target else {
        let ids = model.levels.iter().flat_map(|level| &level.criteria).map(|criterion| criterion.id.value.as_str());
        let is_of_contracts = ids.take(1).any(|id| id.contains("-C"));
        return Some(if is_of_contracts { Kind::DataContract } else { Kind::DataProduct });
    };
    match target.value.trim().to_ascii_uppercase().as_str() {
        "ODPS" => Some(Kind::DataProduct),
        "ODCS" => Some(Kind::DataContract),
        _ => {
            let id = &model.header.id.value;
            let message = format!("nothing of the maturity model `{id}` is judged: it is about `{}`", target.value);
            let help =
                did_you_mean(&target.value, ["ODPS", "ODCS"], || "models of `ODPS` and `ODCS` are judged".to_owned());
            unjudged(model, target.span, message, help, sink);
            None
        }
    }
}

fn unjudged(model: &MaturityModel, at: Span, message: String, help: String, sink: &mut Sink) {
    sink.push(
        rules::UNJUDGED_CRITERION
            .at(model.header.file, at, message)
            .label("nothing meets it")
            .help(help)
            .subject(model.header.reference()),
    );
}

fn report_repeated(model: &MaturityModel, sink: &mut Sink) {
    let id = &model.header.id.value;
    let mut numbers = BTreeSet::new();
    let mut ids = BTreeSet::new();
    let mut repeated = |at: Span, what: String| {
        sink.push(
            rules::REPEATED_CRITERION
                .at(model.header.file, at, format!("{what} stands twice in the maturity model `{id}`"))
                .help("give it another one: levels and criteria are told apart by it")
                .subject(model.header.reference()),
        );
    };
    for level in &model.levels {
        if !numbers.insert(level.number) {
            repeated(level.span, format!("the level {}", level.number));
        }
        for criterion in &level.criteria {
            if !ids.insert(criterion.id.value.as_str()) {
                repeated(criterion.id.span, format!("the criterion `{}`", criterion.id.value));
            }
        }
    }
}

/// Returns the current version of each contract.
fn current(mesh: &Mesh) -> Vec<usize> {
    let is_current = |idx: &usize| mesh.current_version(&mesh.contracts[*idx].descriptor.header.id.value) == Some(*idx);
    (0..mesh.contracts.len()).filter(is_current).collect()
}

/// Judges one thing by some models; one result for each, in their order.
fn judge(realm: &Realm<'_>, models: &[Ready<'_>], thing: Found) -> Vec<MaturityOf> {
    let file = realm.mesh.header(thing).file;
    let text = text(realm, file).unwrap_or_default();
    let parsed = yaml::parse(file, &text, &mut Sink::default());
    let root = parsed.tree.as_ref().map(YamlTree::root);
    let linked = |id: &str, version: Option<&str>, path: &question::Path<'_>| {
        let mesh = realm.mesh;
        let idx = version.and_then(|version| mesh.contract(id, version)).or_else(|| mesh.current_version(id))?;
        let file = mesh.contracts[idx].descriptor.header.file;
        let text = self::text(realm, file)?;
        let parsed = yaml::parse(file, &text, &mut Sink::default());
        answer::one(parsed.tree.as_ref()?.root(), path)
    };
    let of = |ready: &Ready<'_>| match root {
        Some(root) => of_model(ready, thing.idx, root, &linked),
        None => MaturityOf { idx: thing.idx, reached: None, capped_by: None, missing: Vec::new() },
    };
    models.iter().map(of).collect()
}

fn text(realm: &Realm<'_>, file: FileId) -> Option<String> {
    String::from_utf8(realm.tree.read(realm.sources.path(file)).ok()?).ok()
}

fn of_model(ready: &Ready<'_>, idx: usize, root: yaml::NodeRef<'_>, linked: &Linked<'_>) -> MaturityOf {
    let model = ready.model;
    let mut reached = None;
    let mut missing = Vec::new();
    for (at, level) in ready.outcome.order.iter().enumerate() {
        for (criterion, asked) in ready.asked[*level].iter().enumerate() {
            let answer = asked.as_ref().map(|asked| answer::answer(asked, root, linked));
            let found = match answer {
                Some(Answer::Met) => continue,
                Some(Answer::Found(found)) => Some(found),
                None => None,
            };
            missing.push(MissingCriterion { level: *level, criterion, found });
        }
        if !missing.is_empty() {
            break;
        }
        reached = Some(at);
    }
    // The lowest cap holds, and it holds at once.
    let caps = model.policies.iter().enumerate().filter_map(|(position, policy)| {
        let path = question::Path::of(&policy.property.value)?;
        let value = answer::one(root, &path)?;
        let cap = policy.caps.iter().find(|cap| cap.value.trim() == value.trim())?;
        Some((cap.level, position))
    });
    let mut capped_by = None;
    if let Some((most, position)) = caps.min()
        && let Some(at) = reached
    {
        let number = |at: usize| model.levels[ready.outcome.order[at]].number;
        if number(at) > most {
            reached = (0..at).rev().find(|at| number(*at) <= most);
            capped_by = Some(position);
        }
    }
    MaturityOf { idx, reached, capped_by, missing }
}
