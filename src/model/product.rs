//! Data products as Bitol ODPS 0.9 to 1.1 describes them.

use super::{AuthoritativeDefinition, CustomProperty, Header, SpannedText, TeamBlock, Text};
use crate::source::Span;

/// A data product.
#[derive(Clone, Debug)]
pub struct DataProduct {
    /// What all kinds have.
    pub header: Header,
    /// `domain`: id or name of a registered domain.
    pub domain: Option<SpannedText>,
    /// `tenant`.
    pub tenant: Option<Text>,
    /// `team`: the owner.
    pub team: Option<TeamBlock>,
    /// `type` (1.1): sourceAligned, aggregate, consumerAligned, or a word of one's own.
    pub product_type: Option<SpannedText>,
    /// `deprecated` (1.1).
    pub is_deprecated: bool,
    /// `synonyms[].synonym` (1.1).
    pub synonyms: Vec<Text>,
    /// `inputPorts`.
    pub input_ports: Vec<InputPort>,
    /// `outputPorts`.
    pub output_ports: Vec<OutputPort>,
    /// `managementPorts`.
    pub management_ports: Vec<ManagementPort>,
}

impl DataProduct {
    /// Returns its type as written.
    #[must_use]
    pub fn type_word(&self) -> Option<&str> {
        self.product_type.as_ref().map(|word| word.value.as_str())
    }

    /// Says whether it is on its way out: by its status, or by `deprecated: true`.
    #[must_use]
    pub fn is_on_its_way_out(&self) -> bool {
        self.header.has_status("deprecated")
    }
}

/// What a product reads.
#[derive(Clone, Debug)]
pub struct InputPort {
    /// `name`; empty when the file lacks it.
    pub name: Text,
    /// Where the port begins.
    pub span: Span,
    /// `contractId`: id of the contract that is read.
    pub contract_id: Option<SpannedText>,
    /// `version` of that contract; binds its major.
    pub version: Option<SpannedText>,
    /// `customProperties` `sourceSystemId`: id of a source system.
    pub source_system: Option<SpannedText>,
    /// `customProperties` `sourceAssetId`: id of an asset of that system.
    pub source_asset: Option<SpannedText>,
    /// `deprecated` (1.1).
    pub is_deprecated: bool,
    /// `authoritativeDefinitions`.
    pub definitions: Vec<AuthoritativeDefinition>,
    /// What only pages show; `None` when nothing of it is stated, or when prose was not asked for.
    pub detail: Option<Box<PortDetail>>,
}

/// What a port says of itself, for whoever reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortDetail {
    /// `description`.
    pub description: Option<Text>,
    /// `tags`.
    pub tags: Vec<Text>,
    /// `synonyms[].synonym` of an output port (1.1).
    pub synonyms: Vec<Text>,
    /// `customProperties`, without those that say what an input port reads.
    pub custom: Vec<CustomProperty>,
    /// `sbom`: what an output port is built from.
    pub sbom: Vec<Sbom>,
}

/// A bill of materials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sbom {
    /// `type`, such as external.
    pub kind: Option<Text>,
    /// `url`.
    pub url: Text,
}

impl InputPort {
    /// Returns `description`, where prose was asked for.
    #[must_use]
    pub fn description(&self) -> Option<&Text> {
        self.detail.as_ref()?.description.as_ref()
    }

    /// Returns what it names: a contract with its version, or a source system.
    #[must_use]
    pub fn named(&self) -> Option<String> {
        match (&self.contract_id, &self.version, &self.source_system) {
            (Some(id), Some(version), _) => Some(format!("{} {}", id.value, version.value)),
            (Some(id), None, _) | (None, _, Some(id)) => Some(id.value.to_string()),
            (None, _, None) => None,
        }
    }
}

/// What a product offers.
#[derive(Clone, Debug)]
pub struct OutputPort {
    /// `id` (1.1): what agreements name.
    pub id: Option<Text>,
    /// `name`; empty when the file lacks it.
    pub name: Text,
    /// Where the port begins.
    pub span: Span,
    /// `type`: tables, topic, file, api, ...
    pub port_type: Option<Text>,
    /// `contractId`: id of the contract that promises it.
    pub contract_id: Option<SpannedText>,
    /// `version` of that contract.
    pub version: Option<SpannedText>,
    /// `inputContracts`: which inputs feed this output.
    pub input_contracts: Vec<InputContract>,
    /// `deprecated` (1.1).
    pub is_deprecated: bool,
    /// `authoritativeDefinitions`.
    pub definitions: Vec<AuthoritativeDefinition>,
    /// What only pages show; `None` when nothing of it is stated, or when prose was not asked for.
    pub detail: Option<Box<PortDetail>>,
}

impl OutputPort {
    /// Returns `description`, where prose was asked for.
    #[must_use]
    pub fn description(&self) -> Option<&Text> {
        self.detail.as_ref()?.description.as_ref()
    }

    /// Says whether an agreement means this port: it names its id, else its name.
    #[must_use]
    pub fn is_named(&self, written: &str) -> bool {
        self.id.as_deref() == Some(written) || *self.name == *written
    }
}

/// An input that feeds an output port.
#[derive(Clone, Debug)]
pub struct InputContract {
    /// `id` of the contract.
    pub id: SpannedText,
    /// `version` of the contract.
    pub version: Option<SpannedText>,
}

/// A port for running the product rather than reading it.
#[derive(Clone, Debug)]
pub struct ManagementPort {
    /// `name`.
    pub name: Text,
    /// `content`: discoverability, observability, control, dictionary.
    pub content: Option<Text>,
    /// `type`: rest, topic.
    pub port_type: Option<Text>,
    /// `url`.
    pub url: Option<Text>,
    /// `channel`.
    pub channel: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// `deprecated` (1.1).
    pub is_deprecated: bool,
    /// `tags`.
    pub tags: Vec<Text>,
    /// `customProperties`.
    pub custom: Vec<CustomProperty>,
    /// `authoritativeDefinitions`.
    pub definitions: Vec<AuthoritativeDefinition>,
}
