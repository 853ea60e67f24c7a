//! Result files as the Bitol draft of `ObservabilityResults` (OORS, RFC-0018) describes them. They
//! are evidence, not descriptors: nothing refers to one, and none has a page.

use jiff::Timestamp;

use super::{SpannedText, Text};
use crate::source::{FileId, Spanned};

/// One result file: what was observed at one time about one contract version.
#[derive(Clone, Debug)]
pub struct ResultFile {
    /// The file.
    pub file: FileId,
    /// `observedAt`.
    pub observed_at: Spanned<Timestamp>,
    /// `source.process`, else `source.vendor`: what observed it.
    pub source: Option<Text>,
    /// `contract.contractID`.
    pub contract: Option<SpannedText>,
    /// `contract.version`; without it the version that is current is meant.
    pub version: Option<SpannedText>,
    /// `results`.
    pub results: Vec<ObservedResult>,
}

/// One observation.
#[derive(Clone, Debug)]
pub struct ObservedResult {
    /// `id` of the check or metric.
    pub id: SpannedText,
    /// `name`.
    pub name: Option<Text>,
    /// `type`: a check rather than a metric.
    pub is_check: bool,
    /// `status`.
    pub status: ResultStatus,
    /// `target.resourceIdentifier`, one or several.
    pub targets: Vec<Text>,
    /// `measure.metric`.
    pub metric: Option<Text>,
    /// `measure.value` as the file writes it.
    pub value: Option<Text>,
    /// `measure.unit`.
    pub unit: Option<Text>,
    /// `message`.
    pub message: Option<Text>,
}

/// `status` of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResultStatus {
    /// It came out as it should.
    Pass,
    /// It came out as it should, and nearly did not.
    Warn,
    /// It did not.
    Fail,
    /// The check itself failed: nothing was observed.
    Error,
}
