//! Whether a domain can own its data: what the files say of it, and which facts are missing. What the domain
//! declares about itself and what the facts show stand side by side and are never mixed.

use jiff::civil::Date;

use super::scope::upward;
use crate::graph::{DomainNode, Mesh, promise_words};
use crate::source::FileId;

/// How the data of a domain is owned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperatingMode {
    /// Teams outside the domain own all of its products.
    Central,
    /// The domain owns products, and something is missing.
    Growing,
    /// Every fact is there.
    Owning,
}

impl OperatingMode {
    /// Returns the word of `operatingMode` and of JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            OperatingMode::Central => "central",
            OperatingMode::Growing => "growing",
            OperatingMode::Owning => "owning",
        }
    }

    /// Returns the words for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            OperatingMode::Central => "centrally curated",
            OperatingMode::Growing => "growing",
            OperatingMode::Owning => "owning",
        }
    }

    /// Reads what a domain declares.
    #[must_use]
    pub fn declared(word: &str) -> Option<OperatingMode> {
        [OperatingMode::Central, OperatingMode::Growing, OperatingMode::Owning]
            .into_iter()
            .find(|mode| mode.word() == word)
    }
}

/// One thing that a domain needs to own its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadinessFact {
    /// Its name in JSON.
    pub id: &'static str,
    /// Whether it is there; `None` when that cannot be known here.
    pub is_met: Option<bool>,
    /// What is known, in a short clause.
    pub says: String,
    /// What to do when it is missing.
    pub help: &'static str,
}

/// What is known of a domain's readiness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// What the domain declares; `None` when it does not say.
    pub declared: Option<OperatingMode>,
    /// What the facts show; `None` for a domain without a product in use.
    pub shown: Option<OperatingMode>,
    /// The facts, in a fixed order.
    pub facts: Vec<ReadinessFact>,
}

impl Readiness {
    /// Returns the facts that are missing.
    pub fn missing(&self) -> impl Iterator<Item = &ReadinessFact> {
        self.facts.iter().filter(|fact| fact.is_met == Some(false))
    }

    /// Says whether the domain declares another mode than the facts show.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.declared.zip(self.shown).is_some_and(|(declared, shown)| declared != shown)
    }
}

/// The fewest people of a domain: with one alone, nobody answers while that one is away.
const FEWEST_PEOPLE: usize = 2;
/// How old the last change of a domain may be, in days: half a year.
const OLDEST_CHANGE_DAYS: i32 = 183;

/// Looks at a domain. `changed` gives the day of the last change of a file, where it is known.
#[must_use]
pub fn readiness(mesh: &Mesh, domain_idx: usize, today: Date, changed: &dyn Fn(FileId) -> Option<Date>) -> Readiness {
    let domain = &mesh.domains[domain_idx];
    let declared = domain.descriptor.operating_mode.as_deref().and_then(OperatingMode::declared);
    let is_live = |idx: &usize| !mesh.is_retired(*idx);
    let products: Vec<usize> = domain.products.iter().copied().filter(is_live).collect();
    // A product that is not in use yet promises nothing yet.
    let is_in_use = |idx: &usize| !mesh.products[*idx].descriptor.header.is_unfinished();
    let in_use: Vec<usize> = products.iter().copied().filter(is_in_use).collect();
    let is_of_domain = |team: usize| upward(mesh, mesh.teams[team].domain_idx).contains(&domain_idx);
    let n_own = products.iter().filter(|idx| mesh.products[**idx].owner_idx.is_some_and(is_of_domain)).count();
    let waiting = not_counted(products.len() - in_use.len());
    let facts = vec![
        owner_named(mesh, domain, &is_of_domain),
        products_owned(n_own, products.len()),
        people(mesh, domain_idx, &is_of_domain),
        support(mesh, &products),
        promises_stated(mesh, &in_use, &waiting),
        promises_observed(mesh, &in_use, &waiting),
        promises_kept(mesh, &in_use, &waiting),
        last_change(mesh, domain, &products, today, changed),
    ];
    let shown = match (products.len(), n_own) {
        (0, _) => None,
        (_, 0) => Some(OperatingMode::Central),
        _ if facts.iter().any(|fact| fact.is_met == Some(false)) => Some(OperatingMode::Growing),
        _ => Some(OperatingMode::Owning),
    };
    Readiness { declared, shown, facts }
}

fn owner_named(mesh: &Mesh, domain: &DomainNode, is_of_domain: &dyn Fn(usize) -> bool) -> ReadinessFact {
    let (is_met, says) = match domain.owner_idx {
        Some(team) if is_of_domain(team) => (true, format!("owned by {}", mesh.teams[team].descriptor.header.title())),
        Some(team) => (false, format!("{} owns it, a team outside", mesh.teams[team].descriptor.header.title())),
        None => (false, "no registered team owns it".to_owned()),
    };
    let help = "name a team of the domain as `owner` of the domain, and the domain as `domain` of the team";
    ReadinessFact { id: "owner-named", is_met: Some(is_met), says, help }
}

fn products_owned(n_own: usize, n_all: usize) -> ReadinessFact {
    ReadinessFact {
        id: "products-owned",
        is_met: (n_all > 0).then_some(n_own == n_all),
        says: format!("{} owned by its teams", of_products(n_own, n_all, "", ["is", "are"])),
        help: "hand the products over: `team: {name: ...}` with a team of the domain",
    }
}

fn people(mesh: &Mesh, domain_idx: usize, is_of_domain: &dyn Fn(usize) -> bool) -> ReadinessFact {
    let own: Vec<usize> = (0..mesh.teams.len()).filter(|team| is_of_domain(*team)).collect();
    let mut names: Vec<&str> = own
        .iter()
        .flat_map(|team| &mesh.teams[*team].descriptor.members)
        .map(|member| member.username.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let domain = mesh.domains[domain_idx].descriptor.header.title();
    let says = match (own.len(), names.len()) {
        (0, _) => format!("no team is of {domain}"),
        (_, 0) => "its teams name nobody".to_owned(),
        (n_teams, 1) => format!("1 person in {n_teams} {}", if n_teams == 1 { "team" } else { "teams" }),
        (n_teams, n) => format!("{n} people in {n_teams} {}", if n_teams == 1 { "team" } else { "teams" }),
    };
    ReadinessFact {
        id: "people-named",
        is_met: Some(names.len() >= FEWEST_PEOPLE),
        says,
        help: "list at least two `members` in the teams of the domain, so that somebody answers while one is away",
    }
}

fn support(mesh: &Mesh, products: &[usize]) -> ReadinessFact {
    let is_answered = |idx: &&usize| {
        let product = &mesh.products[**idx];
        let of_team = product.owner_idx.is_some_and(|team| !mesh.teams[team].descriptor.header.support.is_empty());
        of_team || !product.descriptor.header.support.is_empty()
    };
    let n = products.iter().filter(is_answered).count();
    ReadinessFact {
        id: "support-answered",
        is_met: (!products.is_empty()).then_some(n == products.len()),
        says: format!("{} where to ask", of_products(n, products.len(), "", ["says", "say"])),
        help: "add `support` to the owning team, or to the product",
    }
}

/// Says of how many products something is so: `1 of 3 products is`, `0 of 1 product is`.
fn of_products(n: usize, n_all: usize, which: &str, [one, many]: [&str; 2]) -> String {
    let noun = if n_all == 1 { "product" } else { "products" };
    let verb = if n == 1 || n_all == 1 { one } else { many };
    format!("{n} of {n_all} {noun}{which} {verb}")
}

/// Says how many products are drafts or proposed, and so stand in no count of promises.
fn not_counted(n_waiting: usize) -> String {
    match n_waiting {
        0 => String::new(),
        n => format!("; {n} not in use yet, not counted"),
    }
}

// What is promised, what is observed and what is kept are three facts. A promise without a result is missing in the
// second alone, and counts in the third neither as kept nor as missed; a product without a promise in the first alone.

fn promises_stated(mesh: &Mesh, products: &[usize], waiting: &str) -> ReadinessFact {
    let n = products.iter().filter(|idx| mesh.product_evidence(**idx).n_promises > 0).count();
    ReadinessFact {
        id: "promises-stated",
        is_met: (!products.is_empty()).then_some(n == products.len()),
        says: {
            let of_products = of_products(n, products.len(), " in use", ["promises", "promise"]);
            format!("{of_products} something{waiting}")
        },
        help: "promise what the team can keep in the contracts of the others: `slaProperties` or a `quality` rule",
    }
}

fn promises_observed(mesh: &Mesh, products: &[usize], waiting: &str) -> ReadinessFact {
    let (mut n_promising, mut n_observed) = (0, 0);
    for evidence in products.iter().map(|idx| mesh.product_evidence(*idx)) {
        n_promising += usize::from(evidence.n_promises > 0);
        n_observed += usize::from(evidence.n_kept + evidence.n_missed > 0);
    }
    ReadinessFact {
        id: "promises-observed",
        is_met: (n_promising > 0).then_some(n_observed == n_promising),
        says: match n_promising {
            0 => format!("nothing is promised that a result could be about{waiting}"),
            n => {
                let which = if n == 1 { " that promises something" } else { " that promise something" };
                format!("{} a result{waiting}", of_products(n_observed, n, which, ["has", "have"]))
            }
        },
        help: "write result files for the others",
    }
}

fn promises_kept(mesh: &Mesh, products: &[usize], waiting: &str) -> ReadinessFact {
    let (mut n_promises, mut n_kept, mut n_missed, mut n_schema_misses) = (0, 0, 0, 0);
    for evidence in products.iter().map(|idx| mesh.product_evidence(*idx)) {
        n_promises += evidence.n_promises;
        n_kept += evidence.n_kept;
        n_missed += evidence.n_missed;
        n_schema_misses += evidence.schema_misses.len();
    }
    let n_bad = n_missed + n_schema_misses;
    ReadinessFact {
        id: "promises-kept",
        is_met: (n_kept + n_bad > 0).then_some(n_bad == 0),
        says: promise_words(n_promises, n_kept, n_missed, n_schema_misses) + waiting,
        help: "mend what is missed, or promise what can be kept",
    }
}

fn last_change(
    mesh: &Mesh,
    domain: &DomainNode,
    products: &[usize],
    today: Date,
    changed: &dyn Fn(FileId) -> Option<Date>,
) -> ReadinessFact {
    let of_products = products.iter().flat_map(|idx| {
        let product = &mesh.products[*idx];
        let contracts = product.outputs.iter().flatten().map(|idx| mesh.contracts[*idx].descriptor.header.file);
        std::iter::once(product.descriptor.header.file).chain(contracts)
    });
    let files = std::iter::once(domain.descriptor.header.file).chain(of_products);
    let latest = files.filter_map(changed).max();
    let age = latest.and_then(|day| today.since(day).ok()).map(|span| span.get_days());
    ReadinessFact {
        id: "changed-lately",
        is_met: age.map(|days| days <= OLDEST_CHANGE_DAYS),
        says: match latest {
            Some(day) => format!("last changed on {day}"),
            None => "git does not say when it changed".to_owned(),
        },
        help: "read its descriptors again: what nobody has touched for half a year is seldom still so",
    }
}
