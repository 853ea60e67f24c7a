//! Reports for the tests of the formats.

use super::{Counts, Report};
use crate::declare_rule;
use crate::diagnostic::{Findings, Grading, Severity, Sink, Waiving};
use crate::source::{FileId, MemoryTree, SourceMap, SourceTexts, Span};

declare_rule! {
    /// ## What it finds
    /// A reference whose target does not exist.
    /// It is never guessed. Another sentence.
    ///
    /// ## Why it matters
    /// Nobody can follow it.
    pub static DANGLING = { code: "REF001", name: "dangling-reference", severity: Error, since: "0.1.0" }
}
declare_rule! {
    /// ## What it finds
    /// A thing without an owner.
    pub static OWNER = { code: "GOV001", name: "missing-owner", severity: Warning, since: "0.1.0" }
}
declare_rule! {
    /// ## What it finds
    /// A thing that could say more.
    pub static HINT = { code: "GOV009", name: "short-purpose", severity: Info, since: "0.1.0" }
}

/// What a file of an attacker holds.
pub(super) const HOSTILE: &str = "x\n::error::x\r\u{1b}[31m\u{202e}|</script>]]>@everyone #1 %0A`\0 ##[error]y \
    <!-- --> ![i](http://e.x) *b* $a$ \u{9b}2J \u{fffe} www.e.x closes #7";
/// A path that looks like a command.
pub(super) const HOSTILE_PATH: &str = "::error file=a,b::%c|d`e ü.yaml";

const PRODUCT: &str = "apiVersion: v1.0.0\nid: churn\n\ninputPorts:\n  - name: orders\n    version: \"1.4.0\"\n";

/// Everything a [`Report`] borrows.
pub(super) struct Fixture {
    findings: Findings,
    sources: SourceMap,
    texts: SourceTexts,
}

impl Fixture {
    /// Makes findings in some files, which have the numbers of their position.
    pub(super) fn new(files: &[(&str, &str)], find: impl FnOnce(&mut Sink)) -> Fixture {
        let tree = MemoryTree::new(files.iter().copied());
        let sources = SourceMap::new(files.iter().map(|(path, _)| path));
        let waiver = |id: &str, target: &str| Waiving {
            id: id.into(),
            target: target.into(),
            version: None,
            rule: "GOV001".into(),
        };
        let waivers = [waiver("later", "product:churn"), waiver(HOSTILE, "product:hostile")];
        let mut sink = Sink::default();
        find(&mut sink);
        let findings = sink.finish(&Grading::default(), &waivers, &sources);
        let texts = sources.texts(&tree, findings.files());
        Fixture { findings, sources, texts }
    }

    /// An error with all parts, a warning, an info and a waived warning.
    pub(super) fn usual() -> Fixture {
        let files = [("contracts/orders.yaml", "id: orders\nversion: 2.1.0\n"), ("products/churn.yaml", PRODUCT)];
        Fixture::new(&files, |sink| {
            let at = |needle| span_of(PRODUCT, needle);
            let message = "input port `orders` asks for a version that is retired";
            sink.push(
                DANGLING
                    .at(FileId(1), at("\"1.4.0\""), message)
                    .label("retired on 2026-09-30")
                    .help("ask for `2.1.0`")
                    .related(FileId(0), Span::new(11, 25), "newest version")
                    .related(FileId(1), at("churn"), "of this product"),
            );
            sink.push(OWNER.at(FileId(0), Span::new(4, 10), "data contract `orders` has no owner"));
            sink.push(OWNER.at(FileId(1), at("churn"), "data product `churn` has no owner").subject("product:churn"));
            sink.push(HINT.at(FileId(1), at("churn"), "data product `churn` says little"));
        })
    }

    /// The same with the worst texts everywhere.
    pub(super) fn hostile() -> Fixture {
        let text = format!("a: {HOSTILE}");
        Fixture::new(&[(HOSTILE_PATH, &text)], |sink| {
            let span = Span::new(0, text.len());
            for (rule, subject) in [(&DANGLING, ""), (&OWNER, ""), (&OWNER, "product:hostile"), (&HINT, "")] {
                sink.push(
                    rule.at(FileId(0), span, format!("`{HOSTILE}` is bad, {HOSTILE}"))
                        .label(HOSTILE)
                        .help(HOSTILE)
                        .subject(subject)
                        .related(FileId(0), Span::new(3, 4), HOSTILE),
                );
            }
        })
    }

    /// As many errors, warnings and infos as asked for.
    pub(super) fn many(n_each: [usize; 3]) -> Fixture {
        Fixture::new(&[("a.yaml", "id: a\n")], |sink| {
            for (rule, number) in [&DANGLING, &OWNER, &HINT].into_iter().zip(n_each) {
                for position in 0..number {
                    sink.push(rule.at(FileId(0), Span::new(0, 2), format!("finding {position:05}")));
                }
            }
        })
    }

    /// Borrows it as a report that errors fail.
    pub(super) fn report(&self) -> Report<'_> {
        Report {
            findings: &self.findings,
            sources: &self.sources,
            texts: &self.texts,
            counts: Counts { documents: 2, products: 1, contracts: 1, contract_ids: 1, ..Counts::default() },
            deny: Severity::Error,
            site: None,
        }
    }
}

/// Returns where `needle` is in `text`.
pub(super) fn span_of(text: &str, needle: &str) -> Span {
    let start = text.find(needle).expect("it is there");
    Span::new(start, start + needle.len())
}

/// Asserts what holds for every text that may reach a terminal or the log of a build.
pub(super) fn assert_harmless(text: &str) {
    let deceptive =
        text.chars().find(|character| crate::diagnostic::text::is_deceptive(*character) && *character != '\n');
    assert_eq!(deceptive, None, "{text}");
    assert!(!text.contains("##[error]"), "{text}");
}
