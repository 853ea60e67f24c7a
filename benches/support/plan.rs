//! Who exists and who reads whom, decided before anything is written.

use std::collections::BTreeSet;

use super::Options;
use super::random::Random;
use super::words::Words;

/// The whole mesh.
#[derive(Debug)]
pub(crate) struct Mesh {
    pub(crate) domains: Vec<Domain>,
    /// Ids; the first is the team of data governance.
    pub(crate) teams: Vec<String>,
    /// Ids of source systems.
    pub(crate) sources: Vec<String>,
    pub(crate) products: Vec<Product>,
}

#[derive(Debug)]
pub(crate) struct Domain {
    pub(crate) id: String,
    pub(crate) parent: Option<usize>,
    pub(crate) team: usize,
}

#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) domain: usize,
    pub(crate) version: String,
    pub(crate) ports: Vec<Port>,
    /// Product and output port of each contract that is read; all earlier in the plan, so that
    /// there is no cycle.
    pub(crate) inputs: Vec<(usize, usize)>,
    /// Source systems that are read.
    pub(crate) sources: Vec<usize>,
    pub(crate) fault: Option<Fault>,
    pub(crate) seed: u64,
}

/// An output port and its contract.
#[derive(Debug)]
pub(crate) struct Port {
    /// Name of the port, of the contract's file and (with underscores) of its table.
    pub(crate) name: String,
    pub(crate) contract: String,
    pub(crate) version: String,
    /// What a row is: names the key column.
    pub(crate) entity: &'static str,
    pub(crate) status: &'static str,
}

impl Port {
    /// Returns the name of the table.
    pub(crate) fn table(&self) -> String {
        self.name.replace('-', "_")
    }
}

/// A mistake made on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A list of the first contract is not closed.
    BadYaml,
    /// The first contract has a field that does not exist.
    Schema,
    /// An input port names a contract that does not exist.
    Dangling,
}

/// Draws the plan.
pub(crate) fn mesh(options: Options, words: &Words) -> Mesh {
    let n_products = options.products;
    let mut random = Random::new(n_products as u64);
    let n_domains = (n_products / 20).max(1);
    let domain_ids = ids(n_domains, words, &mut random);
    let mut teams = vec!["data-governance".to_owned()];
    teams.extend(domain_ids.iter().map(|id| format!("{id}-team")));
    let domains: Vec<Domain> = domain_ids
        .into_iter()
        .enumerate()
        .map(|(index, id)| Domain {
            id,
            // Every tenth domain is the parent of the nine after it.
            parent: (index % 10 > 0).then_some(index - index % 10),
            team: index + 1,
        })
        .collect();
    let n_sources = n_products / 100 + 3;
    let mut sources: Vec<String> =
        (0..n_sources).map(|index| format!("{}-{index}", words.system(&mut random).to_lowercase())).collect();
    sources.sort();
    // Mistakes have a stream of their own: with and without them the mesh is the same.
    let mut mistakes = Random::new(5);
    let mut products: Vec<Product> = Vec::with_capacity(n_products);
    // Each reading adds its target once more: what is read already is likelier to be read again.
    let mut popular: Vec<usize> = Vec::new();
    for (index, id) in ids(n_products, words, &mut random).into_iter().enumerate() {
        // The first products give each domain one; after that large domains grow faster.
        let domain = if index < n_domains { index } else { random.rank(n_domains) };
        let mut product = Product {
            id,
            domain,
            version: version(&mut random),
            ports: Vec::new(),
            inputs: Vec::new(),
            sources: Vec::new(),
            fault: None,
            seed: random.next(),
        };
        product.ports = ports(&product.id, words, &mut random);
        let is_source_aligned = index < 5 || random.chance(250);
        if is_source_aligned {
            product.sources = (0..random.between(1, 2)).map(|_| random.below(n_sources)).collect();
            product.sources.dedup();
        } else {
            let n_inputs = [1, 1, 2, 2, 2, 2, 3, 3, 5][random.below(9)];
            for _ in 0..n_inputs {
                let is_popular = !popular.is_empty() && random.chance(750);
                let target = if is_popular { popular[random.below(popular.len())] } else { random.below(index) };
                let port = random.below(products[target].ports.len());
                if !product.inputs.contains(&(target, port)) {
                    product.inputs.push((target, port));
                    popular.push(target);
                }
            }
        }
        if mistakes.chance(options.faults) {
            product.fault = Some([Fault::BadYaml, Fault::Schema, Fault::Dangling][mistakes.below(3)]);
        }
        products.push(product);
    }
    Mesh { domains, teams, sources, products }
}

fn ports(product: &str, words: &Words, random: &mut Random) -> Vec<Port> {
    let n_ports = [1, 1, 1, 2, 2, 3][random.below(6)];
    let mut ports: Vec<Port> = Vec::with_capacity(n_ports);
    for _ in 0..n_ports {
        let entity = words.noun(random);
        let name = format!("{entity}-{}", random.pick(&["events", "daily", "history", "facts", "summary", "master"]));
        if ports.iter().any(|port| port.name == name) {
            continue;
        }
        let contract = if random.chance(100) { uuid(random) } else { format!("{product}-{name}") };
        let status = if random.chance(30) { "deprecated" } else { "active" };
        ports.push(Port { name, contract, version: version(random), entity, status });
    }
    ports
}

fn version(random: &mut Random) -> String {
    format!("{}.{}.{}", random.between(1, 3), random.below(8), random.below(4))
}

fn uuid(random: &mut Random) -> String {
    let (a, b) = (random.next(), random.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        a >> 32,
        a >> 16 & 0xffff,
        a & 0xfff,
        b >> 48 & 0xfff,
        b & 0xffff_ffff_ffff
    )
}

/// Invents ids of two or three words, each once.
fn ids(n_ids: usize, words: &Words, random: &mut Random) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut ids = Vec::with_capacity(n_ids);
    while ids.len() < n_ids {
        let mut id = format!("{}-{}", words.noun(random), words.stem(random));
        if random.chance(300) {
            id = format!("{}-{id}", words.adjective(random));
        }
        if seen.insert(id.clone()) {
            ids.push(id);
        }
    }
    ids
}
