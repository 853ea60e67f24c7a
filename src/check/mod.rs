//! From documents to typed descriptors and result files: the schema of the declared version, then
//! lowering. Takes one file's text, gives what it holds and findings; sees one file at a time, so it
//! must not know of references between files. Pure: files can be checked in parallel, in any order.

mod doubt;
mod lower;
mod misspelt;
mod results;
pub mod rules;
mod salvage;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Fix, Grading, RuleMeta, Severity, Sink};
use crate::load::{self, Class, FileKind, classify};
use crate::model::{Alias, Descriptor, Kind, Reading, Text};
use crate::source::{FileId, Span};
use crate::yaml::{self, NodeRef, Problem, ProblemKind, Schema, Schemas, YamlTree};

pub use doubt::{Doubt, Doubts, Lost};
pub use results::{CheckedResults, ResultPlace, check_results};

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
    if !parsed.complete && !salvage::is_identified(root) {
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
    let class = classify(named, root);
    let kind = match class {
        Class::Descriptor(kind) | Class::MisspeltKind { meant: kind, .. } | Class::OtherName { named: kind, .. } => {
            Some(kind)
        }
        Class::MissingKind(kind) => kind,
        Class::NotAMap => named,
        Class::OtherKind { .. } | Class::Foreign { .. } | Class::None => None,
    };
    let Some(kind) = kind else {
        let is_stranger = matches!(class, Class::OtherKind { .. } | Class::Foreign { .. });
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

/// One document on its way to a descriptor.
struct Document<'a> {
    schemas: &'a Schemas,
    file: FileId,
    named: Option<Kind>,
    is_complete: bool,
    keep: Keep<'a>,
    sink: Sink,
}

impl<'a> Document<'a> {
    fn check(&mut self, root: Option<NodeRef<'_>>) -> Checked {
        let mut checked = Checked { is_descriptor: self.named.is_some(), ..Checked::default() };
        match classify(self.named, root) {
            // The mistakes of files that are no descriptors are not ours to tell.
            Class::None => self.sink = Sink::default(),
            Class::NotAMap => checked.doubts.lost = self.report_no_map(root),
            Class::MissingKind(meant) => {
                let root = root.expect("a document without `kind` has a map");
                let span = self.report_no_kind(meant, root);
                if let Some(kind) = meant {
                    checked = self.descriptor(kind, root, true);
                } else {
                    let name = root.text("id").map(|id| id.value.as_ref().into());
                    let rule = &rules::MISSPELT_KIND;
                    let publishes = Some(Vec::new());
                    checked.is_descriptor = true;
                    checked.doubts.lost = Some(Lost { kind: None, name, publishes, rule, span });
                }
            }
            Class::OtherName { stated, named, span } => {
                let root = root.expect("a document with `kind` has a map");
                let kind = self.report_other_name(stated, named, root, span);
                checked = self.descriptor(kind, root, true);
            }
            Class::MisspeltKind { found, meant, is_near, span } => {
                let root = root.expect("a document with `kind` has a map");
                let message = format!("`{found}` is no kind of descriptor");
                let help = if is_near {
                    format!("did you mean `{}`?", meant.name())
                } else {
                    format!("a file with this name holds `kind: {}`", meant.name())
                };
                self.push(rules::MISSPELT_KIND.at(self.file, span, message).help(help));
                checked = self.descriptor(meant, root, is_near);
            }
            Class::OtherKind { found, span } => {
                self.sink = Sink::default();
                let (message, help) = if found == results::KIND {
                    let help = "move it below a folder of `observations:` in `meshfolio.yaml`";
                    ("a result file is not read here".to_owned(), help)
                } else {
                    let help = "leave the file out with `exclude:` in `meshfolio.yaml` if that is meant";
                    (format!("the kind `{found}` is not one this tool reads"), help)
                };
                self.push(rules::OTHER_KIND.at(self.file, span, message).label("another kind").help(help));
            }
            Class::Foreign { standard, span } => {
                self.sink = Sink::default();
                let message = format!("this is a document of the {standard}, which is imported and not read");
                let help =
                    "keep the original outside the roots, and describe the data in an ODCS contract or ODPS product";
                let mut finding = rules::FOREIGN_STANDARD.at(self.file, span, message).label("this says so").help(help);
                // Whoever names it so believes that it is read.
                if self.named.is_some() {
                    finding.severity = Severity::Error;
                    let rule = &rules::FOREIGN_STANDARD;
                    checked.doubts.lost = Some(Lost { kind: self.named, name: None, publishes: None, rule, span });
                }
                self.push(finding);
            }
            Class::Descriptor(kind) => checked = self.descriptor(kind, root.expect("a descriptor has a map"), true),
        }
        checked
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }

    fn report_no_map(&mut self, root: Option<NodeRef<'_>>) -> Option<Lost> {
        let span = root.map_or(Span::default(), NodeRef::span);
        if self.is_complete {
            let what = if root.is_none_or(NodeRef::is_null) { "is empty" } else { "is not a map" };
            let title = self.named.map_or("descriptor", Kind::title);
            let help = format!("begin with `apiVersion:` and `kind: {}`", self.named.map_or("...", Kind::name));
            self.push(
                yaml::rules::NOT_A_MAP
                    .at(self.file, span, format!("the {title} {what}"))
                    .label("`key: value` lines belong here")
                    .help(help),
            );
        }
        let rule = &yaml::rules::NOT_A_MAP;
        Some(Lost { kind: self.named, name: None, publishes: None, rule, span })
    }

    /// Checks and lowers a map of a known kind. One that is another thing than it says is only lowered.
    fn descriptor(&mut self, kind: Kind, root: NodeRef<'_>, is_sure: bool) -> Checked {
        let is_whole = self.is_complete && is_sure;
        let problems = if is_whole { self.check_schema(kind, root) } else { Vec::new() };
        let told: Vec<&Problem> =
            problems.iter().filter(|problem| self.keep.is_told(rule_of(problem), self.file)).collect();
        let mended = misspelt::mended(root, &told);
        let root = mended.as_ref().map_or(root, YamlTree::root);
        let reading = if !is_whole {
            Reading::Broken
        } else if misspelt::hides_a_part(kind, root, &told) {
            Reading::Partial
        } else {
            Reading::Whole
        };
        let descriptor = lower::lower(kind, root, self.file, reading, self.keep);
        let mut doubts = Doubts::default();
        if is_whole {
            for problem in problems.iter().filter(|_| descriptor.is_some()) {
                doubts.note(problem, rule_of(problem), root, descriptor.as_ref());
            }
            self.check_values(kind, root, &problems, &mut doubts);
        }
        if descriptor.is_none() {
            doubts.lost = self.lost(kind, root);
        }
        Checked { descriptor, is_descriptor: true, doubts, ..Checked::default() }
    }

    /// Returns what is known of a descriptor without an id, and which finding says that it has none.
    fn lost(&mut self, kind: Kind, root: NodeRef<'_>) -> Option<Lost> {
        let is_id = |finding: &&Diagnostic| finding.message.contains("`id`");
        let found = self.sink.found();
        let cause = found.iter().find(is_id).or(found.first())?;
        let name = ["id", "name"].iter().find_map(|meant| {
            let is_meant = |key: &str| yaml::nearest(key, [*meant]).is_some();
            let (_, value) = root.entries().find(|(key, _)| key.as_str().is_some_and(is_meant))?;
            value.scalar_text().map(|text| text.as_ref().into()).filter(|text: &crate::model::Text| !text.is_empty())
        });
        let publishes = Some(doubt::published(root));
        Some(Lost { kind: Some(kind), name, publishes, rule: cause.rule, span: cause.location.span })
    }

    /// Checks a document against the schema of its own `apiVersion`; returns what is wrong.
    fn check_schema(&mut self, kind: Kind, root: NodeRef<'_>) -> Vec<Problem> {
        let versions = self.schemas.versions(kind.schema());
        let stated = root.entry("apiVersion");
        let declared = stated.and_then(|(_, value)| value.scalar_text()).unwrap_or_default();
        let schema = if let Some((_, value)) = stated.filter(|(_, value)| !value.is_null()) {
            let schema = value.as_str().and_then(|version| self.schemas.get(kind.schema(), version));
            if schema.is_none() {
                let form = (kind.schema(), kind.title());
                self.push(unsupported_version(self.file, form, &declared, value.span(), &versions));
            }
            schema
        } else {
            self.report_no_version(kind, root, &versions);
            // Where there is one version, it is the one that is meant.
            self.schemas.get(kind.schema(), versions[0]).filter(|_| versions.len() == 1)
        };
        let Some(schema) = schema else { return Vec::new() };
        let mut problems = schema.problems(root);
        // What is wrong with these two is told already.
        let is_told = |key: &str, meant: &str| key == meant || (root.entry(meant).is_none() && is_near(key, meant));
        problems.retain(|problem| match &problem.kind {
            ProblemKind::MissingKey { key, .. } | ProblemKind::UnknownKey { key, .. } if problem.path.is_empty() => {
                !["apiVersion", "kind"].iter().any(|meant| is_told(key, meant))
            }
            _ => !matches!(problem.path.as_str(), "apiVersion" | "kind"),
        });
        let since = self.forms_of_later_versions(kind, root, &problems, &declared);
        for (position, problem) in problems.iter().enumerate() {
            self.push(match since.get(&position) {
                Some(since) => later_form(self.file, problem, since, &declared),
                None => diagnostic(self.file, problem, &declared),
            });
        }
        self.report_deprecated(kind, root, schema, &problems);
        problems
    }

    /// Returns, by the position of the problem, the version that first takes a list or map where the declared
    /// one wants another form.
    fn forms_of_later_versions(
        &self,
        kind: Kind,
        root: NodeRef<'_>,
        problems: &[Problem],
        declared: &str,
    ) -> BTreeMap<usize, &'a str> {
        let form = |problem: &Problem| match &problem.kind {
            ProblemKind::WrongType { found: "a map" | "a list", .. } => Some(problem.path.clone()),
            _ => None,
        };
        let mut open: Vec<(usize, String)> =
            problems.iter().enumerate().filter_map(|(position, problem)| Some((position, form(problem)?))).collect();
        let mut since = BTreeMap::new();
        let schemas: &'a Schemas = self.schemas;
        let versions = schemas.versions(kind.schema());
        for version in versions.into_iter().skip_while(|version| *version != declared).skip(1) {
            let Some(schema) = schemas.get(kind.schema(), version).filter(|_| !open.is_empty()) else { continue };
            let wrong: BTreeSet<String> = schema.problems(root).iter().filter_map(form).collect();
            let (later, still): (Vec<_>, Vec<_>) = open.into_iter().partition(|(_, path)| !wrong.contains(path));
            since.extend(later.into_iter().map(|(position, _)| (position, version)));
            open = still;
        }
        since
    }

    /// Reports a document that does not say which version of its standard it follows.
    fn report_no_version(&mut self, kind: Kind, root: NodeRef<'_>, versions: &[&str]) {
        let newest = versions.last().copied().unwrap_or_default();
        let message = format!("{} must declare its `apiVersion`", with_article(kind.title()));
        // `version` is near, and a field of its own.
        let is_field = |key: &str| versions.iter().any(|version| self.has_field(kind, version, key));
        let is_meant = |key: NodeRef<'_>| key.as_str().is_some_and(|key| is_near(key, "apiVersion") && !is_field(key));
        let stated = root.entry("apiVersion");
        let (span, help) = if let Some((key, _)) = stated {
            (key.span(), format!("write `apiVersion: {newest}`"))
        } else if let Some((key, _)) = root.entries().find(|(key, _)| is_meant(*key)) {
            (key.span(), format!("did you mean `apiVersion` by `{}`?", key.as_str().unwrap_or_default()))
        } else {
            let kind = root.entry("kind").map_or(Span::default(), |(_, value)| value.span());
            (kind, format!("add `apiVersion: {newest}`"))
        };
        self.push(
            rules::UNSUPPORTED_VERSION.at(self.file, span, message).label("no `apiVersion` goes with it").help(help),
        );
    }

    /// Says whether a version of a standard has a field at the top.
    fn has_field(&self, kind: Kind, version: &str, key: &str) -> bool {
        let schema = self.schemas.get(kind.schema(), version);
        schema.and_then(|schema| schema.source().get("properties")?.get(key)).is_some()
    }

    /// Returns the kind that the fields of a document are of: the one that its file is named after, where more
    /// of its fields belong to that, else the one that it states.
    fn fitting(&self, stated: Kind, named: Kind, root: NodeRef<'_>) -> Kind {
        let n_fields = |kind: Kind| {
            let newest = self.schemas.versions(kind.schema()).last().copied().unwrap_or_default();
            let is_field = |key: NodeRef<'_>| key.as_str().is_some_and(|key| self.has_field(kind, newest, key));
            root.entries().filter(|(key, _)| is_field(*key)).count()
        };
        if n_fields(named) > n_fields(stated) { named } else { stated }
    }

    /// Reports a document that states another kind than its file is named after; returns which it is.
    fn report_other_name(&mut self, stated: Kind, named: Kind, root: NodeRef<'_>, span: Span) -> Kind {
        let meant = self.fitting(stated, named, root);
        let message = format!(
            "this file says `kind: {}`, and its name says that it is {}",
            stated.name(),
            with_article(named.title())
        );
        let help = match (meant == named, load::ending_of(stated)) {
            (true, _) => format!("write `kind: {}`", named.name()),
            (false, Some(ending)) => format!("let the name of the file end in `{ending}`"),
            (false, None) => "take the standard's ending out of the name of the file".to_owned(),
        };
        self.push(rules::MISSPELT_KIND.at(self.file, span, message).label("its name says another").help(help));
        meant
    }

    /// Reports a document without a `kind`; `meant` is what it should say, where that is known.
    fn report_no_kind(&mut self, meant: Option<Kind>, root: NodeRef<'_>) -> Span {
        let first = root.entries().next().map_or(root.span(), |(key, _)| key.span());
        let misspelt = root.entries().find(|(key, _)| key.as_str().is_some_and(|key| is_near(key, "kind")));
        let span = misspelt.map_or(first, |(key, _)| key.span());
        let message = match (self.named, meant) {
            (Some(named), _) => format!("a file with this name must say `kind: {}`", named.name()),
            (None, _) => "a descriptor must say its `kind`".to_owned(),
        };
        let help = match (misspelt, meant) {
            (Some((key, _)), _) => format!("did you mean `kind` by `{}`?", key.as_str().unwrap_or_default()),
            (None, Some(kind)) => format!("add `kind: {}`", kind.name()),
            (None, None) => {
                let own = Kind::ALL.map(|kind| format!("`{}`", kind.name()));
                format!("add `kind:` with one of {}", own.join(", "))
            }
        };
        self.push(rules::MISSPELT_KIND.at(self.file, span, message).label("no `kind` stands beside it").help(help));
        span
    }

    /// Reports what the standard keeps only for documents of old.
    fn report_deprecated(&mut self, kind: Kind, root: NodeRef<'_>, schema: &Schema, problems: &[Problem]) {
        // A list where a map is possible too; before v3.1.0 a team is always a list.
        if kind == Kind::DataContract
            && let Some((key, value)) = root.entry("team")
            && value.is_sequence()
            && schema.source().pointer("/$defs/Team/type").is_some_and(serde_json::Value::is_array)
        {
            let message = "`team` as a list is deprecated by the standard";
            let help = "write `team:` as a map with the list under its `members:`";
            self.push(rules::DEPRECATED_FIELD.at(self.file, key.span(), message).help(help));
        }
        // What is wrong for another reason too is told once.
        let is_told = |span: Span| problems.iter().any(|problem| problem.span == span);
        for field in schema.deprecated(root).into_iter().filter(|field| !is_told(field.span)) {
            let message = format!("`{}` is deprecated by the standard", field.key);
            let mut finding = rules::DEPRECATED_FIELD.at(self.file, field.span, message);
            let help = field.hint.unwrap_or_else(|| "leave it out: a later version will not have it".to_owned());
            finding.help = Some(help);
            self.push(finding);
        }
    }

    /// Checks what the standards leave open and every reader relies on.
    fn check_values(&mut self, kind: Kind, root: NodeRef<'_>, problems: &[Problem], doubts: &mut Doubts) {
        let is_told = |key: &str| problems.iter().any(|problem| problem.path == key);
        let keys: &[&str] = if kind == Kind::DataContract { &["id", "version"] } else { &["id"] };
        for key in keys.iter().filter(|key| !is_told(key)) {
            let Some(value) = root.get(key).filter(|value| value.as_str().is_some_and(|text| text.trim().is_empty()))
            else {
                continue;
            };
            let help = match *key {
                "id" => "give it an id that is never changed: other files refer to it",
                _ => "give it a version such as `\"1.0.0\"`: output ports publish it by this",
            };
            let message = format!("`{key}` must not be empty");
            self.push(
                rules::OUT_OF_BOUNDS.at(self.file, value.span(), message).label("this is an empty text").help(help),
            );
            let id = root.get("id").map(NodeRef::span);
            let spans = id.into_iter().chain([value.span()]);
            doubts.places.extend(spans.map(|span| Doubt { span, rule: &rules::OUT_OF_BOUNDS, only: &[] }));
        }
        // Agreements have words of their own, which their schema lists.
        if kind != Kind::AccessAgreement
            && let Some(value) = root.get("status").filter(|_| !is_told("status"))
            && let Some(word) = value.as_str()
            && let Some(meant) = crate::model::misspelt_status(word)
        {
            let message = format!("the status `{word}` is none of those that readers know");
            let help = format!("did you mean `{meant}`? it counts as that until it is mended");
            let fix = Fix::Rename { to: meant.to_owned() };
            self.push(rules::MISSPELT_STATUS.at(self.file, value.span(), message).help(help).fix(fix));
        }
    }
}

/// Says whether a key is another word misspelt.
fn is_near(key: &str, meant: &str) -> bool {
    key != meant && yaml::nearest(key, [meant]).is_some()
}

/// Returns what a document is called in sentences, with `a` or `an`.
fn with_article(title: &str) -> String {
    let article = if title.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {title}")
}

/// Tells of a version that no schema has; `(schema, title)` is the form of the document.
fn unsupported_version(
    file: FileId,
    (schema, title): (&str, &str),
    declared: &str,
    span: Span,
    versions: &[&str],
) -> Diagnostic {
    let message = format!("`{declared}` is no `apiVersion` of {} that this tool reads", with_article(title));
    let bare = declared.trim_start_matches('v');
    let with_v = versions.iter().find(|version| version.trim_start_matches('v') == bare);
    let help = if let Some(version) = with_v {
        format!("did you mean `{version}`?")
    } else if schema == Kind::DataContract.schema() && bare.starts_with("2.") {
        let newest = versions.last().copied().unwrap_or_default();
        format!(
            "ODCS 2.x had other field names: rewrite the contract for `{newest}` (`uuid` became `id`, `dataset` became `schema`, `columns` became `properties`, `isNullable` became `required`)"
        )
    } else {
        let quoted: Vec<String> = versions.iter().rev().map(|version| format!("`{version}`")).collect();
        format!("declare {}{}", if quoted.len() > 1 { "one of " } else { "" }, quoted.join(", "))
    };
    rules::UNSUPPORTED_VERSION.at(file, span, message).help(help)
}

/// Picks the rule of a problem.
fn rule_of(problem: &Problem) -> &'static RuleMeta {
    match &problem.kind {
        ProblemKind::UnknownKey { since: Some(_), .. }
        | ProblemKind::UnknownKey { until: Some(_), .. }
        | ProblemKind::NotInList { since: Some(_), .. } => &rules::OTHER_VERSION,
        ProblemKind::UnknownKey { .. } => &rules::UNKNOWN_FIELD,
        ProblemKind::MissingKey { .. } => &rules::MISSING_FIELD,
        ProblemKind::WrongType { unquoted: Some(_), .. } => &rules::UNQUOTED_TEXT,
        ProblemKind::WrongType { .. } => &rules::WRONG_TYPE,
        ProblemKind::NotInList { .. } => &rules::UNKNOWN_VALUE,
        ProblemKind::BadForm { .. } => &rules::BAD_FORM,
        ProblemKind::OutOfBounds { .. } => &rules::OUT_OF_BOUNDS,
        ProblemKind::BadCombination { .. } => &rules::BAD_COMBINATION,
    }
}

/// Says a problem in the words of its rule.
fn diagnostic(file: FileId, problem: &Problem, declared: &str) -> Diagnostic {
    let words = problem.words(declared);
    let mut diagnostic = rule_of(problem).at(file, problem.span, words.message);
    diagnostic.label = words.label;
    diagnostic.help = match (&problem.kind, words.help) {
        (ProblemKind::UnknownKey { key, .. }, _) if key == "<<" => {
            Some("`<<` is an ordinary key in YAML 1.2: write the merged fields out".to_owned())
        }
        (_, help) => help,
    };
    match fix_of(problem) {
        Some(fix) => diagnostic.fix(fix),
        None => diagnostic,
    }
}

/// Says how a problem mends itself: where only one thing can be meant.
fn fix_of(problem: &Problem) -> Option<Fix> {
    let slip = |word: &str, known: &[String]| {
        let meant = yaml::nearest(word, known.iter().map(String::as_str))?;
        yaml::is_misspelt(word, meant).then(|| Fix::Rename { to: meant.to_owned() })
    };
    match &problem.kind {
        ProblemKind::UnknownKey { key, known, since: None, until: None, renamed } => match renamed {
            Some(renamed) if renamed.hint.is_none() => Some(Fix::Rename { to: renamed.to.clone() }),
            Some(_) => None,
            None => slip(key, known),
        },
        ProblemKind::NotInList { found, allowed, since: None } => slip(found, allowed),
        ProblemKind::WrongType { unquoted: Some(_), .. } => Some(Fix::Quote),
        _ => None,
    }
}

/// Says that a form exists since a later version: `team` as a map.
fn later_form(file: FileId, problem: &Problem, since: &str, declared: &str) -> Diagnostic {
    let ProblemKind::WrongType { expected, found, .. } = &problem.kind else {
        return diagnostic(file, problem, declared);
    };
    let field = problem.path.rsplit('.').next().unwrap_or_default();
    let message = format!("`{field}` as {found} exists since {since}; this file declares {declared}");
    rules::OTHER_VERSION
        .at(file, problem.span, message)
        .label(format!("{} in {declared}", expected.join(" or ")))
        .help(format!("raise `apiVersion` to {since}, or write {}", expected.join(" or ")))
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
