//! Findings: what a rule says, the sink that grades and sorts them, and the formats they are
//! written in. Takes facts from rules, gives [`Findings`]; must not know what a mesh is.

pub mod emit;
mod rule;
mod sink;
mod text;

pub use rule::{Family, RuleMeta, Since};
pub(crate) use sink::Configured;
pub use sink::{Findings, Grading, Override, Sink, Summary, Waiving};
pub use text::visible;
pub(crate) use text::{is_deceptive, is_joiner, visible_joined, without_commands};

use crate::source::{FileId, Location, Span};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never fails a run.
    Info,
    /// Should be mended; fails a run with `--deny warning`.
    Warning,
    /// Must be mended; fails a run.
    Error,
}

impl Severity {
    /// Reads the word that files use.
    #[must_use]
    pub fn named(word: &str) -> Option<Severity> {
        [Severity::Info, Severity::Warning, Severity::Error].into_iter().find(|severity| severity.word() == word)
    }

    /// Returns the word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A second place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Where.
    pub location: Location,
}

/// How a finding can be mended without anybody deciding anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// A new entry beside the one whose key or value stands at the finding's place.
    Entry {
        /// Its key.
        key: &'static str,
        /// Its value, as a text.
        value: String,
    },
    /// Another word for the key or value at the finding's place, in its own quotes.
    Rename {
        /// The word.
        to: String,
    },
    /// Quotes around the value at the finding's place.
    Quote,
}

/// One finding. Texts may hold any characters of the user's files; the formats escape them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that found it.
    pub rule: &'static RuleMeta,
    /// The rule's severity until the [`Sink`] has graded it.
    pub severity: Severity,
    /// The headline: what, with the name in backticks; stands alone on one line.
    pub message: String,
    /// The place, and why it is there.
    pub location: Location,
    /// A few words at the place: why here.
    pub label: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// Other places.
    pub related: Vec<Related>,
    /// What the finding is about, as `kind:id`, when it is about one thing: what a waiver names.
    pub subject: Option<String>,
    /// The id of the policy whose finding it is; `None` for built-in rules. Levels and waivers take it.
    pub policy: Option<String>,
    /// The waiver that covers it, as the id of the waiver or policy.
    pub waived_by: Option<String>,
    /// How `check --fix` mends it; `None` where a person must decide.
    pub fix: Option<Box<Fix>>,
}

impl Diagnostic {
    /// Makes a finding of `rule` at a place.
    pub fn new(rule: &'static RuleMeta, file: FileId, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule,
            severity: rule.severity,
            message: message.into(),
            location: Location { file, span },
            label: None,
            help: None,
            related: Vec::new(),
            subject: None,
            policy: None,
            waived_by: None,
            fix: None,
        }
    }

    /// Says why here, in a few words at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = Some(label.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn related(mut self, file: FileId, span: Span, message: impl Into<String>) -> Diagnostic {
        self.related.push(Related { message: message.into(), location: Location { file, span } });
        self
    }

    /// Says how it can be mended.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Diagnostic {
        self.fix = Some(Box::new(fix));
        self
    }

    /// Says how it can be mended, where that is known.
    #[must_use]
    pub fn maybe_fix(mut self, fix: Option<Fix>) -> Diagnostic {
        self.fix = fix.map(Box::new);
        self
    }

    /// Names the thing the finding is about, as `kind:id`.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Diagnostic {
        self.subject = Some(subject.into());
        self
    }
}
