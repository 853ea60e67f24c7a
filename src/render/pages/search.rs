//! The search page: results come by script; without it, the lists and how to use them.

use std::borrow::Cow;

use serde::Serialize;

use super::letters::{LetterLink, letters};
use super::page;
use crate::model::Kind;
use crate::render::census::Census;
use crate::render::facets::{self, Facet, FacetValue};
use crate::render::letters::List;
use crate::render::parts::{Anchor, Frame, Linker};
use crate::render::site::Site;
use crate::render::{Page, RenderError};

#[derive(Serialize)]
struct SearchPage<'a> {
    frame: Frame<'a>,
    lists: Vec<ListLink<'a>>,
    names: Vec<LetterLink<'a>>,
    columns: Vec<LetterLink<'a>>,
    domains: Vec<ListLink<'a>>,
    /// Other ways to divide products.
    facets: Vec<Anchor<'a>>,
    syntax: Vec<Example>,
}

#[derive(Serialize)]
struct ListLink<'a> {
    list: Anchor<'a>,
    n: usize,
}

/// A piece of a query, and what it does.
#[derive(Serialize)]
struct Example {
    code: Cow<'static, str>,
    says: &'static str,
}

/// Pieces of queries that mean the same on every site.
const SYNTAX: [(&str, &str); 10] = [
    ("status:active", "active, proposed, draft, deprecated or retired"),
    ("status:-retired", "all but these; a dash leaves any value out"),
    ("-draft", "without this word; -column:amount without such a column"),
    ("column:amount", "with a column of this name"),
    ("type:kafka", "on a kind of server"),
    ("class:pii", "with personal data; class:none without"),
    ("fresh:minutes", "promised within minutes; also hours, days, and weeks for a week or more"),
    ("evidence:kept", "whose results keep the promises; also missed, promised-only and not-stated"),
    ("has:agreement", "with an agreement on access; also has:sample and has:promise"),
    ("kind:product", "product, contract, object, term, domain, team, policy or source"),
];

/// Words what a query may hold; the names are those of this site with the most products.
fn syntax(site: &Site) -> Vec<Example> {
    let named = [("domain", "of a domain, by its id or name"), ("owner", "that a team answers for")];
    let own = named.into_iter().filter_map(|(key, says)| {
        let facet = site.facets.all.iter().find(|facet| facet.id == key)?;
        let most = facet.values.iter().max_by_key(|value| (value.n, std::cmp::Reverse(&value.slug)))?;
        Some(Example { code: format!("{key}:{}", most.slug).into(), says })
    });
    let always = SYNTAX.into_iter().map(|(code, says)| Example { code: code.into(), says });
    own.chain(always).collect()
}

/// Domains that are linked.
const DOMAINS: usize = 100;

/// The lists of a site, with what they are called.
const LISTS: [(Kind, &str); 7] = [
    (Kind::DataProduct, "Data products"),
    (Kind::DataContract, "Data contracts"),
    (Kind::Domain, "Domains"),
    (Kind::Team, "Teams"),
    (Kind::SemanticDefinition, "Glossary"),
    (Kind::Policy, "Policies"),
    (Kind::SourceSystem, "Source systems"),
];

pub(super) fn pages(_site: &Site) -> Vec<Page<Site>> {
    page("search.html", 0, html).into_iter().collect()
}

fn html<'a>(site: &'a Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let linker = Linker { site, depth: 0 };
    let mut frame = Frame::new(site, "search.html", "search", "Search");
    frame.description =
        format!("Find products, contracts, columns, terms and teams of {}.", site.outcome.config.mesh.name);
    let link = |(kind, title): (Kind, &'static str)| ListLink {
        list: linker.to(title, &format!("{}/index.html", kind.folder())),
        n: Census::of(site, kind).n,
    };
    let domain =
        |value: &'a FacetValue| ListLink { list: linker.to(value.label.as_str(), &value.page("domain")), n: value.n };
    let (domains, others): (Vec<&Facet>, Vec<&Facet>) =
        site.facets.all.iter().filter(|facet| !facet.values.is_empty()).partition(|facet| facet.id == "domain");
    let page = SearchPage {
        frame,
        lists: LISTS.into_iter().map(link).collect(),
        names: letters(linker, List::Names, None),
        columns: letters(linker, List::Columns, None),
        domains: domains.into_iter().flat_map(|facet| &facet.values).take(DOMAINS).map(domain).collect(),
        facets: others
            .into_iter()
            .map(|facet| linker.to(facet.title, &format!("{}#{}", facets::INDEX, facet.id)))
            .collect(),
        syntax: syntax(site),
    };
    site.theme.render("search.html", &page)
}
