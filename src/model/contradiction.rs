//! What a contract says that cannot be, or says twice in two ways.

use super::Text;
use crate::source::Span;

/// Two places of one contract that cannot both hold. Most of what it is found by is not kept where only rules ask: so it is
/// found when the file is read.
#[derive(Clone, Debug)]
pub struct Contradiction {
    /// What contradicts.
    pub of: Contradicting,
    /// The earlier place, or the lower limit.
    pub first: Span,
    /// The later place, or the upper limit.
    pub second: Span,
}

/// What two places say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contradicting {
    /// Two servers have this name.
    Servers(Text),
    /// Two roles of this name give different access.
    Roles(Text),
    /// Two service levels of this name promise different values for the same.
    ServiceLevels(Text),
    /// No value of this column meets both of these limits.
    Limits {
        /// The name of the column.
        column: Text,
        /// The lower limit and the upper one, as `minimum` and `maximum`.
        keys: [&'static str; 2],
    },
}
