//! Scorecards that replace the built-in checks.

use super::{Header, SpannedText, Text};

/// A scorecard.
#[derive(Clone, Debug)]
pub struct Scorecard {
    /// What all kinds have.
    pub header: Header,
    /// `axes`.
    pub axes: Vec<Axis>,
}

/// One axis with its checks.
#[derive(Clone, Debug)]
pub struct Axis {
    /// `axis`: discoverable, addressable, ...
    pub axis: Text,
    /// `checks`.
    pub checks: Vec<AxisCheck>,
}

/// One check of an axis.
#[derive(Clone, Debug)]
pub struct AxisCheck {
    /// `id`.
    pub id: SpannedText,
    /// `name`.
    pub name: Option<Text>,
    /// `applies`: whether the product is asked at all.
    pub applies: Option<SpannedText>,
    /// `expression`; `None` keeps the built-in check of this id.
    pub expression: Option<SpannedText>,
    /// `help`.
    pub help: Option<Text>,
    /// `link`: where the fix is explained.
    pub link: Option<Text>,
}
