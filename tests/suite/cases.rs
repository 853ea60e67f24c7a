//! The literate cases of rules, `tests/cases/<FAMILY>/<CODE>-<name>.md`.
//!
//! A case is prose with one small mesh in each section (`## `). A mesh is made of fenced blocks:
//!
//! - `yaml PATH` (also `md`, `text`): a file. At the end of a line of YAML, `# error[REF001]` marks a
//!   finding that begins on that line; several are separated by commas, and `# waived[REF001]` is one
//!   that a waiver covers. The marks are taken out before the file is read.
//! - `hex PATH`: a file given as bytes.
//! - `use common`: the files of `tests/cases/common/`, a registry without findings.
//! - `today`: the day, when it is not 2026-11-21.
//! - `expect`: lines `PATH:LINE: SEVERITY[CODE] words of the message`, for files that cannot hold
//!   marks, and where the words matter.
//! - `diagnostics`: what `check` prints. `UPDATE=1` rewrites these blocks, and nothing else.
//!
//! A change has its files below `base/` and `head/`, those of both sides below `both/`, and is checked as
//! `check --base` does; findings are marked in the head, and in `base/` where what they are about is gone. The
//! owners of files are those of `base/CODEOWNERS`. One more block is for changes:
//!
//! - `levels`: lines `CODE path: level level level`, all changes there are, with their level for `consumer`,
//!   `producer` and `full`. With it and without marks, findings are not compared.
//!
//! What is found must be exactly what is marked. `CASE=REF001` runs only the cases of that name.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;
use meshfolio::check::Detail;
use meshfolio::diagnostic::emit::{self, Format, Report, Style};
use meshfolio::diff::CodeOwners;
use meshfolio::pipeline::{self, Base, Compared, Options, Outcome};
use meshfolio::source::{Location, MemoryTree};
use meshfolio::yaml::Schemas;

use super::{files_below, is_update, package};

/// A finding, expected or made: path, line, severity (or `waived`) and code.
type Mark = (String, u32, String, String);

/// A change as `levels` lists it: code and path, and the levels by perspective.
pub(crate) type LevelLine = (String, String, [String; 3]);

/// One mesh of a case, or the two of a change.
#[derive(Default)]
pub(crate) struct Section {
    title: String,
    files: BTreeMap<String, Vec<u8>>,
    base: Option<BTreeMap<String, Vec<u8>>>,
    levels: Option<Vec<LevelLine>>,
    today: Option<Date>,
    marks: Vec<Mark>,
    /// Words that the message of a finding must hold.
    words: Vec<(Mark, String)>,
    /// The number of the first line inside a `diagnostics` block, its text and its fence.
    diagnostics: Option<(usize, String)>,
}

impl Section {
    /// Says whether the section holds a mesh at all.
    pub(crate) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Adds a file to the mesh, or to the side of the change that its path names.
    fn put(&mut self, path: &str, bytes: Vec<u8>) {
        let Some((side, below)) = path.split_once('/').filter(|(side, _)| ["base", "head", "both"].contains(side))
        else {
            self.files.insert(path.to_owned(), bytes);
            return;
        };
        let common = &self.files;
        let base = self.base.get_or_insert_with(|| common.clone());
        if side != "head" {
            base.insert(below.to_owned(), bytes.clone());
        }
        if side != "base" {
            self.files.insert(below.to_owned(), bytes);
        }
    }

    /// Returns the changes that are expected, with their levels from each perspective.
    pub(crate) fn levels(&self) -> &[LevelLine] {
        self.levels.as_deref().unwrap_or_default()
    }

    /// Says whether a finding with this code is expected.
    pub(crate) fn expects(&self, code: &str) -> bool {
        let levels = self.levels.iter().flatten();
        self.marks.iter().any(|mark| mark.3 == code) || levels.clone().any(|line| line.0 == code)
    }
}

#[test]
fn configuration() {
    check_family("CFG");
}

#[test]
fn syntax() {
    check_family("SYN");
}

#[test]
fn schemas() {
    check_family("SCH");
}

#[test]
fn references() {
    check_family("REF");
}

#[test]
fn governance() {
    check_family("GOV");
}

#[test]
fn changes() {
    check_family("BRK");
}

#[test]
fn links() {
    check_family("LNK");
}

#[test]
fn every_family_is_run() {
    let folders: Vec<String> =
        case_paths().iter().filter_map(|path| Some(path.split_once('/')?.0.to_owned())).collect();
    for folder in folders {
        assert!(
            ["CFG", "SYN", "SCH", "REF", "GOV", "BRK", "LNK"].contains(&folder.as_str()),
            "no test runs `{folder}`"
        );
    }
}

/// Returns the paths of all cases below `tests/cases/`.
pub(crate) fn case_paths() -> Vec<String> {
    files_below(&package("tests/cases"), ".md").into_iter().filter(|path| !path.starts_with("common/")).collect()
}

/// Reads a case; a mistake in its form is an error that names the line.
pub(crate) fn read_case(path: &str) -> Result<Vec<Section>, String> {
    let text = std::fs::read_to_string(package("tests/cases").join(path)).map_err(|error| error.to_string())?;
    parse(&text.replace("\r\n", "\n")).map_err(|error| format!("tests/cases/{path}:{error}"))
}

/// A finding has three parts: what, why here, what to do (STYLE section 4). Why here is said by words at the
/// place, by other places, or by the place itself where the headline quotes what stands there.
#[test]
fn every_finding_has_its_three_parts() {
    let schemas = Schemas::embedded();
    let mut lacking = std::collections::BTreeMap::new();
    for path in case_paths() {
        let sections = read_case(&path).expect("the case can be read");
        for section in sections.iter().filter(|section| section.has_files()) {
            let (.., outcome) = outcome(&schemas, section);
            for found in &outcome.findings.diagnostics {
                let bytes = section.files.get(outcome.sources.path(found.location.file)).cloned().unwrap_or_default();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let there = text.get(found.location.span.range()).unwrap_or_default();
                let there = there.trim_matches(['"', '\'', ' ', '\n', '@', '#']);
                // A finding about a file as a whole stands at its first byte, and its path is the place.
                let is_about_all = found.location.span == meshfolio::source::Span::default();
                let explains = is_about_all || (!there.is_empty() && found.message.contains(there));
                let is_placed = found.label.is_some() || !found.related.is_empty() || explains;
                let mut parts = Vec::new();
                parts.extend((found.message.is_empty() || found.message.ends_with('.')).then_some("headline"));
                parts.extend((!is_placed).then_some("place"));
                parts.extend(found.help.as_ref().is_none_or(String::is_empty).then_some("help"));
                if !parts.is_empty() {
                    lacking.entry((found.rule.code, parts)).or_insert(found.message.clone());
                }
            }
        }
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
}

fn check_family(family: &str) {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let schemas = Schemas::embedded();
    let mut failures = String::new();
    for path in case_paths().iter().filter(|path| path.starts_with(&format!("{family}/")) && path.contains(&wanted)) {
        match read_case(path) {
            Ok(sections) => check_case(&schemas, path, &sections, &mut failures),
            Err(error) => writeln!(failures, "{error}").expect("a string takes all text"),
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

fn check_case(schemas: &Schemas, path: &str, sections: &[Section], failures: &mut String) {
    let mut rewritten = Vec::new();
    for section in sections.iter().filter(|section| !section.files.is_empty() || !section.marks.is_empty()) {
        let (found, shown) = run(schemas, section);
        let missing: Vec<&Mark> = difference(&section.marks, found.iter().map(|(mark, _)| mark));
        let surplus: Vec<&Mark> = difference(found.iter().map(|(mark, _)| mark), &section.marks);
        let lacking = section.words.iter().filter(|(mark, words)| {
            !found.iter().any(|(made, message)| made == mark && message.contains(words.as_str()))
        });
        let mut report = String::new();
        check_levels(schemas, section, &mut report);
        let is_silent = section.levels.is_some() && section.marks.is_empty();
        let (missing, surplus) = if is_silent { (Vec::new(), Vec::new()) } else { (missing, surplus) };
        for (what, marks) in [("expected and not found", missing), ("found and not expected", surplus)] {
            for (path, line, severity, code) in marks {
                writeln!(report, "  {what}: {path}:{line}: {severity}[{code}]").expect("a string takes all text");
            }
        }
        for (mark, words) in lacking {
            writeln!(report, "  no message at {}:{} has the words: {words}", mark.0, mark.1).expect("text");
        }
        if let Some((line, kept)) = &section.diagnostics
            && *kept != shown
        {
            if is_update() {
                rewritten.push((*line, kept.lines().count(), shown.clone()));
            } else {
                writeln!(report, "  other diagnostics than kept:\n{kept}---").expect("a string takes all text");
            }
        }
        if !report.is_empty() {
            let title = &section.title;
            writeln!(failures, "tests/cases/{path}, {title}:\n{report}{shown}").expect("a string takes all text");
        }
    }
    if !rewritten.is_empty() {
        rewrite(path, &rewritten);
    }
}

/// Compares the changes of a section with its `levels`, once from each perspective.
fn check_levels(schemas: &Schemas, section: &Section, report: &mut String) {
    let Some(expected) = &section.levels else { return };
    let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (position, perspective) in ["consumer", "producer", "full"].into_iter().enumerate() {
        let compared = compare(schemas, section, Some(perspective));
        for change in &compared.changes.changes {
            let key = (change.rule.meta.code.to_owned(), change.path.clone());
            let levels = found.entry(key).or_default();
            levels.resize(position, "-".to_owned());
            levels.push(change.level.word().to_owned());
        }
    }
    let mut expected: BTreeMap<(String, String), Vec<String>> =
        expected.iter().map(|(code, path, levels)| ((code.clone(), path.clone()), levels.to_vec())).collect();
    // That the next version of a major takes the place of the one before goes without saying.
    found.retain(|key, levels| {
        key.0 != "BRK069" || expected.contains_key(key) || levels.iter().any(|level| level != "info")
    });
    for (key, levels) in &found {
        if expected.remove(key).as_ref() != Some(levels) {
            writeln!(report, "  change: {} {}: {}", key.0, key.1, levels.join(" ")).expect("a string takes all text");
        }
    }
    for (code, path) in expected.keys() {
        writeln!(report, "  expected and not found: {code} {path}").expect("a string takes all text");
    }
}

/// Checks both sides of a change.
fn compare(schemas: &Schemas, section: &Section, perspective: Option<&str>) -> Compared {
    let (base, head) = trees(section, perspective);
    let owners = section.base.as_ref().and_then(|files| files.get("CODEOWNERS"));
    let owners = owners.map(|bytes| CodeOwners::parse(&String::from_utf8_lossy(bytes))).unwrap_or_default();
    let base = Base { tree: &base, owners, is_transitive: false, prefix: String::new(), policies: None };
    pipeline::run_pair(&head, &base, schemas, &options(section)).expect("trees in memory can be read")
}

fn trees(section: &Section, perspective: Option<&str>) -> (MemoryTree, MemoryTree) {
    let with = |files: &BTreeMap<String, Vec<u8>>| {
        let mut files = files.clone();
        if let Some(perspective) = perspective {
            let own = files.get("meshfolio.yaml").map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            let begin = format!("check: {{perspective: {perspective}");
            let text = match own {
                Some(own) => own.replacen("check: {", &format!("{begin}, "), 1),
                None => format!("{begin}}}\n"),
            };
            files.insert("meshfolio.yaml".to_owned(), text.into_bytes());
        }
        MemoryTree::new(files)
    };
    (with(section.base.as_ref().unwrap_or(&section.files)), with(&section.files))
}

fn options(section: &Section) -> Options {
    Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: section.today.unwrap_or_else(|| jiff::civil::date(2026, 11, 21)),
        detail: Detail::Rules,
        observations: None,
    }
}

fn rewrite(path: &str, blocks: &[(usize, usize, String)]) {
    let file = package("tests/cases").join(path);
    let text = std::fs::read_to_string(&file).expect("the case was read before");
    let mut lines: Vec<&str> = text.lines().collect();
    for (first, n_lines, shown) in blocks.iter().rev() {
        lines.splice(first..&(first + n_lines), shown.lines());
    }
    std::fs::write(&file, lines.join("\n") + "\n").expect("the case can be written");
}

/// Returns what is in `left` and, counted, not in `right`.
fn difference<'a>(
    left: impl IntoIterator<Item = &'a Mark>,
    right: impl IntoIterator<Item = &'a Mark>,
) -> Vec<&'a Mark> {
    let mut right: Vec<&Mark> = right.into_iter().collect();
    let mut is_new = |mark: &&Mark| match right.iter().position(|other| other == mark) {
        Some(position) => {
            right.swap_remove(position);
            false
        }
        None => true,
    };
    left.into_iter().filter(|mark| is_new(mark)).collect()
}

/// Checks a mesh.
fn outcome(schemas: &Schemas, section: &Section) -> (MemoryTree, MemoryTree, Outcome) {
    let (base, tree) = trees(section, None);
    let outcome = if section.base.is_some() {
        compare(schemas, section, None).head
    } else {
        pipeline::run(&tree, schemas, &options(section)).expect("a tree in memory can be read")
    };
    (base, tree, outcome)
}

/// Checks a mesh; returns the findings with their messages, and what `check` prints.
fn run(schemas: &Schemas, section: &Section) -> (Vec<(Mark, String)>, String) {
    let (base, tree, outcome) = outcome(schemas, section);
    let texts = outcome.sources.texts_of(&tree, Some(&base), outcome.findings.files());
    let is_pair = section.base.is_some();
    let mark = |diagnostic: &meshfolio::diagnostic::Diagnostic| {
        let Location { file, span } = diagnostic.location;
        let line = texts.range(Location { file, span }).0.line;
        let severity = if diagnostic.waived_by.is_some() { "waived" } else { diagnostic.severity.word() };
        let path = outcome.sources.path(file);
        let side = if !is_pair {
            ""
        } else if outcome.sources.is_own(file) {
            "head/"
        } else {
            "base/"
        };
        (format!("{side}{path}"), line, severity.to_owned(), diagnostic.rule.code.to_owned())
    };
    let found = outcome.findings.diagnostics.iter().map(|found| (mark(found), found.message.clone())).collect();
    let report = Report {
        site: None,
        findings: &outcome.findings,
        sources: &outcome.sources,
        texts: &texts,
        counts: outcome.counts,
        deny: outcome.config.check.deny,
    };
    (found, emit::render(&report, Format::Full, Style::default()))
}

fn parse(text: &str) -> Result<Vec<Section>, String> {
    let mut sections = vec![Section { title: "before the first heading".to_owned(), ..Section::default() }];
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push(Section { title: title.to_owned(), ..Section::default() });
            continue;
        }
        let fence = &line[..line.len() - line.trim_start_matches('`').len()];
        if fence.len() < 3 {
            continue;
        }
        let mut block = String::new();
        loop {
            let (_, line) = lines.next().ok_or_else(|| format!("{}: this block is not closed", number + 1))?;
            if line == fence {
                break;
            }
            block.push_str(line);
            block.push('\n');
        }
        let section = sections.last_mut().expect("there is always one");
        take_block(section, line[fence.len()..].trim(), block, number)
            .map_err(|error| format!("{}: {error}", number + 1))?;
    }
    Ok(sections)
}

fn take_block(section: &mut Section, info: &str, block: String, number: usize) -> Result<(), String> {
    match info.split_once(' ').map_or((info, ""), |(word, rest)| (word, rest.trim())) {
        ("use", "common") => {
            let folder = package("tests/cases/common");
            for path in files_below(&folder, "") {
                let bytes = std::fs::read(folder.join(&path)).map_err(|error| error.to_string())?;
                if let Some(base) = &mut section.base {
                    base.entry(path.clone()).or_insert_with(|| bytes.clone());
                }
                section.files.entry(path).or_insert(bytes);
            }
        }
        ("levels", "") => {
            let lines: Option<Vec<LevelLine>> = block.lines().map(read_levels).collect();
            section.levels = Some(lines.ok_or("a line of `levels` has another form")?);
        }
        ("today", "") => section.today = Some(block.trim().parse().map_err(|error| format!("{error}"))?),
        ("expect", "") => {
            for line in block.lines() {
                let (mark, words) = read_expectation(line).ok_or_else(|| format!("`{line}` is no expectation"))?;
                if !words.is_empty() {
                    section.words.push((mark.clone(), words));
                }
                section.marks.push(mark);
            }
        }
        ("diagnostics", "") => section.diagnostics = Some((number + 1, block)),
        ("yaml", path) if !path.is_empty() => {
            let mut text = String::with_capacity(block.len());
            for (position, line) in block.lines().enumerate() {
                let (line, marks) = take_marks(line);
                let line_number = u32::try_from(position + 1).expect("a case is short");
                // What stands on both sides is checked in the head.
                let marked = path.strip_prefix("both/").map_or(path.to_owned(), |below| format!("head/{below}"));
                let mark = |(severity, code)| (marked.clone(), line_number, severity, code);
                section.marks.extend(marks.into_iter().map(mark));
                text.push_str(line);
                text.push('\n');
            }
            section.put(path, text.into_bytes());
        }
        ("md" | "text", path) if !path.is_empty() => section.put(path, block.into_bytes()),
        ("hex", path) if !path.is_empty() => {
            let byte = |word| u8::from_str_radix(word, 16).map_err(|error| format!("`{word}`: {error}"));
            let bytes: Result<Vec<u8>, String> = block.split_whitespace().map(byte).collect();
            section.put(path, bytes?);
        }
        ("text", "") => {}
        _ => return Err(format!("a block of the form `{info}` means nothing here")),
    }
    Ok(())
}

/// Splits `line # error[REF001], info[REF006]` into the line and its marks.
fn take_marks(line: &str) -> (&str, Vec<(String, String)>) {
    let Some((kept, comment)) = line.rsplit_once("# ") else { return (line, Vec::new()) };
    let marks: Option<Vec<_>> = comment.split(", ").map(read_mark).collect();
    match marks {
        Some(marks) => (kept.trim_end(), marks),
        None => (line, Vec::new()),
    }
}

/// Reads `BRK001 schema.orders.amount: breaking compatible breaking`.
fn read_levels(line: &str) -> Option<LevelLine> {
    let (change, levels) = line.rsplit_once(": ")?;
    let (code, path) = change.split_once(' ')?;
    let levels: Vec<String> = levels.split_whitespace().map(str::to_owned).collect();
    Some((code.to_owned(), path.to_owned(), levels.try_into().ok()?))
}

/// Reads `error[REF001]`.
fn read_mark(text: &str) -> Option<(String, String)> {
    let (severity, code) = text.trim().strip_suffix(']')?.split_once('[')?;
    let is_code = code.len() == 6 && code.is_ascii();
    let is_severity = matches!(severity, "error" | "warning" | "info" | "waived");
    (is_code && is_severity).then(|| (severity.to_owned(), code.to_owned()))
}

/// Reads `path:line: error[REF001] words`.
fn read_expectation(line: &str) -> Option<(Mark, String)> {
    let (place, rest) = line.split_once(": ")?;
    let (path, number) = place.rsplit_once(':')?;
    let (mark, words) = rest.split_once(' ').unwrap_or((rest, ""));
    let (severity, code) = read_mark(mark)?;
    Some(((path.to_owned(), number.parse().ok()?, severity, code), words.trim().to_owned()))
}

/// A base that is judged once and kept gives what one gives that is read beside its head.
#[test]
fn a_kept_base_judges_alike() {
    let schemas = Schemas::embedded();
    let mut n_compared = 0;
    for path in case_paths().iter().filter(|path| path.starts_with("BRK/")) {
        for section in read_case(path).expect("the case can be read").iter().filter(|section| section.base.is_some()) {
            let told = |compared: &Compared| -> Vec<String> {
                let sources = &compared.head.sources;
                let place = |location: Location| format!("{}:{:?}", sources.path(location.file), location.span);
                let changes = compared.changes.changes.iter().map(|change| {
                    let places = [change.base, change.head].map(|location| location.map(place));
                    format!(
                        "{} {} {:?} {} {places:?}",
                        change.rule.meta.code, change.path, change.level, change.message
                    )
                });
                let findings = compared.head.findings.diagnostics.iter().map(|finding| {
                    let related = finding.related.iter().map(|related| place(related.location));
                    let related: Vec<String> = related.collect();
                    format!("{} {} {} {related:?}", place(finding.location), finding.rule.code, finding.message)
                });
                changes.chain(findings).collect()
            };
            let (base, head) = trees(section, None);
            let owners = section.base.as_ref().and_then(|files| files.get("CODEOWNERS"));
            let owners = owners.map(|bytes| CodeOwners::parse(&String::from_utf8_lossy(bytes))).unwrap_or_default();
            let pair = Base { tree: &base, owners, is_transitive: false, prefix: String::new(), policies: None };
            let options = options(section);
            let kept = pipeline::keep_base(&base, &schemas, &options).expect("trees in memory can be read");
            let beside = pipeline::run_beside(&head, &pair, &kept, &schemas, &options).expect("it can be read");
            assert_eq!(told(&beside), told(&compare(&schemas, section, None)), "{path}, {}", section.title);
            // What was kept stands for another head.
            let again = pipeline::run_beside(&base, &pair, &kept, &schemas, &options).expect("it can be read");
            assert!(again.changes.changes.is_empty(), "{path}, {}", section.title);
            assert!(std::sync::Arc::ptr_eq(&again.base, &beside.base));
            n_compared += 1;
        }
    }
    assert!(n_compared > 100, "{n_compared}");
}

#[test]
fn a_mistake_in_a_case_is_told() {
    let error = |text: &str| parse(text).err().unwrap_or_default();
    assert_eq!(error("# A\n```yaml\na: 1\n```\n"), "2: a block of the form `yaml` means nothing here");
    assert_eq!(error("```yaml a.yaml\na: 1\n"), "1: this block is not closed");
    assert_eq!(error("```expect\na.yaml: wrong\n```\n"), "1: `a.yaml: wrong` is no expectation");
    assert_eq!(take_marks("a: 1  # error[REF001], info[REF006]").1.len(), 2);
    assert_eq!(take_marks("a: '# 1' # a comment"), ("a: '# 1' # a comment", Vec::new()));
}
