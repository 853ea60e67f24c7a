//! Agreements on access as the Bitol draft OAAS (RFC 0056) describes them.

use super::{Header, SpannedText, Text};

/// An agreement between a provider and a consumer.
#[derive(Clone, Debug)]
pub struct AccessAgreement {
    /// What all kinds have; `status` is requested, approved or rejected.
    pub header: Header,
    /// `startTimestamp`.
    pub start: Option<SpannedText>,
    /// `endTimestamp`: the end.
    pub end: Option<SpannedText>,
    /// `nextReassessmentTimestamp`.
    pub reassessment: Option<Text>,
    /// `provider`.
    pub provider: AgreementProvider,
    /// `consumer`.
    pub consumer: AgreementConsumer,
    /// `roles[].role`.
    pub roles: Vec<Text>,
}

/// Who gives access, and to what.
#[derive(Clone, Debug, Default)]
pub struct AgreementProvider {
    /// `teamId`.
    pub team: Option<SpannedText>,
    /// `dataProductId`.
    pub product: Option<SpannedText>,
    /// `outputPortId`: the port's id, else its name.
    pub port: Option<SpannedText>,
    /// `dataContractId`.
    pub contract: Option<SpannedText>,
    /// `dataContractVersion`: pins its major.
    pub contract_version: Option<SpannedText>,
}

/// Who gets access.
#[derive(Clone, Debug, Default)]
pub struct AgreementConsumer {
    /// `teamId`.
    pub team: Option<SpannedText>,
    /// `dataProductId`.
    pub product: Option<SpannedText>,
    /// `userId`.
    pub user: Option<Text>,
}
