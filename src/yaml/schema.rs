//! Validation of a tree against a JSON Schema (draft 2020-12), and the folding of what the
//! validator says into one problem per mistake.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::Value as JsonValue;

use super::YamlJson;
use super::demand::{clause, json_text, not_clause, several_clause};
use super::nearest::nearest;
use super::node::{NodeRef, Value};
use super::place::{Place, Places, path_text};
use super::problem::{Problem, ProblemKind};
use super::words;
use crate::source::Span;

/// A compiled schema. Never fetches or reads anything: references lead into the schema itself.
pub struct Schema {
    validator: Validator<YamlJson>,
    source: JsonValue,
    /// The names of all fields that are deprecated somewhere.
    deprecated: BTreeSet<String>,
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
    /// Compiles a schema.
    ///
    /// # Errors
    /// When it is no valid schema or refers to another document.
    pub fn compile(source: JsonValue) -> Result<Schema, SchemaError> {
        let validator = jsonschema::options_for::<YamlJson>()
            .offline()
            .should_validate_formats(true)
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(100_000))
            .build(&source)
            .map_err(|error| SchemaError(error.to_string()))?;
        let mut deprecated = BTreeSet::new();
        collect_deprecated(&source, &mut deprecated);
        Ok(Schema { validator, source, deprecated })
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
        drop_misspelt(&mut problems);
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

    fn may_have_deprecated(&self, node: NodeRef<'_>) -> bool {
        let is_named = |key: NodeRef<'_>| key.as_str().is_some_and(|key| self.deprecated.contains(key));
        node.entries().any(|(key, value)| is_named(key) || self.may_have_deprecated(value))
            || node.items().any(|item| self.may_have_deprecated(item))
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
                self.fold_branches(context, &place, places, problems);
                return;
            }
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                let holder = self.holder(error);
                let known: Arc<[String]> = holder.map(|schema| self.known_keys(schema)).unwrap_or_default().into();
                for key in unexpected {
                    let span = places.entry(place.node, key).map_or(place.span, |(name, _)| name.span());
                    let version = |list: &str| {
                        let found = holder.and_then(|schema| schema.get(list)?.get(key)?.as_str());
                        found.map(str::to_owned)
                    };
                    let kind = ProblemKind::UnknownKey {
                        key: key.clone(),
                        known: Arc::clone(&known),
                        since: version("x-later"),
                        until: version("x-gone"),
                    };
                    problems.push(Problem { kind, span, path: place.path.clone() });
                }
                return;
            }
            ValidationErrorKind::PropertyNames { error: inner } => {
                let name = inner.instance().as_str().unwrap_or("").to_owned();
                let span = places.entry(place.node, &name).map_or(place.span, |(key, _)| key.span());
                let kind = ProblemKind::BadForm { found: name, wanted: clause(inner) };
                problems.push(Problem { kind, span, path: place.path });
                return;
            }
            ValidationErrorKind::Required { property } => {
                let key = property.as_str().unwrap_or("").to_owned();
                ProblemKind::MissingKey { key, needed_by: dependent(error) }
            }
            ValidationErrorKind::Type { kind } => wrong_type(types(kind), place.node),
            ValidationErrorKind::Constant { .. } | ValidationErrorKind::Enum { .. } if dependent(error).is_some() => {
                problems.extend(foreign_field(error, places));
                return;
            }
            ValidationErrorKind::Enum { options } => {
                let found = shown(place.node);
                let holder = self.holder(error);
                let since = holder.and_then(|schema| schema.get("x-laterValues")?.get(found.as_ref())?.as_str());
                let allowed = options.as_array().into_iter().flatten().map(json_text).collect();
                ProblemKind::NotInList { found: found.into_owned(), allowed, since: since.map(str::to_owned) }
            }
            ValidationErrorKind::Constant { expected_value } => ProblemKind::NotInList {
                found: shown(place.node).into_owned(),
                allowed: vec![json_text(expected_value)],
                since: None,
            },
            ValidationErrorKind::Pattern { .. } | ValidationErrorKind::Format { .. } => {
                ProblemKind::BadForm { found: shown(place.node).into_owned(), wanted: clause(error) }
            }
            ValidationErrorKind::OneOfMultipleValid { .. } => {
                let what = several_clause(self.holder(error), place.node);
                ProblemKind::BadCombination { what, help: Some("keep one of them".to_owned()) }
            }
            ValidationErrorKind::Not { schema } => ProblemKind::BadCombination { what: not_clause(schema), help: None },
            ValidationErrorKind::FalseSchema => {
                problems.push(misplaced_field(error, places, &place));
                return;
            }
            _ => ProblemKind::OutOfBounds { wanted: clause(error) },
        };
        problems.push(Problem { kind, span: place.span, path: place.path });
    }

    /// Of several forms that all failed, picks the one that was meant, and folds its errors.
    fn fold_branches(
        &self,
        branches: &[Vec<ValidationError<'static>>],
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
                kind: wrong_type(expected, place.node),
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
                    let key = format!("`{}`", property.as_str().unwrap_or(""));
                    if !keys.contains(&key) {
                        keys.push(key);
                    }
                }
            }
            let what = format!("has none of {}", keys.join(", "));
            let help = Some("state one of them".to_owned());
            problems.push(Problem {
                kind: ProblemKind::BadCombination { what, help },
                span: place.span,
                path: place.path.clone(),
            });
            return;
        }
        for error in tied[0] {
            self.fold(error, places, problems);
        }
    }

    /// Returns the schema object that holds the keyword of an error.
    fn holder(&self, error: &ValidationError<'_>) -> Option<&JsonValue> {
        let mut schema = &self.source;
        let path = error.schema_path().as_str();
        let (parents, _) = path.rsplit_once('/')?;
        for part in parents.split('/').filter(|part| !part.is_empty()) {
            let part = part.replace("~1", "/").replace("~0", "~");
            let next = match schema {
                JsonValue::Array(items) => items.get(part.parse::<usize>().ok()?),
                JsonValue::Object(fields) if part == "$ref" => {
                    let pointer = fields.get("$ref")?.as_str()?.strip_prefix('#')?;
                    self.source.pointer(pointer)
                }
                schema => schema.get(&part),
            };
            schema = next?;
        }
        Some(schema)
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
    let help = Some(format!("write {wanted}, or remove `{field}`"));
    Some(Problem { kind: ProblemKind::BadCombination { what, help }, span: place.span, path: parent.to_owned() })
}

/// A field that its map may not have, because of what else the map says.
fn misplaced_field(error: &ValidationError<'_>, places: &Places<'_>, place: &Place<'_>) -> Problem {
    let (path, field) = parent_and_last(place);
    let parent = places.parent_of(error);
    let span = parent.and_then(|parent| places.entry(parent, field)).map_or(place.span, |(key, _)| key.span());
    let what = match parent.and_then(|parent| parent.text("type")) {
        Some(kind) => format!("is of type `{}` and cannot have `{field}` like this", kind.value),
        None => format!("states no `type` and cannot have `{field}` like this"),
    };
    let help = Some(format!("remove `{field}`, or state the fields it belongs to"));
    Problem { kind: ProblemKind::BadCombination { what, help }, span, path: path.to_owned() }
}

fn parent_and_last<'p>(place: &'p Place<'_>) -> (&'p str, &'p str) {
    place.path.rsplit_once('.').unwrap_or(("", &place.path))
}

/// Removes each missing field that is there under a misspelt name: one mistake, one finding.
fn drop_misspelt(problems: &mut Vec<Problem>) {
    let misspelt: BTreeSet<(String, String)> = problems
        .iter()
        .filter_map(|problem| match &problem.kind {
            ProblemKind::UnknownKey { key, known, since: None, until: None } => {
                let only = known.first().filter(|_| known.len() == 1).map(String::as_str);
                let meant = nearest(key, known.iter().map(String::as_str)).or(only)?;
                Some((problem.path.clone(), meant.to_owned()))
            }
            _ => None,
        })
        .collect();
    problems.retain(|problem| match &problem.kind {
        ProblemKind::MissingKey { key, .. } => !misspelt.contains(&(problem.path.clone(), key.clone())),
        _ => true,
    });
}

fn wrong_type(mut expected: Vec<&'static str>, node: NodeRef<'_>) -> ProblemKind {
    let wants = |word: &str| expected.contains(&word);
    let is_plain = matches!(node.type_word(), "a number" | "a boolean");
    let unquoted = (wants("text") && is_plain).then(|| node.source().to_owned());
    let is_fraction = matches!(node.value(), Value::Float(_)) && wants("a whole number");
    let found = if is_fraction { "a number with a fraction" } else { node.type_word() };
    let wants_plain = wants("a number") || wants("a whole number") || wants("true or false");
    let quoted = node.as_str().filter(|_| wants_plain).map(str::to_owned);
    // That nothing is allowed too helps nobody who wrote something.
    expected.retain(|word| *word != "nothing (null)");
    ProblemKind::WrongType { expected, found, unquoted, quoted }
}

fn types(kind: &TypeKind) -> Vec<&'static str> {
    let word = |kind: jsonschema::JsonType| match kind {
        jsonschema::JsonType::Array => "a list",
        jsonschema::JsonType::Boolean => "true or false",
        jsonschema::JsonType::Integer => "a whole number",
        jsonschema::JsonType::Null => "nothing (null)",
        jsonschema::JsonType::Number => "a number",
        jsonschema::JsonType::Object => "a map",
        jsonschema::JsonType::String => "text",
    };
    match kind {
        TypeKind::Single(kind) => vec![word(*kind)],
        TypeKind::Multiple(kinds) => kinds.iter().map(word).collect(),
    }
}

/// Returns a value as a message shows it: long ones are cut.
fn shown(node: NodeRef<'_>) -> Cow<'_, str> {
    node.scalar_text().map_or(Cow::Borrowed(node.type_word()), words::cut)
}
