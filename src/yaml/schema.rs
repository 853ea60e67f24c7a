//! Validation of a tree against a JSON Schema (draft 2020-12), and the folding of what the
//! validator says into one problem per mistake.

mod once;
mod types;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::Value as JsonValue;

use super::YamlJson;
use super::demand::{clause, json_text, not_clause, several_clause};
use super::mend;
use super::nearest::{is_misspelt, nearest};
use super::node::{NodeRef, name_bit};
use super::place::{Place, Places, path_text};
use super::problem::{Problem, ProblemKind, Renamed};
use super::{variables, words};
use crate::source::Span;
use types::{types, wrong_type};

/// A compiled schema. Never fetches or reads anything: references lead into the schema itself.
pub struct Schema {
    validator: Validator<YamlJson>,
    source: JsonValue,
    /// The names of all fields that are deprecated somewhere.
    deprecated: BTreeSet<String>,
    /// The [`name_bit`] of each of these names.
    deprecated_bits: u64,
}

/// A field that the schema marks as deprecated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deprecated {
    /// The field.
    pub key: String,
    /// Where its key stands.
    pub span: Span,
    /// What the schema says to do instead.
    pub hint: Option<String>,
}

/// A schema that cannot be compiled.
#[derive(Debug, thiserror::Error)]
#[error("the schema cannot be compiled: {0}")]
pub struct SchemaError(String);

impl Schema {
    /// Compiles a schema. With variables, what stands for something else in a text has any form.
    ///
    /// # Errors
    /// When it is no valid schema or refers to another document.
    pub fn compile(source: JsonValue, has_variables: bool) -> Result<Schema, SchemaError> {
        let mut options = jsonschema::options_for::<YamlJson>()
            .offline()
            .should_validate_formats(true)
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(100_000));
        for (format, has) in variables::formats().filter(|_| has_variables) {
            options = options.with_format(format, has);
        }
        let validator = options.build(&source).map_err(|error| SchemaError(error.to_string()))?;
        let mut deprecated = BTreeSet::new();
        collect_deprecated(&source, &mut deprecated);
        let deprecated_bits = deprecated.iter().fold(0, |bits, name| bits | name_bit(name));
        Ok(Schema { validator, source, deprecated, deprecated_bits })
    }

    /// Returns the schema's JSON.
    #[must_use]
    pub fn source(&self) -> &JsonValue {
        &self.source
    }

    /// Says whether a document is valid.
    #[must_use]
    pub fn is_valid(&self, root: NodeRef<'_>) -> bool {
        self.validator.is_valid(root)
    }

    /// Returns every mistake of a document, in the order of the file; none when it is valid.
    #[must_use]
    pub fn problems(&self, root: NodeRef<'_>) -> Vec<Problem> {
        if self.is_valid(root) {
            return Vec::new();
        }
        let errors: Vec<ValidationError<'_>> = self.validator.iter_errors(root).collect();
        let mut problems = Vec::new();
        let places = Places::new(root);
        for error in &errors {
            self.fold(error, &places, &mut problems);
        }
        // What a failed branch left unevaluated is not unknown: the failure is the cause.
        let deeper: BTreeSet<String> = problems
            .iter()
            .filter(|problem| !matches!(problem.kind, ProblemKind::UnknownKey { .. }))
            .map(|problem| problem.path.clone())
            .collect();
        let causes = |path: &str| {
            let below = format!("{path}.");
            deeper.contains(path) || deeper.range(below.clone()..).next().is_some_and(|next| next.starts_with(&below))
        };
        let unevaluated =
            errors.iter().filter(|error| matches!(error.kind(), ValidationErrorKind::UnevaluatedProperties { .. }));
        let shaky: BTreeSet<String> = unevaluated.map(|error| path_text(error)).filter(|path| causes(path)).collect();
        problems.retain(|problem| {
            !(matches!(problem.kind, ProblemKind::UnknownKey { .. }) && shaky.contains(&problem.path))
        });
        once::drop_misspelt(&mut problems);
        once::drop_type_or_value(&mut problems);
        problems.sort_by(|a, b| a.span.cmp(&b.span).then_with(|| a.path.cmp(&b.path)));
        // A date has a format and a pattern: a value that fits neither is one mistake.
        let is_bad_form = |problem: &Problem| matches!(problem.kind, ProblemKind::BadForm { .. });
        problems.dedup_by(|later, first| {
            later == first || (later.span == first.span && is_bad_form(later) && is_bad_form(first))
        });
        problems
    }

    /// Returns every stated field of a document that the schema marks as deprecated, in the order of
    /// the file.
    #[must_use]
    pub fn deprecated(&self, root: NodeRef<'_>) -> Vec<Deprecated> {
        let mut found = Vec::new();
        // Hardly any document has such a field; names alone are looked for much quicker.
        if !self.deprecated.is_empty() && self.may_have_deprecated(root) {
            self.add_deprecated(root, &self.source, &mut found);
            found.sort_by_key(|field| field.span);
            found.dedup();
        }
        found
    }

    fn may_have_deprecated(&self, root: NodeRef<'_>) -> bool {
        root.has_key_in_tree(self.deprecated_bits, |key| self.deprecated.contains(key))
    }

    fn add_deprecated(&self, node: NodeRef<'_>, schema: &JsonValue, found: &mut Vec<Deprecated>) {
        let target = schema.get("$ref").and_then(JsonValue::as_str).and_then(|target| target.strip_prefix('#'));
        if let Some(target) = target.and_then(|pointer| self.source.pointer(pointer)) {
            self.add_deprecated(node, target, found);
        }
        for branch in schema.get("allOf").and_then(JsonValue::as_array).into_iter().flatten() {
            self.add_deprecated(node, branch, found);
        }
        if let Some(items) = schema.get("items") {
            node.items().for_each(|item| self.add_deprecated(item, items, found));
        }
        let Some(properties) = schema.get("properties") else { return };
        for (key, value) in node.entries().filter(|(_, value)| !value.is_null()) {
            let Some((name, property)) = key.as_str().and_then(|name| Some((name, properties.get(name)?))) else {
                continue;
            };
            if property.get("deprecated") == Some(&JsonValue::Bool(true)) {
                let hint = property.get("x-deprecatedHint").and_then(JsonValue::as_str).map(str::to_owned);
                found.push(Deprecated { key: name.to_owned(), span: key.span(), hint });
            }
            self.add_deprecated(value, property, found);
        }
    }

    /// Adds the one problem, or the few, behind an error.
    fn fold(&self, error: &ValidationError<'_>, places: &Places<'_>, problems: &mut Vec<Problem>) {
        let place = places.of(error);
        let kind = match error.kind() {
            ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
                self.fold_branches(context, error, &place, places, problems);
                return;
            }
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                let holder = self.holder(error);
                let known: Arc<[String]> = holder.map(|schema| self.known_keys(schema)).unwrap_or_default().into();
                let around = self.around(error.schema_path().as_str());
                for key in unexpected {
                    let span = places.entry(place.node, key).map_or(place.span, |(name, _)| name.span());
                    let version = |list: &str| {
                        let found = holder.and_then(|schema| schema.get(list)?.get(key)?.as_str());
                        found.map(str::to_owned)
                    };
                    let renamed = renamed(&around, key);
                    let kind = ProblemKind::UnknownKey {
                        key: key.clone(),
                        known: Arc::clone(&known),
                        since: version("x-later"),
                        until: version("x-gone"),
                        taken: meant(key, &known, renamed.as_ref())
                            .filter(|meant| places.entry(place.node, meant).is_some())
                            .map(str::to_owned),
                        renamed,
                    };
                    problems.push(Problem { kind, span, path: place.path.clone() });
                }
                return;
            }
            ValidationErrorKind::PropertyNames { error: inner } => {
                let name = inner.instance().as_str().unwrap_or("").to_owned();
                let span = places.entry(place.node, &name).map_or(place.span, |(key, _)| key.span());
                let kind = bad_form(inner, name, None);
                problems.push(Problem { kind, span, path: place.path });
                return;
            }
            ValidationErrorKind::Required { property } => {
                let key = property.as_str().unwrap_or("").to_owned();
                if let Some(problem) = self.spared(error, &place) {
                    problems.push(problem);
                    return;
                }
                let around = self.around(error.schema_path().as_str());
                if let Some((kind, span)) = other_name(&around, &key, place.node) {
                    problems.push(Problem { kind, span, path: place.path });
                    return;
                }
                let property = self.property(&around, &key);
                let about = property.and_then(|property| property.get("description")?.as_str());
                ProblemKind::MissingKey {
                    needed_by: dependent(error),
                    example: property.and_then(|property| mend::what_to_add(&key, property)),
                    about: about.map(str::to_owned),
                    key,
                }
            }
            ValidationErrorKind::Type { kind } => wrong_type(types(kind), &place, || self.is_required(error, &place)),
            ValidationErrorKind::Constant { .. } | ValidationErrorKind::Enum { .. } if dependent(error).is_some() => {
                problems.extend(foreign_field(error, places));
                return;
            }
            ValidationErrorKind::Enum { options } => {
                let found = shown(place.node);
                let holder = self.holder(error);
                let since = holder.and_then(|schema| schema.get("x-laterValues")?.get(found.as_ref())?.as_str());
                let allowed = options.as_array().into_iter().flatten().map(json_text).collect();
                ProblemKind::NotInList {
                    found: found.into_owned(),
                    allowed,
                    since: since.map(str::to_owned),
                    form: None,
                }
            }
            ValidationErrorKind::Constant { expected_value } => ProblemKind::NotInList {
                found: shown(place.node).into_owned(),
                allowed: vec![json_text(expected_value)],
                since: None,
                form: self.other_form(error),
            },
            ValidationErrorKind::Pattern { .. } | ValidationErrorKind::Format { .. } => {
                bad_form(error, shown(place.node).into_owned(), self.holder(error))
            }
            ValidationErrorKind::OneOfMultipleValid { .. } => {
                let what = several_clause(self.holder(error), place.node);
                ProblemKind::BadCombination { what, help: "keep one of them".to_owned(), lacking: Vec::new() }
            }
            ValidationErrorKind::Not { schema } => {
                let help = "remove what may not stand here".to_owned();
                ProblemKind::BadCombination { what: not_clause(schema), help, lacking: Vec::new() }
            }
            ValidationErrorKind::FalseSchema => {
                problems.push(self.misplaced_field(error, places, &place));
                return;
            }
            _ => {
                let path = error.schema_path().as_str();
                let keyword = path.rsplit('/').next().unwrap_or_default();
                let (found, help) = mend::for_bound(self.holder(error), keyword, place.node);
                ProblemKind::OutOfBounds { wanted: clause(error), found, help }
            }
        };
        problems.push(Problem { kind, span: place.span, path: place.path });
    }

    /// Of several forms that all failed, picks the one that was meant, and folds its errors.
    fn fold_branches(
        &self,
        branches: &[Vec<ValidationError<'static>>],
        whole: &ValidationError<'_>,
        place: &Place<'_>,
        places: &Places<'_>,
        problems: &mut Vec<Problem>,
    ) {
        let depth = |error: &ValidationError<'_>| error.instance_path().segments().count();
        let here = place.depth;
        let is_other_type = |error: &ValidationError<'_>| {
            matches!(error.kind(), ValidationErrorKind::Type { .. }) && depth(error) == here
        };
        let meant: Vec<&Vec<ValidationError<'static>>> =
            branches.iter().filter(|branch| !branch.iter().any(is_other_type)).collect();
        if meant.is_empty() {
            let mut expected: Vec<&'static str> = Vec::new();
            for error in branches.iter().flatten().filter(|error| is_other_type(error)) {
                if let ValidationErrorKind::Type { kind } = error.kind() {
                    for word in types(kind) {
                        if !expected.contains(&word) {
                            expected.push(word);
                        }
                    }
                }
            }
            problems.push(Problem {
                kind: wrong_type(expected, place, || self.is_required(whole, place)),
                span: place.span,
                path: place.path.clone(),
            });
            return;
        }
        // A branch whose discriminator (a `const` or `enum` one level down) differs was not meant.
        let is_discriminator = |error: &ValidationError<'_>| {
            matches!(error.kind(), ValidationErrorKind::Constant { .. } | ValidationErrorKind::Enum { .. })
                && depth(error) == here + 1
        };
        let score = |branch: &Vec<ValidationError<'static>>| {
            let other = branch.iter().filter(|error| is_discriminator(error)).count();
            let deepest = branch.iter().map(depth).max().unwrap_or(0);
            (other, branch.len(), usize::MAX - deepest)
        };
        let mut ranked: Vec<_> = meant.into_iter().map(|branch| (score(branch), branch)).collect();
        ranked.sort_by_key(|(score, _)| *score);
        let best = ranked[0].0;
        let tied: Vec<_> = ranked.iter().filter(|(score, _)| *score == best).map(|(_, branch)| *branch).collect();
        let only_missing = |branch: &Vec<ValidationError<'static>>| {
            branch
                .iter()
                .all(|error| matches!(error.kind(), ValidationErrorKind::Required { .. }) && depth(error) == here)
        };
        if tied.len() > 1 && tied.iter().all(|branch| only_missing(branch)) {
            let mut keys: Vec<String> = Vec::new();
            for error in tied.iter().copied().flatten() {
                if let ValidationErrorKind::Required { property } = error.kind() {
                    let key = property.as_str().unwrap_or("").to_owned();
                    if !keys.contains(&key) {
                        keys.push(key);
                    }
                }
            }
            let what = format!("has none of `{}`", keys.join("`, `"));
            let help = "state one of them".to_owned();
            problems.push(Problem {
                kind: ProblemKind::BadCombination { what, help, lacking: keys },
                span: place.span,
                path: place.path.clone(),
            });
            return;
        }
        for error in tied[0] {
            self.fold(error, places, problems);
        }
    }

    /// A field that its map may not have, because of what else the map says.
    fn misplaced_field(&self, error: &ValidationError<'_>, places: &Places<'_>, place: &Place<'_>) -> Problem {
        let (path, field) = parent_and_last(place);
        let parent = places.parent_of(error);
        let span = parent.and_then(|parent| places.entry(parent, field)).map_or(place.span, |(key, _)| key.span());
        let what = match parent.and_then(|parent| parent.text("type")) {
            Some(kind) => format!("is of type `{}` and cannot have `{field}` like this", kind.value),
            None => format!("states no `type` and cannot have `{field}` like this"),
        };
        let holder = error.schema_path().as_str().rsplit_once("properties/").map_or("", |(holder, _)| holder);
        let (help, lacking) = match renamed(&self.around(holder), field) {
            Some(Renamed { to, .. }) if parent.is_some_and(|parent| places.entry(parent, &to).is_some()) => {
                (format!("`{to}` stands here already: remove `{field}`"), Vec::new())
            }
            Some(Renamed { to, .. }) => (format!("`{field}` is called `{to}` here: rename it"), vec![to]),
            None => (format!("remove `{field}`, or state the fields it belongs to"), Vec::new()),
        };
        let kind = ProblemKind::BadCombination { what, help, lacking };
        Problem { kind, span, path: path.to_owned() }
    }

    /// Says whether the map around a value must have the field that the value is of.
    fn is_required(&self, error: &ValidationError<'_>, place: &Place<'_>) -> bool {
        let (_, field) = parent_and_last(place);
        let Some((map, _)) = error.evaluation_path().as_str().rsplit_once("/properties/") else { return false };
        let required = |schema: &&JsonValue| schema.get("required").and_then(JsonValue::as_array).cloned();
        self.around(&format!("{map}/properties")).iter().filter_map(required).flatten().any(|name| name == field)
    }

    /// A field that is asked for only since another one holds none of the words that spare it, but nearly one of them:
    /// that word is what is wrong.
    fn spared(&self, error: &ValidationError<'_>, place: &Place<'_>) -> Option<Problem> {
        let around = self.along(error.schema_path().as_str().strip_suffix("/then/required")?);
        let fields = around.last()?.1?.pointer("/if/not/properties")?.as_object()?;
        fields.iter().find_map(|(name, schema)| {
            let node = place.node.get(name)?;
            let found = node.as_str()?;
            let allowed: Vec<String> = schema.get("enum")?.as_array()?.iter().map(json_text).collect();
            let meant = nearest(found, allowed.iter().map(String::as_str))?;
            is_misspelt(found, meant).then(|| {
                let kind = ProblemKind::NotInList { found: found.to_owned(), allowed, since: None, form: None };
                Problem { kind, span: node.span(), path: format!("{}.{name}", place.path) }
            })
        })
    }

    /// Returns the schema object that holds the keyword of an error.
    fn holder(&self, error: &ValidationError<'_>) -> Option<&JsonValue> {
        let path = error.schema_path().as_str();
        let (parents, _) = path.rsplit_once('/')?;
        self.along(parents).last().map_or(Some(&self.source), |(_, schema)| *schema)
    }

    /// Returns the map that may stand in the place of the one word that a text must be: `{message: ...}`.
    fn other_form(&self, error: &ValidationError<'_>) -> Option<String> {
        let around = self.along(error.schema_path().as_str().strip_suffix("/then/const")?);
        let required = around.last()?.1?.get("required")?.as_array()?;
        let fields: Vec<String> = required.iter().filter_map(|key| Some(format!("{}: ...", key.as_str()?))).collect();
        Some(format!("{{{}}}", fields.join(", ")))
    }

    /// Returns each part of the path of a schema with what is there; nothing where the path leads nowhere.
    fn along<'p>(&self, path: &'p str) -> Vec<(&'p str, Option<&JsonValue>)> {
        let mut schema = Some(&self.source);
        let mut steps = Vec::new();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let name = part.replace("~1", "/").replace("~0", "~");
            schema = schema.and_then(|schema| match schema {
                JsonValue::Array(items) => items.get(name.parse::<usize>().ok()?),
                JsonValue::Object(fields) if name == "$ref" => {
                    let pointer = fields.get("$ref")?.as_str()?.strip_prefix('#')?;
                    self.source.pointer(pointer)
                }
                schema => schema.get(&name),
            });
            steps.push((part, schema));
        }
        steps
    }

    /// Returns the schemas that speak of the same value as the holder of the keyword at a path, the
    /// innermost first.
    fn around(&self, path: &str) -> Vec<&JsonValue> {
        const NAMED: [&str; 4] = ["properties", "patternProperties", "$defs", "dependentSchemas"];
        const BELOW: [&str; 3] = ["items", "additionalProperties", "contains"];
        let steps = self.along(path.rsplit_once('/').map_or("", |(parents, _)| parents));
        let mut around = Vec::new();
        for (position, (part, schema)) in steps.iter().enumerate().rev() {
            let parent = position.checked_sub(1).map_or("", |before| steps[before].0);
            let is_name = NAMED.contains(&parent);
            let is_map = !is_name && NAMED.contains(part);
            around.extend(schema.filter(|schema| schema.is_object() && !is_map));
            // From here on it is another value that is spoken of.
            if (is_name && parent != "dependentSchemas") || (!is_name && BELOW.contains(part)) {
                return around;
            }
        }
        around.push(&self.source);
        around
    }

    /// Returns what the schemas around a value say of one of its fields.
    fn property<'s>(&'s self, around: &[&'s JsonValue], key: &str) -> Option<&'s JsonValue> {
        let own = |schema: &'s JsonValue| schema.get("properties")?.get(key);
        around.iter().copied().find_map(own).or_else(|| {
            let all_of = around.iter().filter_map(|schema| schema.get("allOf")?.as_array()).flatten();
            let pointers = around.iter().copied().chain(all_of).filter_map(|schema| schema.get("$ref")?.as_str());
            pointers.filter_map(|pointer| self.source.pointer(pointer.strip_prefix('#')?)).find_map(own)
        })
    }

    /// Returns the fields a schema object names, those of its `$ref` included.
    fn known_keys(&self, schema: &JsonValue) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        let mut add = |schema: &JsonValue| {
            let names =
                schema.get("properties").and_then(JsonValue::as_object).into_iter().flat_map(serde_json::Map::keys);
            for name in names {
                if !keys.contains(name) {
                    keys.push(name.clone());
                }
            }
        };
        add(schema);
        let refs = schema.get("allOf").and_then(JsonValue::as_array).into_iter().flatten().chain([schema]);
        for branch in refs {
            add(branch);
            let target = branch.get("$ref").and_then(JsonValue::as_str).and_then(|target| target.strip_prefix('#'));
            if let Some(target) = target.and_then(|pointer| self.source.pointer(pointer)) {
                add(target);
            }
        }
        keys
    }
}

/// Lists the names of all properties of a schema that are deprecated.
fn collect_deprecated(schema: &JsonValue, names: &mut BTreeSet<String>) {
    match schema {
        JsonValue::Array(items) => items.iter().for_each(|item| collect_deprecated(item, names)),
        JsonValue::Object(fields) => {
            for (name, field) in fields {
                if field.get("deprecated") == Some(&JsonValue::Bool(true)) {
                    names.insert(name.clone());
                }
                collect_deprecated(field, names);
            }
        }
        _ => {}
    }
}

/// Returns the field whose presence brought in the schema that failed (`dependentSchemas`).
fn dependent(error: &ValidationError<'_>) -> Option<String> {
    let (_, rest) = error.evaluation_path().as_str().rsplit_once("/dependentSchemas/")?;
    let (key, inner) = rest.split_once('/')?;
    // Deeper down it is no longer the map with that field that is looked at, but something in it.
    let depth = inner.split('/').filter(|part| matches!(*part, "properties" | "items")).count();
    let own_depth = usize::from(!matches!(error.kind(), ValidationErrorKind::Required { .. }));
    (depth == own_depth).then(|| key.replace("~1", "/").replace("~0", "~"))
}

/// A field that belongs to another value of its neighbour: `properties` beside `logicalType: string`.
fn foreign_field(error: &ValidationError<'_>, places: &Places<'_>) -> Option<Problem> {
    let field = dependent(error)?;
    let place = places.of(error);
    let (parent, neighbour) = parent_and_last(&place);
    let wanted = match error.kind() {
        ValidationErrorKind::Constant { expected_value } => vec![json_text(expected_value)],
        ValidationErrorKind::Enum { options } => options.as_array().into_iter().flatten().map(json_text).collect(),
        _ => return None,
    };
    let wanted: Vec<String> = wanted.iter().map(|value| format!("`{neighbour}: {value}`")).collect();
    let wanted = wanted.join(" or ");
    let what = format!("has `{field}`, which belongs to {wanted}");
    let help = format!("write {wanted}, or remove `{field}`");
    let kind = ProblemKind::BadCombination { what, help, lacking: Vec::new() };
    Some(Problem { kind, span: place.span, path: parent.to_owned() })
}

fn parent_and_last<'p>(place: &'p Place<'_>) -> (&'p str, &'p str) {
    place.path.rsplit_once('.').unwrap_or(("", &place.path))
}

/// Returns the field that surely is meant by one that the schema does not know.
fn meant<'k>(key: &str, known: &'k [String], renamed: Option<&'k Renamed>) -> Option<&'k str> {
    match renamed {
        Some(renamed) => Some(renamed.to.as_str()).filter(|_| renamed.hint.is_none()),
        None => nearest(key, known.iter().map(String::as_str)).filter(|meant| is_misspelt(key, meant)),
    }
}

/// Returns what a field of another version or standard is called in this one.
fn renamed(around: &[&JsonValue], key: &str) -> Option<Renamed> {
    let new = around.iter().find_map(|schema| schema.get("x-renamed")?.get(key))?;
    let hint = new.get("hint").and_then(JsonValue::as_str).map(str::to_owned);
    Some(Renamed { to: new.get("to")?.as_str()?.to_owned(), hint })
}

/// A field that is missing because it stands there under another name, which a map that is open takes.
fn other_name(around: &[&JsonValue], key: &str, node: NodeRef<'_>) -> Option<(ProblemKind, Span)> {
    let is_closed = |schema: &&JsonValue| {
        ["additionalProperties", "unevaluatedProperties"]
            .iter()
            .any(|keyword| schema.get(keyword) == Some(&JsonValue::Bool(false)))
    };
    if around.iter().any(is_closed) {
        return None;
    }
    let names = around.iter().filter_map(|schema| schema.get("x-renamed")?.as_object()).flatten();
    let (name, _) =
        names.filter(|(_, new)| new.get("to").is_some_and(|to| to == key)).find_map(|(name, _)| node.entry(name))?;
    let key = name.as_str()?.to_owned();
    let since = around.iter().find_map(|schema| schema.get("x-later")?.get(&key)?.as_str()).map(str::to_owned);
    let renamed = renamed(around, &key);
    let kind = ProblemKind::UnknownKey { key, known: Arc::default(), since, until: None, renamed, taken: None };
    Some((kind, name.span()))
}

/// A text that does not have the form that a schema wants of it.
fn bad_form(error: &ValidationError<'_>, found: String, schema: Option<&JsonValue>) -> ProblemKind {
    let better = match error.kind() {
        ValidationErrorKind::Pattern { pattern } => mend::for_pattern(pattern, &found),
        ValidationErrorKind::Format { format } => mend::for_format(format, &found),
        _ => None,
    };
    let help = better.unwrap_or_else(|| mend::from_schema(schema));
    ProblemKind::BadForm { found, wanted: clause(error), help }
}

/// Returns a value as a message shows it: long ones are cut.
fn shown(node: NodeRef<'_>) -> Cow<'_, str> {
    node.scalar_text().map_or(Cow::Borrowed(node.type_word()), words::cut)
}
