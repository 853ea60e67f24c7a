//! Addresses of the forge: a file to read or to edit, a new file, a new issue.

use super::site::Site;
use crate::config::{Config, ForgeKind};
use crate::source::FileId;

/// The longest address of a new issue; forges answer longer ones with an error.
const ISSUE_URL: usize = 1_800;

/// What is encoded in a path of a forge's address, or in a value of its query; slashes stay.
const PATH: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn issues_url(config: &Config) -> Option<String> {
    let repository = config.forge.repository.as_ref()?;
    match config.forge.kind {
        ForgeKind::GitHub | ForgeKind::Gitea | ForgeKind::Bitbucket => Some(format!("{repository}/issues/new")),
        ForgeKind::GitLab => Some(format!("{repository}/-/issues/new")),
        ForgeKind::Azure | ForgeKind::None => None,
    }
}

impl Site {
    /// Returns the address of a new issue on the forge with a title and a text; none where the forge
    /// has no such address, or where it would be too long for it.
    pub(super) fn issue_url(&self, title: &str, body: &str) -> Option<String> {
        let encode = |text: &str| percent_encoding::utf8_percent_encode(text, PATH).to_string();
        let base = issues_url(&self.outcome.config)?;
        let (title_key, body_key) = match self.outcome.config.forge.kind {
            ForgeKind::GitLab => ("issue[title]", "issue[description]"),
            ForgeKind::Bitbucket => ("title", "content"),
            _ => ("title", "body"),
        };
        let url = format!("{base}?{}={}&{}={}", encode(title_key), encode(title), encode(body_key), encode(body));
        (url.len() <= ISSUE_URL).then_some(url)
    }

    /// Returns the address of the forge's editor with a new file in it, its path and its content filled in; none
    /// where the forge has no such address, or where it would be too long for it. Bitbucket and Azure DevOps take
    /// no content in an address.
    pub(super) fn new_file_url(&self, path: &str, content: &str) -> Option<String> {
        let encode = |text: &str| percent_encoding::utf8_percent_encode(text, PATH).to_string();
        let forge = &self.outcome.config.forge;
        let repository = forge.repository.as_ref()?;
        let (path, content) = (encode(&format!("{}{path}", self.folder)), encode(content));
        let branch = percent_encoding::utf8_percent_encode(&forge.branch, PATH);
        let url = match forge.kind {
            ForgeKind::GitHub => format!("{repository}/new/{branch}?filename={path}&value={content}"),
            ForgeKind::GitLab => format!("{repository}/-/new/{branch}?file_name={path}&content={content}"),
            ForgeKind::Gitea => format!("{repository}/_new/{branch}/?filename={path}&value={content}"),
            ForgeKind::Bitbucket | ForgeKind::Azure | ForgeKind::None => return None,
        };
        (url.len() <= ISSUE_URL).then_some(url)
    }

    /// Returns the address of a file in the forge: to read it, or to edit it.
    pub(super) fn forge_url(&self, file: FileId, line: Option<u32>, wants_edit: bool) -> Option<String> {
        let forge = &self.outcome.config.forge;
        let repository = forge.repository.as_ref()?;
        let path = format!("{}{}", self.folder, self.outcome.sources.path(file));
        let path = percent_encoding::utf8_percent_encode(&path, PATH);
        let branch = percent_encoding::utf8_percent_encode(&forge.branch, PATH);
        let anchor = line.map(|line| format!("#L{line}")).unwrap_or_default();
        Some(match (forge.kind, wants_edit) {
            (ForgeKind::GitHub, false) => format!("{repository}/blob/{branch}/{path}{anchor}"),
            (ForgeKind::GitHub, true) => format!("{repository}/edit/{branch}/{path}"),
            (ForgeKind::GitLab, false) => format!("{repository}/-/blob/{branch}/{path}{anchor}"),
            (ForgeKind::GitLab, true) => format!("{repository}/-/edit/{branch}/{path}"),
            (ForgeKind::Bitbucket, _) => format!("{repository}/src/{branch}/{path}"),
            (ForgeKind::Azure, _) => format!("{repository}?path=/{path}&version=GB{branch}"),
            (ForgeKind::Gitea, false) => format!("{repository}/src/branch/{branch}/{path}{anchor}"),
            (ForgeKind::Gitea, true) => format!("{repository}/_edit/{branch}/{path}"),
            (ForgeKind::None, _) => return None,
        })
    }
}
