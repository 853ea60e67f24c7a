//! Old addresses that lead to new ones: `registry/aliases.yaml`.

use super::{SpannedText, Text};
use crate::source::FileId;

/// One renamed thing.
#[derive(Clone, Debug)]
pub struct Alias {
    /// The file that states it.
    pub file: FileId,
    /// `from`: the old reference.
    pub from: SpannedText,
    /// `to`: the new reference.
    pub to: SpannedText,
    /// `since`, as written.
    pub since: Option<Text>,
}
