//! Who stands around a product, and what of it is drawn: neighbours by name while they are few, by
//! domain when they are many, the largest domains when they are very many. What is left out is counted.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::graph::{Edge, EdgeKind, LineageNode, Mesh, Trust};
use crate::model::{Kind, date_of};
use crate::render::export::node_header;
use crate::render::parts;

/// Neighbours of one side that are drawn by name.
pub(super) const NAMED: usize = 9;
/// Neighbours of one side above which the largest domains come first.
const HUB: usize = 40;

/// The title where no domain is written.
const NO_DOMAIN: &str = "no domain stated";

/// Which side of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// What it reads.
    Takes,
    /// Who reads it.
    Gives,
}

/// A neighbour with all its ties to the product.
#[derive(Clone, Debug)]
pub(super) struct Neighbour {
    /// What it is.
    pub node: LineageNode,
    /// The output ports of the product through which it reads; for what the product takes, empty.
    pub ports: BTreeSet<usize>,
    /// Contracts, ports and assets it goes through, as people name them.
    pub through: BTreeSet<String>,
    /// How it is known, the best of all ties.
    pub trust: Trust,
    /// Until when use is agreed, where an agreement is in force.
    pub agreed: Option<Agreed>,
    /// A tie leads through something that ends.
    pub is_ending: bool,
    /// A tie leads through something that goes on.
    pub goes_on: bool,
    /// It is not simply in use.
    pub state: Option<&'static str>,
    /// It stands on the other side as well.
    pub is_cycle: bool,
    /// The title of its domain.
    pub domain: Domain,
}

/// An agreement in force.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Agreed {
    /// The end, as people read it.
    pub until: Option<String>,
}

/// A domain, registered or only written down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Domain {
    /// The stem of its page; of those that are not registered the words in the file.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its position when registered.
    pub idx: Option<usize>,
}

/// One place of a picture.
#[derive(Clone, Debug)]
pub(super) enum Slot {
    /// A neighbour by name.
    One(Neighbour),
    /// The neighbours of a domain.
    Group(Domain, Vec<Neighbour>),
    /// The rest: how many domains, and their neighbours.
    More(usize, Vec<Neighbour>),
}

impl Slot {
    /// Returns the neighbours it stands for.
    pub(super) fn members(&self) -> &[Neighbour] {
        match self {
            Slot::One(neighbour) => std::slice::from_ref(neighbour),
            Slot::Group(_, members) | Slot::More(_, members) => members,
        }
    }

    /// Returns the ports through which any of them reads.
    pub(super) fn ports(&self) -> BTreeSet<usize> {
        self.members().iter().flat_map(|member| member.ports.iter().copied()).collect()
    }

    /// Returns the members between which and the product something ends.
    pub(super) fn n_ending(&self) -> usize {
        self.members().iter().filter(|member| member.is_ending).count()
    }
}

/// One side of the picture.
#[derive(Clone, Debug)]
pub(super) struct Around {
    /// What is drawn.
    pub slots: Vec<Slot>,
    /// All neighbours.
    pub n: usize,
    /// Their domains.
    pub n_domains: usize,
}

impl Around {
    /// Returns the neighbours drawn by their own name.
    pub(super) fn n_named(&self) -> usize {
        self.slots.iter().filter(|slot| matches!(slot, Slot::One(_))).count()
    }

    /// Returns the domains left out by name, when there are any.
    pub(super) fn n_more(&self) -> Option<usize> {
        self.slots.iter().find_map(|slot| if let Slot::More(n, _) = slot { Some(*n) } else { None })
    }

    /// Says whether a neighbour is not drawn by its own name.
    pub(super) fn is_cut(&self) -> bool {
        self.n_named() < self.n
    }
}

/// Returns the domain of a node.
pub(super) fn domain_of(mesh: &Mesh, node: LineageNode) -> Domain {
    let (idx, written) = match node.kind {
        Kind::SourceSystem => (mesh.sources[node.idx].domain_idx, None),
        Kind::Team => (mesh.teams[node.idx].domain_idx, None),
        _ => {
            let product = &mesh.products[node.idx];
            (product.domain_idx, product.descriptor.domain.as_ref().map(|domain| domain.value.to_string()))
        }
    };
    match (idx, written) {
        (Some(idx), _) => {
            let domain = &mesh.domains[idx];
            Domain { key: domain.slug.clone(), title: domain.descriptor.header.title().to_owned(), idx: Some(idx) }
        }
        // A dash never begins a slug, so that words and slugs stay apart.
        (None, Some(written)) => Domain { key: format!("-{}", written.to_lowercase()), title: written, idx: None },
        (None, None) => Domain { key: String::new(), title: NO_DOMAIN.to_owned(), idx: None },
    }
}

/// Returns the title of the domain of a node, as [`domain_of`] has it.
pub(super) fn domain_title(mesh: &Mesh, node: LineageNode) -> &str {
    let (idx, written) = match node.kind {
        Kind::SourceSystem => (mesh.sources[node.idx].domain_idx, None),
        Kind::Team => (mesh.teams[node.idx].domain_idx, None),
        _ => {
            let product = &mesh.products[node.idx];
            (product.domain_idx, product.descriptor.domain.as_ref().map(|domain| domain.value.as_str()))
        }
    };
    mesh.domain_title(idx).or(written).unwrap_or(NO_DOMAIN)
}

/// Returns the stem of the page of a node.
pub(super) fn slug_of(mesh: &Mesh, node: LineageNode) -> &str {
    match node.kind {
        Kind::SourceSystem => &mesh.sources[node.idx].slug,
        Kind::Team => &mesh.teams[node.idx].slug,
        _ => &mesh.products[node.idx].slug,
    }
}

/// Says whether a contract version is on its way out or gone.
fn is_ending_contract(mesh: &Mesh, contract_idx: usize) -> bool {
    is_ending_state(mesh.state(LineageNode { kind: Kind::DataContract, idx: contract_idx }))
}

/// Says whether a thing is on its way out or gone.
pub(super) fn is_ending_state(state: Option<&str>) -> bool {
    matches!(state, Some("deprecated" | "retired"))
}

/// Says whether a product is on its way out or gone.
pub(super) fn is_ending_product(mesh: &Mesh, product_idx: usize) -> bool {
    is_ending_state(mesh.state(LineageNode { kind: Kind::DataProduct, idx: product_idx }))
}

/// Says of all edges from one to another whether something of what flows there ends, and whether something goes on. Who
/// reads an old version beside the current one has to move off it all the same.
pub(super) fn ends<'e>(
    mesh: &Mesh,
    (from, to): (LineageNode, LineageNode),
    edges: impl IntoIterator<Item = &'e Edge>,
) -> (bool, bool) {
    let is_product = from.kind == Kind::DataProduct;
    edges.into_iter().fold((false, false), |(ends, goes_on), edge| {
        let is_ending = is_product && is_ending(mesh, from.idx, edge, to);
        (ends || is_ending, goes_on || !is_ending)
    })
}

/// Says whether what flows along an edge into a consumer ends: the contract, the port that publishes
/// it, or the product.
fn is_ending(mesh: &Mesh, provider: usize, edge: &Edge, consumer: LineageNode) -> bool {
    if is_ending_product(mesh, provider) || edge.contract_idx.is_some_and(|idx| is_ending_contract(mesh, idx)) {
        return true;
    }
    let ports = output_ports(mesh, provider, edge, consumer);
    let outputs = &mesh.products[provider].descriptor.output_ports;
    !ports.is_empty() && ports.iter().all(|port| outputs[*port].is_deprecated)
}

/// Returns the output ports of the provider through which an edge goes.
fn output_ports(mesh: &Mesh, provider: usize, edge: &Edge, consumer: LineageNode) -> Vec<usize> {
    if let (Some(port_idx), Kind::DataProduct) = (edge.port_idx, consumer.kind) {
        let by = &mesh.products[consumer.idx].inputs[port_idx].published_by;
        return by.iter().filter(|by| by.product_idx == provider).map(|by| by.port_idx).collect();
    }
    let outputs = mesh.products[provider].outputs.iter().enumerate();
    outputs
        .filter(|(_, contract)| contract.is_some() && **contract == edge.contract_idx)
        .map(|(port, _)| port)
        .collect()
}

/// Collects the neighbours of a product on one side.
pub(super) fn neighbours(mesh: &Mesh, product_idx: usize, side: Side, today: Date) -> Vec<Neighbour> {
    let middle = LineageNode { kind: Kind::DataProduct, idx: product_idx };
    let (mut edges, others) = (mesh.lineage.upstream(middle), mesh.lineage.downstream(middle));
    let others = match side {
        Side::Takes => others,
        Side::Gives => std::mem::replace(&mut edges, others),
    };
    let mut found: BTreeMap<LineageNode, Neighbour> = BTreeMap::new();
    // What is retired reads nothing any more.
    let is_reader =
        |node: &LineageNode| side == Side::Takes || node.kind != Kind::DataProduct || !mesh.is_retired(node.idx);
    // Both lists are sorted by their nodes.
    let is_other = |node: LineageNode| others.binary_search_by_key(&node, |(other, _)| *other).is_ok();
    for edges in edges.chunk_by(|(one, _), (other, _)| one == other) {
        let node = edges[0].0;
        if node == middle || !is_reader(&node) {
            continue;
        }
        let ends_of = if side == Side::Takes { (node, middle) } else { (middle, node) };
        let (is_ending, goes_on) = ends(mesh, ends_of, edges.iter().map(|(_, edge)| *edge));
        let mut neighbour = Neighbour {
            node,
            ports: BTreeSet::new(),
            through: BTreeSet::new(),
            trust: edges.iter().map(|(_, edge)| edge.trust).min().unwrap_or(Trust::Hint),
            agreed: None,
            is_ending,
            goes_on,
            state: mesh.state(node),
            is_cycle: is_other(node),
            domain: domain_of(mesh, node),
        };
        for (_, edge) in edges {
            tie(mesh, product_idx, side, edge, &mut neighbour);
        }
        found.insert(node, neighbour);
    }
    agree(mesh, product_idx, side, today, &mut found);
    found.into_values().collect()
}

/// Notes what an edge between a product and a neighbour goes through.
fn tie(mesh: &Mesh, product_idx: usize, side: Side, edge: &Edge, neighbour: &mut Neighbour) {
    if side == Side::Gives {
        let ports = output_ports(mesh, product_idx, edge, neighbour.node);
        let outputs = &mesh.products[product_idx].descriptor.output_ports;
        neighbour.through.extend(ports.iter().map(|port| outputs[*port].name.to_string()));
        neighbour.ports.extend(ports);
    } else if edge.kind == EdgeKind::Ingests {
        let port = edge.port_idx.map(|port| &mesh.products[product_idx].descriptor.input_ports[port]);
        let asset = port.and_then(|port| port.source_asset.as_ref().map(|asset| asset.value.to_string()));
        neighbour.through.extend(asset.or_else(|| port.map(|port| port.name.to_string())));
    } else if let Some(contract_idx) = edge.contract_idx {
        let contract = &mesh.contracts[contract_idx].descriptor;
        neighbour.through.insert(format!("{} {}", contract.header.id.value, contract.version_text()));
    }
}

/// Notes the agreements in force; of several the one that ends last.
fn agree(mesh: &Mesh, product_idx: usize, side: Side, today: Date, found: &mut BTreeMap<LineageNode, Neighbour>) {
    let product = |idx| LineageNode { kind: Kind::DataProduct, idx };
    let providers: Vec<usize> = match side {
        Side::Gives => vec![product_idx],
        Side::Takes => found.keys().filter(|node| node.kind == Kind::DataProduct).map(|node| node.idx).collect(),
    };
    for provider in providers {
        for agreement in mesh.products[provider].agreements.iter().map(|idx| &mesh.agreements[*idx]) {
            if !agreement.is_in_force(today) {
                continue;
            }
            let consumer = agreement.consumer.product.as_ref().and_then(|id| mesh.product(id)).map(product);
            let team = || {
                let team = agreement.consumer.team.as_ref().and_then(|team| mesh.team(team))?;
                Some(LineageNode { kind: Kind::Team, idx: team })
            };
            let Some(consumer) = consumer.or_else(team) else { continue };
            let key = match side {
                Side::Gives => consumer,
                Side::Takes if consumer == product(product_idx) => product(provider),
                Side::Takes => continue,
            };
            if let Some(neighbour) = found.get_mut(&key) {
                let day = agreement.end.as_ref().map(|end| (date_of(end), parts::date(end)));
                let until = day.map(|(_, text)| text);
                let known = neighbour.agreed.get_or_insert(Agreed { until: until.clone() });
                let date = |until: &Option<String>| until.is_none();
                if date(&until) && !date(&known.until) {
                    known.until = None;
                }
            }
        }
    }
}

/// What decides who is named first: pinned to something that ends, critical, of the own domain, most
/// consumers, then the slug.
type Rank<'m> = (bool, bool, bool, Reverse<usize>, &'m str, LineageNode);

fn rank<'m>(mesh: &'m Mesh, own: &Domain, neighbour: &Neighbour) -> Rank<'m> {
    let node = neighbour.node;
    let header = node_header(mesh, node);
    let is_critical = header.tags.iter().any(|tag| tag.eq_ignore_ascii_case("critical"))
        || header.custom("criticality").is_some_and(|word| {
            matches!(word.value.trim().to_lowercase().as_str(), "critical" | "high" | "business-critical")
        });
    let n_consumers = match node.kind {
        Kind::SourceSystem => mesh.sources[node.idx].products.len(),
        Kind::Team => 0,
        _ => mesh.products[node.idx].consumers.len(),
    };
    let is_own = neighbour.domain.key == own.key && !own.key.is_empty();
    (!neighbour.is_ending, !is_critical, !is_own, Reverse(n_consumers), slug_of(mesh, node), node)
}

/// Chooses what of a side is drawn (the table of ux.md section 4). A domain with one neighbour is drawn
/// as that neighbour: its name says more.
pub(super) fn around(mesh: &Mesh, own: &Domain, mut neighbours: Vec<Neighbour>) -> Around {
    neighbours.sort_by_cached_key(|neighbour| {
        let (ending, critical, is_own, consumers, slug, node) = rank(mesh, own, neighbour);
        (ending, critical, is_own, consumers, slug.to_owned(), node)
    });
    let n = neighbours.len();
    let n_domains = neighbours.iter().map(|neighbour| &neighbour.domain.key).collect::<BTreeSet<_>>().len();
    if n <= NAMED {
        return Around { slots: neighbours.into_iter().map(Slot::One).collect(), n, n_domains };
    }
    // Groups stand in the order of their first neighbour, a hub's in that of their size.
    let mut groups: Vec<(Domain, Vec<Neighbour>)> = Vec::new();
    let mut positions: BTreeMap<String, usize> = BTreeMap::new();
    for neighbour in neighbours {
        let position = *positions.entry(neighbour.domain.key.clone()).or_insert_with(|| {
            groups.push((neighbour.domain.clone(), Vec::new()));
            groups.len() - 1
        });
        groups[position].1.push(neighbour);
    }
    if n > HUB {
        groups.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.key.cmp(&b.0.key)));
    }
    let slot = |(domain, mut members): (Domain, Vec<Neighbour>)| match members.len() {
        1 => Slot::One(members.remove(0)),
        _ => Slot::Group(domain, members),
    };
    let rest = if groups.len() > NAMED { groups.split_off(NAMED - 1) } else { Vec::new() };
    let mut slots: Vec<Slot> = groups.into_iter().map(slot).collect();
    if !rest.is_empty() {
        slots.push(Slot::More(rest.len(), rest.into_iter().flat_map(|(_, members)| members).collect()));
    }
    Around { slots, n, n_domains }
}

/// Counts members in words: "3 products", "2 products, 1 team".
pub(super) fn count_words(members: &[Neighbour]) -> String {
    let of = |kind: Kind| members.iter().filter(|member| member.node.kind == kind).count();
    let counts = [(of(Kind::DataProduct), "product"), (of(Kind::SourceSystem), "source"), (of(Kind::Team), "team")];
    let words: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| parts::count(*n, word)).collect();
    words.join(", ")
}
