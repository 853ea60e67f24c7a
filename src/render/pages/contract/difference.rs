//! What differs between a version of a contract and the one before it, as the compatibility rules judge it, and whom it
//! reaches.

use std::borrow::Cow;

use serde::Serialize;

use super::quality::limit_word;
use super::words::{self, Run};
use crate::diff::{Level, VersionChange};
use crate::render::markup::breaking;
use crate::render::parts::{self, Anchor, Linker, Piece, Sign};
use crate::render::preview::level_sign;
use crate::render::reach::Reach;

/// Characters of a value.
const VALUE: usize = 200;
/// Products that a cell names.
const NAMED: usize = 3;

/// One difference.
#[derive(Serialize)]
pub(super) struct ChangeRow<'a> {
    sign: Sign<'static>,
    what: Vec<Piece>,
    /// The column, promise, server or rule, with room for a break after each part.
    place_html: String,
    code: &'static str,
    /// The rule that judges it, a link to what it finds.
    rule: Anchor<'a>,
    was_html: Option<String>,
    becomes_html: Option<String>,
    /// Both in one where they are sentences: what stays, what goes, what comes.
    words: Vec<Run>,
    /// Whom it reaches, where anybody reads the version before.
    who: Option<Who<'a>>,
}

/// Whom a difference reaches, as a cell says it.
#[derive(Serialize)]
pub(super) struct Who<'a> {
    names: Vec<Anchor<'a>>,
    says: Cow<'static, str>,
    /// Those that do not say what they read.
    may: Option<String>,
}

impl ChangeRow<'_> {
    pub(super) fn rule_page(&self) -> Option<&str> {
        self.rule.href.as_deref()
    }

    /// What stands in it as markup: the place, and what was and is.
    pub(super) fn markup(&self) -> impl Iterator<Item = &str> {
        [Some(&self.place_html), self.was_html.as_ref(), self.becomes_html.as_ref()]
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// What stands in it as sentences, where it does.
    pub(super) fn sentences(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(Run::text)
    }

    /// The names and addresses of those whom it reaches.
    pub(super) fn who(&self) -> impl Iterator<Item = &str> {
        let names = self.who.iter().flat_map(|who| &who.names);
        names.flat_map(|name| [Some(&*name.text), name.href.as_deref()]).flatten()
    }
}

/// Words a difference.
pub(super) fn row<'a>(change: &'a VersionChange, reach: &Reach<'_>, linker: Linker<'a>) -> ChangeRow<'a> {
    let words = match (change.before.as_deref(), change.after.as_deref()) {
        (Some(was), Some(is)) => words::compared(was, is),
        _ => Vec::new(),
    };
    ChangeRow {
        words,
        sign: level_sign(change.level),
        what: parts::spoken(&parts::sentence(&change.message)),
        place_html: breaking(&change.path),
        code: change.rule.meta.code,
        rule: linker.rule(&change.rule.meta),
        was_html: change.before.as_deref().map(|text| breaking(&value(change, text))),
        becomes_html: change.after.as_deref().map(|text| breaking(&value(change, text))),
        who: (reach.n_readers() > 0).then(|| who(change, reach, linker)),
    }
}

/// A value as a cell says it: what a rule demands in the words of people.
fn value<'a>(change: &VersionChange, text: &'a str) -> Cow<'a, str> {
    let text = parts::shortened(text, VALUE);
    let is_operator = |word: &str| word.starts_with("mustBe") || word.starts_with("mustNotBe");
    if !change.path.contains(".quality.") || !text.split(' ').any(is_operator) {
        return text;
    }
    let word = |word| if is_operator(word) { limit_word(word) } else { Cow::Borrowed(word) };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ").into()
}

fn who<'a>(change: &VersionChange, reach: &Reach<'_>, linker: Linker<'a>) -> Who<'a> {
    let says = |says: &'static str| Who { names: Vec::new(), says: says.into(), may: None };
    if change.level < Level::Warning {
        return says("breaks nobody");
    }
    let hit = reach.hit(change);
    let (n, n_all) = (hit.products.len(), reach.n_readers());
    let mut who = match n {
        0 => says("no reader names it"),
        n if n == n_all && n > NAMED => Who { says: format!("all {n}").into(), ..says("") },
        n => {
            let names = parts::few(hit.products.iter().map(|idx| linker.product(*idx)), NAMED);
            Who { names, ..says(if n == 1 { "reads it" } else { "read it" }) }
        }
    };
    who.may = match hit.may.len() {
        0 => None,
        1 => Some("1 may: it does not say which columns it reads".to_owned()),
        n => Some(format!("{n} may: they do not say which columns they read")),
    };
    who
}
