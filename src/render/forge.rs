//! Addresses of the forge: a file to read or to edit, a new file, a new issue.

use super::site::Site;
use crate::config::{Config, ForgeKind};
use crate::source::FileId;

/// The longest address of a new issue; forges answer longer ones with an error.
const ISSUE_URL: usize = 1_800;

/// Encodes a text as it may stand in a path of a forge's address, or in a value of its query; slashes stay.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    push_encoded(&mut encoded, text);
    encoded
}

/// Adds a text encoded as [`encode`] does.
fn push_encoded(url: &mut String, text: &str) {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~');
    // Nearly every path is written as it is.
    if text.bytes().fold(true, |are_kept, byte| are_kept & is_kept(byte)) {
        return url.push_str(text);
    }
    for byte in text.bytes() {
        if is_kept(byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(percent_encoding::percent_encode_byte(byte));
        }
    }
}

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
        self.encoded_issue_url(&[&encode(title)], &[&encode(body)])
    }

    /// Returns the address of a new issue about a page, as [`Site::issue_url`] does. Nearly every page has one.
    pub(super) fn problem_url(&self, path: &str) -> Option<String> {
        let path = encode(path);
        self.encoded_issue_url(&["Problem%20on%20", &path], &["Page%3A%20", &path, "%0AWhat%20is%20wrong%3A%20%0A"])
    }

    /// Joins the address of a new issue from the pieces of its title and of its text, which are encoded.
    fn encoded_issue_url(&self, title: &[&str], body: &[&str]) -> Option<String> {
        let base = issues_url(&self.outcome.config)?;
        let (title_key, body_key) = match self.outcome.config.forge.kind {
            ForgeKind::GitLab => ("?issue%5Btitle%5D=", "&issue%5Bdescription%5D="),
            ForgeKind::Bitbucket => ("?title=", "&content="),
            _ => ("?title=", "&body="),
        };
        let pieces = || title.iter().chain(std::iter::once(&body_key)).chain(body);
        let mut url = base;
        url.reserve_exact(title_key.len() + pieces().map(|piece| piece.len()).sum::<usize>());
        url.push_str(title_key);
        for piece in pieces() {
            url.push_str(piece);
        }
        (url.len() <= ISSUE_URL).then_some(url)
    }

    /// Returns the address of the forge's editor with a new file in it, its path and its content filled in; none
    /// where the forge has no such address, or where it would be too long for it. Bitbucket and Azure DevOps take
    /// no content in an address.
    pub(super) fn new_file_url(&self, path: &str, content: &str) -> Option<String> {
        let forge = &self.outcome.config.forge;
        let repository = forge.repository.as_ref()?;
        let path = [&self.folder, path].concat();
        let (path, content) = (encode(&path), encode(content));
        let branch = encode(&forge.branch);
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
        let path = self.outcome.sources.path(file);
        let way = match (forge.kind, wants_edit) {
            (ForgeKind::GitHub, false) => "/blob/",
            (ForgeKind::GitHub, true) => "/edit/",
            (ForgeKind::GitLab, false) => "/-/blob/",
            (ForgeKind::GitLab, true) => "/-/edit/",
            (ForgeKind::Bitbucket, _) => "/src/",
            (ForgeKind::Gitea, false) => "/src/branch/",
            (ForgeKind::Gitea, true) => "/_edit/",
            (ForgeKind::Azure, _) => {
                let (folder, path, branch) = (encode(&self.folder), encode(path), encode(&forge.branch));
                return Some(format!("{repository}?path=/{folder}{path}&version=GB{branch}"));
            }
            (ForgeKind::None, _) => return None,
        };
        let n_bytes = repository.len() + way.len() + forge.branch.len() + self.folder.len() + path.len();
        let mut url = String::with_capacity(n_bytes + 1);
        url.push_str(repository);
        url.push_str(way);
        push_encoded(&mut url, &forge.branch);
        url.push('/');
        push_encoded(&mut url, &self.folder);
        push_encoded(&mut url, path);
        if let Some(line) = line.filter(|_| !wants_edit && forge.kind != ForgeKind::Bitbucket) {
            url.push_str(&format!("#L{line}"));
        }
        Some(url)
    }
}
