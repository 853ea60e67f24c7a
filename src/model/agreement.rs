//! Agreements on access as the Bitol draft OAAS (RFC 0056) describes them.

use super::{Header, SpannedText, Text};

/// An agreement between a provider and a consumer.
#[derive(Clone, Debug)]
pub struct AccessAgreement {
    /// What all kinds have; `status` is requested, approved or rejected.
    pub header: Header,
    /// `description.purpose`, with its place.
    pub purpose: Option<SpannedText>,
    /// `startTimestamp`.
    pub start: Option<SpannedText>,
    /// `endTimestamp`: the end.
    pub end: Option<SpannedText>,
    /// `nextReassessmentTimestamp`.
    pub reassessment: Option<SpannedText>,
    /// `provider`.
    pub provider: AgreementProvider,
    /// `consumer`.
    pub consumer: AgreementConsumer,
    /// `roles[].role`.
    pub roles: Vec<SpannedText>,
}

impl AccessAgreement {
    /// Returns the classes of data that are agreed on: the custom property `dataClasses`, a list or words with
    /// commas between them.
    #[must_use]
    pub fn data_classes(&self) -> Vec<String> {
        let Some(stated) = self.header.custom("dataClasses") else { return Vec::new() };
        let listed: Option<Vec<String>> = serde_json::from_str(&stated.value).ok();
        let words = listed.unwrap_or_else(|| stated.value.split(',').map(str::to_owned).collect());
        words.iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
    }

    /// Returns the environment that is agreed on: the custom property `environment`.
    #[must_use]
    pub fn environment(&self) -> Option<&str> {
        self.header.custom("environment").map(|stated| stated.value.trim()).filter(|word| !word.is_empty())
    }
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
