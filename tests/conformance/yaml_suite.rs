//! The YAML test suite: valid streams give the expected JSON, invalid ones are refused, and where
//! the tool differs, `yaml-differences.tsv` says why.

use std::collections::BTreeMap;

use meshfolio::diagnostic::Diagnostic;
use meshfolio::yaml;
use serde_json::Value;

use crate::corpora;

const TABLE: &str = "tests/conformance/yaml-differences.tsv";

#[test]
fn the_suite_reads_as_its_authors_say() {
    let Some(rows) = corpora::rows("yaml-test-suite.jsonl") else { return };
    let mut found: BTreeMap<String, (&str, String)> = BTreeMap::new();
    let (mut n_valid, mut n_equal, mut n_errors, mut n_refused) = (0, 0, 0, 0);
    for row in &rows {
        let id = corpora::field(row, "id").to_owned();
        let bytes = corpora::base64(corpora::field(row, "yaml_b64"));
        let text = String::from_utf8(bytes).expect("the suite is UTF-8");
        let read = documents(&text);
        if row["error"] == true {
            n_errors += 1;
            match read {
                Err(_) => n_refused += 1,
                Ok(documents) => _ = found.insert(id, ("accepted", shown(&documents))),
            }
            continue;
        }
        let Some(json) = row["json"].as_str() else {
            // No JSON could say it (maps as keys): it must be refused, not read as something else.
            if let Ok(documents) = read {
                found.insert(id, ("read", shown(&documents)));
            }
            continue;
        };
        n_valid += 1;
        let expected: Vec<Value> =
            serde_json::Deserializer::from_str(json).into_iter().map(|value| value.expect("JSON")).collect();
        match read {
            Ok(documents)
                if documents.len() == expected.len() && documents.iter().zip(&expected).all(|(a, b)| same(a, b)) =>
            {
                n_equal += 1;
            }
            Ok(documents) => {
                _ = found.insert(id, ("different", format!("{} for {}", shown(&documents), shown(&expected))));
            }
            Err(diagnostic) => _ = found.insert(id, ("refused", diagnostic.message)),
        }
    }
    eprintln!("yaml-test-suite: {n_equal} of {n_valid} valid rows equal, {n_refused} of {n_errors} error rows refused");

    let table = corpora::read(&corpora::here(TABLE));
    let listed: BTreeMap<String, &str> = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let parts: Vec<&str> = line.split('\t').collect();
            assert!(parts.len() == 3 && parts[2].len() > 10, "a row is id, kind and reason: {line}");
            (parts[0].to_owned(), parts[1])
        })
        .collect();
    let news: Vec<String> = found
        .iter()
        .filter(|(id, (kind, _))| listed.get(*id) != Some(kind))
        .map(|(id, (kind, what))| format!("{id}\t{kind}\t{what}"))
        .collect();
    assert!(news.is_empty(), "differences that {TABLE} does not have:\n{}", news.join("\n"));
    // The corpus is a sample of the suite: rows of the table that it lacks say nothing.
    let is_here = |id: &str| rows.iter().any(|row| corpora::field(row, "id") == id);
    let stale: Vec<&String> = listed.keys().filter(|id| is_here(id) && !found.contains_key(*id)).collect();
    assert!(stale.is_empty(), "rows of {TABLE} that are no differences any more: {stale:?}");
    // Of the valid rows 98 in 100 are equal, or differ for a reason that the table tells.
    let is_valid = |row: &&Value| row["error"] != true && row["json"].is_string();
    let is_told =
        |row: &&Value| found.contains_key(corpora::field(row, "id")) && listed.contains_key(corpora::field(row, "id"));
    let n_told = rows.iter().filter(is_valid).filter(is_told).count();
    assert!((n_equal + n_told) * 100 >= n_valid * 98, "{n_equal} equal and {n_told} told of {n_valid}");
    assert_eq!(n_equal + n_told, n_valid, "a valid row is neither equal nor told");
}

/// Files of the standards of which no reading is possible: an example cut off in the middle.
const UNREADABLE: [&str; 1] =
    ["Open-Data-Product-Initiative+v4.1/source/examples/DataContract/datacontract-inline.yml"];

#[test]
fn the_files_of_the_standards_are_read() {
    let Some(standards) = corpora::shared("standards") else { return };
    let mut refused = Vec::new();
    let files = corpora::files(&standards, &[".yaml", ".yml"]);
    for path in &files {
        let text = String::from_utf8_lossy(&std::fs::read(path).expect("a readable file")).into_owned();
        let name = path.strip_prefix(&standards).unwrap_or(path).display().to_string();
        match yaml::parse_all(&text) {
            Err(error) if !UNREADABLE.contains(&name.as_str()) => refused.push(format!("{name}: {}", error.message)),
            _ => {}
        }
    }
    eprintln!("{} files of the standards", files.len());
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// Reads a stream; one document is also read by the door that descriptors take.
fn documents(text: &str) -> Result<Vec<Value>, Box<Diagnostic>> {
    let trees = yaml::parse_all(text)?;
    let documents: Vec<Value> = trees.iter().map(|tree| tree.root().to_json()).collect();
    if documents.len() == 1 {
        let mut sink = meshfolio::diagnostic::Sink::default();
        let parsed = yaml::parse(meshfolio::source::FileId(0), text, &mut sink);
        assert!(parsed.complete && sink.is_empty(), "one document, read two ways: {text:?}");
        assert_eq!(parsed.tree.expect("a document").root().to_json(), documents[0]);
    }
    Ok(documents)
}

/// Compares values; numbers by value, since JSON has no integers.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

fn shown(documents: &[Value]) -> String {
    documents.iter().map(Value::to_string).collect::<Vec<_>>().join(" ")
}
