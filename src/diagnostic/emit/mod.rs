//! The formats findings are written in: one file each. Takes a [`Report`], gives text; must not
//! know where the text goes. All data passes through the escaper of its format; text for people
//! also through [`visible`](super::visible). Same report, same text: no clock, no random numbers.

mod fingerprint;
mod place;
mod window;
mod wording;

mod brief;
mod concise;
mod full;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod sarif;

#[cfg(test)]
mod fixture;

pub(crate) use json::json_text;
pub(crate) use markdown::{MARKER, MAX_BYTES, append_while_small, escaped, rule, with_code};
pub(crate) use wording::{counted, printed};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{Findings, RuleMeta, Severity, Summary};
use crate::source::{SourceMap, SourceTexts};

/// Everything a format may show.
pub struct Report<'a> {
    /// The findings to show.
    pub findings: &'a Findings,
    /// The names of files.
    pub sources: &'a SourceMap,
    /// The texts of the files that findings point into.
    pub texts: &'a SourceTexts,
    /// What was read.
    pub counts: Counts,
    /// The level from which a finding fails the run.
    pub deny: Severity,
    /// The public address of the site, with a slash at its end: it explains the rules.
    pub site: Option<&'a str>,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Descriptors.
    pub documents: usize,
    /// Data products.
    pub products: usize,
    /// Those of them that are retired, which pages list and do not count.
    pub retired_products: usize,
    /// Data contracts, each version counted.
    pub contracts: usize,
    /// Data contracts, each counted once with all of its versions.
    pub contract_ids: usize,
    /// Domains.
    pub domains: usize,
    /// Teams.
    pub teams: usize,
}

/// Returns the address that explains a rule, on the site at an address. What cannot stand in a URI, or would end a link
/// of Markdown, is percent-encoded.
pub(crate) fn rule_url(rule: &RuleMeta, site: &str) -> String {
    const NOT_IN_URI: AsciiSet =
        CONTROLS.add(b' ').add(b'<').add(b'>').add(b'|').add(b'`').add(b'\\').add(b'"').add(b'^').add(b'{').add(b'}');
    format!("{}{}", utf8_percent_encode(site, &NOT_IN_URI), rule.page())
}

/// The formats that `check` writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The place in the file with its lines, for people.
    #[default]
    Full,
    /// One line for each finding, for people and editors.
    Concise,
    /// Our own versioned JSON.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions, shown as annotations.
    Github,
    /// The Code Quality report of GitLab.
    Gitlab,
    /// JUnit XML, for test reports.
    Junit,
    /// A job summary or a comment on a pull request.
    Markdown,
}

impl Format {
    /// All formats, in the order of the help text.
    pub const ALL: [Format; 8] = [
        Format::Full,
        Format::Concise,
        Format::Json,
        Format::Sarif,
        Format::Github,
        Format::Gitlab,
        Format::Junit,
        Format::Markdown,
    ];

    /// Returns the word for it on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Format::Full => "full",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Junit => "junit",
            Format::Markdown => "markdown",
        }
    }

    /// Returns the format with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.word() == word)
    }
}

/// How text is laid out. Only [`Format::Full`] and [`Format::Concise`] use colour and width; only the
/// formats that a forge reads use the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style<'a> {
    /// Whether ANSI colours are written.
    pub color: bool,
    /// Whether lines are drawn with box characters instead of ASCII.
    pub unicode: bool,
    /// The width to fit source lines into, in columns.
    pub width: usize,
    /// The folder of the registry below the root of its repository, empty or ending in `/`. Forges
    /// know files by their path in the repository, all else by their path in the registry.
    pub forge_prefix: &'a str,
    /// Whether infos are shown with their lines however many there are, as errors are.
    pub all_lines: bool,
}

impl Default for Style<'_> {
    /// Plain text of 100 columns.
    fn default() -> Self {
        Style { color: false, unicode: false, width: 100, forge_prefix: "", all_lines: false }
    }
}

/// Writes a report. The text ends with a line feed unless it is empty.
#[must_use]
pub fn render(report: &Report<'_>, format: Format, style: Style<'_>) -> String {
    match format {
        Format::Full => full::render(report, Style { forge_prefix: "", ..style }),
        Format::Concise => concise::render(report, style),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report, style.forge_prefix),
        Format::Github => github::render(report, style.forge_prefix),
        Format::Gitlab => gitlab::render(report, style.forge_prefix),
        Format::Junit => junit::render(report, style.forge_prefix),
        Format::Markdown => markdown::render(report, style.forge_prefix),
    }
}

impl Report<'_> {
    /// Counts the findings.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.findings.summary()
    }
}

#[cfg(test)]
mod tests {
    use super::fixture::{Fixture, assert_harmless};
    use super::*;

    #[test]
    fn words_lead_back_to_their_formats() {
        for format in Format::ALL {
            assert_eq!(Format::from_word(format.word()), Some(format));
        }
        assert_eq!(Format::from_word("Full"), None);
    }

    #[test]
    fn no_format_prints_a_character_or_command_of_the_data() {
        let fixture = Fixture::hostile();
        for format in Format::ALL {
            let text = render(&fixture.report(), format, Style::default());
            assert_harmless(&text);
            assert!(text.ends_with('\n'));
            let is_command = |line: &&str| line.trim_start().starts_with("::");
            let commands: Vec<&str> = text.lines().filter(is_command).collect();
            assert_eq!(commands.len(), if format == Format::Github { 3 } else { 0 }, "{text}");
        }
    }

    #[test]
    fn every_format_can_say_that_nothing_was_found() {
        let fixture = Fixture::many([0, 0, 0]);
        for format in Format::ALL {
            let text = render(&fixture.report(), format, Style::default());
            let is_silent = matches!(format, Format::Full | Format::Concise | Format::Github);
            assert_eq!(text.is_empty(), is_silent, "{text}");
        }
    }
}
