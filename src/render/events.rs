//! What happened: versions, ends, reviews, agreements, rules. The days are those that descriptors state;
//! of a product or a contract version that states none it is the day of the commit that brought it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::parts::{self, Day, Sign};
use super::site::Site;
use crate::diff::Level;
use crate::graph::{Lifecycle, Mesh, slug_of, version_slug};
use crate::model::{Header, date_of};
use crate::policy::Stage;
use crate::render::parts::Anchor;

mod words;

pub(super) use words::{event, reviewed_by, weights};

/// Something that happened, in words.
#[derive(Serialize)]
pub(super) struct Event<'a> {
    pub day: Day,
    /// The day is its own. That of what states none is the day of the commit that registered it, and pages say so.
    pub is_dated: bool,
    pub thing: Anchor<'a>,
    pub sign: Sign<'static>,
    pub domain: Option<Cow<'a, str>>,
    pub text: Cow<'a, str>,
    /// How many products it concerns, where that is known, and of how many.
    pub n: Option<usize>,
    pub n_of: Option<usize>,
    /// It breaks those who read what was before, or would once it is in use.
    pub breaks: bool,
}

/// Something that happened to the thing at a position of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// A contract version lost its support.
    SupportEnded(usize),
    /// A contract version ended.
    LifeEnded(usize),
    /// Promises of a contract version were missed on a day, and kept before.
    Missed(usize),
    /// A product was described for the first time.
    Product(usize),
    /// A version of a contract was made.
    Version(usize),
    /// A product was reviewed.
    Review(usize),
    /// An agreement began.
    Agreed(usize),
    /// An agreement ended.
    AgreementEnded(usize),
    /// A policy came into force.
    Policy(usize),
    /// One commit brought many products and contracts that state no day.
    Brought(Brought),
    /// A descriptor was removed.
    Gone(usize),
}

/// What a commit brought at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Brought {
    n_products: usize,
    n_contracts: usize,
    /// The first eight digits of its id.
    commit: u32,
}

impl Brought {
    /// Says it of one product: that it came, and with how many versions of its contracts.
    pub(super) fn words(self) -> String {
        let Brought { n_products, n_contracts, commit } = self;
        let versions = parts::count(n_contracts, "contract version");
        let what = match (n_products, n_contracts) {
            (_, 0) => "it".to_owned(),
            (0, _) => versions,
            _ => format!("it and {versions}"),
        };
        format!("Commit {:07x} brought {what} in, with much else; the day is that of the commit.", commit >> 4)
    }
}

/// Things that one commit may bring and each is news; a commit with more brings what was there before.
const NEWS: usize = 12;

/// Returns what happened up to a day, the newest first.
pub(super) fn all(site: &Site) -> Vec<(Date, What)> {
    let mesh = site.mesh();
    let mut found = Vec::new();
    for idx in 0..mesh.contracts.len() {
        of_contract(site, idx, &mut found);
    }
    for idx in 0..mesh.products.len() {
        made(site, idx, &mut found);
    }
    for (commit, arrived) in arrivals(site) {
        let is_crowd = arrived.len() > NEWS;
        told(site, commit, arrived, is_crowd, &mut found);
    }
    for (idx, review) in mesh.reviews.iter().enumerate() {
        push(review.date.as_ref().map(|date| date.as_str()), What::Review(idx), &mut found);
    }
    for idx in 0..mesh.agreements.len() {
        of_agreement(mesh, idx, &mut found);
    }
    // What is only proposed or on trial has not come into force on the day that it names.
    let begun = mesh.policies.iter().enumerate();
    for (idx, policy) in begun.filter(|(_, policy)| !matches!(Stage::of(policy), Stage::Proposed | Stage::Trial)) {
        push(policy.effective_from.as_deref(), What::Policy(idx), &mut found);
    }
    found.extend(site.departed.iter().enumerate().map(|(idx, departed)| (departed.day, What::Gone(idx))));
    up_to(found, site.outcome.today)
}

/// Returns what states no day by the commit that brought it.
fn arrivals(site: &Site) -> BTreeMap<&str, Vec<(Date, What)>> {
    let mesh = site.mesh();
    let mut arrived: BTreeMap<&str, Vec<(Date, What)>> = BTreeMap::new();
    let contracts = (0..mesh.contracts.len()).map(|idx| (contract_arrived(site, idx), What::Version(idx)));
    let products = (0..mesh.products.len()).map(|idx| (product_arrived(site, idx), What::Product(idx)));
    for (stamp, what) in contracts.chain(products) {
        if let Some((commit, date)) = stamp {
            arrived.entry(commit).or_default().push((date, what));
        }
    }
    arrived
}

/// Returns the commits that brought so much at once that it was there before.
pub(super) fn crowds(site: &Site) -> BTreeSet<String> {
    let crowds = arrivals(site).into_iter().filter(|(_, arrived)| arrived.len() > NEWS);
    crowds.map(|(commit, _)| commit.to_owned()).collect()
}

/// Adds what a commit brought: each for itself, or what is no news in a crowd as one.
fn told(site: &Site, commit: &str, arrived: Vec<(Date, What)>, is_crowd: bool, found: &mut Vec<(Date, What)>) {
    if !is_crowd {
        found.extend(arrived);
        return;
    }
    // What would break its readers is news, whatever came with it.
    let is_news = |what: What| matches!(what, What::Version(idx) if breaks_readers(site, idx));
    let (news, others): (Vec<_>, Vec<_>) = arrived.into_iter().partition(|(_, what)| is_news(*what));
    found.extend(others.first().map(|(date, _)| (*date, What::Brought(brought(commit, &others)))));
    found.extend(news);
}

/// Returns what happened to a product and its contracts up to a day, the newest first.
pub(super) fn of_product(site: &Site, idx: usize) -> Vec<(Date, What)> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let mut found = Vec::new();
    made(site, idx, &mut found);
    let mut arrived: BTreeMap<&str, Vec<(Date, What)>> = BTreeMap::new();
    if let Some((commit, date)) = product_arrived(site, idx) {
        arrived.entry(commit).or_default().push((date, What::Product(idx)));
    }
    let mut contracts: Vec<usize> = product.outputs.iter().flatten().copied().collect();
    contracts.sort_unstable();
    contracts.dedup();
    for contract in contracts {
        of_contract(site, contract, &mut found);
        if let Some((commit, date)) = contract_arrived(site, contract) {
            arrived.entry(commit).or_default().push((date, What::Version(contract)));
        }
    }
    for (commit, arrived) in arrived {
        told(site, commit, arrived, site.crowds().contains(commit), &mut found);
    }
    for review in &product.reviews {
        push(mesh.reviews[*review].date.as_ref().map(|date| date.as_str()), What::Review(*review), &mut found);
    }
    for agreement in &product.agreements {
        of_agreement(mesh, *agreement, &mut found);
    }
    up_to(found, site.outcome.today)
}

/// Says whether a descriptor states the day on which its thing was made.
fn states_day(header: &Header) -> bool {
    header.created().and_then(date_of).is_some()
}

/// Returns the day that a version of a contract states for itself. `contractCreatedTs` dates the contract: it says
/// nothing of a version that took the place of another in its file, nor of one that states the same as one before it,
/// as long as git knows the commit that brought the version.
fn version_day(site: &Site, idx: usize) -> Option<Date> {
    let mesh = site.mesh();
    let header = &mesh.contracts[idx].descriptor.header;
    let created = header.created()?;
    let day = date_of(created)?;
    let before = mesh.versions(&header.id.value).iter().take_while(|at| **at != idx);
    let is_copied = before.filter_map(|at| mesh.contracts[*at].descriptor.header.created()).any(|one| one == created);
    let is_of_git = || site.file_history(header.file).is_some_and(|history| history.since.is_some());
    let is_own = !took_place(site, idx) && (!is_copied || !is_of_git());
    is_own.then_some(day)
}

/// Says whether a version took the place of another in its file: git knows a commit since which it is there, and the
/// file is older.
fn took_place(site: &Site, idx: usize) -> bool {
    let history = site.file_history(site.mesh().contracts[idx].descriptor.header.file);
    history.is_some_and(|history| history.since.is_some() && history.since != history.created)
}

fn push(day: Option<&str>, what: What, found: &mut Vec<(Date, What)>) {
    found.extend(day.and_then(date_of).map(|date| (date, what)));
}

/// Adds the day that a product states.
fn made(site: &Site, idx: usize, found: &mut Vec<(Date, What)>) {
    push(site.mesh().products[idx].descriptor.header.created(), What::Product(idx), found);
}

/// Returns the commit that brought a product which states no day, and its day. What was over by then is no news.
fn product_arrived(site: &Site, idx: usize) -> Option<(&str, Date)> {
    let mesh = site.mesh();
    let header = &mesh.products[idx].descriptor.header;
    if states_day(header) || mesh.is_retired(idx) {
        return None;
    }
    let stamp = site.file_history(header.file)?.created?;
    Some((&stamp.id, stamp.day()?))
}

/// Returns the commit that brought a version of a contract which states no day of its own, and its day. What was over by
/// then is no news.
fn contract_arrived(site: &Site, idx: usize) -> Option<(&str, Date)> {
    let contract = &site.mesh().contracts[idx].descriptor;
    if contract.header.has_status("retired") || version_day(site, idx).is_some() {
        return None;
    }
    let stamp = site.file_history(contract.header.file)?.since?;
    let date = stamp.day()?;
    let lifecycle = Lifecycle::of(contract);
    let is_over = lifecycle.end_of_life.or(lifecycle.end_of_support).is_some_and(|end| end <= date);
    (!is_over).then_some((&stamp.id, date))
}

fn brought(commit: &str, arrived: &[(Date, What)]) -> Brought {
    let n_products = arrived.iter().filter(|(_, what)| matches!(what, What::Product(_))).count();
    let commit = u32::from_str_radix(commit.get(..8).unwrap_or_default(), 16).unwrap_or_default();
    Brought { n_products, n_contracts: arrived.len() - n_products, commit }
}

fn of_contract(site: &Site, idx: usize, found: &mut Vec<(Date, What)>) {
    let contract = &site.mesh().contracts[idx].descriptor;
    let lifecycle = Lifecycle::of(contract);
    found.extend(version_day(site, idx).map(|date| (date, What::Version(idx))));
    found.extend(lifecycle.end_of_support.map(|date| (date, What::SupportEnded(idx))));
    found.extend(lifecycle.end_of_life.map(|date| (date, What::LifeEnded(idx))));
    let evidence = site.mesh().contract_evidence(idx);
    let turned: BTreeSet<Date> = evidence.results.iter().filter_map(|result| result.turned).collect();
    found.extend(turned.into_iter().map(|date| (date, What::Missed(idx))));
}

fn of_agreement(mesh: &Mesh, idx: usize, found: &mut Vec<(Date, What)>) {
    let agreement = &mesh.agreements[idx];
    if !agreement.header.has_status("approved") {
        return;
    }
    push(agreement.start.as_ref().map(|start| start.value.as_str()), What::Agreed(idx), found);
    push(agreement.end.as_ref().map(|end| end.value.as_str()), What::AgreementEnded(idx), found);
}

fn up_to(mut found: Vec<(Date, What)>, today: Date) -> Vec<(Date, What)> {
    // What ends holds through its last day.
    let is_end = |what: &What| matches!(what, What::SupportEnded(_) | What::LifeEnded(_) | What::AgreementEnded(_));
    found.retain(|(date, what)| *date < today || *date == today && !is_end(what));
    found.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    found
}

/// What is encoded in a part of a URI.
const UNSAFE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Returns a name of what happened that no later build changes, apart from its day: the thing by its
/// address, and what it is about it. It is safe in a URI.
pub(super) fn key(site: &Site, what: What) -> String {
    let mesh = site.mesh();
    let version = |idx: usize| {
        let contract = &mesh.contracts[idx];
        format!("contract/{}/{}", contract.slug, version_slug(contract.descriptor.version_text()))
    };
    let encoded = |id: &str| utf8_percent_encode(id, UNSAFE).to_string();
    let agreement = |idx: usize| format!("agreement/{}", encoded(&mesh.agreements[idx].header.id.value));
    match what {
        What::SupportEnded(idx) => format!("{}/support-ended", version(idx)),
        What::LifeEnded(idx) => format!("{}/ended", version(idx)),
        What::Missed(idx) => format!("{}/missed", version(idx)),
        What::Product(idx) => format!("product/{}", mesh.products[idx].slug),
        What::Version(idx) => version(idx),
        What::Review(idx) => format!("review/{}", encoded(&mesh.reviews[idx].header.id.value)),
        What::Agreed(idx) => agreement(idx),
        What::AgreementEnded(idx) => format!("{}/ended", agreement(idx)),
        What::Policy(idx) => format!("policy/{}", slug_of(&mesh.policies[idx].header)),
        What::Brought(brought) => format!("commit/{:08x}", brought.commit),
        What::Gone(idx) => {
            let departed = &site.departed[idx];
            let version =
                if departed.version.is_empty() { String::new() } else { format!("/{}", encoded(&departed.version)) };
            format!("removed/{}/{}{version}", departed.kind.word(), encoded(&departed.id))
        }
    }
}

/// Returns the domain and the team that something concerns.
pub(super) fn concerns(site: &Site, what: What) -> (Option<usize>, Option<usize>) {
    let mesh = site.mesh();
    let product = |idx: usize| (mesh.products[idx].domain_idx, mesh.products[idx].owner_idx);
    match what {
        What::SupportEnded(idx) | What::LifeEnded(idx) | What::Missed(idx) | What::Version(idx) => {
            (mesh.contracts[idx].domain_idx, mesh.contracts[idx].owner_idx)
        }
        What::Product(idx) => product(idx),
        What::Review(idx) => reviewed(mesh, idx).map(product).unwrap_or_default(),
        What::Agreed(idx) | What::AgreementEnded(idx) => {
            let provider = mesh.agreements[idx].provider.product.as_ref();
            provider.and_then(|id| mesh.product(id)).map(product).unwrap_or_default()
        }
        What::Gone(idx) => (site.departed[idx].domain_idx, site.departed[idx].owner_idx),
        What::Brought(_) => (None, None),
        What::Policy(idx) => (None, mesh.policies[idx].owner.as_ref().and_then(|owner| mesh.team(owner))),
    }
}

/// The product that a review is about.
fn reviewed(mesh: &Mesh, idx: usize) -> Option<usize> {
    mesh.product(mesh.reviews[idx].subject.value.trim_start_matches("product:"))
}

/// Returns how much of a reader's time something is worth, 0 the most: what breaks, what is over and still read, what is
/// new, what others say, then the rest; what is only on its way comes last.
pub(super) fn weight(site: &Site, what: What) -> u8 {
    let mesh = site.mesh();
    match what {
        What::Version(idx) => {
            let status = mesh.contracts[idx].descriptor.header.status_word();
            match (status, is_breaking(site, idx)) {
                ("proposed", true) if breaks_readers(site, idx) => 0,
                ("proposed" | "draft", _) => 6,
                (_, true) => 0,
                (_, false) => 4,
            }
        }
        What::Missed(_) => 1,
        What::SupportEnded(idx) | What::LifeEnded(idx) if !mesh.contracts[idx].consumers.is_empty() => 1,
        What::Product(idx) if mesh.products[idx].descriptor.header.is_unfinished() => 6,
        What::Product(_) | What::Gone(_) => 2,
        What::Review(_) | What::Policy(_) => 3,
        What::Agreed(_) => 4,
        What::SupportEnded(_) | What::LifeEnded(_) | What::AgreementEnded(_) => 5,
        What::Brought(_) => 7,
    }
}

/// Says whether a version breaks those who read the one before.
fn is_breaking(site: &Site, idx: usize) -> bool {
    site.difference(idx).is_some_and(|(_, found)| found.iter().any(|one| one.level == Level::Breaking))
}

/// Returns the newest version that is proposed and would break products that read the contract now, with the day that it
/// states, else that of the commit that brought it.
pub(super) fn proposed(site: &Site) -> Option<(Date, What)> {
    let day = |idx: usize| version_day(site, idx).or_else(|| contract_arrived(site, idx).map(|(_, date)| date));
    let all = (0..site.mesh().contracts.len()).filter(|idx| breaks_readers(site, *idx));
    let dated = all.filter_map(|idx| Some((day(idx)?, What::Version(idx))));
    dated.filter(|(day, _)| *day <= site.outcome.today).max()
}

/// Says whether a version is not in use yet and would break products that read the contract now.
fn breaks_readers(site: &Site, idx: usize) -> bool {
    let mesh = site.mesh();
    let header = &mesh.contracts[idx].descriptor.header;
    let is_read = || mesh.versions(&header.id.value).iter().any(|at| !mesh.contracts[*at].consumers.is_empty());
    header.has_status("proposed") && is_read() && is_breaking(site, idx)
}
