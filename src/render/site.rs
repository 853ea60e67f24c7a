//! The site: everything pages are made from, and the list of all its files.

mod marks;
mod notes;
mod places;
mod rest;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;

use super::approvers::{self, Approves};
use super::events::What;
use super::facets::Facets;
use super::findings;
use super::forge;
use super::health::Health;
use super::history::{Authors, Departed, departed};
use super::letters::{Letters, Sheet};
use super::orders::Orders;
use super::picture::{has_more, is_cut};
use super::preview::{Notes, Preview, finish};
use super::search::{self, Shards};
use super::sheets::{self, Sheets};
use super::theme::{Theme, ThemeError};
use super::twins::View;
use super::{FileOwners, FileSet, Homes, Late, OutPath, address, events, pages};
use crate::diff::{self, Side, VersionChange};
use crate::graph::{Alike, Answers, Found, Mesh, Move};
use crate::policy::{Outcome, PolicyOutcome, Trend, TrendNote};
use crate::source::{FileId, History, Tree};

use self::places::{flows, pages_of_files};
pub(super) use self::rest::{ROWS, Rest, n_sheets};

/// The commit a site is built from.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Commit {
    /// 40 hexadecimal digits.
    pub id: String,
    /// The day of the commit, UTC.
    pub date: String,
}

/// Everything a page may show.
pub struct Site {
    /// The checked mesh.
    pub outcome: Outcome,
    /// The commit, when the registry is in git.
    pub commit: Option<Commit>,
    /// What the log of git says, when it is known.
    pub(super) history: Option<Arc<History>>,
    /// The change that the site shows, when it is compared with a base.
    shown: Option<ShownChange>,
    /// Things whose descriptors are gone, when the log is known.
    pub(super) departed: Vec<Departed>,
    /// How the mesh stood at the ends of months.
    pub(super) trend: Arc<Trend>,
    /// The forge's file of owners, when there is one.
    pub(super) owners: Option<FileOwners>,
    /// The folder of the registry below the top of the repository, with a slash at its end, or empty.
    pub(super) folder: String,
    /// Teams by their members, to say who changed what.
    pub(super) authors: Authors,
    pub(super) theme: Theme,
    /// Markdown bodies and original descriptors are read again when their page is made.
    pub(super) tree: Arc<dyn Tree + Send + Sync>,
    /// Which page a file of the registry is on.
    pub(super) page_of_file: BTreeMap<FileId, String>,
    /// Products by the stem of their page.
    pub(super) product_by_slug: BTreeMap<String, usize>,
    /// Where versions of contracts stand.
    pub(super) homes: Homes,
    /// Of each contract the version that its page shows, by id.
    pub(super) current_contracts: Vec<usize>,
    /// Input ports that cross from one domain to another: (from, to) and how many.
    pub(super) flows: BTreeMap<(usize, usize), usize>,
    /// The same by (to, from).
    pub(super) flows_into: BTreeMap<(usize, usize), usize>,
    /// Ways to divide the products.
    pub(super) facets: Facets,
    /// The order of lists.
    pub(super) orders: Orders,
    /// Contracts that belong to each domain, current versions only.
    pub(super) domain_contracts: Vec<usize>,
    /// Terms of each domain.
    pub(super) domain_terms: Vec<Vec<usize>>,
    /// Evidence and checks of each product.
    pub(super) health: Vec<Health>,
    /// The pages of contracts with very many columns.
    pub(super) sheets: BTreeMap<usize, Sheets>,
    /// The later pages of long lists.
    pub(super) rest: Rest,
    /// The search index, made when its files are asked for the first time: it has to read the whole mesh.
    search: Mutex<Option<Arc<Shards>>>,
    /// The cards of products, each made when the first page asks for it.
    cards: Vec<OnceLock<Box<str>>>,
    /// What differs between each version of a contract and the one before it; made when it is asked for.
    differences: Vec<OnceLock<Vec<VersionChange>>>,
    /// What happened, the newest first; gathered when the first page asks.
    happened: OnceLock<Vec<(Date, What)>>,
    /// Commits that brought what was there before.
    crowds: OnceLock<BTreeSet<String>>,
    /// What happened, by whom it concerns; made when a feed is asked for.
    streams: OnceLock<pages::Streams>,
    letters: Mutex<Option<Arc<Letters>>>,
    letter_firsts: OnceLock<Vec<Sheet>>,
    /// Waivers that are documents of their own, by id; gathered when the first finding that one covers is told.
    waivers: OnceLock<BTreeMap<String, usize>>,
    /// Where roles of contracts name each team as who approves, gathered when the first page of a team asks.
    approving: OnceLock<BTreeMap<usize, Approves>>,
    /// Of each policy what does not meet it, gathered when the first page of a contract asks.
    broken: OnceLock<Vec<BTreeSet<Found>>>,
    /// The paths of all pages for people, sorted; known once all files are listed, or asked for.
    pub(super) addresses: OnceLock<Vec<OutPath>>,
    /// What readers said of versions, found when the first page asks.
    answers: OnceLock<Answers>,
    /// The lines that terms begin in, found when the first of their pages is made.
    pub(super) term_lines: OnceLock<Vec<u32>>,
    /// Which products look alike, found when the first of their pages is made.
    alike: OnceLock<Alike>,
    /// It is shown by `serve`, at the top of its address.
    pub(super) is_served: bool,
    /// Twins that a site with too many files does without are made.
    pub(super) has_twins: bool,
    /// Old addresses that lead to new ones.
    pub(super) moves: Vec<Move>,
}

/// A change, and what each page says of it.
pub(super) struct ShownChange {
    pub preview: Preview,
    pub notes: Notes,
}

/// So many files a site may have with all its twins; hosts without cost take few more.
const MOST_FILES: usize = 15_000;

/// Cards of one page of a list, and of a lean site.
const CARDS: usize = 48;
const LEAN_CARDS: usize = 160;

/// What templates see as `site`.
#[derive(Serialize)]
struct SiteInfo<'a> {
    name: &'a str,
    description: Option<&'a str>,
    n_products: usize,
    n_contracts: usize,
    n_domains: usize,
    n_teams: usize,
    n_terms: usize,
    n_sources: usize,
    n_policies: usize,
    generator: String,
}

impl Site {
    /// Puts a site together.
    ///
    /// # Errors
    /// When the theme cannot be used.
    pub fn new(
        outcome: Outcome,
        tree: Arc<dyn Tree + Send + Sync>,
        commit: Option<Commit>,
    ) -> Result<Site, ThemeError> {
        let mesh = &outcome.mesh;
        // Each of these goes over the whole mesh.
        let placed = || {
            let homes = Homes::of(mesh, &outcome.config);
            let page_of_file = pages_of_files(mesh, &homes, &outcome.sources);
            (homes, page_of_file)
        };
        let ordered = || {
            let current_contracts = mesh.current_contracts();
            let orders = Orders::new(mesh, &current_contracts, outcome.today);
            let facets = Facets::new(mesh, &orders.products, outcome.config.site.lean);
            (current_contracts, orders, facets)
        };
        let weighed = || (Health::of_all(&outcome), sheets::of_all(mesh));
        let load = || Theme::load(tree.as_ref(), &outcome.config.site.theme);
        let (((homes, page_of_file), (current_contracts, orders, facets)), ((health, sheets), theme)) =
            rayon::join(|| rayon::join(placed, ordered), || rayon::join(weighed, load));
        let mut theme = theme?;
        let info = SiteInfo {
            name: &outcome.config.mesh.name,
            description: outcome.config.mesh.description.as_deref(),
            n_products: mesh.products.len(),
            n_contracts: mesh.contracts.len(),
            n_domains: mesh.domains.len(),
            n_teams: mesh.teams.len(),
            n_terms: mesh.terms.len(),
            n_sources: mesh.sources.len(),
            n_policies: mesh.policies.len(),
            generator: format!("meshfolio {}", env!("CARGO_PKG_VERSION")),
        };
        theme.share("site", &info);
        let product_by_slug =
            mesh.products.iter().enumerate().map(|(idx, product)| (product.slug.clone(), idx)).collect();
        let flows = flows(mesh);
        let flows_into = flows.iter().map(|((from, to), n)| ((*to, *from), *n)).collect();
        let mut domain_contracts = vec![0; mesh.domains.len()];
        let is_there = |idx: &&usize| !mesh.contracts[**idx].descriptor.header.has_status("retired");
        for domain in current_contracts.iter().filter(is_there).filter_map(|idx| mesh.contracts[*idx].domain_idx) {
            domain_contracts[domain] += 1;
        }
        let mut domain_terms = vec![Vec::new(); mesh.domains.len()];
        for (idx, term) in mesh.terms.iter().enumerate() {
            if let Some(domain) = term.domain_idx {
                domain_terms[domain].push(idx);
            }
        }
        let moves = homes.moved(mesh, mesh.moves());
        let rest = Rest::new(mesh, &facets, if homes.is_lean() { LEAN_CARDS } else { CARDS });
        let cards = mesh.products.iter().map(|_| OnceLock::new()).collect();
        let differences = mesh.contracts.iter().map(|_| OnceLock::new()).collect();
        let mut site = Site {
            outcome,
            cards,
            commit,
            history: None,
            departed: Vec::new(),
            shown: None,
            trend: Arc::new(Trend::without(TrendNote::NoGit)),
            owners: None,
            folder: String::new(),
            authors: Authors::default(),
            theme,
            tree,
            page_of_file,
            product_by_slug,
            homes,
            current_contracts,
            flows,
            flows_into,
            facets,
            orders,
            domain_contracts,
            domain_terms,
            health,
            sheets,
            rest,
            search: Mutex::new(None),
            differences,
            happened: OnceLock::new(),
            crowds: OnceLock::new(),
            streams: OnceLock::new(),
            letters: Mutex::new(None),
            letter_firsts: OnceLock::new(),
            waivers: OnceLock::new(),
            approving: OnceLock::new(),
            broken: OnceLock::new(),
            addresses: OnceLock::new(),
            answers: OnceLock::new(),
            term_lines: OnceLock::new(),
            alike: OnceLock::new(),
            moves,
            is_served: false,
            has_twins: true,
        };
        site.moves.extend(pages::moved_parts(&site));
        let is_lean = site.homes.is_lean();
        site.has_twins = !is_lean && (site.outcome.config.site.all_twins || site.n_files_at_most(MOST_FILES));
        Ok(site)
    }

    /// Adds what the log of git says: days that descriptors do not state, and their last changes.
    #[must_use]
    pub fn with_history(mut self, history: Option<Arc<History>>) -> Site {
        self.authors = Authors::of(&self.outcome.mesh);
        self.departed = history.as_deref().map(|log| departed(log, &self.outcome.mesh)).unwrap_or_default();
        self.history = history;
        self
    }

    /// Compares the site with a base: pages say what is new, changed or gone.
    #[must_use]
    pub fn with_preview(mut self, preview: Option<Preview>) -> Site {
        self.shown =
            preview.map(|preview| ShownChange { notes: Notes::of(&preview, &self.outcome.mesh, &self.homes), preview });
        self
    }

    /// Returns the change that the site shows.
    pub(super) fn preview(&self) -> Option<&ShownChange> {
        self.shown.as_ref()
    }

    /// Adds how the mesh stood before.
    #[must_use]
    pub fn with_trend(mut self, trend: Arc<Trend>) -> Site {
        self.trend = trend;
        self
    }

    /// Adds the forge's file of owners: who approves where no contract says so.
    #[must_use]
    pub fn with_owners(mut self, owners: Option<FileOwners>) -> Site {
        self.owners = owners;
        self
    }

    /// Says that `serve` shows it, at the top of its address, whatever the base URL is.
    #[must_use]
    pub fn served(mut self) -> Site {
        self.is_served = true;
        self
    }

    /// Says where the registry lies below the top of its repository: a folder with a slash at its end, or nothing.
    /// The forge names files from that top.
    #[must_use]
    pub fn in_folder(mut self, folder: String) -> Site {
        self.folder = folder;
        self
    }

    /// Says whether there are at most so many files, those of the search index and the manifest too.
    fn n_files_at_most(&self, most: usize) -> bool {
        let Some(n) = pages::number_of_all(self, most).map(|n| n + 1) else { return false };
        // The index is made now only where it decides: it never has as many files as the rest.
        n <= most / 2 || (n <= most && n + self.search().len() <= most)
    }

    /// Returns all files of the site.
    #[must_use]
    pub fn files(self: Arc<Self>) -> FileSet {
        let mut pages = pages::all(&self);
        // Versions of a contract may differ in case only, which is a finding; on many disks their pages
        // are one file, and the first of them stays.
        pages.par_sort_by_cached_key(|page| page.path.as_str().to_ascii_lowercase());
        pages.dedup_by(|later, first| later.path.as_str().eq_ignore_ascii_case(first.path.as_str()));
        self.addresses.get_or_init(|| pages::addresses_among(&pages));
        let has_preview = self.shown.is_some();
        let late = Late::new(&[search::FOLDER, pages::CHANGES], late_pages, Site::forget_search);
        let files = FileSet::with_late(Arc::clone(&self), pages, late);
        if has_preview { files.finished(self, finish) } else { files }
    }

    /// Returns all files of the site, for whoever makes every one of them: what goes over the whole mesh is made before.
    ///
    /// Much of the search index is made in one place after the other. Meanwhile another thread looks which products are
    /// alike, since all pages of products would wait for that. Files are listed after it: nothing takes as much memory for
    /// a moment as the index does.
    #[must_use]
    pub fn files_to_make(self: Arc<Self>) -> FileSet {
        rayon::join(|| self.search(), || self.alike());
        let files = Arc::clone(&self).files();
        // Those that are listed late too.
        _ = files.len();
        files
    }

    /// Returns the search index, made when it is not there.
    pub(super) fn search(&self) -> Arc<Shards> {
        let mut search = self.search.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(search.get_or_insert_with(|| {
            let config = &self.outcome.config;
            let wanted = forge::issues_url(config);
            let mark = |page: &str| self.shown.as_ref()?.notes.mark_of(page).map(|mark| mark.words().0);
            let leads = search::Leads { wanted_url: wanted.as_deref(), rules: &self.outcome.rules };
            Arc::new(Shards::new(self.mesh(), &self.homes, &self.health, &leads, &mark))
        }))
    }

    /// Drops the search index and the index of names, which are large: their files are written.
    fn forget_search(&self) {
        self.letter_firsts();
        *self.letters.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.search.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Returns what readers said of versions that are to come.
    pub(super) fn answers(&self) -> &Answers {
        self.answers.get_or_init(|| Answers::of(self.mesh(), &self.outcome.sources, &self.outcome.uncounted))
    }

    /// Returns which products look alike.
    pub(super) fn alike(&self) -> &Alike {
        self.alike.get_or_init(|| Alike::of(self.mesh(), |_| true))
    }

    /// Returns everything by its name.
    pub(super) fn letters(&self) -> Arc<Letters> {
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(letters.get_or_insert_with(|| Arc::new(Letters::of(self))))
    }

    /// Returns the letters that names begin with, which are kept when all else is dropped.
    pub(super) fn letter_firsts(&self) -> &[Sheet] {
        self.letter_firsts.get_or_init(|| self.letters().firsts())
    }

    /// Returns the waivers that are documents of their own, by id.
    pub(super) fn waivers(&self) -> &BTreeMap<String, usize> {
        self.waivers.get_or_init(|| findings::waivers_by_id(self.mesh()))
    }

    /// Returns where roles of contracts say that a team approves access.
    pub(super) fn approves(&self, team_idx: usize) -> Option<&Approves> {
        let gathered = || approvers::by_team(self.mesh(), &|name| self.authors.team_named(name));
        self.approving.get_or_init(gathered).get(&team_idx)
    }

    /// Says whether a thing does not meet a policy, by its place in the outcome.
    pub(super) fn breaks(&self, policy: usize, thing: Found) -> bool {
        let policies = &self.outcome.governance.policies;
        let of = |policy: &PolicyOutcome| policy.violations.iter().map(|violation| violation.subject).collect();
        self.broken.get_or_init(|| policies.iter().map(of).collect())[policy].contains(&thing)
    }

    /// Returns what happened, the newest first.
    pub(super) fn happened(&self) -> &[(Date, What)] {
        self.happened.get_or_init(|| events::all(self))
    }

    /// Returns the commits that brought so much at once that it was there before.
    pub(super) fn crowds(&self) -> &BTreeSet<String> {
        self.crowds.get_or_init(|| events::crowds(self))
    }

    /// Returns what happened, by whom it concerns.
    pub(super) fn streams(&self) -> &pages::Streams {
        self.streams.get_or_init(|| pages::Streams::new(self, self.happened()))
    }

    /// Returns the version of a contract before one, and what differs from it, the heaviest first; `None`
    /// for the first version.
    pub(super) fn difference(&self, contract_idx: usize) -> Option<(usize, &[VersionChange])> {
        let mesh = self.mesh();
        let versions = mesh.versions(&mesh.contracts[contract_idx].descriptor.header.id.value);
        let position = versions.iter().position(|at| *at == contract_idx)?;
        let before = versions[position.checked_sub(1)?];
        let compare = || {
            let side = Side { mesh, sources: &self.outcome.sources, tree: self.tree.as_ref() };
            let check = &self.outcome.config.check;
            diff::versions(side, (before, contract_idx), &check.grading, check.perspective)
        };
        Some((before, self.differences[contract_idx].get_or_init(compare)))
    }

    pub(super) fn mesh(&self) -> &Mesh {
        &self.outcome.mesh
    }

    /// Returns the path of the top of the site on its host, with a slash at both ends.
    pub(super) fn top(&self) -> &str {
        let base = self.outcome.config.mesh.base_url.as_deref().unwrap_or_default();
        let after_scheme = base.split_once("://").map_or("", |(_, rest)| rest);
        after_scheme.find('/').map_or("/", |start| &after_scheme[start..])
    }

    pub(super) fn view(&self) -> View<'_> {
        View {
            owners: self.owners.as_ref(),
            history: self.history.as_deref(),
            ..View::of(&self.outcome, &self.homes, self.waivers())
        }
    }

    /// Returns the page of an anchor of a version of a contract, with the anchor.
    pub(super) fn schema_page(&self, contract_idx: usize, anchor: &str) -> String {
        let (mesh, homes) = (&self.outcome.mesh, &self.homes);
        let number = self.sheets.get(&contract_idx).map_or(0, |sheets| sheets.page_of(anchor));
        if number == 0 || !homes.has_page(contract_idx) {
            return address::contract_part(mesh, homes, contract_idx, anchor);
        }
        format!("{}#{anchor}", address::schema(mesh, homes, contract_idx, number))
    }

    /// Returns how many cards a page of a list has.
    pub(super) fn n_cards(&self) -> usize {
        if self.homes.is_lean() { LEAN_CARDS } else { CARDS }
    }

    /// Returns the JSON form of a page, where the site has such forms.
    pub(super) fn json_of(&self, page: &str) -> Option<String> {
        (!self.homes.is_lean()).then(|| page.replace(".html", ".json"))
    }

    /// Returns the feed of a domain or a team by the stem of its page, where the site has such feeds.
    pub(super) fn feed_of(&self, stem: &str) -> Option<String> {
        (!self.homes.is_lean()).then(|| format!("{stem}.atom"))
    }

    /// Says whether a product has a page that lists its readers: on a lean site where the picture does not name them all.
    pub(super) fn has_consumers_page(&self, product_idx: usize) -> bool {
        !self.homes.is_lean() || is_cut(self.mesh(), product_idx).1
    }

    /// Says whether a product has a page with more of its lineage: on a lean site where the picture does not name all
    /// that it reads.
    pub(super) fn has_lineage_page(&self, product_idx: usize) -> bool {
        if self.homes.is_lean() { is_cut(self.mesh(), product_idx).0 } else { has_more(self.mesh(), product_idx) }
    }

    /// Returns the findings in a file.
    pub(super) fn findings_in(&self, file: FileId) -> impl Iterator<Item = &crate::diagnostic::Diagnostic> {
        findings::in_file(&self.outcome, file)
    }
}

/// The files below [`search::FOLDER`].
fn late_pages(site: &Site) -> Vec<super::Page<Site>> {
    let mut files = search::pages(site);
    files.extend(pages::letter_pages(site));
    files.extend(pages::later_changes(site));
    files
}
