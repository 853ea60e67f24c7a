//! Where things stand: the bytes of every key and value, whatever the line endings, marks and
//! characters around them; the scalars of the core schema; and the caps.

use meshfolio::diagnostic::{Diagnostic, Grading, Sink};
use meshfolio::source::{FileId, SourceMap};
use meshfolio::yaml::{self, NodeRef};

/// Lists the places of a document as `path key|value text`, the text with its ends shown.
fn places(text: &str) -> Vec<String> {
    let mut sink = Sink::default();
    let parsed = yaml::parse(FileId(0), text, &mut sink);
    assert!(parsed.complete && sink.is_empty(), "{:?}", findings(sink));
    let tree = parsed.tree.expect("a document");
    let mut shown = Vec::new();
    walk(text, tree.root(), "", &mut shown);
    shown
}

fn walk(text: &str, node: NodeRef<'_>, path: &str, shown: &mut Vec<String>) {
    let slice = |node: NodeRef<'_>| text.get(node.span().range()).expect("a span of whole characters").to_owned();
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    for (key, value) in node.entries() {
        let name = below(key.as_str().expect("keys are texts"));
        shown.push(format!("{name}: {:?} -> {:?}", slice(key), slice(value)));
        walk(text, value, &name, shown);
    }
    for (position, item) in node.items().enumerate() {
        let name = below(&position.to_string());
        shown.push(format!("{name}: -> {:?}", slice(item)));
        walk(text, item, &name, shown);
    }
}

fn findings(sink: Sink) -> Vec<Diagnostic> {
    sink.finish(&Grading::default(), &[], &SourceMap::default()).diagnostics
}

fn first_code(text: &str) -> Option<&'static str> {
    let mut sink = Sink::default();
    yaml::parse(FileId(0), text, &mut sink);
    findings(sink).first().map(|diagnostic| diagnostic.rule.code)
}

const NESTED: &str = "\
name: Käse & Brot  # comment
\"quoted key\": 'single'
list:
- one
-   two words
- - inner
map:
  empty:
  deep: {flow: [a, \"ü\", 3], other: {}}
";

#[test]
fn every_key_and_value_knows_its_bytes() {
    // The parser puts a list that begins in the column of its key at its first item.
    let expected = [
        r#"name: "name" -> "Käse & Brot""#,
        r#"quoted key: "\"quoted key\"" -> "'single'""#,
        r#"list: "list" -> "one\n-   two words\n- - inner""#,
        r#"list.0: -> "one""#,
        r#"list.1: -> "two words""#,
        r#"list.2: -> "- inner""#,
        r#"list.2.0: -> "inner""#,
        r#"map: "map" -> "empty:\n  deep: {flow: [a, \"ü\", 3], other: {}}""#,
        r#"map.empty: "empty" -> """#,
        r#"map.deep: "deep" -> "{flow: [a, \"ü\", 3], other: {}}""#,
        r#"map.deep.flow: "flow" -> "[a, \"ü\", 3]""#,
        r#"map.deep.flow.0: -> "a""#,
        r#"map.deep.flow.1: -> "\"ü\"""#,
        r#"map.deep.flow.2: -> "3""#,
        r#"map.deep.other: "other" -> "{}""#,
    ];
    assert_eq!(places(NESTED), expected);
}

#[test]
fn line_endings_and_marks_change_no_place() {
    let plain = places(NESTED);
    for (from, to) in [("\n", "\r\n"), ("\n", "\r")] {
        let shown: Vec<String> = places(&NESTED.replace(from, to));
        let back: Vec<String> = shown.iter().map(|line| line.replace(&to.escape_debug().to_string(), r"\n")).collect();
        assert_eq!(back, plain, "{to:?}");
    }
    assert_eq!(places(&format!("\u{feff}{NESTED}")), plain);
    assert_eq!(places(&format!("# Käse\n---\n{NESTED}...\n")), plain);
}

#[test]
fn block_scalars_anchors_and_aliases_know_their_bytes() {
    // A block scalar is its lines, without the `|` before them.
    let text = "text: |\n  zwölf\n  lines\nfolded: >-\n  a\n\n  b\nanchored: &x [1, 2]\nalias: *x\ntagged: !!str 5\nmap: &m\n  a: 1\nlast: \"a\n  b\"\n";
    let expected = [
        r#"text: "text" -> "zwölf\n  lines\n""#,
        r#"folded: "folded" -> "a\n\n  b\n""#,
        r#"anchored: "anchored" -> "[1, 2]""#,
        r#"anchored.0: -> "1""#,
        r#"anchored.1: -> "2""#,
        r#"alias: "alias" -> "*x""#,
        r#"alias.0: -> "1""#,
        r#"alias.1: -> "2""#,
        r#"tagged: "tagged" -> "5""#,
        r#"map: "map" -> "a: 1""#,
        r#"map.a: "a" -> "1""#,
        r#"last: "last" -> "\"a\n  b\"""#,
    ];
    assert_eq!(places(text), expected);
}

#[test]
fn scalars_mean_what_the_core_schema_says() {
    let json = |text: &str| {
        let trees = yaml::parse_all(text).expect("it is valid");
        trees.first().map(|tree| tree.root().to_json().to_string())
    };
    let cases = [
        ("[null, Null, NULL, ~, , nULL]", None),
        ("[null, Null, NULL, ~, nULL]", Some(r#"[null,null,null,null,"nULL"]"#)),
        ("[true, True, TRUE, false, False, FALSE, tRUE]", Some(r#"[true,true,true,false,false,false,"tRUE"]"#)),
        ("[no, NO, off, yes, y, on]", Some(r#"["no","NO","off","yes","y","on"]"#)),
        ("[0, -0, +12, 0o14, 0xC, 012, -017, 0b1, 1_000]", Some(r#"[0,0,12,12,12,12,-17,"0b1","1_000"]"#)),
        ("[1.5, .5, 1., 1e3, -1.5E-2, +.5, 1.10]", Some("[1.5,0.5,1.0,1000.0,-0.015,0.5,1.1]")),
        (
            "[1.2.3, 12:30, 2024-01-01, 1e, ., .inf, .NaN]",
            Some(r#"["1.2.3","12:30","2024-01-01","1e",".",".inf",".NaN"]"#),
        ),
        (
            "['1', \"true\", !!str 1, ! 1, !!int 1, !!float 1, !!bool true, !!null ~]",
            Some(r#"["1","true","1","1",1,1,true,null]"#),
        ),
        ("{1: a, true: b, null: c}", Some(r#"{"1":"a","true":"b","null":"c"}"#)),
        ("<<: {a: 1}", Some(r#"{"<<":{"a":1}}"#)),
        ("", None),
        ("# only a comment\n", None),
    ];
    for (text, expected) in cases {
        if text.contains(", ,") {
            assert!(yaml::parse_all(text).is_err(), "{text}");
            continue;
        }
        assert_eq!(json(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn what_no_descriptor_can_use_is_refused() {
    let cases = [
        ("a: 1\na: 2\n", "SYN002"),
        ("1: a\n0x1: b\n", "SYN002"),
        ("a: 1\n--- \nb: 2\n", "SYN005"),
        ("a: *x\n", "SYN006"),
        ("a: &x [*x]\n", "SYN006"),
        ("? [a]\n: b\n", "SYN007"),
        ("? {a: b}\n: c\n", "SYN007"),
        (": b\n", "SYN007"),
        ("~: b\n", "SYN007"),
        ("{: b}\n", "SYN007"),
        ("a: !x b\n", "SYN007"),
        ("a: !!binary aGk=\n", "SYN007"),
        ("a: !!int x\n", "SYN007"),
        ("a: !!map [b]\n", "SYN007"),
        ("flow: [a,\nb,\nc]\n", "SYN001"),
        ("a:\n  - b: {c: 1,\n  d: 2}\n", "SYN001"),
        ("- [x,\ny]\n", "SYN001"),
        ("a:\n\tb: 1\n", "SYN001"),
        ("a: b: c\n", "SYN001"),
        ("a: @b\n", "SYN001"),
        ("a: 1\nb\nc: 2\n", "SYN001"),
        ("a: \"b\n", "SYN001"),
        ("a: [b\n", "SYN001"),
    ];
    for (text, code) in cases {
        assert_eq!(first_code(text), Some(code), "{text:?}");
    }
    // Not what YAML says, and what everyone writes.
    for text in [
        "tags: [\n  a,\n  b\n]\n",
        "a: \"b \\\nc\"\n",
        "a:\n  - b: {\n      c: 1\n  }\n",
        "a:\n- [x,\n y]\n",
        "a:\n  - [x,\n   y]\n",
        "{\n\"a\": [\n1\n]\n}\n",
    ] {
        assert_eq!(first_code(text), None, "{text:?}");
    }
}

#[test]
fn caps_hold_exactly() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(first_code(&nested(yaml::MAX_DEPTH)), None);
    assert_eq!(first_code(&nested(yaml::MAX_DEPTH + 1)), Some("SYN003"));
    assert_eq!(first_code(&nested(100_000)), Some("SYN003"));
    let blocks = |depth: usize| (0..depth).fold(String::new(), |text, level| text + &" ".repeat(level) + "a:\n");
    assert_eq!(first_code(&blocks(yaml::MAX_DEPTH)), None);
    assert_eq!(first_code(&blocks(yaml::MAX_DEPTH + 1)), Some("SYN003"));
    assert_eq!(first_code(&"- ".repeat(yaml::MAX_DEPTH + 1)), Some("SYN003"));

    // A list of ten texts has eleven nodes; the aliases of it add as many each.
    let aliases = |n: usize| format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(10), "*a, ".repeat(n));
    assert_eq!(first_code(&aliases(yaml::MAX_ALIAS_NODES / 11)), None);
    assert_eq!(first_code(&aliases(yaml::MAX_ALIAS_NODES / 11 + 1)), Some("SYN003"));
    let bomb: String = ('b'..='j').fold("a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, name| {
        let before = char::from(u8::try_from(name).expect("ASCII") - 1);
        format!("{text}{name}: &{name} [{}]\n", vec![format!("*{before}"); 10].join(", "))
    });
    assert_eq!(first_code(&bomb), Some("SYN003"));
}
