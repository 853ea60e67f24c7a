//! What a rule is, apart from its function: code, name, severity and the text `explain` prints.

use std::fmt;

use super::{Diagnostic, Severity};
use crate::source::{FileId, Span};

/// The version of the tool that first had a rule.
pub type Since = &'static str;

/// The declaration of a rule. Made by [`declare_rule!`](crate::declare_rule); `explain`, the
/// rule's page, the JSON list and SARIF read this one declaration.
pub struct RuleMeta {
    /// Three letters and three digits; never used again for something else.
    pub code: &'static str,
    /// Kebab-case name of what is found; accepted wherever a code is.
    pub name: &'static str,
    /// The severity without configuration.
    pub severity: Severity,
    /// The version that first had it.
    pub since: Since,
    /// Markdown with the headings of [`RuleMeta::HEADINGS`], in that order.
    pub doc: &'static str,
}

/// The families of rules, by the first three letters of their codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Configuration.
    Cfg,
    /// Syntax of files.
    Syn,
    /// Schemas of descriptors.
    Sch,
    /// References between descriptors.
    Ref,
    /// Ownership, completeness and governance.
    Gov,
    /// Compatibility of contracts.
    Brk,
    /// Links in Markdown and on the site.
    Lnk,
}

impl Family {
    /// All families, in the order of lists.
    pub const ALL: [Family; 7] =
        [Family::Cfg, Family::Syn, Family::Sch, Family::Ref, Family::Gov, Family::Brk, Family::Lnk];

    /// Returns the family of a code.
    #[must_use]
    pub fn of(code: &str) -> Option<Family> {
        let letters = code.get(..3)?;
        let is_upper = letters.bytes().all(|byte| byte.is_ascii_uppercase());
        Family::ALL.into_iter().find(|family| is_upper && family.word().eq_ignore_ascii_case(letters))
    }

    /// Returns the letters of its codes, in lower case: the stem of its page.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Family::Cfg => "cfg",
            Family::Syn => "syn",
            Family::Sch => "sch",
            Family::Ref => "ref",
            Family::Gov => "gov",
            Family::Brk => "brk",
            Family::Lnk => "lnk",
        }
    }

    /// Returns the page of the site that explains its rules, relative to the top.
    #[must_use]
    pub fn page(self) -> String {
        format!("rules/{}.html", self.word())
    }

    /// Returns what the family is about, in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Family::Cfg => "configuration",
            Family::Syn => "syntax of files",
            Family::Sch => "schemas of descriptors",
            Family::Ref => "references between descriptors",
            Family::Gov => "ownership, completeness and governance",
            Family::Brk => "compatibility of contracts",
            Family::Lnk => "links",
        }
    }
}

impl RuleMeta {
    /// The headings every rule's text has, in this order.
    pub const HEADINGS: [&'static str; 5] =
        ["## What it finds", "## Why it matters", "## Example", "## Instead", "## Configuration"];

    /// Returns the rule's text as Markdown, without the space that begins the lines of a comment.
    #[must_use]
    pub fn markdown(&self) -> String {
        let lines = self.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Returns what stands below one of the [`RuleMeta::HEADINGS`], without blank lines around it;
    /// empty when the rule has no such heading.
    #[must_use]
    pub fn section(&self, heading: &str) -> String {
        let markdown = self.markdown();
        let below = markdown.lines().skip_while(|line| *line != heading).skip(1);
        // A heading inside an example is one of its own words, not one of ours.
        let lines: Vec<&str> = below.take_while(|line| !RuleMeta::HEADINGS.contains(line)).collect();
        lines.join("\n").trim().to_owned()
    }

    /// Returns where the site explains the rule, relative to the top.
    #[must_use]
    pub fn page(&self) -> String {
        Family::of(self.code).map(|family| format!("{}#{}", family.page(), self.code)).unwrap_or_default()
    }

    /// Makes a finding of this rule.
    pub fn at(&'static self, file: FileId, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self, file, span, message)
    }
}

impl fmt::Debug for RuleMeta {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}({})", self.code, self.name)
    }
}

impl PartialEq for RuleMeta {
    fn eq(&self, other: &RuleMeta) -> bool {
        self.code == other.code
    }
}

impl Eq for RuleMeta {}

/// Declares a rule: its doc comment is the text that `explain` prints.
#[macro_export]
macro_rules! declare_rule {
    ($(#[doc = $doc:literal])+ pub static $ident:ident = {
        code: $code:literal, name: $name:literal, severity: $severity:ident, since: $since:literal $(,)?
    }) => {
        $(#[doc = $doc])+
        #[allow(unreachable_pub, reason = "rules of private modules are listed by their family")]
        pub static $ident: $crate::diagnostic::RuleMeta = $crate::diagnostic::RuleMeta {
            code: $code,
            name: $name,
            severity: $crate::diagnostic::Severity::$severity,
            since: $since,
            doc: concat!($($doc, "\n"),+),
        };
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_where_the_next_of_our_headings_begins() {
        let doc = " ## What it finds\n A thing.\n \n ```md\n ## Not ours\n ```\n ## Why it matters\n It does.\n";
        let rule = RuleMeta { code: "GOV001", name: "a", severity: Severity::Error, since: "0.1.0", doc };
        assert_eq!(rule.section("## What it finds"), "A thing.\n\n```md\n## Not ours\n```");
        assert_eq!(rule.section("## Why it matters"), "It does.");
        assert_eq!(rule.section("## Instead"), "");
    }
}
