//! Reviews of products by those who use them.

use super::{Header, SpannedText, Text};

/// A review.
#[derive(Clone, Debug)]
pub struct Review {
    /// What all kinds have.
    pub header: Header,
    /// `subject`: what is reviewed, as `product:id`.
    pub subject: SpannedText,
    /// `reviewer`: a team or product.
    pub reviewer: Option<SpannedText>,
    /// `rating`, 1 to 5.
    pub rating: Option<i64>,
    /// `usedFor`.
    pub used_for: Option<Text>,
    /// `contractVersion`.
    pub contract_version: Option<SpannedText>,
    /// `date`, as written.
    pub date: Option<SpannedText>,
    /// `text`.
    pub text: Option<Text>,
}
