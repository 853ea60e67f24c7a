//! Writes a synthetic mesh: valid, the same bytes for the same number of products, and shaped like
//! a large enterprise (few very popular products, many quiet ones).
//!
//! First the plan of the whole mesh is made (who exists, who reads whom), then each product is
//! written from its own stream of chance, in parallel and without keeping any text.

mod contract;
mod plan;
mod product;
mod random;
mod readme;
mod words;

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use plan::{Fault, Mesh, Product};
use random::Random;
use words::{Words, title};

/// What to write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// How many data products.
    pub(crate) products: usize,
    /// In how many of 1,000 products a mistake is made.
    pub(crate) faults: usize,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Written {
    /// All files.
    pub(crate) files: usize,
    /// ODPS and ODCS files.
    pub(crate) descriptors: usize,
    /// Bytes of all YAML.
    pub(crate) yaml_bytes: usize,
    /// Bytes of all Markdown.
    pub(crate) markdown_bytes: usize,
    /// Data contracts.
    pub(crate) contracts: usize,
    /// Columns of all contracts.
    pub(crate) columns: usize,
    /// Input ports bound to a contract of the mesh.
    pub(crate) edges: usize,
    /// Domains.
    pub(crate) domains: usize,
    /// Files that are no YAML.
    pub(crate) bad_yaml: usize,
    /// Contracts that break their schema.
    pub(crate) schema: usize,
    /// Input ports whose contract does not exist.
    pub(crate) dangling: usize,
}

impl Written {
    fn plus(self, other: Written) -> Written {
        Written {
            files: self.files + other.files,
            descriptors: self.descriptors + other.descriptors,
            yaml_bytes: self.yaml_bytes + other.yaml_bytes,
            markdown_bytes: self.markdown_bytes + other.markdown_bytes,
            contracts: self.contracts + other.contracts,
            columns: self.columns + other.columns,
            edges: self.edges + other.edges,
            domains: self.domains + other.domains,
            bad_yaml: self.bad_yaml + other.bad_yaml,
            schema: self.schema + other.schema,
            dangling: self.dangling + other.dangling,
        }
    }

    fn yaml(&mut self, path: &Path, text: &str) -> io::Result<()> {
        self.files += 1;
        self.yaml_bytes += text.len();
        fs::write(path, text)
    }
}

/// Writes a mesh into a folder that does not hold one yet.
///
/// # Errors
/// When `folder` has a registry already, or cannot be written to.
pub(crate) fn write(folder: &Path, options: Options) -> io::Result<Written> {
    let registry = folder.join("registry");
    fs::create_dir_all(folder)?;
    fs::create_dir(&registry)?;
    let words = Words::new();
    let mesh = plan::mesh(options, &words);
    let mut written = Written { domains: mesh.domains.len(), ..Written::default() };
    written.yaml(&folder.join("meshfolio.yaml"), CONFIGURATION)?;
    written = written.plus(write_teams(&registry, &mesh, &words)?);
    written = written.plus(write_sources(&registry, &mesh, &words)?);
    written = written.plus(write_domains(&registry, &mesh, &words)?);
    let products: io::Result<Written> = mesh
        .products
        .par_iter()
        .map(|product| write_product(&registry, &mesh, product, &words))
        .try_reduce(Written::default, |a, b| Ok(a.plus(b)));
    Ok(written.plus(products?))
}

const CONFIGURATION: &str = "mesh:\n  id: bench\n  name: Bench data mesh\n  \
    description: A synthetic mesh; every name in it is made up.\n  baseUrl: https://data.bench.example/\n\
    roots: [registry]\nforge:\n  kind: github\n  repository: https://forge.example/bench/mesh\n  branch: main\n";

fn write_product(registry: &Path, mesh: &Mesh, product: &Product, words: &Words) -> io::Result<Written> {
    let mut written = Written::default();
    let domain = &mesh.domains[product.domain];
    let folder = registry.join("domains").join(&domain.id).join(&product.id);
    fs::create_dir_all(folder.join("contracts"))?;
    let mut random = Random::new(product.seed);
    written.yaml(&folder.join("product.odps.yaml"), &product::text(mesh, product, words, &mut random))?;
    written.edges = product.inputs.len();
    for (index, port) in product.ports.iter().enumerate() {
        let fault = product.fault.filter(|_| index == 0);
        let (text, n_columns) = contract::text(mesh, product, port, fault, words, &mut random);
        written.yaml(&folder.join(format!("contracts/{}.odcs.yaml", port.name)), &text)?;
        written.columns += n_columns;
        written.contracts += 1;
    }
    match product.fault {
        Some(Fault::BadYaml) => written.bad_yaml = 1,
        Some(Fault::Schema) => written.schema = 1,
        Some(Fault::Dangling) => written.dangling = 1,
        None => {}
    }
    let readme = readme::text(mesh, product, words, &mut random);
    written.markdown_bytes = readme.len();
    fs::write(folder.join("README.md"), readme)?;
    written.descriptors = 1 + written.contracts;
    written.files += 1;
    Ok(written)
}

fn write_domains(registry: &Path, mesh: &Mesh, words: &Words) -> io::Result<Written> {
    let mut written = Written::default();
    let mut random = Random::new(2);
    for domain in &mesh.domains {
        let mut text = header("Domain", &domain.id);
        let _ = write!(text, "description:\n  purpose: ");
        words.sentences(&mut random, 2, &mut text);
        if let Some(parent) = domain.parent {
            let _ = write!(text, "\nparentDomain: {}", mesh.domains[parent].id);
        }
        let kind = random.pick(&["sourceAligned", "aggregate", "consumerAligned"]);
        let mode = random.pick(&["owning", "owning", "growing", "central"]);
        let team = &mesh.teams[domain.team];
        let _ = writeln!(text, "\ntype: {kind}\nowner: {team}\nstewards: [{}]\noperatingMode: {mode}", mesh.teams[0]);
        let folder = registry.join("domains").join(&domain.id);
        fs::create_dir_all(&folder)?;
        written.yaml(&folder.join("domain.yaml"), &text)?;
        let mut readme = format!("# {}\n\n", title(&domain.id));
        words.sentences(&mut random, 6, &mut readme);
        readme.push('\n');
        written.files += 1;
        written.markdown_bytes += readme.len();
        fs::write(folder.join("README.md"), readme)?;
    }
    Ok(written)
}

fn write_teams(registry: &Path, mesh: &Mesh, words: &Words) -> io::Result<Written> {
    let mut written = Written::default();
    let mut random = Random::new(3);
    let folder = registry.join("teams");
    fs::create_dir_all(&folder)?;
    for team in &mesh.teams {
        let mut text = header("Team", team);
        let _ = write!(text, "description:\n  purpose: ");
        words.sentences(&mut random, 1, &mut text);
        let kind = random.pick(&["streamAligned", "streamAligned", "platform", "enabling", "complicatedSubsystem"]);
        let _ = writeln!(text, "\ntype: {kind}\nmembers:");
        for role in ["owner", "steward", "engineer"] {
            let _ = writeln!(text, "  - username: {team}-{role}\n    role: {role}");
        }
        let _ = writeln!(text, "forgeHandle: \"@bench/{team}\"\nsupport:");
        let _ = writeln!(text, "  - channel: \"#{team}\"\n    url: https://chat.bench.example/{team}");
        let _ = writeln!(text, "    tool: slack\n    scope: interactive");
        written.yaml(&folder.join(format!("{team}.yaml")), &text)?;
    }
    Ok(written)
}

fn write_sources(registry: &Path, mesh: &Mesh, words: &Words) -> io::Result<Written> {
    let mut written = Written::default();
    let mut random = Random::new(4);
    let folder = registry.join("sources");
    fs::create_dir_all(&folder)?;
    for source in &mesh.sources {
        let mut text = header("SourceSystem", source);
        let _ = write!(text, "description:\n  purpose: ");
        words.sentences(&mut random, 2, &mut text);
        let kind = random.pick(&["operational", "warehouse", "saas", "partner", "file"]);
        let team = random.below(mesh.teams.len());
        let _ = writeln!(text, "\ntype: {kind}\nowner: {}\nassets:", mesh.teams[team]);
        for _ in 0..random.between(1, 4) {
            let (a, b) = (words.noun(&mut random), words.stem(&mut random));
            let id = format!("{a}-{b}-{}", written.files);
            if !text.contains(&id) {
                let _ = writeln!(text, "  - id: {id}\n    name: public.{a}_{b}\n    physicalType: table");
            }
        }
        written.yaml(&folder.join(format!("{source}.yaml")), &text)?;
    }
    Ok(written)
}

/// Begins a document of one of our own kinds.
fn header(kind: &str, id: &str) -> String {
    format!("apiVersion: meshfolio/v1\nkind: {kind}\nid: {id}\nname: {}\nstatus: active\n", title(id))
}
