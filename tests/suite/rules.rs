//! The house of rules: every rule has a code of its own, a text with all headings, and a case.

use std::collections::{BTreeMap, BTreeSet};

use meshfolio::check::Detail;
use meshfolio::diagnostic::{Diagnostic, Family, RuleMeta, Severity};
use meshfolio::model::Kind;
use meshfolio::pipeline::{self, Options};
use meshfolio::source::WorkTree;
use meshfolio::yaml::Schemas;

use super::cases::{case_paths, read_case};
use super::{assert_kept, files_below, package};

/// Rules whose findings no tree in memory has, with the file of their tests.
const TESTED_ELSEWHERE: [(&str, &str); 1] = [("SYN009", "tests/suite/unreadable.rs")];

#[test]
fn codes_and_names_are_kept_in_a_list() {
    let rules = pipeline::rules();
    let lines = rules.iter().map(|rule| format!("{} {} {}\n", rule.code, rule.name, rule.severity.word()));
    assert_kept("tests/suite/rules.txt", &lines.collect::<String>());
    let codes: BTreeSet<&str> = rules.iter().map(|rule| rule.code).collect();
    let names: BTreeSet<&str> = rules.iter().map(|rule| rule.name).collect();
    assert_eq!((codes.len(), names.len()), (rules.len(), rules.len()), "two rules share a code or a name");
}

#[test]
fn codes_and_names_have_their_form() {
    for rule in pipeline::rules() {
        assert!(Family::of(rule.code).is_some(), "{rule:?} has no family");
        let digits = &rule.code[3..];
        assert!(digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{rule:?}");
        let is_kebab = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
        assert!(rule.name.split('-').all(is_kebab), "{rule:?} is not in kebab case");
        assert!(rule.since.split('.').count() == 3, "{rule:?} says no version that first had it");
    }
}

#[test]
fn the_codes_of_a_family_have_no_gap() {
    let mut families: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rule in pipeline::rules() {
        families.entry(&rule.code[..3]).or_default().push(&rule.code[3..]);
    }
    for (family, codes) in families {
        let numbers: Vec<usize> = codes.iter().map(|code| code.parse().expect("a number")).collect();
        // A theme may begin with a ten of its own.
        let follows = |pair: &[usize]| pair[1] == pair[0] + 1 || (pair[1] > pair[0] && pair[1].is_multiple_of(10));
        let is_whole = numbers.first() == Some(&1) && numbers.windows(2).all(follows);
        assert!(is_whole, "a code of {family} is missing: a retired rule stays listed: {codes:?}");
    }
}

#[test]
fn every_text_has_its_headings_in_order() {
    for rule in pipeline::rules() {
        let markdown = rule.markdown();
        let headings: Vec<&str> = markdown.lines().filter(|line| RuleMeta::HEADINGS.contains(line)).collect();
        assert_eq!(headings, RuleMeta::HEADINGS, "{rule:?}");
        assert!(markdown.starts_with(RuleMeta::HEADINGS[0]), "{rule:?} begins with something else");
        for heading in RuleMeta::HEADINGS {
            assert!(!rule.section(heading).is_empty(), "{rule:?}: nothing stands below `{heading}`");
        }
        assert!(rule.section("## Example").contains("```"), "{rule:?} shows no example");
    }
}

#[test]
fn every_rule_has_a_case_with_a_finding_and_a_near_miss() {
    let mut paths: BTreeSet<String> = case_paths().into_iter().collect();
    for rule in pipeline::rules() {
        let path = format!("{}/{}-{}.md", &rule.code[..3], rule.code, rule.name);
        assert!(paths.remove(&path), "{rule:?} has no case `tests/cases/{path}`");
        let sections = read_case(&path).expect("the case can be read");
        if let Some((_, file)) = TESTED_ELSEWHERE.iter().find(|(code, _)| *code == rule.code) {
            let text = std::fs::read_to_string(package("tests/cases").join(&path)).expect("the case can be read");
            assert!(text.contains(file), "`{path}` does not say that its test is `{file}`");
            continue;
        }
        assert!(sections.iter().any(|section| section.expects(rule.code)), "`{path}` expects no finding");
        let is_near_miss = |section: &super::cases::Section| section.has_files() && !section.expects(rule.code);
        assert!(sections.iter().any(is_near_miss), "`{path}` has no near miss");
    }
    assert_eq!(paths, BTreeSet::new(), "these cases belong to no rule");
}

#[test]
fn our_own_registry_keeps_the_rules() {
    let tree = WorkTree::open(&package("")).expect("the package is a folder");
    // Whenever somebody looks at it: nothing in it runs out in the next ten years.
    for (year, month, day) in [(2026, 11, 21), (2026, 11, 28), (2030, 2, 28), (2036, 12, 1)] {
        let options = Options {
            config_path: "meshfolio.yaml".to_owned(),
            is_config_required: true,
            today: jiff::civil::date(year, month, day),
            detail: Detail::Rules,
            observations: None,
        };
        let outcome = pipeline::run(&tree, &Schemas::embedded(), &options).expect("the registry can be read");
        let shown = |found: &Diagnostic| format!("{}: {}", outcome.sources.path(found.location.file), found.message);
        let standing = outcome.findings.standing().filter(|found| found.severity > Severity::Info);
        assert_eq!(standing.map(shown).collect::<Vec<_>>(), Vec::<String>::new(), "on {year}-{month}-{day}");
    }
}

#[test]
fn every_kind_has_a_schema_and_an_example() {
    let schemas = Schemas::embedded();
    let mut texts = String::new();
    for (folder, ending) in [("registry", ".yaml"), ("tests/cases", ".md")] {
        for path in files_below(&package(folder), ending) {
            texts += &std::fs::read_to_string(package(folder).join(path)).expect("the file is text");
        }
    }
    for kind in Kind::ALL {
        let versions = schemas.versions(kind.schema());
        assert!(!versions.is_empty(), "the kind `{kind}` has no schema");
        for version in versions {
            let schema = schemas.get(kind.schema(), version).expect("a listed version has a schema");
            let stated = schema.source().pointer("/properties/kind/const").and_then(|kind| kind.as_str());
            assert_eq!(stated, Some(kind.name()), "the schema of `{kind}` {version} is for something else");
        }
        let line = format!("kind: {}", kind.name());
        assert!(texts.lines().any(|written| written == line), "there is no example of `{kind}`");
    }
}
