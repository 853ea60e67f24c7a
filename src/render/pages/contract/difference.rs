//! What differs between a version of a contract and the one before it, as the compatibility rules judge it.

use std::borrow::Cow;

use serde::Serialize;

use crate::diff::VersionChange;
use crate::render::parts::{self, Piece, Sign};
use crate::render::preview::level_sign;

/// Characters of a value.
const VALUE: usize = 200;

/// One difference.
#[derive(Serialize)]
pub(super) struct ChangeRow<'a> {
    sign: Sign<'static>,
    what: Vec<Piece>,
    /// The column, promise, server or rule.
    place: &'a str,
    code: &'static str,
    was: Option<Cow<'a, str>>,
    becomes: Option<Cow<'a, str>>,
}

impl ChangeRow<'_> {
    pub(super) fn place(&self) -> &str {
        self.place
    }

    pub(super) fn was(&self) -> Option<&str> {
        self.was.as_deref()
    }

    pub(super) fn becomes(&self) -> Option<&str> {
        self.becomes.as_deref()
    }
}

/// Words a difference.
pub(super) fn row(change: &VersionChange) -> ChangeRow<'_> {
    ChangeRow {
        sign: level_sign(change.level),
        what: parts::spoken(&parts::sentence(&change.message)),
        place: &change.path,
        code: change.rule.meta.code,
        was: change.before.as_deref().map(|text| parts::shortened(text, VALUE)),
        becomes: change.after.as_deref().map(|text| parts::shortened(text, VALUE)),
    }
}
