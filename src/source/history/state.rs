//! The records of all files, carried from commit to commit.

use std::collections::{BTreeMap, HashMap, HashSet};

use gix::ObjectId;
use rayon::prelude::*;

use super::compare::{self, Change, Unreadable};
use super::departed;
use super::identity::{self, Identity};
use super::log::{Commit, Walk};
use super::packs::Bases;
use super::{Departed, History, Record, Stamp};
use crate::source::MAX_FILE_BYTES;

/// Commits whose differences are held at once.
const CHUNK: usize = 1_024;

/// The records at one commit of the chain.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Commits that records name, in no order.
    stamps: Vec<Stamp>,
    files: HashMap<String, Record>,
    gone: HashMap<String, Departed>,
}

/// What became of a file: its record, or the way it went.
type Fate = Result<Record, Departure>;

/// How a file went.
#[derive(Clone, Copy, Debug)]
struct Departure {
    /// The commit that removed it.
    commit: u32,
    /// What it held; `None` for a file that goes on under another name.
    content: Option<ObjectId>,
}

/// What a commit changed.
#[derive(Debug, Default)]
struct Difference {
    /// Against its first parent.
    changes: Vec<Change>,
    /// Of a merge of the chain: the paths of `changes` in which it differs from each other parent too.
    others: Vec<HashSet<String>>,
}

/// What the contents of this chunk describe.
type Identities = HashMap<ObjectId, Identity>;

impl State {
    /// Begins with what was kept, or with nothing.
    pub(super) fn new(start: Option<&History>) -> State {
        let Some(start) = start else { return State::default() };
        let files = start.files.iter().map(|(path, record)| (path.clone(), *record)).collect();
        let gone = start.gone.iter().map(|(path, departed)| (path.clone(), departed.clone())).collect();
        State { stamps: start.stamps.clone(), files, gone }
    }

    /// Follows the walk to its end.
    pub(super) fn follow(
        &mut self,
        repository: &gix::ThreadSafeRepository,
        walk: &Walk,
        prefix: &str,
    ) -> Result<(), Unreadable> {
        let trees: HashMap<ObjectId, ObjectId> = walk
            .commits
            .iter()
            .map(|commit| (commit.id, commit.tree))
            .chain(walk.trees.iter().map(|(id, tree)| (*id, *tree)))
            .collect();
        let mut steps = walk.steps.as_slice();
        while !steps.is_empty() {
            let mut n_commits = 0;
            let n_steps = steps.iter().take_while(|step| {
                let is_room = n_commits < CHUNK;
                n_commits += 1 + step.brought.len();
                is_room
            });
            let (chunk, rest) = steps.split_at(n_steps.count());
            steps = rest;
            let wanted: Vec<(usize, bool)> = chunk
                .iter()
                .flat_map(|step| step.brought.iter().map(|idx| (*idx, false)).chain([(step.commit, true)]))
                .collect();
            let differences: Result<Vec<Difference>, Unreadable> = wanted
                .par_iter()
                .with_min_len(16)
                .map_init(
                    || opened(repository),
                    |local, (idx, is_step)| difference(local, &walk.commits[*idx], *is_step, &trees, prefix),
                )
                .collect();
            let differences: HashMap<usize, Difference> =
                wanted.iter().map(|(idx, _)| *idx).zip(differences?).collect();
            let identities = identities(repository, wanted.iter().map(|(idx, _)| &differences[idx]));
            let mut local = None;
            for step in chunk {
                let brought = step.brought.iter().map(|idx| (&walk.commits[*idx], &differences[idx]));
                let departures =
                    self.step(&walk.commits[step.commit], &differences[&step.commit], brought, &identities);
                for (path, record, departure) in departures {
                    let Some(content) = departure.content else { continue };
                    // A content that cannot be read described nothing: partial clones lack some.
                    let local = local.get_or_insert_with(|| opened(repository));
                    let thing = read_small(local, content).and_then(|bytes| departed::of(&bytes));
                    if let Some(thing) = thing {
                        self.gone.insert(path, Departed { record, removed: departure.commit, thing });
                    }
                }
            }
        }
        Ok(())
    }

    /// Applies one commit of the chain with all that it brought in; returns the files that went, with what
    /// was known of them.
    fn step<'d>(
        &mut self,
        commit: &Commit,
        difference: &Difference,
        brought: impl Iterator<Item = (&'d Commit, &'d Difference)>,
        identities: &Identities,
    ) -> Vec<(String, Record, Departure)> {
        // The branch as it was merged, over what the chain had.
        let mut branch: HashMap<String, Fate> = HashMap::new();
        for (commit, difference) in brought {
            let get = |path: &str| match branch.get(path) {
                Some(fate) => fate.ok(),
                None => self.files.get(path).copied(),
            };
            let outcome = apply(&difference.changes, self.stamps.len(), get, identities);
            if !outcome.is_empty() {
                self.stamps.push(commit.stamp.clone());
                branch.extend(outcome);
            }
        }
        let is_of_branch = |change: &Change| {
            branch.contains_key(&change.path) && difference.others.iter().any(|other| !other.contains(&change.path))
        };
        let (taken, own): (Vec<Change>, Vec<Change>) = difference.changes.iter().cloned().partition(is_of_branch);
        let outcome = apply(&own, self.stamps.len(), |path| self.files.get(path).copied(), identities);
        if !outcome.is_empty() {
            self.stamps.push(commit.stamp.clone());
        }
        let taken = taken.into_iter().filter_map(|change| {
            let fate = *branch.get(&change.path)?;
            Some((change.path, fate))
        });
        let mut departures = Vec::new();
        for (path, fate) in taken.chain(outcome) {
            match fate {
                Ok(record) => {
                    self.gone.remove(&path);
                    self.files.insert(path, record);
                }
                Err(departure) => {
                    if let Some(record) = self.files.remove(&path) {
                        departures.push((path, record, departure));
                    }
                }
            }
        }
        departures
    }

    /// Ends the walk: keeps the commits that a record names, in an order that only they decide.
    pub(super) fn finish(self, commit: String, walk: &Walk) -> History {
        let numbers = |record: &Record| [record.created, record.since, Some(record.changed)].into_iter().flatten();
        let mut files: BTreeMap<String, Record> = self.files.into_iter().collect();
        let mut gone: BTreeMap<String, Departed> = self.gone.into_iter().collect();
        let mut used: Vec<u32> = files.values().flat_map(numbers).collect();
        used.extend(gone.values().flat_map(|departed| numbers(&departed.record).chain([departed.removed])));
        used.sort_unstable();
        used.dedup();
        used.sort_by(|a, b| self.stamps[*a as usize].cmp(&self.stamps[*b as usize]));
        let mut stamps: Vec<Stamp> = Vec::with_capacity(used.len());
        let mut places: HashMap<u32, u32> = HashMap::with_capacity(used.len());
        for number in used {
            let stamp = &self.stamps[number as usize];
            if stamps.last() != Some(stamp) {
                stamps.push(stamp.clone());
            }
            places.insert(number, position(stamps.len() - 1));
        }
        for departed in gone.values_mut() {
            departed.removed = places[&departed.removed];
        }
        let records = files.values_mut().chain(gone.values_mut().map(|departed| &mut departed.record));
        for record in records {
            let place = |number: u32| places[&number];
            record.created = record.created.map(place);
            record.since = record.since.map(place);
            record.changed = place(record.changed);
        }
        History { commit, is_shallow: walk.is_shallow, n_walked: walk.commits.len(), stamps, files, gone }
    }
}

fn position(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn opened(repository: &gix::ThreadSafeRepository) -> gix::Repository {
    /// Folders near the top are read for commit after commit.
    const CACHE_BYTES: usize = 16 * 1024 * 1024;
    let mut local = repository.to_thread_local();
    local.object_cache_size_if_unset(CACHE_BYTES);
    local.objects.set_pack_cache(|| Box::new(Bases::default()));
    local
}

fn difference(
    local: &gix::Repository,
    commit: &Commit,
    is_step: bool,
    trees: &HashMap<ObjectId, ObjectId>,
    prefix: &str,
) -> Result<Difference, Unreadable> {
    // A merge within a branch only joins what its own commits tell; and what a cut commit holds was there before.
    if commit.is_cut || (!is_step && commit.parents.len() > 1) {
        return Ok(Difference::default());
    }
    let folder = |tree: Option<&ObjectId>| match tree {
        Some(tree) => compare::folder(local, *tree, prefix),
        None => Ok(None),
    };
    let own = folder(Some(&commit.tree))?;
    let parent = commit.parents.first();
    let first = folder(parent.and_then(|parent| trees.get(parent)))?;
    let changes = compare::compare(local, first, own)?;
    let mut others = Vec::new();
    for parent in commit.parents.iter().skip(1) {
        let other = folder(trees.get(parent))?;
        let differs: HashSet<String> =
            compare::compare(local, other, own)?.into_iter().map(|change| change.path).collect();
        others
            .push(changes.iter().map(|change| &change.path).filter(|path| differs.contains(*path)).cloned().collect());
    }
    Ok(Difference { changes, others })
}

/// Says whether the version of a file is asked for: contracts, and files whose name says no kind.
fn has_version(path: &str) -> bool {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    ![".odps", ".oaas", ".osds"].iter().any(|ending| stem.ends_with(ending))
}

/// Reads what the contents describe that must be told apart. A content that cannot be read describes
/// nothing: partial clones lack some.
fn identities<'d>(
    repository: &gix::ThreadSafeRepository,
    differences: impl Iterator<Item = &'d Difference>,
) -> Identities {
    // In the order of the commits: the two contents of a change are most often stored as one and a difference.
    let mut seen = HashSet::new();
    let mut wanted: Vec<ObjectId> = Vec::new();
    let mut want = |id: &ObjectId| {
        if seen.insert(*id) {
            wanted.push(*id);
        }
    };
    for difference in differences {
        let changes = &difference.changes;
        let is_moving =
            changes.iter().any(|change| change.old.is_none()) && changes.iter().any(|change| change.new.is_none());
        for change in changes {
            if change.old.is_some() && change.new.is_some() {
                change.old.iter().chain(&change.new).filter(|_| has_version(&change.path)).for_each(&mut want);
            } else if is_moving {
                change.old.iter().chain(&change.new).for_each(&mut want);
            }
        }
    }
    let read = |local: &mut gix::Repository, id: &ObjectId| Some((*id, identity::of(&read_small(local, *id)?)));
    wanted.par_iter().with_min_len(64).map_init(|| opened(repository), read).flatten().collect()
}

/// Reads a content unless it is larger than any descriptor.
fn read_small(local: &gix::Repository, id: ObjectId) -> Option<Vec<u8>> {
    let size = local.find_header(id).ok()?.size();
    if size > MAX_FILE_BYTES {
        return None;
    }
    Some(local.find_object(id).ok()?.detach().data)
}

/// Returns what becomes of the files that one commit changed.
fn apply(
    changes: &[Change],
    commit: usize,
    get: impl Fn(&str) -> Option<Record>,
    identities: &Identities,
) -> Vec<(String, Fate)> {
    let commit = position(commit);
    let origins = moves(changes, identities);
    let version = |id: Option<ObjectId>| id.and_then(|id| identities.get(&id)).map(|identity| identity.version);
    // Of a content that cannot be read nobody knows the version.
    let is_other = |old, new| version(old).zip(version(new)).is_some_and(|(old, new)| old != new);
    let changed = |record: Option<Record>, is_new_version: bool| {
        let unknown = Record { created: None, since: None, changed: commit, n_changes: 0 };
        let record = record.unwrap_or(unknown);
        Record {
            since: if is_new_version { Some(commit) } else { record.since },
            changed: commit,
            n_changes: record.n_changes.saturating_add(1),
            ..record
        }
    };
    let moved: HashSet<&str> = origins.values().map(|origin| origin.path.as_str()).collect();
    let mut outcome = Vec::new();
    for change in changes {
        let fate = match (change.old, change.new) {
            (content, None) => {
                Err(Departure { commit, content: content.filter(|_| !moved.contains(change.path.as_str())) })
            }
            (Some(_), Some(_)) => Ok(changed(get(&change.path), is_other(change.old, change.new))),
            (None, Some(_)) => Ok(match origins.get(change.path.as_str()) {
                Some(origin) => {
                    let is_new_version = origin.old != change.new && is_other(origin.old, change.new);
                    changed(get(&origin.path), is_new_version)
                }
                None => Record { created: Some(commit), since: Some(commit), changed: commit, n_changes: 1 },
            }),
        };
        outcome.push((change.path.clone(), fate));
    }
    outcome
}

/// Finds where new files come from: a file that is gone with the same content, else one that described the
/// same thing in the same version, else the same thing.
fn moves<'c>(changes: &'c [Change], identities: &Identities) -> HashMap<&'c str, &'c Change> {
    let mut gone: Vec<&Change> = changes.iter().filter(|change| change.new.is_none()).collect();
    let mut added: Vec<&Change> = changes.iter().filter(|change| change.old.is_none()).collect();
    let mut found = HashMap::new();
    if gone.is_empty() || added.is_empty() {
        return found;
    }
    let identity = |id: Option<ObjectId>| id.and_then(|id| identities.get(&id)).copied();
    pair(&mut gone, &mut added, &mut found, |id| id);
    let whole = |id| identity(id).filter(|identity| identity.thing.is_some());
    pair(&mut gone, &mut added, &mut found, whole);
    pair(&mut gone, &mut added, &mut found, |id| identity(id)?.thing);
    found
}

/// Pairs files that are gone with new ones by a key, each once, in the order of their paths.
fn pair<'c, K: Ord>(
    gone: &mut Vec<&'c Change>,
    added: &mut Vec<&'c Change>,
    found: &mut HashMap<&'c str, &'c Change>,
    key: impl Fn(Option<ObjectId>) -> Option<K>,
) {
    let mut by_key: BTreeMap<K, Vec<&'c Change>> = BTreeMap::new();
    for change in gone.iter().rev() {
        if let Some(key) = key(change.old) {
            by_key.entry(key).or_default().push(change);
        }
    }
    let mut taken = HashSet::new();
    added.retain(|change| {
        let origin = key(change.new).and_then(|key| by_key.get_mut(&key)?.pop());
        let Some(origin) = origin else { return true };
        taken.insert(origin.path.as_str());
        found.insert(change.path.as_str(), origin);
        false
    });
    gone.retain(|change| !taken.contains(change.path.as_str()));
}
