//! What the log of git adds to pages: when a descriptor changed last, and which team did it. People
//! are named only where `site.people` asks for them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::address;
use super::parts::{Anchor, Day};
use super::site::Site;
use crate::config::{Config, ForgeKind};
use crate::graph::Mesh;
use crate::model::Kind;
use crate::source::{FileHistory, FileId, GoneFile, GoneThing, History, Stamp, is_yaml};

/// The last commit that changed a descriptor, in words.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Changed<'a> {
    /// Its short id, a link where the forge has a page of it.
    pub commit: Anchor<'a>,
    /// Its day.
    pub day: Day,
    /// The team of its author, when the author is a member of one.
    pub team: Option<Anchor<'a>>,
    /// Its author, when people are shown.
    pub person: Option<String>,
    /// How many commits changed the descriptor.
    pub n: u32,
    /// The day of the first of them, when there are several and it is known.
    pub first: Option<Day>,
}

/// Teams by the names of their members.
#[derive(Debug, Default)]
pub(super) struct Authors {
    /// In lower case; none for a name of several teams.
    teams: BTreeMap<String, Option<usize>>,
}

impl Authors {
    /// Lists the members of all teams.
    pub(super) fn of(mesh: &Mesh) -> Authors {
        let mut teams = BTreeMap::new();
        for (idx, team) in mesh.teams.iter().enumerate() {
            for member in &team.descriptor.members {
                for name in [Some(&member.username), member.name.as_ref()].into_iter().flatten() {
                    match teams.entry(name.trim().trim_start_matches('@').to_lowercase()) {
                        Entry::Vacant(entry) => {
                            entry.insert(Some(idx));
                        }
                        Entry::Occupied(mut entry) if *entry.get() != Some(idx) => {
                            entry.insert(None);
                        }
                        Entry::Occupied(_) => {}
                    }
                }
            }
        }
        teams.remove("");
        Authors { teams }
    }

    /// Returns the team that has a member of this name.
    pub(super) fn team_named(&self, name: &str) -> Option<usize> {
        self.teams.get(&name.trim().trim_start_matches('@').to_lowercase()).copied().flatten()
    }

    /// Returns the team of a commit's author: by the address, by the name before its `@` (forges put a
    /// number and `+` in front of it), else by the author's name.
    pub(super) fn team_of(&self, stamp: &Stamp) -> Option<usize> {
        let email = stamp.email.trim().to_lowercase();
        let local = email.split_once('@').map_or(email.as_str(), |(local, _)| local);
        let handle = match local.split_once('+') {
            Some((number, handle)) if number.bytes().all(|byte| byte.is_ascii_digit()) => handle,
            _ => local,
        };
        let author = stamp.author.trim().to_lowercase();
        let known = [email.as_str(), handle, author.as_str()].into_iter().find_map(|name| self.teams.get(name));
        known.copied().flatten()
    }
}

/// A thing whose descriptor is gone.
#[derive(Debug)]
pub(super) struct Departed {
    pub kind: Kind,
    pub id: String,
    pub version: String,
    pub title: String,
    pub path: String,
    pub domain_idx: Option<usize>,
    pub owner_idx: Option<usize>,
    pub day: Date,
    /// The commit that removed it.
    pub removed: Stamp,
    /// The day on which it appeared, as far as the log knows.
    pub created: Option<Date>,
}

/// Lists the things whose descriptors are gone, in the order of their paths; not those that stand in another
/// file by now, or under another name.
pub(super) fn departed(history: &History, mesh: &Mesh) -> Vec<Departed> {
    let headers = Kind::ALL.into_iter().flat_map(|kind| mesh.headers(kind));
    let known: BTreeSet<(Kind, &str)> = headers.map(|header| (header.kind, header.id.value.as_str())).collect();
    let is_there = |kind: Kind, id: &str, version: &str| match kind {
        Kind::DataContract => mesh.contract(id, version).is_some(),
        kind => known.contains(&(kind, id)),
    };
    let renamed: BTreeSet<&str> = mesh.aliases.iter().map(|alias| alias.from.value.trim()).collect();
    let of = |file: GoneFile<'_>| {
        let GoneThing { kind, id, name, version, domain, owner } = file.thing;
        let kind = Kind::from_name(kind)?;
        let reference = format!("{}:{id}", kind.word());
        if renamed.contains(reference.as_str()) || is_there(kind, id, version) {
            return None;
        }
        let title = if kind == Kind::DataContract || name.trim().is_empty() {
            format!("{id} {}", if kind == Kind::DataContract { version } else { "" }).trim_end().to_owned()
        } else {
            name.clone()
        };
        Some(Departed {
            kind,
            id: id.clone(),
            version: version.clone(),
            title,
            path: file.path.to_owned(),
            domain_idx: mesh.domain(domain),
            owner_idx: mesh.team(owner),
            day: file.removed.day()?,
            removed: file.removed.clone(),
            created: file.created.and_then(Stamp::day),
        })
    };
    history.gone().filter_map(of).collect()
}

impl Site {
    /// Returns what the log says about a file.
    pub(super) fn file_history(&self, file: FileId) -> Option<FileHistory<'_>> {
        self.history.as_deref()?.file(self.outcome.sources.path(file))
    }

    /// Returns the day of the last commit that changed a descriptor.
    pub(super) fn last_change(&self, file: FileId) -> Option<Date> {
        self.file_history(file)?.changed.day()
    }

    /// Words the last change of a descriptor for a page at a depth.
    pub(super) fn changed<'a>(&self, file: FileId, depth: usize) -> Option<Changed<'a>> {
        let history = self.file_history(file)?;
        let stamp = history.changed;
        let day = stamp.day()?;
        let mesh = self.mesh();
        let team = |idx: usize| {
            let team = &mesh.teams[idx];
            let page = format!("teams/{}.html", team.slug);
            Anchor {
                text: team.descriptor.header.title().to_owned().into(),
                href: Some(address::relative(depth, &page)),
            }
        };
        let first = history.created.filter(|created| *created != stamp).and_then(Stamp::day);
        Some(Changed {
            commit: self.commit_anchor(stamp),
            day: Day::at(day),
            team: self.authors.team_of(stamp).map(team),
            person: Some(stamp.author.clone()).filter(|name| self.outcome.config.site.people && !name.is_empty()),
            n: history.n_changes,
            first: first.map(Day::at),
        })
    }

    /// Words a commit: its short id, a link where the forge has a page of it.
    pub(super) fn commit_anchor<'a>(&self, stamp: &Stamp) -> Anchor<'a> {
        Anchor {
            text: stamp.id.chars().take(7).collect::<String>().into(),
            href: commit_url(&self.outcome.config, &stamp.id),
        }
    }

    /// Says why the last change of a descriptor is not known although the site knows its history.
    pub(super) fn unchanged_note(&self, file: FileId) -> Option<&'static str> {
        let history = self.history.as_deref()?;
        let is_prose = !is_yaml(self.outcome.sources.path(file));
        if is_prose || self.file_history(file).is_some() {
            return None;
        }
        Some(if history.is_shallow { "before this clone begins" } else { "not committed yet" })
    }
}

/// Returns the address of a commit on the forge.
pub(super) fn commit_url(config: &Config, id: &str) -> Option<String> {
    let repository = config.forge.repository.as_ref()?;
    Some(match config.forge.kind {
        ForgeKind::GitHub | ForgeKind::Gitea | ForgeKind::Azure => format!("{repository}/commit/{id}"),
        ForgeKind::GitLab => format!("{repository}/-/commit/{id}"),
        ForgeKind::Bitbucket => format!("{repository}/commits/{id}"),
        ForgeKind::None => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_is_of_the_team_that_has_the_member() {
        let known = [("ada", Some(0)), ("bo@acme.example", Some(1)), ("cleo lund", Some(2)), ("both", None)];
        let teams = known.into_iter().map(|(name, team)| (name.to_owned(), team)).collect();
        let authors = Authors { teams };
        let of = |author: &str, email: &str| {
            authors.team_of(&Stamp {
                seconds: 0,
                id: String::new(),
                author: author.to_owned(),
                email: email.to_owned(),
            })
        };
        assert_eq!(of("A", "Ada@acme.example"), Some(0));
        assert_eq!(of("A", "4711+ada@users.forge.example"), Some(0));
        assert_eq!(of("B", "bo@acme.example"), Some(1));
        assert_eq!(of("B", "bo@other.example"), None);
        assert_eq!(of("Cleo Lund", ""), Some(2));
        assert_eq!(of("Ada", "x@y"), Some(0));
        assert_eq!(of("Ada", "both@y"), None);
        assert_eq!(of("", ""), None);
        assert_eq!((authors.team_named(" @Ada "), authors.team_named("both")), (Some(0), None));
    }
}
