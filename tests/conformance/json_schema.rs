//! The test suite of JSON Schema, draft 2020-12, through the tree: proves that the validator sees
//! YAML as it would see JSON.

use std::collections::BTreeMap;

use jsonschema::{Retrieve, Uri};
use meshfolio::yaml::{self, YamlJson};
use serde_json::Value;

use crate::corpora;

/// The documents that the suite expects on a server, by address.
#[derive(Clone)]
struct Remotes(BTreeMap<String, Value>);

impl Retrieve for Remotes {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        self.0.get(uri.as_str().trim_end_matches('#')).cloned().ok_or_else(|| format!("{uri} is not there").into())
    }
}

#[test]
fn the_suite_gets_the_verdicts_its_authors_want() {
    let Some(rows) = corpora::rows("json-schema-draft2020-12.jsonl") else { return };
    let Some(remotes) = corpora::shared("corpora/json-schema-remotes.json") else { return };
    let remotes = Remotes(serde_json::from_str(&corpora::read(&remotes)).expect("the remotes are JSON"));
    let (mut n_required, mut n_optional, mut n_optional_equal) = (0, 0, 0);
    let mut wrong = Vec::new();
    for row in &rows {
        let file = corpora::field(row, "file");
        let is_optional = file.contains("/optional/");
        let validator = jsonschema::options_for::<YamlJson>()
            .should_validate_formats(file.contains("/optional/format/"))
            .with_retriever(remotes.clone())
            .build(&row["schema"]);
        for test in row["tests"].as_array().expect("tests") {
            let label = || {
                let group = corpora::field(row, "description");
                format!("{file}: {group}: {}: {}", corpora::field(test, "description"), test["data"])
            };
            let verdict = validator.as_ref().ok().and_then(|validator| {
                let text = test["data"].to_string();
                let trees = yaml::parse_all(&text).ok()?;
                Some(validator.is_valid(trees.first()?.root()))
            });
            let is_equal = verdict == test["valid"].as_bool();
            if is_optional {
                n_optional += 1;
                n_optional_equal += usize::from(is_equal);
                if !is_equal && std::env::var_os("SHOW").is_some() {
                    eprintln!("{}: {verdict:?}", label());
                }
            } else {
                n_required += 1;
                if !is_equal {
                    let error = validator.as_ref().err().map(ToString::to_string);
                    wrong.push(format!("{}: {verdict:?} {error:?}", label()));
                }
            }
        }
    }
    eprintln!(
        "JSON Schema 2020-12: {} of {n_required} required tests equal, {n_optional_equal} of {n_optional} optional ones",
        n_required - wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(n_required > 500 && n_optional_equal * 10 > n_optional * 9, "too few");
}
