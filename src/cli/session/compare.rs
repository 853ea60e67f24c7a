//! Two revisions side by side: the base that a change is judged against, and what the comparison tells.

use std::collections::BTreeSet;

use super::Session;
use crate::cli::terminal::{Terminal, count};
use crate::diagnostic::Family;
use crate::diff::{self, Asked, CodeOwners, Side};
use crate::model::Kind;
use crate::pipeline::{self, Base, Compared, KeptBase};
use crate::render::{Preview, PreviewInput};
use crate::source::{FilledTree, GitTree, Tree};

/// A base that was opened: its files, and who owns which.
pub(crate) struct OpenedBase {
    pub(crate) tree: GitTree,
    /// It, judged, where it is compared with more than once.
    kept: Option<KeptBase>,
}

impl OpenedBase {
    /// Reads who owns which file.
    fn owners(&self) -> CodeOwners {
        CodeOwners::read_in(&self.tree).unwrap_or_default()
    }

    /// Returns the folder of the registry below the top of the repository, with a slash at its end.
    fn prefix(&self) -> String {
        Tree::prefix(&self.tree)
    }
}

/// With which versions a contract is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// With those that the configuration says.
    Configured,
    /// With every version of its major that is still read.
    Transitive,
}

impl Reach {
    /// Reads the flag.
    pub(crate) fn of(is_transitive: bool) -> Reach {
        if is_transitive { Reach::Transitive } else { Reach::Configured }
    }
}

/// Two revisions that were compared.
pub(crate) struct Comparison {
    pub(crate) compared: Compared,
    pub(crate) base_tree: GitTree,
    /// `None` for the work tree.
    head_tree: Option<GitTree>,
    /// Who owns which file, as the base says.
    owners: CodeOwners,
    /// The folder of the registry below the top of the repository, with a slash at its end.
    prefix: String,
}

impl Comparison {
    /// Returns the files of the head.
    pub(crate) fn head_tree<'a>(&'a self, session: &'a Session) -> &'a dyn Tree {
        self.head_tree.as_ref().map_or(&session.tree as &dyn Tree, |tree| tree)
    }

    /// Returns the commit of the head; `None` for the work tree.
    pub(crate) fn head_commit(&self) -> Option<String> {
        self.head_tree.as_ref().map(GitTree::commit)
    }

    /// Returns who has to look at the change, and why.
    pub(crate) fn asked(&self, session: &Session) -> Asked {
        let Compared { head, base, changes } = &self.compared;
        let filled = FilledTree::new(&self.base_tree, self.head_tree(session));
        let base = Side { mesh: &base.mesh, sources: &base.sources, tree: &filled };
        let head = Side { mesh: &head.mesh, sources: &head.sources, tree: self.head_tree(session) };
        diff::asked(base, head, (&self.owners, &self.prefix), changes)
    }

    /// Says of which folders nothing is compared: they belong to other repositories.
    pub(crate) fn notes(&self, terminal: &Terminal) {
        for folder in self.base_tree.submodules() {
            let folder = crate::diagnostic::visible(folder);
            terminal
                .note(&format!("note: `{folder}` is a submodule: what changes in it is judged in its own repository"));
        }
    }

    /// Says that the gate had nothing to judge by, where that is so.
    pub(crate) fn note_empty(&self, terminal: &Terminal) {
        let Compared { changes, .. } = &self.compared;
        note_empty_base(changes.is_base_empty, &self.base_tree, terminal);
    }

    /// Says what is compared with what, and how much differs.
    pub(crate) fn words(&self, base: &str, head: Option<&str>) -> String {
        let short = |commit: String| commit.get(..7).unwrap_or_default().to_owned();
        let set = &self.compared.changes;
        let n_contracts = set.contracts.len();
        let Compared { head: after, base: before, .. } = &self.compared;
        // Those whose file differs, whether or not a rule has a word for it; by the names of the head.
        let mut products: BTreeSet<&str> = BTreeSet::new();
        for (side, other) in [(before.as_ref(), after), (after, before.as_ref())] {
            let headers = side.mesh.products.iter().map(|product| &product.descriptor.header);
            let changed = headers.filter(|header| !other.sources.is_own(header.file));
            products.extend(changed.map(|header| set.renames.now(Kind::DataProduct, &header.id.value)));
        }
        let n_products = products.len();
        let head = match (head, self.head_commit()) {
            (Some(head), Some(commit)) => format!("{head} ({})", short(commit)),
            _ => "the work tree".to_owned(),
        };
        format!(
            "{base} ({}) with {head}: {}, {} changed",
            short(self.base_tree.commit()),
            count(n_contracts, "contract", "contracts"),
            count(n_products, "product", "products"),
        )
    }
}

/// Says of a base without a descriptor that nothing could be compared with it.
fn note_empty_base(is_empty: bool, base: &GitTree, terminal: &Terminal) {
    if !is_empty {
        return;
    }
    let prefix = crate::diagnostic::visible(base.prefix());
    let place = if prefix.is_empty() { String::new() } else { format!(" below `{prefix}/`") };
    let (name, commit) = (base.label(), base.commit());
    terminal.note(&format!(
        "note: `{}` ({}) has no descriptor{place}: nothing could be compared, and everything counts as new; move a \
         registry in a change of its own, and edit its files in the next, so that they are compared",
        crate::diagnostic::visible(&name),
        commit.get(..7).unwrap_or_default(),
    ));
}

impl Session {
    /// Compares with the last commit that `base` and the head have in common; the head is the work tree where
    /// no revision is named.
    pub(crate) fn compare(&self, base: &str, head: Option<&str>) -> anyhow::Result<Comparison> {
        self.compare_reaching((base, head), Reach::Configured, None)
    }

    /// Compares as [`Session::compare`] does, with those versions of a contract that are asked for.
    pub(crate) fn compare_reaching(
        &self,
        (base, head): (&str, Option<&str>),
        reach: Reach,
        policies_from: Option<&str>,
    ) -> anyhow::Result<Comparison> {
        let policies = policies_from.map(|revision| self.policies_of(revision)).transpose()?;
        let opened = self.open_base(base, head)?;
        let head_tree = head.map(|head| GitTree::open(self.tree.root(), head)).transpose()?;
        let tree: &dyn Tree = head_tree.as_ref().map_or(&self.tree as &dyn Tree, |tree| tree);
        let compared = self.compare_with(&opened, tree, reach, policies.as_ref().map(|tree| tree as &dyn Tree))?;
        let (owners, prefix) = (opened.owners(), opened.prefix());
        Ok(Comparison { compared, base_tree: opened.tree, head_tree, owners, prefix })
    }

    /// Opens the last commit that `base` and the head have in common.
    pub(crate) fn open_base(&self, base: &str, head: Option<&str>) -> anyhow::Result<OpenedBase> {
        let tree = GitTree::open_merge_base(self.tree.root(), base, head)?;
        Ok(OpenedBase { tree, kept: None })
    }

    /// Judges a base once for all that is compared with it later.
    pub(crate) fn keep(&self, base: &mut OpenedBase) -> anyhow::Result<()> {
        // Results that were named on the command line count for both sides, and may change.
        if self.options.observations.is_none() {
            let filled = FilledTree::new(&base.tree, &self.tree);
            base.kept = Some(rayon::scope(|_| pipeline::keep_base(&filled, &self.schemas, &self.options))?);
        }
        Ok(())
    }

    /// Compares files with a base.
    fn compare_with(
        &self,
        base: &OpenedBase,
        head: &dyn Tree,
        reach: Reach,
        policies: Option<&dyn Tree>,
    ) -> anyhow::Result<Compared> {
        let filled = FilledTree::new(&base.tree, head);
        let is_transitive = reach == Reach::Transitive;
        let pair = Base { tree: &filled, owners: base.owners(), is_transitive, prefix: base.prefix(), policies };
        Ok(rayon::scope(|_| match &base.kept {
            Some(kept) => pipeline::run_beside(head, &pair, kept, &self.schemas, &self.options),
            None => pipeline::run_pair(head, &pair, &self.schemas, &self.options),
        })?)
    }

    /// Compares files with a base for a catalog: gives what its pages are made from, and what they say of the
    /// change. What the gate says stands on the page of the change, and is no finding of the catalog.
    pub(crate) fn preview(
        &self,
        revision: &str,
        base: &OpenedBase,
        (head, head_commit): (&dyn Tree, Option<&str>),
    ) -> anyhow::Result<(pipeline::Outcome, Preview)> {
        let compared = self.compare_with(base, head, Reach::Configured, None)?;
        let new_findings = compared.new_findings();
        let Compared { head: mut outcome, base: before, changes } = compared;
        let sides = (
            Side { mesh: &before.mesh, sources: &before.sources, tree: &base.tree },
            Side { mesh: &outcome.mesh, sources: &outcome.sources, tree: head },
        );
        let things = diff::things(sides.0, sides.1, &changes.contracts);
        let places =
            changes.changes.iter().flat_map(|change| [change.base, change.head]).flatten().map(|place| place.file);
        let files: Vec<_> = places.chain(new_findings.files()).collect();
        let texts = outcome.sources.texts_of(head, Some(&base.tree), files);
        let input = PreviewInput {
            revision,
            base_commit: &base.tree.commit(),
            head_commit,
            base: &before.mesh,
            head: &outcome.mesh,
            sources: &outcome.sources,
            texts: &texts,
            new_findings: &new_findings,
            deny: outcome.config.check.deny,
            asked: diff::asked(sides.0, sides.1, (&base.owners(), &base.prefix()), &changes),
        };
        let preview = Preview::new(input, changes, things);
        outcome.findings.diagnostics.retain(|finding| Family::of(finding.rule.code) != Some(Family::Brk));
        Ok((outcome, preview))
    }
}
