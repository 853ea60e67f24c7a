//! `explain`: what a rule finds, why, and what to do.

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::offered::Offered;
use super::policy::Explained;
use super::terminal::{Terminal, Tone};
use super::{Global, Outcome};
use crate::diagnostic::{Family, RuleMeta};
use crate::pipeline;
use crate::render::export::rules_csv;
use crate::yaml::{did_you_mean, nearest};

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Code or name of a rule, such as `REF001` or `dangling-reference`, or the id of a policy; without it all
    /// rules are listed
    #[arg(value_parser = Offered::rules(), hide_possible_values = true)]
    code: Option<String>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text", value_enum)]
    format: ExplainFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    Text,
    Json,
    Csv,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    code: &'a str,
    name: &'a str,
    family: &'a str,
    severity: &'a str,
    since: &'a str,
    doc: String,
}

#[derive(Serialize)]
struct RulesJson<'a> {
    version: u32,
    rules: Vec<RuleJson<'a>>,
}

pub(crate) fn run(global: &Global, args: &ExplainArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let rules = pipeline::rules();
    let chosen: Vec<&RuleMeta> = match &args.code {
        None => rules.clone(),
        Some(code) => match find(&rules, code) {
            Ok(rule) => vec![rule],
            Err(unknown) => return policy(global, args, (code, unknown), terminal),
        },
    };
    if args.format == ExplainFormat::Csv {
        super::print(&rules_csv(&chosen))?;
        return Ok(Outcome::Clean);
    }
    if args.format == ExplainFormat::Json {
        let rules = chosen.iter().map(|rule| RuleJson {
            code: rule.code,
            name: rule.name,
            family: Family::of(rule.code).map_or("", Family::title),
            severity: rule.severity.word(),
            since: rule.since,
            doc: rule.markdown(),
        });
        super::print(&(serde_json::to_string_pretty(&RulesJson { version: 1, rules: rules.collect() })? + "\n"))?;
        return Ok(Outcome::Clean);
    }
    let mut text = String::new();
    if args.code.is_some() {
        let rule = chosen[0];
        let head = terminal.paint(&format!("{} {}", rule.code, rule.name), Tone::Strong);
        text = format!("{head} ({}, since {})\n", rule.severity.word(), rule.since);
        for line in rule.doc.lines() {
            let line = line.strip_prefix(' ').unwrap_or(line);
            match line.strip_prefix("## ") {
                Some(heading) => {
                    text.truncate(text.trim_end().len());
                    text += &format!("\n\n{}\n", terminal.paint(heading, Tone::Strong));
                }
                None if line.starts_with("```") || (line.is_empty() && text.ends_with("\n\n")) => {}
                None => text += &format!("{line}\n"),
            }
        }
    } else {
        let mut family = None;
        for rule in chosen {
            let own = Family::of(rule.code);
            if own != family {
                let gap = if family.is_some() { "\n" } else { "" };
                text += &format!("{gap}{}\n", terminal.paint(own.map_or("", Family::title), Tone::Strong));
                family = own;
            }
            text += &format!("  {}  {:<28} {}\n", rule.code, rule.name, rule.severity.word());
        }
        text += "\n`meshfolio explain CODE` explains one of them.\n";
    }
    super::print(&text)?;
    Ok(Outcome::Clean)
}

/// Explains a policy of the registry, where what is asked for is no rule. Where there is no registry, there is no such
/// rule.
fn policy(
    global: &Global,
    args: &ExplainArgs,
    (code, unknown): (&str, anyhow::Error),
    terminal: &Terminal,
) -> anyhow::Result<Outcome> {
    let form = match args.format {
        ExplainFormat::Text => Explained::Text,
        ExplainFormat::Json => Explained::Json,
        ExplainFormat::Csv => Explained::No,
    };
    match super::policy::explain_named(global, code, form, terminal) {
        Ok(Ok(())) if form == Explained::No => anyhow::bail!(
            "`{code}` is a policy, and only rules are written as csv; `meshfolio policy list --format csv` lists policies"
        ),
        Ok(Ok(())) => Ok(Outcome::Clean),
        Ok(Err(ids)) => match nearest(code, ids.iter().map(String::as_str)) {
            Some(meant) => anyhow::bail!("{unknown:#}; or did you mean the policy `{meant}`?"),
            None => Err(unknown),
        },
        Err(_) => Err(unknown),
    }
}

fn find(rules: &[&'static RuleMeta], word: &str) -> anyhow::Result<&'static RuleMeta> {
    let is = |rule: &&&'static RuleMeta| rule.code.eq_ignore_ascii_case(word) || rule.name == word;
    if let Some(rule) = rules.iter().find(is) {
        return Ok(rule);
    }
    // A code near by is another rule: only names are misspelt.
    let is_code = word.len() == 6 && word.is_char_boundary(3) && word[3..].bytes().all(|byte| byte.is_ascii_digit());
    if is_code {
        let family = word[..3].to_uppercase();
        let code = format!("{family}{}", &word[3..]);
        let mut codes: Vec<&str> =
            rules.iter().map(|rule| rule.code).filter(|known| known.starts_with(&family)).collect();
        codes.sort_unstable();
        let (below, above) = codes.split_at(codes.partition_point(|known| **known < *code));
        let all = "`meshfolio explain` lists all of them";
        match (below.last(), above.first()) {
            (Some(below), Some(above)) => {
                anyhow::bail!("there is no rule `{word}`, only {below} before it and {above} after it; {all}")
            }
            (Some(last), None) => anyhow::bail!("there is no rule `{word}`: {last} is the last of its family; {all}"),
            (None, Some(first)) => {
                anyhow::bail!("there is no rule `{word}`: {first} is the first of its family; {all}")
            }
            (None, None) => anyhow::bail!("there is no rule `{word}`; {all}"),
        }
    }
    let names = rules.iter().map(|rule| rule.name);
    let hint = did_you_mean(word, names, || "`meshfolio explain` lists all of them".to_owned());
    anyhow::bail!("there is no rule `{word}`; {hint}")
}
