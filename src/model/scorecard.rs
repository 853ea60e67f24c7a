//! Scorecards that replace the built-in checks.

use super::{Header, Text};

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
    pub id: Text,
    /// `name`.
    pub name: Option<Text>,
    /// `expression`; `None` keeps the built-in check of this id.
    pub expression: Option<Text>,
    /// `help`.
    pub help: Option<Text>,
}
