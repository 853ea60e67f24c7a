//! What the person at the terminal sees beside results: progress, summaries and errors on standard
//! error, colours where they are wanted.

#![expect(clippy::disallowed_methods, reason = "this is where the environment is read")]

use std::fmt::Write as _;
use std::io::{IsTerminal, Write};

use clap::ValueEnum;

use crate::diagnostic::{visible, without_commands};

/// When to print colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal that has not asked otherwise
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The terminal of a run.
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts of the environment")]
pub(crate) struct Terminal {
    color_out: bool,
    color_err: bool,
    is_quiet: bool,
    is_verbose: bool,
    is_interactive: bool,
    is_unicode: bool,
    /// Of the terminal that results go to.
    n_columns: Option<usize>,
}

/// The tone of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
    Warn,
    Strong,
}

impl Terminal {
    pub(crate) fn new(color: ColorChoice, is_quiet: bool, is_verbose: bool) -> Terminal {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        // https://no-color.org and https://bixense.com/clicolors
        let wants = |is_terminal: bool| match color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                let forced =
                    is_set("CLICOLOR_FORCE") && std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
                let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                !is_set("NO_COLOR") && (forced || (is_terminal && !is_dumb))
            }
        };
        let is_ci = is_set("CI");
        Terminal {
            color_out: wants(std::io::stdout().is_terminal()),
            color_err: wants(std::io::stderr().is_terminal()),
            n_columns: terminal_size::terminal_size_of(std::io::stdout())
                .map(|(terminal_size::Width(width), _)| usize::from(width))
                .filter(|width| *width > 0),
            is_quiet,
            is_verbose,
            is_unicode: std::env::var_os("TERM").is_none_or(|term| term != "linux" && term != "dumb"),
            is_interactive: !is_ci && std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
        }
    }

    /// Says whether results may have colours.
    pub(crate) fn color_out(&self) -> bool {
        self.color_out
    }

    /// Says whether what goes to standard error may have colours.
    pub(crate) fn color_err(&self) -> bool {
        self.color_err
    }

    /// Says whether the terminal shows more than ASCII.
    pub(crate) fn unicode(&self) -> bool {
        self.is_unicode
    }

    /// Returns how many columns results may take; `None` where nobody looks at them in a terminal, so that no line is
    /// broken for programs.
    pub(crate) fn width(&self) -> Option<usize> {
        // Wider lines are hard to read.
        const MOST: usize = 120;
        let stated = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
        let width = stated.filter(|width| *width > 0).or(self.n_columns)?;
        Some(width.min(MOST))
    }

    /// Says whether progress may be drawn.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.is_quiet && self.is_interactive
    }

    /// Returns a word in a tone, for standard output.
    pub(crate) fn paint(&self, text: &str, tone: Tone) -> String {
        paint(text, tone, self.color_out)
    }

    /// Prints a line with a verb in front, right-aligned in twelve columns as cargo does.
    pub(crate) fn status(&self, verb: &str, text: &str) {
        if self.is_quiet {
            return;
        }
        let verb = paint(&format!("{verb:>12}"), Tone::Good, self.color_err);
        self.line(&format!("{verb}  {text}"));
    }

    /// Says whether all that there is to tell is asked for, with `-v`.
    pub(crate) fn is_verbose(&self) -> bool {
        self.is_verbose
    }

    /// Prints a line only with `-v`.
    pub(crate) fn detail(&self, verb: &str, text: &str) {
        if self.is_verbose {
            self.status(verb, text);
        }
    }

    /// Prints a plain line to standard error.
    pub(crate) fn note(&self, text: &str) {
        if !self.is_quiet {
            self.line(text);
        }
    }

    /// Prints what was asked for and is no result, to standard error, also where only results are wanted.
    pub(crate) fn report(&self, text: &str) {
        self.line(text);
    }

    /// Prints what went wrong, with its causes, in one sentence.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        let mut text = String::new();
        for (position, cause) in error.chain().enumerate() {
            let cause = cause.to_string();
            if position > 0 && !text.contains(&cause) {
                write!(text, ": {cause}").expect("a string takes all text");
            } else if position == 0 {
                text.push_str(&cause);
            }
        }
        let head = paint("error:", Tone::Bad, self.color_err);
        let lines: Vec<String> = text.lines().map(|line| visible(line).into_owned()).collect();
        self.line(&format!("{head} {}", lines.join("\n")));
    }

    /// Says whether somebody can be asked.
    pub(crate) fn can_ask(&self) -> bool {
        self.is_interactive
    }

    /// Asks for a line; `None` when nothing was typed or nobody can be asked.
    pub(crate) fn ask(&self, question: &str) -> Option<String> {
        if !self.is_interactive {
            return None;
        }
        let mut err = std::io::stderr().lock();
        write!(err, "{question} ").and_then(|()| err.flush()).ok()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer).ok()?;
        let answer = answer.trim().to_owned();
        (!answer.is_empty()).then_some(answer)
    }

    #[expect(clippy::unused_self, reason = "all printing goes through the terminal")]
    fn line(&self, text: &str) {
        let mut err = std::io::stderr().lock();
        let text = without_commands(text);
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(err, "{text}");
    }
}

/// Puts a tone around a word, or nothing without colours.
pub(crate) fn paint(text: &str, tone: Tone, color: bool) -> String {
    if !color {
        return text.to_owned();
    }
    let style = match tone {
        Tone::Good => anstyle::AnsiColor::Green.on_default().bold(),
        Tone::Bad => anstyle::AnsiColor::Red.on_default().bold(),
        Tone::Warn => anstyle::AnsiColor::Yellow.on_default().bold(),
        Tone::Strong => anstyle::Style::new().bold(),
    };
    format!("{style}{text}{style:#}")
}

/// Says how many of a thing there are: "1 product", "1,284 products".
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text} {}", if number == 1 { one } else { many })
}

/// Writes a path as a shell takes it for one word.
pub(crate) fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@:,=~\\".contains(c);
    // In front of a word a tilde is somebody's home.
    let is_word = path.chars().all(is_plain) && !path.starts_with('~');
    if is_word { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_one_word_of_a_shell() {
        assert_eq!(quoted("mesh/a-b_1.c"), "mesh/a-b_1.c");
        assert_eq!(quoted("Unï code"), "'Unï code'");
        assert_eq!(quoted("~own/x~1"), "'~own/x~1'");
        assert_eq!(quoted("it's; rm"), r"'it'\''s; rm'");
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(1, "product", "products"), "1 product");
        assert_eq!(count(1_234_567, "file", "files"), "1,234,567 files");
        assert_eq!(count(0, "file", "files"), "0 files");
    }
}
