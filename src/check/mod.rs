//! From documents to typed descriptors and result files: the schema of the declared version, then
//! lowering. Takes one file's text, gives what it holds and findings; sees one file at a time, so it
//! must not know of references between files. Pure: files can be checked in parallel, in any order.

mod document;
mod doubt;
mod lower;
mod misspelt;
mod problems;
mod results;
pub mod rules;
mod salvage;

use std::collections::BTreeSet;

use crate::diagnostic::{Grading, RuleMeta, Sink};
use crate::load::{Class, FileKind, classify};
use crate::model::{Alias, Descriptor, Kind, Reading, Text};
use crate::source::{FileId, Span};
use crate::yaml::{self, NodeRef, Schemas, YamlTree};

use self::document::Document;
use self::problems::diagnostic;
pub use doubt::{Doubt, DoubtfulField, Doubts, Lost};
pub use results::{CheckedResults, ResultPlace, check_results, is_beside_results};

/// What one YAML file turned out to hold.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The descriptor, when the file is one and says its id.
    pub descriptor: Option<Descriptor>,
    /// The entries of `aliases.yaml`.
    pub aliases: Vec<Alias>,
    /// The file is a descriptor, even if it could not be lowered.
    pub is_descriptor: bool,
    /// The file says that it is a document of another world.
    pub is_stranger: bool,
    /// What of it cannot be relied on.
    pub doubts: Doubts,
}

/// How much of a descriptor is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What rules need; texts that only people read are left out.
    Rules,
    /// Everything that pages show.
    Pages,
}

/// How much is kept, and of which contracts the promises in any case.
#[derive(Clone, Copy, Debug)]
pub struct Keep<'a> {
    /// How much of every descriptor.
    pub detail: Detail,
    /// The ids of contracts that result files name.
    pub observed: Option<&'a BTreeSet<Text>>,
    /// Result files name data as it is called where it lies: servers, physical names and all promises are kept.
    pub names_data: bool,
    /// The configured severities and the path of the file: a finding that is off is told to nobody, so that
    /// nothing may be taken for mended that it would tell. Without them all are told.
    pub grading: Option<(&'a Grading, &'a str)>,
}

impl Keep<'_> {
    fn is_observed(self, contract_id: &str) -> bool {
        self.names_data || self.observed.is_some_and(|observed| observed.contains(contract_id))
    }

    fn is_told(self, rule: &'static RuleMeta, file: FileId) -> bool {
        let severity =
            |(grading, path): (&Grading, &str)| grading.severity(&rule.at(file, Span::default(), String::new()), path);
        self.grading.is_none_or(|grading| severity(grading).is_some())
    }
}

impl From<Detail> for Keep<'_> {
    fn from(detail: Detail) -> Self {
        Keep { detail, observed: None, names_data: false, grading: None }
    }
}

/// Checks one YAML file and lowers it.
pub fn check_file<'a>(
    schemas: &Schemas,
    file: FileId,
    kind: FileKind,
    text: &str,
    keep: impl Into<Keep<'a>>,
    sink: &mut Sink,
) -> Checked {
    let keep = keep.into();
    let named = match kind {
        FileKind::NamedYaml(kind) => Some(kind),
        FileKind::Yaml | FileKind::Aliases => None,
        FileKind::Markdown | FileKind::Other => return Checked::default(),
    };
    // A file that is no descriptor may hold any YAML, templates included: its findings only count
    // once it has turned out to be one.
    let mut own = Sink::default();
    let parsed = yaml::parse(file, text, &mut own);
    let root = parsed.tree.as_ref().map(YamlTree::root);
    if kind == FileKind::Aliases {
        sink.append(own);
        return check_aliases(schemas, file, root, parsed.complete, sink);
    }
    // Of several documents of another world the first says so, as one alone does.
    let is_other = |root: NodeRef<'_>| {
        root.is_mapping() && matches!(classify(named, root), Class::OtherKind { .. } | Class::Foreign { .. })
    };
    let is_other_stream = !parsed.complete
        && own.found().iter().all(|finding| finding.rule == &yaml::rules::MULTIPLE_DOCUMENTS)
        && root.is_some_and(is_other);
    if !parsed.complete && !is_other_stream && !salvage::is_identified(root) {
        let cause = own.found().first().map(|finding| (finding.rule, finding.location.span));
        let mut checked = check_identity(file, named, text, cause, keep);
        // Nobody knows what it should have been, unless it says that it is none of ours.
        let is_invalid = own.found().iter().any(|finding| finding.rule == &yaml::rules::INVALID_YAML);
        if is_invalid && !checked.is_descriptor && !checked.is_stranger && !is_template(text) {
            checked.is_descriptor = true;
            checked.doubts.lost =
                cause.map(|(rule, span)| Lost { kind: None, name: None, publishes: None, rule, span });
        }
        if checked.is_descriptor {
            name_subject(&checked, &mut own);
            sink.append(own);
        }
        return checked;
    }
    let mut document = Document { schemas, file, named, is_complete: parsed.complete, keep, sink: own };
    let checked = document.check(root);
    name_subject(&checked, &mut document.sink);
    sink.append(document.sink);
    checked
}

/// Reads the identity of a descriptor out of a text that cannot be read, so that what refers to it
/// finds it. `cause` is the finding that says why.
pub fn check_identity(
    file: FileId,
    named: Option<Kind>,
    text: &str,
    cause: Option<(&'static RuleMeta, Span)>,
    keep: Keep<'_>,
) -> Checked {
    let lines = salvage::identity_lines(text);
    let parsed = yaml::parse(file, &lines, &mut Sink::default());
    let root = parsed.tree.as_ref().map(YamlTree::root).filter(|root| root.is_mapping());
    let class = root.map(|root| classify(named, root));
    let kind = match class {
        Some(
            Class::Descriptor(kind) | Class::MisspeltKind { meant: kind, .. } | Class::OtherName { named: kind, .. },
        ) => Some(kind),
        Some(Class::MissingKind(kind)) => kind,
        None => named,
        Some(Class::OtherKind { .. } | Class::Foreign { .. } | Class::None) => None,
    };
    let Some(kind) = kind else {
        let is_stranger = matches!(class, Some(Class::OtherKind { .. } | Class::Foreign { .. }));
        return Checked { is_stranger, ..Checked::default() };
    };
    let descriptor = root.and_then(|root| lower::lower(kind, root, file, Reading::Broken, keep));
    let mut doubts = Doubts::default();
    if descriptor.is_none()
        && let Some((rule, span)) = cause
    {
        let name = root.and_then(|root| root.text("name")).map(|name| name.value.as_ref().into());
        doubts.lost = Some(Lost { kind: Some(kind), name, publishes: None, rule, span });
    }
    Checked { descriptor, is_descriptor: true, doubts, ..Checked::default() }
}

/// Says whether a text is YAML only after a template engine has filled it in.
fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// All findings of a file are about its descriptor.
fn name_subject(checked: &Checked, sink: &mut Sink) {
    if let Some(descriptor) = &checked.descriptor {
        sink.name_subject(&descriptor.header().reference());
    }
}

fn check_aliases(
    schemas: &Schemas,
    file: FileId,
    root: Option<NodeRef<'_>>,
    is_complete: bool,
    sink: &mut Sink,
) -> Checked {
    let Some(root) = root.filter(|root| !root.is_null()) else { return Checked::default() };
    if is_complete && let Some(schema) = schemas.get("aliases", "") {
        for problem in schema.problems(root) {
            sink.push(diagnostic(file, &problem, ""));
        }
    }
    Checked { aliases: lower::aliases(root, file), ..Checked::default() }
}
