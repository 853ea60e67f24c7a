//! The home page: what is here, where do I start.

use jiff::civil::Date;
use serde::Serialize;

use super::page;
use crate::graph::Evidence;
use crate::model::Kind;
use crate::render::census::Census;
use crate::render::events::{self, Event, What};
use crate::render::parts::{self, Anchor, Day, Frame, Linker, Sign};
use crate::render::picture::{Island, IslandSize, MarkSize, key_figure, scale_of_cards};
use crate::render::site::{Commit, Site};
use crate::render::{Page, RenderError};

#[derive(Serialize)]
struct HomePage<'a> {
    frame: Frame<'a>,
    /// The mark of the most used product, with words.
    figure: Option<Figure<'a>>,
    commit: Option<CommitPart<'a>>,
    counts: Vec<Count>,
    /// What is retired, and so in no count.
    uncounted: Option<String>,
    facets: Vec<Anchor<'a>>,
    states: Vec<StateCount>,
    /// The states as one bar.
    bar: Vec<BarPart>,
    n_products: usize,
    n_domains: usize,
    domains: Vec<DomainCard<'a>>,
    n_more_domains: usize,
    /// How many products a hexagon stands for.
    scale: usize,
    most_used: Vec<Rank<'a>>,
    lately: Vec<Event<'a>>,
    n_errors: usize,
    /// Files with an error are not in the site.
    is_partial: bool,
    wanted: Option<String>,
}

#[derive(Serialize)]
struct CommitPart<'a> {
    short: String,
    date: &'a str,
    day: String,
}

/// How many of a kind, a link to their list.
#[derive(Serialize)]
struct Count {
    n: usize,
    word: String,
    href: String,
}

/// How many products are in a state of evidence.
#[derive(Serialize)]
pub(super) struct StateCount {
    /// The hexagon of the state.
    symbol: &'static str,
    word: &'static str,
    n: usize,
    /// How many of them are kept by results of which some are old.
    n_old: usize,
    says: &'static str,
    /// The search that finds them, from the top of the site.
    href: String,
}

/// A piece of the bar over all products, in hundredths of its width.
#[derive(Serialize)]
struct BarPart {
    class: String,
    x: String,
    width: String,
}

#[derive(Serialize)]
struct DomainCard<'a> {
    domain: Anchor<'a>,
    say: Option<String>,
    n_products: usize,
    /// Those that are retired, which have no hexagon.
    n_retired: usize,
    /// Products by state, kept first.
    states: Vec<StateCount>,
    island: Option<String>,
    is_central: bool,
    /// Products by name, where no page of a domain has them.
    products: Vec<Named<'a>>,
    n_more: usize,
}

/// A product with its mark.
#[derive(Serialize)]
struct Named<'a> {
    mark: String,
    product: Anchor<'a>,
}

#[derive(Serialize)]
struct Figure<'a> {
    svg: String,
    product: Anchor<'a>,
}

#[derive(Serialize)]
struct Rank<'a> {
    mark: String,
    product: Anchor<'a>,
    status: Sign<'static>,
    note: String,
    n_consumers: usize,
}

/// Products in the list of the most used.
const RANKED: usize = 8;
/// Things that happened lately.
const LATELY: usize = 6;
/// Of how many of them the heaviest are sought, and how many of one weight stand before others have had their turn.
const CONSIDERED: usize = 400;
const EACH: usize = 2;
/// What counts as lately, in days.
const RECENT_DAYS: i32 = 30;
/// How long a proposal is news to those who read what it breaks, in days.
const PROPOSED_DAYS: i32 = 180;
/// Domains on the page.
const DOMAINS: usize = 24;
/// Products by name that belong to no domain.
const NAMED: usize = 12;
/// Values of facets to try.
const TRIES: usize = 3;

pub(super) fn pages(_site: &Site) -> Vec<Page<Site>> {
    page("index.html", 0, html).into_iter().collect()
}

fn html(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    site.theme.render("home.html", &build(site))
}

fn build(site: &Site) -> HomePage<'_> {
    let mesh = site.mesh();
    let linker = Linker { site, depth: 0 };
    let mut frame = Frame::new(site, "index.html", "home", "Find data you can rely on");
    frame.description = format!(
        "The data products of {}, with who answers for them and what they promise.",
        site.outcome.config.mesh.name
    );
    frame.feed = Some(super::feeds::CHANGES.to_owned());
    let mesh_config = &site.outcome.config.mesh;
    let catalog = frame
        .linked
        .thing("DataCatalog", "index.html")
        .text("name", &mesh_config.name)
        .text("description", mesh_config.description.as_deref().unwrap_or(&frame.description));
    frame.linked.set(catalog);
    let mut ranked: Vec<usize> =
        (0..mesh.products.len()).filter(|idx| !mesh.products[*idx].consumers.is_empty()).collect();
    ranked.sort_by_key(|idx| (std::cmp::Reverse(mesh.products[*idx].consumers.len()), *idx));
    let rank = |idx: usize| Rank {
        mark: site.mark(idx, MarkSize::Card),
        product: linker.product(idx),
        status: parts::status_of(&mesh.products[idx].descriptor.header),
        note: note(site, idx),
        n_consumers: mesh.products[idx].consumers.len(),
    };
    let is_living = |idx: &usize| !mesh.domains[*idx].descriptor.header.has_status("retired");
    let mut domains: Vec<usize> = (0..mesh.domains.len()).filter(is_living).collect();
    let n_domains = domains.len();
    domains.sort_by_cached_key(|idx| mesh.domains[*idx].descriptor.header.title().to_lowercase());
    if domains.len() > DOMAINS {
        domains.sort_by_key(|idx| std::cmp::Reverse(mesh.domains[*idx].products.len()));
    }
    let in_use = |products: &[usize]| Census::of_products(site.mesh(), products.iter().copied()).n;
    let all: Vec<usize> = (0..mesh.products.len()).collect();
    let homeless: Vec<usize> = all.iter().copied().filter(|idx| mesh.products[*idx].domain_idx.is_none()).collect();
    let sizes = mesh.domains.iter().map(|domain| in_use(&domain.products)).chain([in_use(&homeless)]);
    let largest = sizes.max().unwrap_or(0);
    let cards = domains.into_iter().take(DOMAINS).map(|idx| domain_card(site, idx, largest, linker));
    let cards = cards.chain(homeless_card(site, &homeless, largest, linker)).collect();
    let census: Vec<(Census, &str, Kind)> = COUNTED.map(|(kind, one)| (Census::of(site, kind), one, kind)).to_vec();
    let explained = ranked.iter().copied().find(|idx| site.health[*idx].state == Evidence::Kept);
    HomePage {
        figure: explained.or(ranked.first().copied()).map(|idx| Figure {
            svg: key_figure(&site.mark_facts(idx), mesh.products[idx].descriptor.header.title()),
            product: linker.product(idx),
        }),
        commit: site.commit.as_ref().map(commit_part),
        counts: counts(&census),
        uncounted: uncounted(&census),
        facets: tries(site, linker),
        bar: bar(&states(site, &all)),
        states: states(site, &all),
        n_domains,
        n_products: census[0].0.n,
        n_more_domains: n_domains.saturating_sub(DOMAINS),
        domains: cards,
        scale: scale_of_cards(largest),
        most_used: ranked.into_iter().take(RANKED).map(rank).collect(),
        lately: lately(site).into_iter().map(|(date, what)| events::event(linker, date, what)).collect(),
        n_errors: site.outcome.findings.summary().errors,
        is_partial: site.errors_note().is_some(),
        wanted: site.issue_url("Data wanted: ", "What we need: \nWhat for: \nHow fresh, how complete: \nUntil: \n"),
        frame,
    }
}

/// What happened lately, the heaviest first: of each weight the newest, and not many of one while there are others. What
/// would break products that read it now stays longer. What one commit brought at once is no news of a product.
fn lately(site: &Site) -> Vec<(Date, What)> {
    let today = site.outcome.today;
    let since = |days: i32| today.saturating_sub(jiff::Span::new().days(days));
    let (recent, proposals) = (since(RECENT_DAYS), since(PROPOSED_DAYS));
    let news = || site.happened().iter().copied().filter(|(_, what)| !matches!(what, What::Brought(_)));
    let mut ranked: Vec<(u8, (Date, What))> = news()
        .take_while(|(day, _)| *day >= recent)
        .take(CONSIDERED)
        .map(|one| (events::weight(site, one.1), one))
        .collect();
    let proposed = events::proposed(site).filter(|one| one.0 >= proposals && ranked.iter().all(|(_, it)| it != one));
    ranked.extend(proposed.map(|one| (0, one)));
    // Stable: of one weight the newest stays first.
    ranked.sort_by_key(|(weight, (day, _))| (*weight, std::cmp::Reverse(*day)));
    let mut n_of = [0_usize; 8];
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for (weight, one) in ranked {
        let n = &mut n_of[usize::from(weight).min(7)];
        *n += 1;
        if *n <= EACH { first.push((weight, one)) } else { rest.push((weight, one)) }
    }
    let n_free = LATELY.saturating_sub(first.len());
    first.truncate(LATELY);
    first.extend(rest.into_iter().take(n_free));
    first.sort_by_key(|(weight, (day, _))| (*weight, std::cmp::Reverse(*day)));
    let mut lately: Vec<(Date, What)> = first.into_iter().map(|(_, one)| one).collect();
    let older = news().skip_while(|(day, _)| *day >= recent).take(LATELY);
    let older: Vec<(Date, What)> = older.filter(|one| !lately.contains(one)).collect();
    lately.extend(older.into_iter().take(LATELY.saturating_sub(lately.len())));
    if lately.is_empty() {
        // Where nothing else happened, that is the news.
        lately.extend(site.happened().iter().take(LATELY));
    }
    lately
}

/// What is counted, with what one of it is called.
const COUNTED: [(Kind, &str); 7] = [
    (Kind::DataProduct, "product"),
    (Kind::DataContract, "contract"),
    (Kind::Domain, "domain"),
    (Kind::Team, "team"),
    (Kind::SemanticDefinition, "term"),
    (Kind::Policy, "policy"),
    (Kind::SourceSystem, "source system"),
];

fn counts(census: &[(Census, &str, Kind)]) -> Vec<Count> {
    let count = |(census, one, kind): &(Census, &str, Kind)| Count {
        n: census.n,
        word: parts::count(census.n, one).split_once(' ').map(|(_, word)| word.to_owned()).unwrap_or_default(),
        href: format!("{}/index.html", kind.folder()),
    };
    census.iter().filter(|(census, ..)| census.n + census.n_retired > 0).map(count).collect()
}

/// Says what is retired: "1 product and 3 contracts".
fn uncounted(census: &[(Census, &str, Kind)]) -> Option<String> {
    let retired = census.iter().filter(|(census, ..)| census.n_retired > 0);
    let words: Vec<String> = retired.map(|(census, one, _)| parts::count(census.n_retired, one)).collect();
    let (last, others) = words.split_last()?;
    Some(if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) })
}

/// The largest values of the facets that people ask first.
fn tries<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<Anchor<'a>> {
    let of = |id: &str| site.facets.all.iter().find(|facet| facet.id == id);
    let mut tries = Vec::new();
    for (id, n) in [("type", TRIES), ("tag", TRIES)] {
        let Some(facet) = of(id) else { continue };
        for value in facet.values.iter().take(n) {
            tries.push(linker.to(value.label.as_str(), &value.page(facet.id)));
        }
    }
    tries
}

/// Counts products by the state of their evidence; those that are retired promise nothing any more.
pub(super) fn states(site: &Site, products: &[usize]) -> Vec<StateCount> {
    let living = || products.iter().filter(|idx| !site.mesh().is_retired(**idx));
    let count = |state: Evidence| living().filter(|idx| site.health[**idx].state == state).count();
    let words = |state: Evidence| match state {
        Evidence::Kept => ("hx-k", "kept", "there are results, and all meet their promises"),
        Evidence::Missed => ("hx-m", "missed", "a result misses its promise, or the data is not as the schema states"),
        Evidence::Promised => ("hx-p", "promised only", "no result says so yet"),
        Evidence::NotStated => ("hx-u", "not stated", "nobody promised anything"),
    };
    let of = |state: Evidence| {
        let (symbol, word, says) = words(state);
        let n_old = if state == Evidence::Kept { n_old(site, products) } else { 0 };
        StateCount { symbol, word, n: count(state), n_old, says, href: search_of(word) }
    };
    Evidence::ALL.into_iter().map(of).filter(|count| count.n > 0).collect()
}

/// Counts the products that are kept by results of which some are old.
pub(super) fn n_old(site: &Site, products: &[usize]) -> usize {
    let living = products.iter().filter(|idx| !site.mesh().is_retired(**idx));
    living.filter(|idx| site.health[**idx].is_kept_of_old()).count()
}

/// The search for products by the word of their evidence, from the top of the site.
pub(super) fn search_of(word: &str) -> String {
    // As the filter of the search writes it: in one word.
    format!("search.html?q=kind:product+evidence:{}", word.replace(' ', ""))
}

/// Draws states one beside the other, each as wide as it has products, with a gap between them.
fn bar(states: &[StateCount]) -> Vec<BarPart> {
    const WIDTH: usize = 10_000;
    const GAP: usize = 35;
    let all: usize = states.iter().map(|state| state.n).sum();
    let room = WIDTH.saturating_sub(GAP * states.len().saturating_sub(1));
    let percent = |part: usize| format!("{}.{:02}%", part / 100, part % 100);
    let mut x = 0;
    let mut parts = Vec::new();
    for state in states {
        let width = state.n * room / all.max(1);
        parts.push(BarPart { class: state.symbol.replace('-', ""), x: percent(x), width: percent(width) });
        x += width + GAP;
    }
    parts
}

fn note(site: &Site, idx: usize) -> String {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let owner = product.owner_idx.map(|idx| mesh.teams[idx].descriptor.header.title());
    let parts: Vec<&str> = [mesh.domain_title(product.domain_idx), owner].into_iter().flatten().collect();
    parts.join(", ")
}

fn commit_part(commit: &Commit) -> CommitPart<'_> {
    CommitPart { short: commit.id.chars().take(7).collect(), date: &commit.date, day: Day::of(&commit.date).text }
}

fn domain_card<'a>(site: &'a Site, idx: usize, largest: usize, linker: Linker<'a>) -> DomainCard<'a> {
    let domain = &site.mesh().domains[idx];
    let purpose = domain.descriptor.header.description.purpose.as_deref();
    let census = Census::of_products(site.mesh(), domain.products.iter().copied());
    let island = site.island(idx, IslandSize::Card(largest));
    DomainCard {
        domain: linker.to(domain.descriptor.header.title(), &format!("domains/{}.html", domain.slug)),
        say: purpose.map(parts::first_sentence),
        n_products: census.n,
        n_retired: census.n_retired,
        states: states(site, &domain.products),
        island: (census.n > 0).then_some(island.svg),
        is_central: domain.descriptor.operating_mode.as_deref() == Some("central"),
        products: Vec::new(),
        n_more: 0,
    }
}

/// Shows the products that no described domain has, so that the page names them all the same.
fn homeless_card<'a>(site: &'a Site, products: &[usize], largest: usize, linker: Linker<'a>) -> Option<DomainCard<'a>> {
    let living: Vec<usize> = products.iter().copied().filter(|idx| !site.mesh().is_retired(*idx)).collect();
    let island = Island::of(HOMELESS, living.iter().map(|idx| site.health[*idx].state), IslandSize::Card(largest));
    let named = living.iter().take(NAMED);
    (!living.is_empty()).then(|| DomainCard {
        domain: Anchor::plain(HOMELESS),
        say: Some("Their files name no domain, or one that is not described here.".to_owned()),
        n_products: living.len(),
        n_retired: products.len() - living.len(),
        states: states(site, products),
        island: Some(island.svg),
        is_central: false,
        products: named
            .map(|idx| Named { mark: site.mark(*idx, MarkSize::Card), product: linker.product(*idx) })
            .collect(),
        n_more: living.len().saturating_sub(NAMED),
    })
}

/// The head of what belongs to no domain.
const HOMELESS: &str = "Without a domain";
