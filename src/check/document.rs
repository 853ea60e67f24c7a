//! One document on its way to a descriptor: its kind, its version, its schema, then lowering.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::problems::{diagnostic, later_form, rule_of, unsupported_version, with_article};
use super::{Checked, Doubt, Doubts, Keep, Lost, doubt, lower, misspelt, results, rules};
use crate::diagnostic::{Diagnostic, Fix, Severity, Sink, is_deceptive, visible_joined};
use crate::load::{self, Class, classify};
use crate::model::{
    END_OF_LIFE, END_OF_SUPPORT, Kind, Quantity, Reading, Sense, date_of, level_name, meant_day, sense_of, why_no_day,
};
use crate::source::{FileId, Span};
use crate::yaml::{self, NodeRef, Problem, ProblemKind, Schema, Schemas, YamlTree};

/// One document on its way to a descriptor.
pub(super) struct Document<'a> {
    pub schemas: &'a Schemas,
    pub file: FileId,
    pub named: Option<Kind>,
    pub is_complete: bool,
    pub keep: Keep<'a>,
    pub sink: Sink,
}

impl<'a> Document<'a> {
    pub(super) fn check(&mut self, root: Option<NodeRef<'_>>) -> Checked {
        let mut checked = Checked { is_descriptor: self.named.is_some(), ..Checked::default() };
        let Some(map) = root.filter(|root| root.is_mapping()) else {
            if self.named.is_some() {
                checked.doubts.lost = self.report_no_map(root);
            } else {
                self.sink = Sink::default();
            }
            return checked;
        };
        self.check_map(map, &mut checked);
        checked
    }

    fn check_map(&mut self, root: NodeRef<'_>, checked: &mut Checked) {
        match classify(self.named, root) {
            // The mistakes of files that are no descriptors are not ours to tell.
            Class::None => self.sink = Sink::default(),
            Class::MissingKind(meant) => {
                let span = self.report_no_kind(meant, root);
                if let Some(kind) = meant {
                    *checked = self.descriptor(kind, root, true);
                } else {
                    let name = root.text("id").map(|id| id.value.as_ref().into());
                    let rule = &rules::MISSPELT_KIND;
                    let publishes = Some(Vec::new());
                    checked.is_descriptor = true;
                    checked.doubts.lost = Some(Lost { kind: None, name, publishes, rule, span });
                }
            }
            Class::OtherName { stated, named, span } => {
                let kind = self.report_other_name(stated, named, root, span);
                *checked = self.descriptor(kind, root, true);
            }
            Class::MisspeltKind { found, meant, is_near, span } => {
                let message = format!("`{found}` is no kind of descriptor");
                let help = if is_near {
                    format!("did you mean `{}`?", meant.name())
                } else {
                    format!("a file with this name holds `kind: {}`", meant.name())
                };
                self.push(rules::MISSPELT_KIND.at(self.file, span, message).help(help));
                *checked = self.descriptor(meant, root, is_near);
            }
            Class::OtherKind { found, api_version, span } => {
                self.sink = Sink::default();
                let (message, help) = if found == results::KIND {
                    let help = "move it below a folder of `observations:` in `meshfolio.yaml`";
                    ("a result file is not read here".to_owned(), help)
                } else {
                    let help = "leave the file out with `exclude:` in `meshfolio.yaml` if that is meant";
                    let of = api_version.map(|version| format!(" of `{version}`")).unwrap_or_default();
                    (format!("the kind `{found}`{of} is not one this tool reads"), help)
                };
                self.push(rules::OTHER_KIND.at(self.file, span, message).label("another kind").help(help));
            }
            Class::Foreign { standard, span } => {
                self.sink = Sink::default();
                let message = format!("this is a document of the {standard}, which is not read");
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
            Class::Descriptor(kind) => *checked = self.descriptor(kind, root, true),
        }
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
        let schemas = self.schemas;
        let versions = || schemas.versions(kind.schema());
        let stated = root.entry("apiVersion");
        let declared = stated.and_then(|(_, value)| value.scalar_text()).unwrap_or_default();
        let schema = if let Some((_, value)) = stated.filter(|(_, value)| !value.is_null()) {
            let schema = value.as_str().and_then(|version| self.schemas.get(kind.schema(), version));
            if schema.is_none() {
                let form = (kind.schema(), kind.title());
                self.push(unsupported_version(self.file, form, &declared, value.span(), &versions()));
            }
            schema
        } else {
            let versions = versions();
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
        if open.is_empty() {
            return since;
        }
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
            doubts.note_value(key, value, &rules::OUT_OF_BOUNDS);
            let spans = id.into_iter().chain([value.span()]);
            doubts.places.extend(spans.map(|span| Doubt { span, rule: &rules::OUT_OF_BOUNDS, only: &[] }));
        }
        if let Some(name) = root.get("name") {
            self.check_name(name);
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
            doubts.note_value("status", value, &rules::MISSPELT_STATUS);
            self.push(rules::MISSPELT_STATUS.at(self.file, value.span(), message).help(help).fix(fix));
        }
        let list = match kind {
            Kind::DataContract => "slaProperties",
            Kind::DataProduct => "customProperties",
            _ => return,
        };
        let told: HashSet<Span> = problems.iter().map(|problem| problem.span).collect();
        for item in root.list(list) {
            let Some((property, (_, value))) = item.text("property").zip(item.entry("value")) else { continue };
            // An end that is left open is none.
            if !value.is_null() && !told.contains(&value.span()) {
                self.check_level(kind, &property.value, item, value, doubts);
            }
        }
    }

    /// Checks that what a name shows is all of it.
    fn check_name(&mut self, value: NodeRef<'_>) {
        let Some(name) = value.as_str() else { return };
        // A line that ends is seen as a blank.
        let is_unseen = |character: &char| is_deceptive(*character) && !matches!(character, '\n' | '\r' | '\t');
        if visible_joined(name) == name {
            return;
        }
        let unseen: BTreeSet<String> =
            name.chars().filter(is_unseen).map(|character| format!("U+{:04X}", u32::from(character))).collect();
        if unseen.is_empty() {
            return;
        }
        let label = format!("{} cannot be seen", unseen.into_iter().collect::<Vec<_>>().join(", "));
        let message = format!("the name `{name}` holds more than it shows");
        let help = "write it anew without: with it, it can pass for another name".to_owned();
        self.push(rules::UNSEEN_CHARACTER.at(self.file, value.span(), message).label(label).help(help));
    }

    /// Checks that the day of an end can be read, and the number of a promise.
    fn check_level(&mut self, kind: Kind, property: &str, item: NodeRef<'_>, value: NodeRef<'_>, doubts: &mut Doubts) {
        let is_named = |names: &[&str]| names.iter().any(|name| property.eq_ignore_ascii_case(name));
        let (list, is_day) = match kind {
            Kind::DataProduct => ("customProperties", property == "retiredOn"),
            _ => ("slaProperties", is_named(&END_OF_SUPPORT) || is_named(&END_OF_LIFE)),
        };
        let written = value.scalar_text().unwrap_or_default();
        let finding = if is_day {
            unreadable_date(self.file, property, &written, value)
        } else if kind == Kind::DataContract {
            let unit = item.text("unit").map(|unit| unit.value);
            unreadable_number(self.file, property, &written, unit.as_deref(), value)
        } else {
            None
        };
        if let Some(finding) = finding {
            doubts.note_value(list, value, finding.rule);
            self.push(finding);
        }
    }
}

/// Tells of a value that should be a day and is none.
fn unreadable_date(file: FileId, property: &str, written: &str, value: NodeRef<'_>) -> Option<Diagnostic> {
    if date_of(written).is_some() {
        return None;
    }
    let message = if written.trim().is_empty() {
        format!("`{property}` names no day")
    } else {
        format!("`{property}` names no day: `{}` cannot be read as one", written.trim())
    };
    let finding = rules::UNREADABLE_DATE.at(file, value.span(), message);
    Some(match (meant_day(written), why_no_day(written)) {
        (Some(day), _) => {
            let finding = finding.label("not of the form YYYY-MM-DD").help(format!("did you mean `{day}`?"));
            // A number of the file is left to a person: it needs quotes as well.
            if value.as_str().is_some() { finding.fix(Fix::Rename { to: day.to_string() }) } else { finding }
        }
        (None, Some(why)) => finding.label(why).help("write the day that is meant, as YYYY-MM-DD"),
        (None, None) => {
            finding.label("not of the form YYYY-MM-DD").help("write a day of the calendar, such as \"2027-06-30\"")
        }
    })
}

/// Tells of a promise that has a direction and no number.
fn unreadable_number(
    file: FileId,
    property: &str,
    written: &str,
    unit: Option<&str>,
    value: NodeRef<'_>,
) -> Option<Diagnostic> {
    let name = level_name(property);
    // How often may be said in words, and for how long, too.
    let is_words = name == "frequency" || (name == "retention" && !written.bytes().any(|byte| byte.is_ascii_digit()));
    if is_words || written.trim().is_empty() || sense_of(property).is_none() || Quantity::read(written, unit).is_some()
    {
        return None;
    }
    let help = if Quantity::read(written, None).is_some() {
        format!(
            "the value has a unit, and `unit` names another, `{}`: keep the one that is meant",
            unit.unwrap_or_default()
        )
    } else if let Some(number) = with_point(written).filter(|number| Quantity::read(number, unit).is_some()) {
        format!("did you mean `{number}`? decimals follow a point")
    } else if written.contains(',') && Quantity::read(&written.replace(',', ""), unit).is_some() {
        "write a number without commas".to_owned()
    } else {
        let example = match sense_of(property) {
            _ if name == "errorrate" => "`value: 0.1`, `unit: percent`",
            Some(Sense::AtLeast) if !matches!(name.as_str(), "retention" | "throughput") => {
                "`value: 99.5`, `unit: percent`"
            }
            _ if name == "retention" => "`value: 5`, `unit: years`",
            _ if name == "throughput" => "`value: 200`, `unit: rows per second`",
            _ => "`value: 15`, `unit: minutes`",
        };
        format!("write a number, and what it counts in `unit`: {example}")
    };
    let message = format!("`{}` is no number, so no result can be compared with this `{property}`", written.trim());
    Some(rules::UNREADABLE_NUMBER.at(file, value.span(), message).help(help))
}

/// Returns a number whose decimals follow a comma with a point; none where the comma may part thousands.
fn with_point(written: &str) -> Option<String> {
    let (before, after) = written.split_once(',')?;
    let n_decimals = after.bytes().take_while(u8::is_ascii_digit).count();
    (matches!(n_decimals, 1 | 2) || n_decimals > 3).then(|| [before, ".", after].concat())
}

/// Says whether a key is another word misspelt.
fn is_near(key: &str, meant: &str) -> bool {
    key != meant && yaml::nearest(key, [meant]).is_some()
}
