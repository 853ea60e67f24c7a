//! Addresses of the forge: a file to read or to edit, a new file, a new issue.

use super::parts;
use super::picture::xml;
use super::site::Site;
use crate::config::{Config, ForgeKind};
use crate::graph::TermNode;
use crate::model::Header;
use crate::source::{FileId, Location};

/// The longest address of a new issue; forges answer longer ones with an error.
const ISSUE_URL: usize = 1_800;

/// Encodes a text as it may stand in a path of a forge's address; slashes stay.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    push_encoded(&mut encoded, text);
    encoded
}

/// Encodes a text as a value of a query, as forms do.
fn query(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + text.len() / 8);
    for (position, part) in text.split(' ').enumerate() {
        if position > 0 {
            encoded.push('+');
        }
        push_encoded(&mut encoded, part);
    }
    encoded
}

/// Adds a text encoded as [`encode`] does.
fn push_encoded(url: &mut String, text: &str) {
    let is_kept =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~' | b':' | b',');
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

/// Returns the address of a new issue, up to where its title begins.
pub(super) fn issues_url(config: &Config) -> Option<String> {
    let repository = config.forge.repository.as_ref()?;
    Some(match config.forge.kind {
        ForgeKind::GitHub | ForgeKind::Gitea | ForgeKind::Bitbucket => format!("{repository}/issues/new?title="),
        ForgeKind::GitLab => format!("{repository}/-/issues/new?issue%5Btitle%5D="),
        // Every process of Azure DevOps has tasks; bugs and issues only some.
        ForgeKind::Azure => format!("{}/_workitems/create/Task?%5BSystem.Title%5D=", project(repository)?),
        ForgeKind::None => return None,
    })
}

/// Returns the project of a repository of Azure DevOps, of which the name is left out where it is that of the repository.
fn project(repository: &str) -> Option<String> {
    let (before, name) = repository.split_once("/_git/")?;
    let host = before.split_once("://")?.1;
    let is_named = match host.split_once('/') {
        None => false,
        Some((host, rest)) => host != "dev.azure.com" || rest.contains('/'),
    };
    Some(if is_named { before.to_owned() } else { format!("{before}/{name}") })
}

/// What a page is about, as the report of a problem with it says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reported<'r> {
    pub version: Option<&'r str>,
    /// The last commit that changed its descriptor.
    pub commit: Option<&'r str>,
    /// Whom to write to where the forge has no issues, encoded.
    pub mail: Option<&'r str>,
}

impl Site {
    /// Returns the address of a new issue on the forge with a title and a text; none where the forge
    /// has no such address, or where it would be too long for it.
    pub(super) fn issue_url(&self, title: &str, body: &str) -> Option<String> {
        let mut url = issues_url(&self.outcome.config)?;
        url.push_str(&query(title));
        match self.outcome.config.forge.kind {
            ForgeKind::GitLab => url.extend(["&issue%5Bdescription%5D=", &query(body)]),
            ForgeKind::Bitbucket => url.extend(["&content=", &query(body)]),
            // There a description is HTML.
            ForgeKind::Azure => {
                url.extend([
                    "&%5BSystem.Description%5D=",
                    &query(&body.lines().map(xml).collect::<Vec<_>>().join("<br>")),
                ]);
            }
            ForgeKind::GitHub | ForgeKind::Gitea | ForgeKind::None => url.extend(["&body=", &query(body)]),
        }
        (url.len() <= ISSUE_URL).then_some(url)
    }

    /// Returns whom to write to about a thing, encoded, where the forge has no issues: the first address where someone answers
    /// of those that it states, else of those of its owner.
    pub(super) fn mail_about(&self, header: &Header, owner_idx: Option<usize>) -> Option<String> {
        if issues_url(&self.outcome.config).is_some() {
            return None;
        }
        let owner = owner_idx.map(|idx| &self.mesh().teams[idx].descriptor.header);
        let stated = [Some(header), owner].into_iter().flatten().flat_map(|header| parts::contacts(&header.support));
        let address = |contact: parts::Contact<'_>| {
            let link = contact.channel.href.as_deref().and_then(|href| href.strip_prefix("mailto:"));
            let link = link.map(|link| link.split('?').next().unwrap_or_default().to_owned());
            let written = || Some(encode(contact.channel.text.trim()).replace("%40", "@"));
            link.or_else(|| written().filter(|text| parts::is_mail(text) && !text.contains('/')))
        };
        stated.filter(parts::Contact::answers).find_map(address)
    }

    /// Returns the address of a new issue about a page, as [`Site::issue_url`] does, else of a mail about it.
    pub(super) fn problem_url(&self, path: &str, of: Reported<'_>) -> Option<String> {
        let title = ["Problem on ", path].concat();
        let mut body = ["Page: ", path, "\n"].concat();
        for (name, value) in [("Version: ", of.version), ("Commit: ", of.commit)] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                body.extend([name, value, "\n"]);
            }
        }
        body.push_str("What is wrong: \n");
        let mail = || Some(format!("mailto:{}?subject={}&body={}", of.mail?, encode(&title), encode(&body)));
        self.issue_url(&title, &body).or_else(mail)
    }

    /// Returns the address of the forge's editor with a new file in it, its path and its content filled in; none
    /// where the forge has no such address, or where it would be too long for it. Bitbucket and Azure DevOps take
    /// no content in an address.
    pub(super) fn new_file_url(&self, path: &str, content: &str) -> Option<String> {
        let forge = &self.outcome.config.forge;
        let repository = forge.repository.as_ref()?;
        let path = [&self.folder, path].concat();
        let (path, content) = (encode(&path), query(content));
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
                let line = line.map(|line| format!("&line={line}")).unwrap_or_default();
                return Some(format!("{repository}?path=/{folder}{path}&version=GB{branch}{line}"));
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
        if let Some(line) = line {
            let before = if forge.kind == ForgeKind::Bitbucket { "#lines-" } else { "#L" };
            url.push_str(&format!("{before}{line}"));
        }
        Some(url)
    }

    /// Returns the address of a place in the editor of the forge. One at the id of a descriptor is about all of its file,
    /// and of a file without a page (of results, which may be large and about much) it is only said which it is.
    pub(super) fn mend_url(&self, place: Location, header: &Header) -> Option<String> {
        let is_of_all = place.file == header.file && place.span == header.id.span;
        let has_line = !is_of_all && self.page_of_file.contains_key(&place.file);
        self.forge_url(place.file, if has_line { self.line_of(place) } else { None }, true)
    }

    /// Returns the line that a place begins in, from 1, where there is a forge to show it.
    pub(super) fn line_of(&self, place: Location) -> Option<u32> {
        self.outcome.config.forge.repository.as_ref()?;
        let texts = self.outcome.sources.texts(self.tree.as_ref(), [place.file]);
        Some(texts.lines(place).0)
    }

    /// Returns the line that a term begins in, from 1: several share a file, which is read once for all of them.
    pub(super) fn line_of_term(&self, idx: usize) -> Option<u32> {
        self.outcome.config.forge.repository.as_ref()?;
        let lines = self.term_lines.get_or_init(|| {
            let mesh = self.mesh();
            let files = mesh.glossaries.iter().map(|glossary| glossary.header.file);
            let texts = self.outcome.sources.texts(self.tree.as_ref(), files);
            let line = |node: &TermNode| {
                let (file, span) = (mesh.glossaries[node.glossary_idx].header.file, mesh.term(node).id.span);
                texts.lines(Location { file, span }).0
            };
            mesh.terms.iter().map(line).collect()
        });
        lines.get(idx).copied()
    }
}
