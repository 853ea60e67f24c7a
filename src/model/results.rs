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
    /// The server whose data was looked at, where the contract has several that count.
    pub server: Option<Text>,
    /// `contract.contractID`.
    pub contract: Option<SpannedText>,
    /// `contract.version`; without it the version that is current is meant.
    pub version: Option<SpannedText>,
    /// `results`.
    pub results: Vec<ObservedResult>,
    /// The form of the file.
    pub format: ResultFormat,
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
    /// The columns of the target that are looked at together, as one key; empty for a column or object alone.
    pub columns: Vec<Text>,
    /// `measure.metric`.
    pub metric: Option<Text>,
    /// `measure.value` as the file writes it.
    pub value: Option<Text>,
    /// `measure.unit`.
    pub unit: Option<Text>,
    /// `message`.
    pub message: Option<Text>,
    /// The position of the rule among those of its object or column, where that is how it is named.
    pub nth: Option<u32>,
    /// It is about the schema: that a column is there, has its type, is filled or unique.
    pub is_schema: bool,
}

/// `status` of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResultStatus {
    /// It came out as it should.
    Pass,
    /// It came out as it should, and nearly did not.
    Warn,
    /// It did not, and only warns: a promise that asks for less may be met, as the value says.
    SoftFail,
    /// It did not.
    Fail,
    /// The check itself failed: nothing was observed.
    Error,
    /// Nobody judged it: the value decides.
    Measured,
}

/// The forms of result files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResultFormat {
    /// Bitol `ObservabilityResults`.
    #[default]
    Observability,
    /// Test results of the Data Contract CLI.
    DataContractCli,
    /// `run_results.json` or `sources.json` of dbt.
    Dbt,
    /// Run events of `OpenLineage`.
    OpenLineage,
    /// JUnit XML.
    JUnit,
}

impl ResultFormat {
    /// Returns its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            ResultFormat::Observability => "ObservabilityResults",
            ResultFormat::DataContractCli => "Data Contract CLI",
            ResultFormat::Dbt => "dbt",
            ResultFormat::OpenLineage => "OpenLineage",
            ResultFormat::JUnit => "JUnit",
        }
    }
}

/// A result file of a tool that names data in its own way.
#[derive(Clone, Debug)]
pub struct ToolFile {
    /// The file.
    pub file: FileId,
    /// Its form.
    pub format: ResultFormat,
    /// What it says, in its order.
    pub results: Vec<ToolResult>,
}

/// What a tool says of a piece of data at one time.
#[derive(Clone, Debug)]
pub struct ToolResult {
    /// When, and where the file says what.
    pub at: Spanned<Timestamp>,
    /// The job, server or tool.
    pub source: Option<Text>,
    /// The data.
    pub subject: ToolSubject,
    /// What came out.
    pub outcome: ToolOutcome,
}

/// How a tool names data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolSubject {
    /// By a contract, and by object and column as the data or the contract names them.
    Contract {
        /// The id.
        id: Text,
        /// The version; without it the one that is current.
        version: Option<Text>,
        /// The server of the contract.
        server: Option<Text>,
        /// The object.
        object: Option<Text>,
        /// The column.
        column: Option<Text>,
    },
    /// By the name of a dbt test, which holds those of the model and the column.
    Test(Text),
    /// By a dbt source: what a project reads, and does not make.
    Source {
        /// The name of the source; the schema where dbt is told nothing else.
        source: Text,
        /// The table in it.
        table: Text,
    },
    /// By a dbt node: the name of a model, seed or snapshot, and the version of the model.
    Node {
        /// The name.
        name: Text,
        /// The version behind it.
        version: Option<Text>,
    },
    /// By the namespace and name of a dataset, and a column of it.
    Dataset {
        /// The namespace: where the data is.
        namespace: Text,
        /// The name there.
        name: Text,
        /// The column.
        column: Option<Text>,
    },
}

/// What came out.
#[derive(Clone, Debug)]
pub enum ToolOutcome {
    /// The data was made anew, or that failed.
    Run {
        /// It succeeded.
        is_good: bool,
    },
    /// A check or a measurement.
    Result(ObservedResult),
    /// Nothing that could be used, and why.
    Unclear(&'static str),
}
