//! `schema`: the JSON Schema of a kind, for editors and other tools.

use clap::Args;

use super::Outcome;
use super::offered::Offered;
use crate::model::Kind;
use crate::render::export::{context_json, schema_json};
use crate::yaml::{Schemas, did_you_mean};

/// What has a schema and is no kind.
pub(super) const OTHERS: [&str; 4] = ["configuration", "aliases", "observability-results", "policy-context"];

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// A kind (`product`, `DataContract`, ...), `configuration`, `aliases`, or `PolicyContext`: what
    /// expressions of policies see
    #[arg(value_parser = Offered::schemas(), hide_possible_values = true)]
    kind: String,
    /// The version of the standard, as in `apiVersion` [default: the newest]
    #[arg(long, value_name = "VERSION")]
    api_version: Option<String>,
}

pub(crate) fn run(args: &SchemaArgs) -> anyhow::Result<Outcome> {
    let schemas = Schemas::embedded();
    let word = args.kind.to_lowercase();
    if is_context(&word) {
        super::print(&context_json(&schemas))?;
        return Ok(Outcome::Clean);
    }
    // Those that are no kind of thing may be named as their documents name them: `ObservabilityResults`.
    let named = schemas.names().find(|name| name.replace('-', "") == word.replace('-', ""));
    let name = match (Kind::from_word(&args.kind), named) {
        (Some(kind), _) => kind.schema().to_owned(),
        (None, Some(name)) => name.to_owned(),
        (None, None) => {
            let words: Vec<&str> =
                Kind::ALL.iter().map(|kind| kind.word()).chain(schemas.names()).chain(["policy-context"]).collect();
            let all = || format!("there are {}", schemas.names().collect::<Vec<_>>().join(", "));
            let hint = did_you_mean(&word, words.iter().copied(), all);
            anyhow::bail!("there is no schema `{}`; {hint}", args.kind)
        }
    };
    super::print(&schema_json(&schemas, &name, args.api_version.as_deref())?)?;
    Ok(Outcome::Clean)
}

/// Says whether a word, in any case, names what expressions of policies see.
pub(super) fn is_context(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "policycontext" | "policy-context")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_offered() {
        for name in Schemas::embedded().names() {
            let is_kind = Kind::ALL.into_iter().any(|kind| kind.schema() == name);
            assert!(is_kind || OTHERS.contains(&name), "{name}");
        }
    }
}
