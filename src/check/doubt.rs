//! What of a file cannot be relied on. A value with an error of its own, or a descriptor without an
//! identity, makes references elsewhere look wrong; those findings are no mistakes of their own, and
//! the pipeline leaves them out or points them at the cause.

use crate::diagnostic::RuleMeta;
use crate::model::{Descriptor, Kind, Text};
use crate::source::Span;
use crate::yaml::{NodeRef, Problem, ProblemKind, nearest};

/// What of a file cannot be relied on; nothing in nearly all files.
#[derive(Clone, Debug, Default)]
pub struct Doubts {
    /// The descriptor has no identity, so that nothing that refers to it can find it.
    pub lost: Option<Lost>,
    /// Places with an error of their own.
    pub places: Vec<Doubt>,
    /// Fields of which nobody can tell what they should hold.
    pub fields: Vec<DoubtfulField>,
}

/// A field that a finding of form is about. Whoever asks for it learns nothing about the thing.
#[derive(Clone, Debug)]
pub struct DoubtfulField {
    /// The value; of a field that is not there, the map that it should be in.
    pub span: Span,
    /// The field that is not there, or only under a misspelt name.
    pub missing: Option<Text>,
    /// The first name of its path: the field of the document that it is or is in.
    pub top: Text,
    /// The rule that found the error.
    pub rule: &'static RuleMeta,
}

/// A descriptor without an identity.
#[derive(Clone, Debug)]
pub struct Lost {
    /// The kind, where it is known.
    pub kind: Option<Kind>,
    /// The name it gives itself.
    pub name: Option<Text>,
    /// Contracts that it publishes; `None` when they cannot be read.
    pub publishes: Option<Vec<Text>>,
    /// The rule whose finding says so.
    pub rule: &'static RuleMeta,
    /// Where that finding is.
    pub span: Span,
}

/// A place that findings of other rules must not build on.
#[derive(Clone, Copy, Debug)]
pub struct Doubt {
    /// The place.
    pub span: Span,
    /// The rule that found the error.
    pub rule: &'static RuleMeta,
    /// The rules that build on it; empty for all of references and governance.
    pub only: &'static [&'static str],
}

/// The rules that ask who owns a product.
const OWNERSHIP: &[&str] = &["GOV001", "GOV005"];

impl Doubts {
    /// Says whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lost.is_none() && self.places.is_empty()
    }

    /// Notes what follows from an error of the schema. `rule` is that of its finding.
    pub(super) fn note(
        &mut self,
        problem: &Problem,
        rule: &'static RuleMeta,
        root: NodeRef<'_>,
        lowered: Option<&Descriptor>,
    ) {
        self.note_fields(problem, rule, root);
        let mut doubt = |span: Span, only| self.places.push(Doubt { span, rule, only });
        doubt(problem.span, &[]);
        let Some(lowered) = lowered else { return };
        let mut path = problem.path.split('.');
        let top = match &problem.kind {
            ProblemKind::UnknownKey { renamed: Some(renamed), .. } if problem.path.is_empty() => &renamed.to,
            ProblemKind::MissingKey { key, .. } if problem.path.is_empty() => key,
            ProblemKind::UnknownKey { renamed: Some(renamed), .. } if problem.path.is_empty() => &renamed.to,
            _ => path.next().unwrap_or_default(),
        };
        match lowered.kind() {
            Kind::DataProduct if top == "team" => doubt(lowered.header().id.span, OWNERSHIP),
            Kind::DataProduct if top == "outputPorts" => {
                let port = path.next().and_then(|position| root.at(["outputPorts", position]));
                let name = port.and_then(|port| port.get("name").or_else(|| Some(port.entries().next()?.0)));
                if let Some(name) = name {
                    doubt(name.span(), &["GOV003"]);
                }
            }
            _ => {}
        }
    }
}

impl Doubts {
    /// Notes the fields that an error of the schema is about.
    fn note_fields(&mut self, problem: &Problem, rule: &'static RuleMeta, root: NodeRef<'_>) {
        let top = problem.path.split('.').next().unwrap_or_default();
        let missing: Vec<&str> = match &problem.kind {
            ProblemKind::UnknownKey { renamed: Some(renamed), .. } => vec![&renamed.to],
            ProblemKind::UnknownKey { key, known, .. } => {
                nearest(key, known.iter().map(String::as_str)).into_iter().collect()
            }
            ProblemKind::MissingKey { key, .. } => vec![key],
            ProblemKind::BadCombination { lacking, .. } => lacking.iter().map(String::as_str).collect(),
            ProblemKind::WrongType { .. }
            | ProblemKind::NotInList { .. }
            | ProblemKind::BadForm { .. }
            | ProblemKind::OutOfBounds { .. } => {
                self.fields.push(DoubtfulField { span: problem.span, missing: None, top: top.into(), rule });
                return;
            }
        };
        let holder = if problem.path.is_empty() { Some(root) } else { root.at(problem.path.split('.')) };
        let Some(span) = holder.map(NodeRef::span) else { return };
        self.fields.extend(missing.into_iter().map(|name| DoubtfulField {
            span,
            missing: Some(name.into()),
            top: if top.is_empty() { name.into() } else { top.into() },
            rule,
        }));
    }

    /// Notes a field whose value is wrong.
    pub(super) fn note_value(&mut self, key: &str, value: NodeRef<'_>, rule: &'static RuleMeta) {
        self.fields.push(DoubtfulField { span: value.span(), missing: None, top: key.into(), rule });
    }
}

/// Returns the contract that an output port names, also where the key is misspelt.
fn contract_of(port: NodeRef<'_>) -> Option<Text> {
    let is_meant = |key: NodeRef<'_>| key.as_str().is_some_and(|key| nearest(key, ["contractId"]).is_some());
    let (_, value) = port.entry("contractId").or_else(|| port.entries().find(|(key, _)| is_meant(*key)))?;
    value.scalar_text().map(|text| Text::from(text.as_ref()))
}

/// Returns the contracts that a document publishes.
pub(super) fn published(root: NodeRef<'_>) -> Vec<Text> {
    root.list("outputPorts").filter_map(contract_of).collect()
}
