//! The last months of a branch: its commits by first parents, where each month ended, and what stood in a
//! file at one of them. Takes a repository and a commit; must not know what the files mean.

use std::path::Path;

use gix::ObjectId;
use gix::objs::tree::EntryKind;
use jiff::civil::Date;

use super::git_tree::{GitError, GitTree, find_repository};
use super::{MAX_FILE_BYTES, ReadError, path};

/// The commits of a branch by first parents, oldest first.
pub struct Chain {
    repository: gix::ThreadSafeRepository,
    /// The path of the root below the top of the repository.
    prefix: String,
    root: std::path::PathBuf,
    commits: Vec<Link>,
    /// The first of them is the first there is.
    is_whole: bool,
    is_shallow: bool,
}

#[derive(Clone, Copy)]
struct Link {
    id: ObjectId,
    seconds: i64,
}

/// A month or week and the last commit of the chain before it was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodEnd {
    /// The first day of the month, or the Monday.
    pub start: Date,
    /// The position of the commit.
    pub at: usize,
}

/// Between what the past is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Months of the calendar.
    Month,
    /// Weeks, from Monday to Sunday.
    Week,
}

impl Period {
    /// Returns the first day of the period that a second is in, UTC.
    fn of(self, seconds: i64) -> Option<Date> {
        let day = day_of(seconds)?;
        match self {
            Period::Month => Some(day.first_of_month()),
            Period::Week => {
                let since = jiff::Span::new().days(i64::from(day.weekday().to_monday_zero_offset()));
                day.checked_sub(since).ok()
            }
        }
    }

    fn after(self, start: Date) -> Option<Date> {
        let length = match self {
            Period::Month => jiff::Span::new().months(1),
            Period::Week => jiff::Span::new().days(7),
        };
        start.checked_add(length).ok()
    }
}

/// The most commits that are followed: more than any branch gets in the months that are asked for.
const MAX_COMMITS: usize = 1_000_000;

impl Chain {
    /// Follows the first parents of a commit, until they are older than so many months before it.
    ///
    /// # Errors
    /// When there is no repository, or it lacks the commit.
    pub fn read(root: &Path, commit: &str, months: u16) -> Result<Chain, GitError> {
        let (git_root, prefix) = find_repository(root)?;
        let unreadable = |reason: String| GitError::Unreadable { path: git_root.display().to_string(), reason };
        let repository = gix::ThreadSafeRepository::open_opts(git_root.clone(), gix::open::Options::isolated())
            .map_err(|error| unreadable(error.to_string()))?;
        let local = repository.to_thread_local();
        let is_shallow = local.is_shallow().unwrap_or(false);
        let missing = || GitError::Missing(commit.to_owned());
        let mut at = Some(ObjectId::from_hex(commit.as_bytes()).map_err(|_| missing())?);
        let mut commits: Vec<Link> = Vec::new();
        let mut oldest = None;
        let mut is_whole = false;
        while let Some(id) = at {
            // Where a shallow clone begins, the parent is named and is not there.
            let Ok(found) = local.find_commit(id) else { break };
            let seconds = found.time().map_err(|_| missing())?.seconds;
            commits.push(Link { id, seconds });
            let month = Period::Month.of(seconds);
            let oldest = *oldest.get_or_insert_with(|| months_before(month, months));
            // One commit before the first month that is asked for says how that month began.
            if month.zip(oldest).is_none_or(|(month, oldest)| month < oldest) || commits.len() >= MAX_COMMITS {
                break;
            }
            at = found.parent_ids().next().map(gix::Id::detach);
            is_whole = at.is_none();
        }
        if commits.is_empty() {
            return Err(missing());
        }
        commits.reverse();
        Ok(Chain { repository, prefix, root: root.to_path_buf(), commits, is_whole, is_shallow })
    }

    /// Returns where the months or weeks ended, oldest first, but for that of the last commit. One without a
    /// commit ended as the one before.
    #[must_use]
    pub fn ends(&self, period: Period) -> Vec<PeriodEnd> {
        let mut ends: Vec<PeriodEnd> = Vec::new();
        let Some(last) = self.commits.last().and_then(|link| period.of(link.seconds)) else { return ends };
        let fill = |ends: &mut Vec<PeriodEnd>, up_to: Date| {
            while let Some(end) = ends.last().copied()
                && let Some(next) = period.after(end.start).filter(|next| *next < up_to)
            {
                ends.push(PeriodEnd { start: next, ..end });
            }
        };
        for (at, link) in self.commits.iter().enumerate() {
            let Some(start) = period.of(link.seconds).filter(|start| *start < last) else { continue };
            match ends.last().map(|end| end.start) {
                Some(known) if known == start => ends.last_mut().expect("it is there").at = at,
                // Clocks that went back tell nothing new.
                Some(known) if known > start => {}
                _ => {
                    fill(&mut ends, start);
                    ends.push(PeriodEnd { start, at });
                }
            }
        }
        fill(&mut ends, last);
        ends
    }

    /// Returns the position of the last commit.
    #[must_use]
    pub fn last(&self) -> usize {
        self.commits.len() - 1
    }

    /// Says whether the first commit of the chain is the first there is.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Says whether the clone is shallow, so that what lies before is not known.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        self.is_shallow
    }

    /// Returns the id of a commit.
    #[must_use]
    pub fn commit(&self, at: usize) -> String {
        self.commits[at].id.to_string()
    }

    /// Returns the day of a commit, UTC.
    #[must_use]
    pub fn day(&self, at: usize) -> Option<Date> {
        day_of(self.commits[at].seconds)
    }

    /// Opens the files of a commit.
    ///
    /// # Errors
    /// When objects are missing.
    pub fn tree(&self, at: usize) -> Result<GitTree, GitError> {
        GitTree::open(&self.root, &self.commit(at))
    }

    /// Looks into files of commits.
    #[must_use]
    pub fn reader(&self) -> ChainReader<'_> {
        /// Folders near the top are read for commit after commit.
        const CACHE_BYTES: usize = 16 * 1024 * 1024;
        let mut local = self.repository.to_thread_local();
        local.object_cache_size_if_unset(CACHE_BYTES);
        ChainReader { chain: self, local }
    }
}

/// Looks into files of commits of a chain.
pub struct ChainReader<'c> {
    chain: &'c Chain,
    local: gix::Repository,
}

impl ChainReader<'_> {
    /// Reads a file at a commit; `None` when it is not there, is no file, or is too large.
    ///
    /// # Errors
    /// When the clone left out what has to be looked at.
    pub fn read(&self, at: usize, file: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let full = if self.chain.prefix.is_empty() { file.to_owned() } else { format!("{}/{file}", self.chain.prefix) };
        let Some(full) = path::join("", &full) else { return Ok(None) };
        let commit = self.local.find_commit(self.chain.commits[at].id).map_err(|_| ReadError::Missing)?;
        let tree = commit.tree().map_err(|_| ReadError::Missing)?;
        let Some(entry) = tree.lookup_entry_by_path(&full).map_err(|_| ReadError::Missing)? else { return Ok(None) };
        if !matches!(entry.mode().kind(), EntryKind::Blob | EntryKind::BlobExecutable) {
            return Ok(None);
        }
        let id = entry.object_id();
        if self.local.find_header(id).map_err(|_| ReadError::Missing)?.size() > MAX_FILE_BYTES {
            return Ok(None);
        }
        let mut blob = self.local.find_object(id).map_err(|_| ReadError::Missing)?;
        Ok(Some(std::mem::take(&mut blob.data)))
    }
}

fn day_of(seconds: i64) -> Option<Date> {
    Some(jiff::Timestamp::from_second(seconds).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date())
}

fn months_before(month: Option<Date>, months: u16) -> Option<Date> {
    month?.checked_sub(jiff::Span::new().months(i64::from(months))).ok()
}
