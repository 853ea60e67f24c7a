//! What quality rules name as a column that may be none.

use super::{SpannedText, Text};

/// What a quality rule of an object names in `arguments.properties`, and no column right below the object is called.
#[derive(Clone, Debug)]
pub struct StrayColumn {
    /// The position of the object in its contract.
    pub object_idx: usize,
    /// What the rule is called: its name, its id or its metric.
    pub rule: Text,
    /// What it names.
    pub column: SpannedText,
}
