//! The commits to walk, and in which order.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use gix::ObjectId;
use gix::bstr::{BStr, ByteSlice};

use super::Stamp;
use super::compare::Unreadable;

/// A commit of the walk.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    pub id: ObjectId,
    pub tree: ObjectId,
    pub parents: Vec<ObjectId>,
    /// Its parents are not in this clone.
    pub is_cut: bool,
    pub stamp: Stamp,
}

/// One commit of the chain of first parents, and the commits that it brought in, parents first; both
/// as positions.
#[derive(Clone, Debug, Default)]
pub(super) struct Step {
    pub commit: usize,
    pub brought: Vec<usize>,
}

/// What to walk, oldest first.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub commits: Vec<Commit>,
    pub steps: Vec<Step>,
    /// The steps begin after the commit that was kept.
    pub goes_on: bool,
    pub is_shallow: bool,
    /// Trees of parents that were walked before.
    pub trees: HashMap<ObjectId, ObjectId>,
}

/// Says whether a clone is shallow.
pub(super) fn is_shallow(repository: &gix::ThreadSafeRepository) -> bool {
    // Where this cannot be told, missing objects will say it.
    repository.to_thread_local().is_shallow().unwrap_or(false)
}

/// Plans the walk to `head`: from the commit that was kept, where that lies on the chain of first parents,
/// else from the beginning.
pub(super) fn plan(
    repository: &gix::ThreadSafeRepository,
    head: ObjectId,
    kept: Option<&str>,
) -> Result<Walk, Unreadable> {
    let local = repository.to_thread_local();
    let is_shallow = is_shallow(repository);
    let kept = kept.filter(|_| !is_shallow).and_then(|id| ObjectId::from_hex(id.as_bytes()).ok());
    if let Some(kept) = kept.filter(|kept| local.has_object(kept)) {
        let commits = since(&local, head, kept)?;
        if let Some(chain) = chain(&commits, head, Some(kept)) {
            let mut walk = order(commits, &chain);
            walk.goes_on = true;
            let trees = parents_outside(&local, &walk.commits)?;
            walk.trees = trees;
            return Ok(walk);
        }
    }
    let commits = all(&local, head)?;
    let chain = chain(&commits, head, None).unwrap_or_default();
    Ok(Walk { is_shallow, ..order(commits, &chain) })
}

/// Reads all commits that lead to `head`.
fn all(local: &gix::Repository, head: ObjectId) -> Result<HashMap<ObjectId, Commit>, Unreadable> {
    let cuts = local.shallow_commits().map_err(|_| Unreadable)?;
    let mut found = HashMap::new();
    let mut open = vec![head];
    while let Some(id) = open.pop() {
        if found.contains_key(&id) {
            continue;
        }
        let mut commit = read(local, id)?;
        if cuts.as_ref().is_some_and(|cuts| cuts.binary_search(&id).is_ok()) {
            commit.is_cut = true;
            commit.parents.clear();
        }
        open.extend(&commit.parents);
        found.insert(id, commit);
    }
    Ok(found)
}

/// Reads the commits that lead to `head` and not to `kept`.
fn since(local: &gix::Repository, head: ObjectId, kept: ObjectId) -> Result<HashMap<ObjectId, Commit>, Unreadable> {
    let walk = local.rev_walk([head]).with_hidden([kept]).all().map_err(|_| Unreadable)?;
    let mut found = HashMap::new();
    for info in walk {
        let id = info.map_err(|_| Unreadable)?.id;
        found.insert(id, read(local, id)?);
    }
    Ok(found)
}

fn read(local: &gix::Repository, id: ObjectId) -> Result<Commit, Unreadable> {
    let object = local.find_commit(id).map_err(|_| Unreadable)?;
    let commit = object.decode().map_err(|_| Unreadable)?;
    let text = |bytes: &BStr| {
        let text = bytes.trim().to_str_lossy();
        text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect::<String>()
    };
    let (author, email) = commit.author().map(|author| (text(author.name), text(author.email))).unwrap_or_default();
    let seconds = commit.time().map_or(0, |time| time.seconds);
    Ok(Commit {
        id,
        tree: commit.tree(),
        parents: commit.parents().collect(),
        is_cut: false,
        stamp: Stamp { seconds, id: id.to_string(), author, email },
    })
}

/// Returns the chain of first parents, oldest first: from the beginning, or from after `kept`. `None` when
/// it does not lead there.
fn chain(commits: &HashMap<ObjectId, Commit>, head: ObjectId, kept: Option<ObjectId>) -> Option<Vec<ObjectId>> {
    let mut chain = Vec::new();
    let mut at = Some(head);
    while at != kept {
        let id = at?;
        let commit = commits.get(&id)?;
        chain.push(id);
        at = commit.parents.first().copied();
    }
    chain.reverse();
    Some(chain)
}

/// Orders the commits: each step of the chain with what it brought in.
fn order(mut commits: HashMap<ObjectId, Commit>, chain: &[ObjectId]) -> Walk {
    let mut walk = Walk::default();
    for id in chain {
        // What is no longer in `commits` was brought in before.
        let Some(commit) = commits.remove(id) else { continue };
        let mut brought = HashSet::new();
        let mut open: Vec<ObjectId> = commit.parents.iter().skip(1).copied().collect();
        while let Some(id) = open.pop() {
            // The chain above was taken out before; what is below it leads here and not from here.
            if let Some(commit) = commits.get(&id)
                && brought.insert(id)
            {
                open.extend(&commit.parents);
            }
        }
        let mut step = Step::default();
        for commit in parents_first(&mut commits, &brought) {
            step.brought.push(walk.commits.len());
            walk.commits.push(commit);
        }
        step.commit = walk.commits.len();
        walk.commits.push(commit);
        walk.steps.push(step);
    }
    walk
}

/// Takes commits out, parents before their children, and of those that are free the oldest first.
fn parents_first(commits: &mut HashMap<ObjectId, Commit>, wanted: &HashSet<ObjectId>) -> Vec<Commit> {
    let mut taken = Vec::with_capacity(wanted.len());
    let mut children: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
    let mut n_waiting: HashMap<ObjectId, usize> = HashMap::new();
    let mut free = BinaryHeap::new();
    let mut sorted: Vec<ObjectId> = wanted.iter().copied().collect();
    sorted.sort_unstable();
    for id in sorted {
        let Some(commit) = commits.get(&id) else { continue };
        let inside: HashSet<ObjectId> = commit.parents.iter().copied().filter(|id| wanted.contains(id)).collect();
        n_waiting.insert(id, inside.len());
        if inside.is_empty() {
            free.push(Reverse((commit.stamp.seconds, id)));
        }
        let mut inside: Vec<ObjectId> = inside.into_iter().collect();
        inside.sort_unstable();
        for parent in inside {
            children.entry(parent).or_default().push(id);
        }
    }
    while let Some(Reverse((_, id))) = free.pop() {
        let Some(commit) = commits.remove(&id) else { continue };
        taken.push(commit);
        for child in children.remove(&id).unwrap_or_default() {
            let Some(waiting) = n_waiting.get_mut(&child) else { continue };
            *waiting -= 1;
            if *waiting == 0
                && let Some(commit) = commits.get(&child)
            {
                free.push(Reverse((commit.stamp.seconds, child)));
            }
        }
    }
    taken
}

/// Reads the trees of parents that are not walked again.
fn parents_outside(local: &gix::Repository, commits: &[Commit]) -> Result<HashMap<ObjectId, ObjectId>, Unreadable> {
    let walked: HashSet<ObjectId> = commits.iter().map(|commit| commit.id).collect();
    let mut trees = HashMap::new();
    for parent in commits.iter().flat_map(|commit| &commit.parents).filter(|parent| !walked.contains(*parent)) {
        if !trees.contains_key(parent) {
            trees.insert(*parent, read(local, *parent)?.tree);
        }
    }
    Ok(trees)
}
