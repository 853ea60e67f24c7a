//! What all descriptors share: the Bitol header and its blocks.

use super::{Kind, SpannedText, Text};
use crate::source::{FileId, Span};

/// How much of a descriptor's file could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// All of it.
    Whole,
    /// A list that others refer into has an error: what is looked for and not found may stand there.
    Partial,
    /// It could not be read to its end: only the identity is known, and no rule applies.
    Broken,
}

/// Says whether a status is of what is not yet or no longer in use.
fn is_unfinished(status: &str) -> bool {
    matches!(status, "draft" | "proposed" | "retired")
}

/// Says whether a text has nothing to read. It is asked very often, and nearly always the first byte tells.
fn is_blank(text: &str) -> bool {
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim().is_empty()
}

/// The head of a descriptor.
#[derive(Clone, Debug)]
pub struct Header {
    /// The kind.
    pub kind: Kind,
    /// The file that states it.
    pub file: FileId,
    /// How much of the file could be read.
    pub reading: Reading,
    /// `apiVersion` as written.
    pub api_version: Text,
    /// `id`; unique within the kind, for contracts together with `version`.
    pub id: SpannedText,
    /// `name`, for people.
    pub name: Option<Text>,
    /// What else of the file names it, where it has no name and its id says nothing to people.
    pub stand_in: Option<Text>,
    /// `version` of the thing described.
    pub version: Option<SpannedText>,
    /// `status`: proposed, draft, active, deprecated, retired, or a word of one's own.
    pub status: Option<SpannedText>,
    /// What `status` counts as, where that is not the word as it is written; [`Header::status_word`] says it.
    pub counts_as: Option<Box<Text>>,
    /// `description`.
    pub description: Description,
    /// `tags`.
    pub tags: Vec<Text>,
    /// `support`: where to ask.
    pub support: Vec<Support>,
    /// `authoritativeDefinitions`: links to what explains the thing.
    pub definitions: Vec<AuthoritativeDefinition>,
    /// `customProperties`.
    pub custom: Vec<CustomProperty>,
    /// What only pages show; `None` when nothing of it is stated, or when prose was not asked for.
    pub detail: Option<Box<HeaderDetail>>,
}

/// What only pages show of a descriptor, and few state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderDetail {
    /// `productCreatedTs` or `contractCreatedTs`: since when it is there.
    pub created: Option<Text>,
    /// `authoritativeDefinitions` of `description`.
    pub description_links: Vec<AuthoritativeDefinition>,
    /// `authoritativeDefinitions` of `team`.
    pub team_links: Vec<AuthoritativeDefinition>,
    /// `customProperties` of `description`.
    pub description_custom: Vec<CustomProperty>,
    /// `description` of `customProperties`, by their name.
    pub explained: Vec<(Text, Text)>,
    /// `context` (ODCS 3.2, ODPS 1.1), of the whole and of its parts.
    pub contexts: Vec<Context>,
}

/// `context`: what whoever answers questions with the data has to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The object or output port that it is about; `None` for all of them.
    pub part: Option<Text>,
    /// `instructions`; a plain text counts as these.
    pub instructions: Option<Text>,
    /// `verifiedStatements`: questions with their answers.
    pub statements: Vec<(Text, Text)>,
    /// `constraints[].constraint`.
    pub constraints: Vec<Text>,
}

impl Header {
    /// Says whether the file could not be read to its end.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.reading == Reading::Broken
    }

    /// Says whether what is not found in the descriptor may be in it all the same.
    #[must_use]
    pub fn may_hold_more(&self) -> bool {
        self.reading != Reading::Whole
    }

    /// Returns the name, else what stands in for it, else the id.
    #[must_use]
    pub fn title(&self) -> &str {
        let name = self.name.as_deref().filter(|name| !is_blank(name));
        name.or(self.stand_in.as_deref()).unwrap_or(&self.id)
    }

    /// Says whether [`Header::status_word`] is a word.
    #[must_use]
    pub fn has_status(&self, word: &str) -> bool {
        self.status_word() == word
    }

    /// Returns where the thing stands in its life: the status in lower case, a misspelt one as the word that was meant;
    /// `deprecated` of a product that says `deprecated: true`, unless it is retired. Empty when not stated.
    #[must_use]
    pub fn status_word(&self) -> &str {
        match &self.counts_as {
            Some(word) => word,
            None => self.status.as_ref().map_or("", |status| &status.value),
        }
    }

    /// Returns [`Header::status_word`] for people: a word that is not misspelt as it is written; `None` when not stated.
    #[must_use]
    pub fn status_text(&self) -> Option<&str> {
        let word = self.status_word();
        let written = self.status.as_ref().map(|status| status.value.trim());
        written.filter(|written| written.to_lowercase() == word).or(Some(word)).filter(|text| !text.is_empty())
    }

    /// Says whether the thing is not yet or no longer in use, so that it may be incomplete.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        is_unfinished(self.status_word())
    }

    /// Says why the thing counts for nothing, where that is because it is [unfinished](Header::is_unfinished).
    #[must_use]
    pub fn why_unfinished(&self) -> Option<String> {
        let status = self.status_word();
        is_unfinished(status).then(|| format!("its status is `{status}`"))
    }

    /// Says whether the thing is not yet in use: a draft or a proposal, which promises nothing.
    #[must_use]
    pub fn is_coming(&self) -> bool {
        matches!(self.status_word(), "draft" | "proposed")
    }

    /// Returns `productCreatedTs` or `contractCreatedTs`: since when it is there.
    #[must_use]
    pub fn created(&self) -> Option<&str> {
        self.detail.as_ref()?.created.as_deref()
    }

    /// Returns the first custom property of this name.
    #[must_use]
    pub fn custom(&self, property: &str) -> Option<&CustomProperty> {
        self.custom.iter().find(|custom| custom.property == property)
    }

    /// Returns what replaces the thing, as written: the custom property `successor` or `replacedBy`.
    #[must_use]
    pub fn successor(&self) -> Option<&str> {
        let custom = self.custom("successor").or_else(|| self.custom("replacedBy"))?;
        Some(custom.value.as_str()).filter(|written| !written.trim().is_empty())
    }

    /// Returns the reference `kind:id`.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("{}:{}", self.kind.word(), self.id.value)
    }
}

/// `description` of ODPS, ODCS and our own kinds; a plain text counts as the purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// What it is for.
    pub purpose: Option<Text>,
    /// What it must not be used for.
    pub limitations: Option<Text>,
    /// How to use it.
    pub usage: Option<Text>,
}

/// A way to reach those who answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Support {
    /// `channel`, such as `#orders-help`.
    pub channel: Text,
    /// `url`.
    pub url: Option<Text>,
    /// `tool`: slack, teams, email, ...
    pub tool: Option<Text>,
    /// `scope`: interactive, announcements, issues, notifications.
    pub scope: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// `invitationUrl`: where one asks to be let in.
    pub invitation: Option<Text>,
}

/// A link to what explains a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthoritativeDefinition {
    /// `type`: businessDefinition, semanticDefinition, tutorial, ...
    pub kind: Text,
    /// `url`.
    pub url: SpannedText,
    /// `description`.
    pub description: Option<Text>,
}

/// A property of one's own in a standard's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomProperty {
    /// Its name.
    pub property: Text,
    /// Its value as the file writes it; lists and maps as JSON.
    pub value: Text,
    /// Where the value stands.
    pub span: Span,
}

/// `team` of a product or contract: the owner.
#[derive(Clone, Debug, Default)]
pub struct TeamBlock {
    /// `name`: id or name of a registered team.
    pub name: Option<SpannedText>,
    /// `description`.
    pub description: Option<Text>,
    /// `members`.
    pub members: Vec<Member>,
}

/// A member of a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// `username`.
    pub username: Text,
    /// `name`.
    pub name: Option<Text>,
    /// `role`.
    pub role: Option<Text>,
}
