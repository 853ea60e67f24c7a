//! The table of compatibility, row by row: each kind of change has cases with the level that readers, writers and both
//! give it. `docs/compatibility.md` is this table for people.
//!
//! Where we differ from the plain reading of "what tightens breaks writers": a new column or object that nobody has to
//! fill is compatible for them too, and so is a server or a role that is added.

use std::collections::{BTreeMap, BTreeSet};

use meshfolio::diff::rules::changes;

use super::cases::{case_paths, read_case};

/// The levels from the perspectives `consumer`, `producer` and `full`.
type Levels = [&'static str; 3];

const LOOSENS: Levels = ["breaking", "compatible", "breaking"];
const TIGHTENS: Levels = ["compatible", "breaking", "breaking"];
const BOTH: Levels = ["breaking", "breaking", "breaking"];
const UNDETERMINED: Levels = ["warning", "warning", "warning"];
const ADDS: Levels = ["compatible", "compatible", "compatible"];
const WORDS: Levels = ["info", "info", "info"];

/// A kind of change, with the code, the end of the path and the levels of its cases.
type Row = (&'static str, &'static [(&'static str, &'static str, Levels)]);

const TABLE: [Row; 35] = [
    ("an object is removed or renamed", &[("BRK002", "", LOOSENS), ("BRK004", "", BOTH)]),
    ("a column is removed", &[("BRK001", "", LOOSENS)]),
    ("a column or an object is added", &[("BRK005", "", ADDS), ("BRK007", "", ADDS)]),
    ("a required column is added", &[("BRK006", "", TIGHTENS)]),
    ("a column has another name and the same id", &[("BRK003", "", BOTH)]),
    ("the physical name is another", &[("BRK008", "", BOTH)]),
    ("the logical type is another", &[("BRK009", ".logicalType", BOTH)]),
    ("the physical type is wider", &[("BRK010", ".physicalType", LOOSENS)]),
    (
        "the physical type is narrower, or another",
        &[("BRK011", ".physicalType", TIGHTENS), ("BRK012", ".physicalType", BOTH)],
    ),
    ("the physical type is added or removed", &[("BRK013", "", TIGHTENS), ("BRK014", "", LOOSENS)]),
    ("a column is required now", &[("BRK018", "", TIGHTENS)]),
    ("a column is no longer required", &[("BRK017", "", LOOSENS)]),
    ("a column is no longer unique, or is now", &[("BRK019", "", LOOSENS), ("BRK020", "", TIGHTENS)]),
    ("the primary key has other members", &[("BRK021", ".primaryKey", BOTH)]),
    (
        "an allowed value is added, removed or swapped",
        &[("BRK022", ".enum", LOOSENS), ("BRK023", ".enum", TIGHTENS), ("BRK024", ".enum", BOTH)],
    ),
    (
        "a bound is relaxed or tightened",
        &[
            ("BRK025", ".minimum", LOOSENS),
            ("BRK025", ".maximum", LOOSENS),
            ("BRK025", ".exclusiveMinimum", LOOSENS),
            ("BRK025", ".exclusiveMaximum", LOOSENS),
            ("BRK025", ".minLength", LOOSENS),
            ("BRK025", ".maxLength", LOOSENS),
            ("BRK025", ".minItems", LOOSENS),
            ("BRK025", ".maxItems", LOOSENS),
            ("BRK025", ".minProperties", LOOSENS),
            ("BRK025", ".maxProperties", LOOSENS),
            ("BRK026", ".minimum", TIGHTENS),
            ("BRK026", ".maximum", TIGHTENS),
            ("BRK026", ".exclusiveMinimum", TIGHTENS),
            ("BRK026", ".exclusiveMaximum", TIGHTENS),
            ("BRK026", ".minLength", TIGHTENS),
            ("BRK026", ".maxLength", TIGHTENS),
            ("BRK026", ".minItems", TIGHTENS),
            ("BRK026", ".maxItems", TIGHTENS),
            ("BRK026", ".minProperties", TIGHTENS),
            ("BRK026", ".maxProperties", TIGHTENS),
            ("BRK026", ".multipleOf", TIGHTENS),
        ],
    ),
    ("a pattern or format is another", &[("BRK027", ".pattern", UNDETERMINED), ("BRK028", "", BOTH)]),
    ("a vector has another size or element", &[("BRK016", "", BOTH)]),
    (
        "keys or values of a map, or items of a list, are of another type",
        &[("BRK015", ".{value}.physicalType", BOTH), ("BRK015", ".[].logicalType", BOTH)],
    ),
    (
        "a foreign key is removed, added or leads elsewhere",
        &[
            ("BRK029", ".relationships", LOOSENS),
            ("BRK030", ".relationships", TIGHTENS),
            ("BRK031", ".relationships", BOTH),
        ],
    ),
    (
        "a quality rule is removed, relaxed (a limit, or one more of its `validValues`), or no longer fails",
        &[("BRK032", "", LOOSENS), ("BRK033", ".quality.a", LOOSENS), ("BRK033", ".quality.b", LOOSENS)],
    ),
    (
        "a quality rule is added, tightened, or says something else",
        &[("BRK034", "", TIGHTENS), ("BRK035", "", TIGHTENS), ("BRK036", "", UNDETERMINED)],
    ),
    (
        "a service level is lower, higher, added, or of another place",
        &[
            ("BRK037", ".availability", LOOSENS),
            ("BRK037", ".throughput", LOOSENS),
            ("BRK037", ".retention", LOOSENS),
            ("BRK037", ".latency", LOOSENS),
            ("BRK037", ".frequency", LOOSENS),
            ("BRK037", ".errorRate", LOOSENS),
            ("BRK037", ".timeToDetect", LOOSENS),
            ("BRK037", ".timeToNotify", LOOSENS),
            ("BRK037", ".timeToRepair", LOOSENS),
            ("BRK037", ".endOfSupport", LOOSENS),
            ("BRK037", ".endOfLife", LOOSENS),
            ("BRK039", ".retention", TIGHTENS),
            ("BRK039", ".latency", TIGHTENS),
            ("BRK040", "", TIGHTENS),
            ("BRK041", "", BOTH),
            ("BRK042", "", UNDETERMINED),
        ],
    ),
    ("a service level is removed", &[("BRK038", "", LOOSENS)]),
    (
        "a server is removed or another place, of production or of a test; or added",
        &[
            ("BRK043", "servers.main", BOTH),
            ("BRK043", "servers.test", WORDS),
            ("BRK044", "servers.main", BOTH),
            ("BRK044", "servers.t", WORDS),
            ("BRK045", "", ADDS),
        ],
    ),
    ("a role is removed or gives other access; or is added", &[("BRK046", "", UNDETERMINED), ("BRK046", "", ADDS)]),
    (
        "the price is higher or lower; other terms",
        &[("BRK047", "", UNDETERMINED), ("BRK047", "", WORDS), ("BRK048", "", UNDETERMINED)],
    ),
    (
        "a term, a semantic type, or words of the meaning are others",
        &[("BRK050", "", UNDETERMINED), ("BRK051", "", UNDETERMINED), ("BRK052", "", WORDS)],
    ),
    ("the classification is another", &[("BRK049", ".classification", UNDETERMINED)]),
    (
        "the status is deprecated, retired, or draft again",
        &[("BRK054", "status", UNDETERMINED), ("BRK055", "status", BOTH), ("BRK056", "status", BOTH)],
    ),
    ("the contract has another id", &[("BRK057", "id", BOTH)]),
    (
        "an output port, a major or a contract is no longer published, or is new",
        &[
            ("BRK061", "", LOOSENS),
            ("BRK059", "", LOOSENS),
            ("BRK058", "", LOOSENS),
            ("BRK060", "", WORDS),
            ("BRK063", "", WORDS),
        ],
    ),
    (
        "an output port is of another type, or has another name",
        &[("BRK062", ".type", BOTH), ("BRK070", ".name", UNDETERMINED)],
    ),
    ("input ports are others", &[("BRK064", "inputPorts", WORDS)]),
    (
        "documentation, tags, team, support, who approves a role",
        &[("BRK053", "contract", WORDS), ("BRK086", "team.name", WORDS), ("BRK088", "Approvers", WORDS)],
    ),
];

/// Rules of changes that are no matter of the table: of addresses and names, products, policies, agreements and governance.
const BESIDE: [(&str, Levels); 18] = [
    ("BRK068", BOTH),
    ("BRK069", UNDETERMINED),
    ("BRK071", WORDS),
    ("BRK073", UNDETERMINED),
    ("BRK074", BOTH),
    ("BRK075", BOTH),
    ("BRK076", WORDS),
    ("BRK077", UNDETERMINED),
    ("BRK081", WORDS),
    ("BRK082", UNDETERMINED),
    ("BRK083", WORDS),
    ("BRK084", UNDETERMINED),
    ("BRK085", WORDS),
    ("BRK087", WORDS),
    ("BRK089", WORDS),
    ("BRK090", WORDS),
    ("BRK091", WORDS),
    ("BRK092", WORDS),
];

/// The levels of every change that some case of a rule lists, by code.
fn cases() -> BTreeMap<String, BTreeSet<(String, [String; 3])>> {
    let mut known: BTreeMap<String, BTreeSet<(String, [String; 3])>> = BTreeMap::new();
    for path in case_paths().iter().filter(|path| path.starts_with("BRK/")) {
        for section in read_case(path).expect("the case can be read") {
            for (code, path, levels) in section.levels() {
                known.entry(code.clone()).or_default().insert((path.clone(), levels.clone()));
            }
        }
    }
    known
}

#[test]
fn every_row_of_the_table_has_its_levels_from_three_perspectives() {
    let known = cases();
    let mut missing = Vec::new();
    let rows = TABLE.iter().flat_map(|(row, wanted)| wanted.iter().map(move |wanted| (*row, *wanted)));
    let beside = BESIDE.iter().map(|(code, levels)| ("beside the table", (*code, "", *levels)));
    for (row, (code, end, levels)) in rows.chain(beside) {
        let is_it = |(path, found): &(String, [String; 3])| path.ends_with(end) && *found == levels;
        if !known.get(code).is_some_and(|cases| cases.iter().any(is_it)) {
            missing.push(format!("{row}: {code} {end}: {}", levels.join(" ")));
        }
    }
    assert!(missing.is_empty(), "no case expects this: {missing:#?}");
}

#[test]
fn every_rule_of_a_change_is_in_a_row() {
    let mut named: BTreeSet<&str> =
        TABLE.iter().flat_map(|(_, wanted)| wanted.iter().map(|(code, ..)| *code)).collect();
    named.extend(BESIDE.iter().map(|(code, _)| *code));
    let rules: BTreeSet<&str> = changes().map(|rule| rule.meta.code).collect();
    assert_eq!(named, rules);
    // What a rule says of itself is what its cases say for readers.
    for rule in changes() {
        let own = rule.direction.level(meshfolio::config::Perspective::Consumer).word();
        let rows = TABLE.iter().flat_map(|(_, wanted)| wanted.iter());
        let mut levels = rows.filter(|(code, ..)| *code == rule.meta.code).map(|(.., levels)| levels[0]);
        let is_beside = BESIDE.iter().any(|(code, levels)| *code == rule.meta.code && levels[0] == own);
        assert!(is_beside || levels.any(|level| level == own), "{:?} is `{own}` for readers", rule.meta);
    }
}

/// Beside a checkout that has the table of the design: no row of it may be without one here.
#[test]
fn no_row_of_the_design_is_left_out() {
    let path = super::package("../shared/design/standards.md");
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let section = text.split("\n## 6. ").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Change ")).count();
    assert_eq!(rows, TABLE.len());
}

#[test]
fn the_document_lists_every_row() {
    let text = std::fs::read_to_string(super::package("docs/compatibility.md")).expect("it can be read");
    let level = |levels: &Levels| match *levels {
        LOOSENS => "breaks readers",
        TIGHTENS => "breaks writers",
        BOTH => "breaks both",
        UNDETERMINED => "to look at",
        ADDS => "compatible",
        _ => "for information",
    };
    for (row, wanted) in &TABLE {
        let mut cells: Vec<String> = Vec::new();
        for (code, _, levels) in *wanted {
            let cell = format!("{code} {}", level(levels));
            if !cells.contains(&cell) {
                cells.push(cell);
            }
        }
        let line = format!("| {row} | {} |", cells.join(", "));
        assert!(text.lines().any(|written| written == line), "`docs/compatibility.md` has no line\n{line}");
    }
}
