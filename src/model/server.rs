//! Where the data of a contract is, and who may read it there.

use super::{CustomProperty, Text};

/// Where the data is.
#[derive(Clone, Debug)]
pub struct Server {
    /// `server`: its name.
    pub name: Text,
    /// `type`: postgres, snowflake, kafka, ...
    pub server_type: Text,
    /// `environment`: prod, test, ...
    pub environment: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// The other scalar fields, in the order of the file: host, database, schema, topic, ...
    pub fields: Box<[(Text, Text)]>,
    /// What few servers state; `None` when nothing of it is stated.
    pub detail: Option<Box<ServerDetail>>,
}

/// What few servers state.
#[derive(Clone, Debug, Default)]
pub struct ServerDetail {
    /// `roles`: who may read from it, and who approves.
    pub roles: Vec<Role>,
    /// `customProperties`, where prose was asked for.
    pub custom: Vec<CustomProperty>,
}

impl Server {
    /// Returns `roles`.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        self.detail.as_ref().map_or(&[], |detail| &detail.roles)
    }

    /// Returns `customProperties`, where prose was asked for.
    #[must_use]
    pub fn custom(&self) -> &[CustomProperty] {
        self.detail.as_ref().map_or(&[], |detail| &detail.custom)
    }
}

/// A role that readers take.
#[derive(Clone, Debug)]
pub struct Role {
    /// `role`.
    pub role: Text,
    /// `access`: read, write.
    pub access: Option<Text>,
    /// `firstLevelApprovers`.
    pub first_level_approvers: Option<Text>,
    /// `secondLevelApprovers`.
    pub second_level_approvers: Option<Text>,
    /// What only pages show; `None` when nothing of it is stated, or where only rules ask.
    pub detail: Option<Box<RoleDetail>>,
}

/// What only pages show of a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleDetail {
    /// `description`.
    pub description: Option<Text>,
    /// `customProperties`.
    pub custom: Vec<CustomProperty>,
}

impl Role {
    /// Returns `description`, where prose was asked for.
    #[must_use]
    pub fn description(&self) -> Option<&Text> {
        self.detail.as_ref()?.description.as_ref()
    }

    /// Returns `customProperties`, where prose was asked for.
    #[must_use]
    pub fn custom(&self) -> &[CustomProperty] {
        self.detail.as_ref().map_or(&[], |detail| &detail.custom)
    }
}
