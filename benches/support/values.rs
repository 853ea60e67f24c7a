//! What stands on the pages of the floor F3 and of other generators: the values of a mesh, taken
//! from its trees as they are written there. No model, no rules, no graph: what a reference leads
//! to is not looked up.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use meshfolio::diagnostic::Sink;
use meshfolio::source::FileId;
use meshfolio::yaml::{self, NodeRef};
use rayon::prelude::*;
use serde::Serialize;

/// The values of a whole mesh, each list in the order of ids.
#[derive(Debug, Default)]
pub(crate) struct Values {
    pub(crate) products: Vec<Product>,
    /// One for each version of each contract.
    pub(crate) contracts: Vec<Contract>,
    pub(crate) groups: Vec<Group>,
}

/// What every descriptor states.
#[derive(Debug, Serialize)]
pub(crate) struct Head {
    /// The id, made fit to be the name of a file.
    pub(crate) slug: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) status: String,
    pub(crate) domain: String,
    pub(crate) owner: String,
    pub(crate) purpose: String,
    pub(crate) usage: String,
    pub(crate) limitations: String,
    pub(crate) tags: Vec<String>,
    pub(crate) contacts: Vec<Contact>,
    /// Below the root of the repository.
    pub(crate) file: String,
    /// The bytes of the file.
    #[serde(skip)]
    pub(crate) source: Vec<u8>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Contact {
    pub(crate) channel: String,
    pub(crate) url: String,
    pub(crate) tool: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Product {
    pub(crate) head: Head,
    pub(crate) inputs: Vec<Port>,
    pub(crate) outputs: Vec<Port>,
    /// Name and role.
    pub(crate) members: Vec<(String, String)>,
    /// What its page shows of the contract of its first output port.
    pub(crate) columns: Vec<Column>,
    pub(crate) n_columns: usize,
    pub(crate) table: String,
    pub(crate) quality: Vec<Quality>,
    pub(crate) promises: Vec<Promise>,
    pub(crate) servers: Vec<Server>,
    #[serde(skip)]
    pub(crate) readme: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Port {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) note: String,
    pub(crate) contract: String,
    pub(crate) contract_slug: String,
    pub(crate) version: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Contract {
    pub(crate) head: Head,
    pub(crate) standard: String,
    pub(crate) servers: Vec<Server>,
    pub(crate) promises: Vec<Promise>,
    pub(crate) tables: Vec<Table>,
    pub(crate) quality: Vec<Quality>,
    /// Role, access and who approves.
    pub(crate) roles: Vec<(String, String, String)>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) address: String,
    pub(crate) environment: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Promise {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) element: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) physical: String,
    pub(crate) granularity: String,
    pub(crate) description: String,
    pub(crate) columns: Vec<Column>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) is_key: bool,
    pub(crate) flags: Vec<&'static str>,
    pub(crate) classification: String,
    pub(crate) meaning: String,
    pub(crate) examples: Vec<String>,
    pub(crate) joins: Vec<String>,
    pub(crate) from: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Quality {
    pub(crate) name: String,
    pub(crate) says: String,
    pub(crate) about: String,
    pub(crate) dimension: String,
    pub(crate) severity: String,
}

/// A domain, a team or a source system.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    /// The folder of its pages: `domains`, `teams` or `sources`.
    pub(crate) part: &'static str,
    pub(crate) head: Head,
    /// Its products (by the id they name), or the assets of a source system.
    pub(crate) rows: Vec<Row>,
    #[serde(skip)]
    pub(crate) readme: String,
}

/// One line of a list.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) say: String,
    pub(crate) status: String,
    pub(crate) domain: String,
    pub(crate) owner: String,
    /// The number of output ports, or the version.
    pub(crate) last: String,
}

impl Head {
    /// Returns its line in a list, with what the last cell says.
    pub(crate) fn row(&self, last: String) -> Row {
        Row {
            slug: self.slug.clone(),
            name: self.name.clone(),
            say: self.purpose.split_inclusive('.').next().unwrap_or_default().to_owned(),
            status: self.status.clone(),
            domain: self.domain.clone(),
            owner: self.owner.clone(),
            last,
        }
    }
}

impl Product {
    /// Copies what the page of the product shows of a contract.
    fn show(&mut self, contract: &Contract) {
        if let Some(table) = contract.tables.first() {
            self.table.clone_from(&table.name);
            self.n_columns = table.columns.len();
            self.columns = table.columns.iter().take(8).cloned().collect();
        }
        self.quality = contract.quality.iter().take(5).cloned().collect();
        self.promises.clone_from(&contract.promises);
        self.servers.clone_from(&contract.servers);
    }
}

/// Reads the values of the mesh in a folder. What does not parse is left out.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn read(folder: &Path) -> io::Result<Values> {
    let mut files = Vec::new();
    collect(&folder.join("registry"), &mut files)?;
    files.sort();
    let things: io::Result<Vec<Option<Thing>>> = files.par_iter().map(|path| thing(folder, path)).collect();
    let mut values = Values::default();
    for thing in things?.into_iter().flatten() {
        match thing {
            Thing::Product(product) => values.products.push(product),
            Thing::Contract(contract) => values.contracts.push(contract),
            Thing::Group(group) => values.groups.push(group),
        }
    }
    values.products.sort_by(|a, b| a.head.id.cmp(&b.head.id));
    values.contracts.sort_by(|a, b| (&a.head.id, &a.head.version).cmp(&(&b.head.id, &b.head.version)));
    values.groups.sort_by(|a, b| (a.part, &a.head.id).cmp(&(b.part, &b.head.id)));
    let by_id: BTreeMap<(&str, &str), &Contract> = values
        .contracts
        .iter()
        .map(|contract| ((contract.head.id.as_str(), contract.head.version.as_str()), contract))
        .collect();
    for product in &mut values.products {
        let first = product.outputs.first().map(|port| (port.contract.as_str(), port.version.as_str()));
        if let Some(contract) = first.and_then(|first| by_id.get(&first)) {
            product.show(contract);
        }
    }
    let mut rows: BTreeMap<(&str, &str), Vec<Row>> = BTreeMap::new();
    for product in &values.products {
        let row = product.head.row(product.outputs.len().to_string());
        rows.entry(("domains", &product.head.domain)).or_default().push(row.clone());
        rows.entry(("teams", &product.head.owner)).or_default().push(row);
    }
    for group in &mut values.groups {
        group.rows.extend(rows.remove(&(group.part, group.head.id.as_str())).unwrap_or_default());
    }
    Ok(values)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}

enum Thing {
    Product(Product),
    Contract(Contract),
    Group(Group),
}

fn thing(folder: &Path, path: &Path) -> io::Result<Option<Thing>> {
    let source = fs::read(path)?;
    let text = String::from_utf8_lossy(&source).into_owned();
    let parsed = yaml::parse(FileId(0), &text, &mut Sink::default());
    let Some(root) = parsed.tree.as_ref().map(yaml::YamlTree::root) else { return Ok(None) };
    let file = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
    let kind = text_of(root, "kind");
    // Only products and domains have a page of prose beside them.
    let readme = || fs::read_to_string(path.with_file_name("README.md")).unwrap_or_default();
    let group =
        |part, readme| Group { part, rows: assets(root), readme, head: head(root, file.clone(), source.clone()) };
    Ok(match kind.as_str() {
        "DataProduct" => Some(Thing::Product(product(root, head(root, file, source), readme()))),
        "DataContract" => Some(Thing::Contract(contract(root, head(root, file, source)))),
        "Domain" => Some(Thing::Group(group("domains", readme()))),
        "Team" => Some(Thing::Group(group("teams", String::new()))),
        "SourceSystem" => Some(Thing::Group(group("sources", String::new()))),
        _ => None,
    })
}

/// Returns the text of a scalar, empty when there is none.
fn text_of(node: NodeRef<'_>, key: &str) -> String {
    node.get(key).and_then(NodeRef::scalar_text).map(std::borrow::Cow::into_owned).unwrap_or_default()
}

fn texts(node: NodeRef<'_>, key: &str) -> Vec<String> {
    node.list(key).filter_map(|item| item.scalar_text().map(std::borrow::Cow::into_owned)).collect()
}

/// Makes a text fit to be the name of a file.
fn slug(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect()
}

fn head(root: NodeRef<'_>, file: String, source: Vec<u8>) -> Head {
    let described = |key| root.get("description").map(|description| text_of(description, key)).unwrap_or_default();
    let team = root.get("team").map(|team| text_of(team, "name")).unwrap_or_default();
    let id = text_of(root, "id");
    Head {
        slug: slug(&id),
        name: text_of(root, "name"),
        version: text_of(root, "version"),
        status: text_of(root, "status"),
        domain: text_of(root, "domain"),
        owner: if team.is_empty() { text_of(root, "owner") } else { team },
        purpose: described("purpose"),
        usage: described("usage"),
        limitations: described("limitations"),
        tags: texts(root, "tags"),
        contacts: root
            .list("support")
            .map(|way| Contact {
                channel: text_of(way, "channel"),
                url: text_of(way, "url"),
                tool: text_of(way, "tool"),
            })
            .collect(),
        id,
        file,
        source,
    }
}

fn product(root: NodeRef<'_>, head: Head, readme: String) -> Product {
    let ports = |key| {
        let port = |port: NodeRef<'_>| Port {
            name: text_of(port, "name"),
            kind: text_of(port, "type"),
            note: text_of(port, "description"),
            contract: text_of(port, "contractId"),
            contract_slug: slug(&text_of(port, "contractId")),
            version: text_of(port, "version"),
        };
        root.list(key).map(port).collect::<Vec<Port>>()
    };
    let members = root.get("team").into_iter().flat_map(|team| team.list("members"));
    let members = members.map(|member| (text_of(member, "username"), text_of(member, "role"))).collect();
    Product {
        inputs: ports("inputPorts"),
        outputs: ports("outputPorts"),
        members,
        head,
        readme,
        columns: Vec::new(),
        n_columns: 0,
        table: String::new(),
        quality: Vec::new(),
        promises: Vec::new(),
        servers: Vec::new(),
    }
}

fn contract(root: NodeRef<'_>, head: Head) -> Contract {
    let mut quality = Vec::new();
    let tables = root
        .list("schema")
        .map(|table| {
            let name = text_of(table, "name");
            rules(table, &name, &mut quality);
            let columns = table.list("properties").map(|column| {
                rules(column, &format!("{name}.{}", text_of(column, "name")), &mut quality);
                self::column(column)
            });
            let columns = columns.collect();
            Table {
                physical: text_of(table, "physicalName"),
                granularity: text_of(table, "dataGranularityDescription"),
                description: text_of(table, "description"),
                columns,
                name,
            }
        })
        .collect();
    let servers = root.list("servers").map(|server| Server {
        name: text_of(server, "server"),
        kind: text_of(server, "type"),
        address: ["host", "port", "database", "schema"].map(|key| text_of(server, key)).join(" / "),
        environment: text_of(server, "environment"),
    });
    let promises = root.list("slaProperties").map(|promise| Promise {
        name: text_of(promise, "property"),
        value: format!("{} {}", text_of(promise, "value"), text_of(promise, "unit")),
        element: text_of(promise, "element"),
    });
    let roles = root.list("roles");
    let roles = roles.map(|role| ["role", "access", "firstLevelApprovers"].map(|key| text_of(role, key)).into());
    Contract {
        standard: text_of(root, "apiVersion"),
        servers: servers.collect(),
        promises: promises.collect(),
        roles: roles.collect(),
        tables,
        quality,
        head,
    }
}

fn column(column: NodeRef<'_>) -> Column {
    let is = |key: &str| column.get(key).and_then(NodeRef::as_bool) == Some(true);
    let flags = [("required", "required"), ("unique", "unique"), ("criticalDataElement", "critical")];
    Column {
        name: text_of(column, "name"),
        kind: text_of(column, "physicalType"),
        is_key: is("primaryKey"),
        flags: flags.into_iter().filter(|(key, _)| is(key)).map(|(_, word)| word).collect(),
        classification: text_of(column, "classification"),
        meaning: text_of(column, "description"),
        examples: texts(column, "examples"),
        joins: column.list("relationships").map(|relation| text_of(relation, "to")).collect(),
        from: texts(column, "transformSourceObjects"),
    }
}

fn rules(node: NodeRef<'_>, about: &str, quality: &mut Vec<Quality>) {
    for rule in node.list("quality") {
        let name = ["metric", "type"].map(|key| text_of(rule, key)).into_iter().find(|name| !name.is_empty());
        let limit = rule.entries().find_map(|(key, value)| {
            let key = key.as_str().filter(|key| key.starts_with("mustBe"))?;
            Some(format!("{key} {} {}", value.scalar_text()?, text_of(rule, "unit")))
        });
        quality.push(Quality {
            name: name.unwrap_or_default(),
            says: limit.unwrap_or_else(|| text_of(rule, "description")),
            about: about.to_owned(),
            dimension: text_of(rule, "dimension"),
            severity: text_of(rule, "severity"),
        });
    }
}

fn assets(root: NodeRef<'_>) -> Vec<Row> {
    let row = |asset: NodeRef<'_>| Row {
        slug: slug(&text_of(asset, "id")),
        name: text_of(asset, "name"),
        say: text_of(asset, "physicalType"),
        status: String::new(),
        domain: String::new(),
        owner: String::new(),
        last: text_of(asset, "id"),
    };
    root.list("assets").map(row).collect()
}
