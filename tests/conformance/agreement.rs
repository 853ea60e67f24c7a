//! Our schemas against the official ones: every document of the standards and seeded mutations of
//! it get the same verdict. A mutated document goes through text and the tree, so these are tested too.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use meshfolio::yaml::{self, Schemas};
use serde_json::{Map, Value, json};

use crate::corpora;
use crate::random::Random;

/// The official schemas: kind, version, files below `standards/`. Either of two revisions may accept.
const OFFICIAL: [(&str, &str, &[&str]); 8] = [
    ("DataContract", "v3.0.0", &["bitol-io+open-data-contract-standard/schema/odcs-json-schema-v3.0.0.json"]),
    ("DataContract", "v3.0.1", &["bitol-io+open-data-contract-standard/schema/odcs-json-schema-v3.0.1.json"]),
    ("DataContract", "v3.0.2", &["bitol-io+open-data-contract-standard/schema/odcs-json-schema-v3.0.2.json"]),
    ("DataContract", "v3.1.0", &["bitol-io+open-data-contract-standard/schema/odcs-json-schema-v3.1.0.json"]),
    (
        "DataContract",
        "v3.2.0",
        &["pypi-datacontract-cli/odcs-3.2.0.schema.json", "pypi-open-data-contract-standard/odcs-3.2.0.schema.json"],
    ),
    ("DataProduct", "v0.9.0", &["bitol-io+open-data-product-standard/schema/odps-json-schema-v0.9.0.json"]),
    (
        "DataProduct",
        "v1.0.0",
        &[
            "bitol-io+open-data-product-standard/schema/odps-json-schema-v1.0.0.json",
            "pypi-dataproduct-cli/odps-1.0.0.schema.json",
        ],
    ),
    ("DataProduct", "v1.1.0", &["pypi-dataproduct-cli/odps-1.1.0.schema.json"]),
];

/// Values that mutations put anywhere: near misses of what the schemas ask for.
const POOL: &str = r#"[null, "", "text", 0, 1, 1.0, -1, 1.5, true, false, [], {}, [""], ["a"], ["a", "a"],
 [1, 2], [1, 1], [2, 1], [1, 2, 3], [1, 1.0], ["a.b", "c.d"], ["a.b", 1], [null], [[]], [{}], {"a": 1}, {"name": "x"},
 [{"name": "x"}], [{"name": "x", "logicalType": "string"}], {"key": {}, "value": {}},
 {"key": {"logicalType": "string"}, "value": {"logicalType": "integer"}}, {"dimensions": 3}, {"dimensions": 0},
 {"format": "x"}, {"format": "f32"}, {"format": "i32"}, {"required": ["a"]}, {"minLength": 1}, {"minimum": 1},
 {"minimum": "2020-01-01"}, {"exclusiveMinimum": true}, {"exclusiveMinimum": 1}, {"exclusiveMinimum": "a"},
 {"uniqueItems": true}, {"timezone": true}, {"minItems": 1}, {"minProperties": 1},
 [{"type": "foreignKey", "from": "a.b", "to": "c.d"}], [{"from": ["a.b"], "to": ["c.d"]}], [{"to": "c.d"}],
 [{"type": "sql", "query": "SELECT 1", "mustBe": 0}], [{"type": "custom", "engine": "soda", "implementation": "x"}],
 [{"type": "library", "rule": "duplicateCount", "mustBeLessThan": 10}], [{"metric": "nullValues", "mustBe": 0, "mustNotBe": 1}],
 [{"type": "text", "description": "x"}], [{"metric": "rowCount", "mustBeBetween": [1, 2], "unit": "rows"}],
 [{"server": "a", "type": "postgres", "host": "h", "port": 1, "database": "d", "schema": "s"}],
 [{"server": "a", "type": "s3", "location": "s3://b/k"}], [{"server": "a", "type": "kafka", "host": "h"}],
 [{"server": "a", "type": "duckdb", "database": "d", "schema": 1}], [{"server": "a", "type": "athena", "staging_dir": "s3://b"}],
 [{"server": "a", "type": "custom", "anything": 1}],
 "2024-01-01", "2024-13-01", "2024-02-30", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00", "2024-01-01T00:00:00+02:00",
 "2024-01-01 00:00:00Z", "http://x.example/y", "not a uri", "s3://b/k/*.json", "sftp://h/p", "SFTP://h/p", "sftp://h/a b",
 "/a/b", "a:b", "http://x.example/{y}", "http://x.example/ä", "mailto:a@b.example", "a.b", "a.b.c", "a-b.c", "a.b-c",
 "1a.b", "a..b", ".a", "a/b", "/a/b", "schema/x/properties/y", "schema/x/properties", "schema/ä/properties/y",
 "f.yaml#schema/x/properties/y", "f.yml#schema/x", "https://x.example/f.yaml#/schema/x",
 "https://x.example/f.json#/schema/x", "f.yaml#/a.b", "a b", "a b.c", "a.b\n", "x\n", "ä", "x:y", "x~y", "$x", "${VAR}",
 "${VAR:-5432}", "5432", "parquet", "new_line", "array", "foreignKey", "object", "blob", "string", "date", "timestamp",
 "time", "integer", "number", "boolean", "map", "vector", "text", "sql", "library", "custom", "nullValues", "accuracy",
 "column", "i8", "f64", "cosine", "float32", "postgres", "kafka", "duckdb", "iceberg", "local", "businessDefinition",
 "canonicalUrl", 1e30, 18446744073709551615]"#;

/// The verdicts of all schemas.
struct Judge {
    official: BTreeMap<(String, String), Vec<Validator>>,
    /// Both revisions of v3.2.0 in one, for documents that need both.
    union: Validator,
    ours: Schemas,
    n_valid: usize,
    n_invalid: usize,
    n_mixed: usize,
    n_without_version: usize,
    different: Vec<String>,
}

impl Judge {
    fn new(standards: &std::path::Path) -> Judge {
        let compile = |schema: &Value| {
            jsonschema::options().should_validate_formats(true).offline().build(schema).expect("an official schema")
        };
        let mut official: BTreeMap<(String, String), Vec<Validator>> = BTreeMap::new();
        let mut union = None;
        for (kind, version, files) in OFFICIAL {
            for (position, file) in files.iter().enumerate() {
                let schema: Value =
                    serde_json::from_str(&corpora::read(&standards.join(file))).expect("a schema is JSON");
                if version == "v3.2.0" && position == 0 {
                    union = Some(compile(&union_of_revisions(schema.clone())));
                }
                official.entry((kind.to_owned(), version.to_owned())).or_default().push(compile(&schema));
            }
        }
        Judge {
            official,
            union: union.expect("v3.2.0 is listed"),
            ours: Schemas::embedded(),
            n_valid: 0,
            n_invalid: 0,
            n_mixed: 0,
            n_without_version: 0,
            different: Vec::new(),
        }
    }

    fn compare(&mut self, document: &Value, label: impl Fn() -> String) {
        let field = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        let (kind, version) = (field("kind"), field("apiVersion"));
        let Some(official) = self.official.get(&(kind.clone(), version.clone())) else {
            self.n_without_version += 1;
            return;
        };
        let theirs = official.iter().any(|schema| schema.is_valid(document));
        let name = if kind == "DataContract" { "data-contract" } else { "data-product" };
        let schema = self.ours.get(name, &version).expect("a version of ours");
        let text = document.to_string();
        let trees = match yaml::parse_all(&text) {
            Ok(trees) => trees,
            Err(error) => {
                self.different.push(format!("{}: JSON that is not read as YAML: {}", label(), error.message));
                return;
            }
        };
        let root = trees[0].root();
        let ours = schema.is_valid(root);
        *(if theirs { &mut self.n_valid } else { &mut self.n_invalid }) += 1;
        if (self.n_valid + self.n_invalid).is_multiple_of(20) {
            assert_eq!(schema.problems(root).is_empty(), ours, "{}: verdict and findings differ", label());
            assert_eq!(root.to_json(), *document, "{}: the tree is another value", label());
        }
        if ours != theirs {
            if version == "v3.2.0" && ours && self.union.is_valid(document) {
                self.n_mixed += 1;
            } else if self.different.len() < 50 {
                let mut problems: Vec<String> =
                    schema.problems(root).iter().map(|problem| problem.words(&version).message).collect();
                problems.truncate(3);
                let verdict = if theirs { "valid" } else { "invalid" };
                self.different.push(format!("{kind} {version} is officially {verdict}, {}: {problems:?}", label()));
            }
        }
    }
}

/// Builds the reference for documents that use a mix of the two revisions of v3.2.0: the first, plus
/// what only the second accepts (see `tests/documents/bitol/differences.md`).
fn union_of_revisions(mut schema: Value) -> Value {
    let rules = schema.pointer_mut("/$defs/SchemaBaseProperty/allOf").and_then(Value::as_array_mut).expect("rules");
    let mut more = Vec::new();
    for rule in rules.iter_mut() {
        match rule.pointer("/if/properties/logicalType/const").and_then(Value::as_str) {
            Some("map") => more.push(json!({
                "if": {"not": {"required": ["logicalType"]}},
                "then": {"properties": rule["then"]["properties"].clone()},
            })),
            Some("vector") => _ = rule["then"].as_object_mut().expect("an object").shift_remove("required"),
            _ => {}
        }
    }
    rules.append(&mut more);
    schema
}

/// What the documents and schemas say: names of fields, and values by the name of their field.
#[derive(Default)]
struct Vocabulary {
    names: Vec<String>,
    values: BTreeMap<String, Vec<Value>>,
    maps: BTreeMap<String, Vec<Map<String, Value>>>,
    enums: Vec<Value>,
    pool: Vec<Value>,
}

impl Vocabulary {
    fn new(documents: &[(String, Value)]) -> Vocabulary {
        let mut vocabulary =
            Vocabulary { pool: serde_json::from_str(POOL).expect("the pool is JSON"), ..Vocabulary::default() };
        let mut names = BTreeSet::new();
        for (_, document) in documents {
            vocabulary.read("", document, &mut names);
        }
        let schemas = Schemas::embedded();
        for name in ["data-contract", "data-product"] {
            vocabulary.read_schema(schemas.annotated(name).expect("a schema"), &mut names);
        }
        vocabulary.names = names.into_iter().filter(|name| name.len() < 40).collect();
        vocabulary
    }

    fn read(&mut self, field: &str, value: &Value, names: &mut BTreeSet<String>) {
        let values = self.values.entry(field.to_owned()).or_default();
        if values.len() < 400 && !field.is_empty() {
            values.push(value.clone());
        }
        match value {
            Value::Object(fields) => {
                let maps = self.maps.entry(field.to_owned()).or_default();
                if maps.len() < 400 {
                    maps.push(fields.clone());
                }
                for (name, value) in fields {
                    names.insert(name.clone());
                    self.read(name, value, names);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.read(field, item, names)),
            _ => {}
        }
    }

    fn read_schema(&mut self, schema: &Value, names: &mut BTreeSet<String>) {
        match schema {
            Value::Object(fields) => {
                for value in fields.get("enum").and_then(Value::as_array).into_iter().flatten() {
                    if !self.enums.contains(value) {
                        self.enums.push(value.clone());
                    }
                }
                names.extend(
                    fields.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys).cloned(),
                );
                fields.values().for_each(|value| self.read_schema(value, names));
            }
            Value::Array(items) => items.iter().for_each(|item| self.read_schema(item, names)),
            _ => {}
        }
    }

    /// Returns a value such as stands in fields of this name, or any.
    fn value(&self, name: &str, known_percent: usize, random: &mut Random) -> Value {
        match self.values.get(name).filter(|values| !values.is_empty()) {
            Some(values) if random.chance(known_percent) => random.pick(values).clone(),
            _ if random.chance(25) => random.pick(&self.enums).clone(),
            _ => random.pick(&self.pool).clone(),
        }
    }
}

/// Lists the JSON pointers of all places.
fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(value, &format!("{here}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                pointers(item, &format!("{here}/{position}"), found);
            }
        }
        _ => {}
    }
}

/// Changes one thing in a document and says what.
fn mutate(document: &mut Value, vocabulary: &Vocabulary, random: &mut Random) -> String {
    let mut places = Vec::new();
    pointers(document, "", &mut places);
    let pointer = random.pick(&places).clone();
    let field = pointer.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or("").to_owned();
    let place = document.pointer_mut(&pointer).expect("a place of the document");
    match place {
        Value::Object(fields) if random.chance(80) => {
            format!("{pointer}: {}", mutate_map(fields, &field, vocabulary, random))
        }
        Value::Array(items) if random.chance(50) => {
            let at = random.below(items.len());
            if !items.is_empty() && random.chance(30) {
                items.remove(at);
                return format!("{pointer}: without item {at}");
            }
            let item = if !items.is_empty() && random.chance(45) {
                items[at].clone()
            } else {
                vocabulary.value(&field, 20, random)
            };
            let label = format!("{pointer}: one more item {item}");
            items.push(item);
            label
        }
        _ if pointer.is_empty() => mutate(document, vocabulary, random),
        place => {
            *place = vocabulary.value(&field, 35, random);
            format!("{pointer}: {place}")
        }
    }
}

fn mutate_map(fields: &mut Map<String, Value>, field: &str, vocabulary: &Vocabulary, random: &mut Random) -> String {
    let keys: Vec<String> = fields.keys().cloned().collect();
    let choice = random.below(100);
    if !keys.is_empty() && choice < 20 {
        let key = random.pick(&keys);
        fields.shift_remove(key);
        return format!("without {key}");
    }
    if !keys.is_empty() && choice < 30 {
        let key = random.pick(&keys);
        let names = [format!("{key}s"), key.to_lowercase(), key.to_uppercase(), random.pick(&vocabulary.names).clone()];
        let name = random.pick(&names).clone();
        let value = fields.shift_remove(key).expect("a key of the map");
        fields.insert(name.clone(), value);
        return format!("{key} renamed to {name}");
    }
    if choice < 60 {
        let name = random.pick(&vocabulary.names).clone();
        let value = vocabulary.value(&name, 80, random);
        let label = format!("with {name}: {value}");
        fields.insert(name, value);
        return label;
    }
    if choice < 90 {
        // Fields of another map in a place of the same name: two types of server, two forms of a rule.
        let maps = vocabulary.maps.get(field).filter(|maps| !maps.is_empty());
        let Some(maps) = maps.or_else(|| vocabulary.maps.values().find(|maps| !maps.is_empty())) else {
            return "nothing".to_owned();
        };
        let other = random.pick(maps);
        let taken: Vec<&String> = other.keys().filter(|_| random.chance(50)).collect();
        for key in &taken {
            if !field.is_empty() || !matches!(key.as_str(), "apiVersion" | "kind") {
                fields.insert((*key).clone(), other[key.as_str()].clone());
            }
        }
        return format!("with {taken:?} of another");
    }
    let value = random.pick(&vocabulary.pool).clone();
    let label = format!("with an unknown field of {value}");
    fields.insert("zz".to_owned(), value);
    label
}

fn documents() -> Option<Vec<(String, Value)>> {
    let standards = corpora::shared("standards")?;
    let mut found = Vec::new();
    for folder in [standards, corpora::here("tests/documents/bitol")] {
        for path in corpora::files(&folder, &[".yaml", ".yml"]) {
            let text = corpora::read(&path);
            let Ok(trees) = yaml::parse_all(&text) else { continue };
            for tree in trees {
                let document = tree.root().to_json();
                if matches!(document.get("kind").and_then(Value::as_str), Some("DataContract" | "DataProduct")) {
                    found.push((path.strip_prefix(&folder).unwrap_or(&path).display().to_string(), document));
                }
            }
        }
    }
    Some(found)
}

#[test]
fn our_schemas_and_the_official_ones_agree() {
    let Some(documents) = documents() else { return };
    let mut judge = Judge::new(&corpora::shared("standards").expect("the documents are there"));
    let vocabulary = Vocabulary::new(&documents);
    let n_wanted = corpora::wanted("MESHFOLIO_MUTATIONS", 8_000);
    let mut n_mutations = 0;
    for (name, document) in &documents {
        judge.compare(document, || name.clone());
    }
    let n_standing = judge.n_valid + judge.n_invalid;
    for (position, (name, document)) in documents.iter().enumerate() {
        let kind = document["kind"].as_str().unwrap_or("");
        let mut random = Random::new(u64::try_from(position).expect("small"));
        let versions: Vec<&str> =
            OFFICIAL.iter().filter(|(known, ..)| *known == kind).map(|(_, version, _)| *version).collect();
        // Of what is left to do, this document's part; a little more, so that all are enough.
        let n_here = (n_wanted - n_mutations).div_ceil(documents.len() - position);
        for turn in 0..n_here {
            let version = versions[(turn + position) % versions.len()];
            let mut mutated = document.clone();
            mutated["apiVersion"] = json!(version);
            let n_changes = *random.pick(&[0, 1, 1, 1, 1, 2, 3]);
            let mut labels = Vec::new();
            for _ in 0..n_changes {
                labels.push(mutate(&mut mutated, &vocabulary, &mut random));
                if !mutated.is_object() {
                    break;
                }
            }
            judge.compare(&mutated, || format!("{name} with {labels:?}"));
        }
        n_mutations += n_here;
    }
    eprintln!(
        "{} documents, {n_standing} of a version; {n_mutations} mutations: {} valid, {} invalid, {} of mixed revisions, \
         {} without a version",
        documents.len(),
        judge.n_valid,
        judge.n_invalid,
        judge.n_mixed,
        judge.n_without_version,
    );
    assert!(judge.different.is_empty(), "{}", judge.different.join("\n"));
    assert!(judge.n_valid * 20 > n_mutations, "too few valid ones to say anything");
}
