//! What an expression sees of the mesh, from where its subject stands: the subject's own document,
//! which is in hand, facts of the mesh, and the documents of neighbours, read when they are asked for.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use jiff::civil::Date;
use serde_json::Value as Json;

use super::cel::{Derived, Doc, Facts, Root, Value, columns};
use super::doubts::Doubtful;
use crate::diagnostic::{Grading, Sink};
use crate::graph::{EvidenceSummary, Found, Mesh};
use crate::model::Kind;
use crate::source::{FileId, SourceMap, Tree};
use crate::yaml::{self, YamlTree};

/// How many documents of neighbours a subject may look into.
const MAX_NEIGHBOURS: usize = 500;
/// What reading one counts, in steps.
const STEPS_PER_DOCUMENT: u64 = 2_000;

/// What does not change between subjects.
pub(super) struct Ground<'a> {
    pub(super) mesh: &'a Mesh,
    pub(super) sources: &'a SourceMap,
    pub(super) tree: &'a dyn Tree,
    pub(super) today: Date,
    /// The day as text.
    pub(super) day: String,
    /// The classes of personal data.
    pub(super) personal_classes: Vec<String>,
    /// Fields with a finding of their own, for those who tell no mistake twice.
    pub(super) doubtful: Option<(&'a Doubtful, &'a Grading)>,
    /// What policies may ask of documents other than the subject's; `None` for everything.
    pub(super) asked: Option<BTreeSet<Box<str>>>,
}

/// Files that are judged one after the other, each parsed once for all that look into it.
pub(super) struct Desk<'t> {
    /// In the order of the files.
    papers: Vec<(FileId, &'t str, OnceCell<Option<YamlTree<'t>>>)>,
}

impl<'t> Desk<'t> {
    /// Lays out texts, which are in the order of their files.
    pub(super) fn of(texts: &'t [(FileId, String)]) -> Desk<'t> {
        Desk { papers: texts.iter().map(|(file, text)| (*file, text.as_str(), OnceCell::new())).collect() }
    }

    /// Returns the tree of a file; `None` when it is not here, or holds no document.
    pub(super) fn tree(&self, file: FileId) -> Option<&YamlTree<'t>> {
        let position = self.papers.binary_search_by_key(&file, |(file, ..)| *file).ok()?;
        let (_, text, tree) = &self.papers[position];
        tree.get_or_init(|| yaml::parse(file, text, &mut Sink::default()).tree).as_ref()
    }
}

/// The documents of neighbours that were read for one subject. A list, so that what was read stays
/// where it is while more is added.
#[derive(Default)]
pub(super) struct Shelf {
    first: OnceCell<Box<Shelved>>,
}

struct Shelved {
    file: FileId,
    json: Json,
    next: OnceCell<Box<Shelved>>,
}

impl Shelf {
    /// Returns the document of a file; `None` when the shelf is full.
    fn document(&self, file: FileId, read: impl FnOnce() -> Json) -> Option<(&Json, bool)> {
        let mut place = &self.first;
        for _ in 0..MAX_NEIGHBOURS {
            match place.get() {
                Some(shelved) if shelved.file == file => return Some((&shelved.json, false)),
                Some(shelved) => place = &shelved.next,
                None => {
                    let new = place.get_or_init(|| Box::new(Shelved { file, json: read(), next: OnceCell::new() }));
                    return Some((&new.json, true));
                }
            }
        }
        None
    }
}

/// Reads the document of a neighbour, as far as policies may ask for it.
pub(super) type Read<'a> = dyn Fn(FileId) -> Option<Json> + 'a;

/// The mesh as one subject sees it.
pub(super) struct World<'a> {
    ground: &'a Ground<'a>,
    /// Reads what may be asked of the document of a neighbour.
    read: &'a Read<'a>,
    subject: Found,
    file: FileId,
    /// The subject's document; of a term its definition.
    document: Doc<'a>,
    shelf: &'a Shelf,
    columns: RefCell<BTreeMap<usize, Rc<[Value<'a>]>>>,
    /// Steps for documents that were read.
    steps: Cell<u64>,
}

impl<'a> World<'a> {
    /// Places a subject, with its file and document, in the mesh.
    pub(super) fn new(
        (ground, read): (&'a Ground<'a>, &'a Read<'a>),
        (subject, file, document): (Found, FileId, Doc<'a>),
        shelf: &'a Shelf,
    ) -> World<'a> {
        World { ground, read, subject, file, document, shelf, columns: RefCell::default(), steps: Cell::new(0) }
    }

    /// Returns the steps for documents read since this was asked last.
    pub(super) fn take_steps(&self) -> u64 {
        self.steps.replace(0)
    }

    fn document_of(&self, thing: Found) -> Result<Option<Doc<'a>>, String> {
        if thing == self.subject {
            return Ok(Some(self.document));
        }
        let header = self.ground.mesh.header(thing);
        if header.is_broken() {
            return Ok(None);
        }
        let read = || (self.read)(header.file).unwrap_or(Json::Null);
        let Some((json, is_new)) = self.shelf.document(header.file, read) else {
            return Err(format!("this looks into more than {MAX_NEIGHBOURS} other documents"));
        };
        if is_new {
            self.steps.set(self.steps.get() + STEPS_PER_DOCUMENT);
        }
        let document = Doc::Json(json);
        Ok(match thing.kind {
            Kind::SemanticDefinition => {
                definition(document, &self.ground.mesh.term(&self.ground.mesh.terms[thing.idx]).id)
            }
            _ => Some(document),
        })
    }

    fn derived(&self, thing: Found, field: Derived) -> Result<Value<'a>, String> {
        let mesh = self.ground.mesh;
        let idx = thing.idx;
        let products = |list: &[usize]| things(Kind::DataProduct, list.iter().copied());
        Ok(match (field, thing.kind) {
            (Derived::Owner, Kind::DataProduct) => text(mesh.product_owner(&mesh.products[idx])),
            (Derived::Owner, Kind::DataContract) => text(mesh.contract_owner(&mesh.contracts[idx])),
            (Derived::Owner, Kind::SourceSystem) => text(mesh.source_owner(&mesh.sources[idx])),
            (Derived::Domain, Kind::DataProduct) => text(mesh.product_domain(&mesh.products[idx])),
            (Derived::Domain, Kind::DataContract) => text(mesh.contract_domain(&mesh.contracts[idx])),
            (Derived::Domain, _) => text(mesh.domain_id(home(mesh, thing).domain_idx)),
            (Derived::Consumers, Kind::DataProduct) => products(&mesh.products[idx].consumers),
            (Derived::Consumers, Kind::DataContract) => products(&mesh.contracts[idx].consumers),
            (Derived::Inputs, Kind::DataProduct) => self.inputs(idx),
            (Derived::Contracts, Kind::DataProduct) => {
                things(Kind::DataContract, mesh.products[idx].outputs.iter().flatten().copied())
            }
            (Derived::Agreements, Kind::DataProduct) => {
                things(Kind::AccessAgreement, mesh.products[idx].agreements.iter().copied())
            }
            (Derived::Evidence, Kind::DataProduct) => evidence(&mesh.product_evidence(idx)),
            (Derived::Evidence, Kind::DataContract) => evidence(&mesh.contract_evidence(idx)),
            (Derived::Columns, Kind::DataContract) => Value::List(self.columns(thing)?),
            (Derived::Producer, Kind::DataContract) => {
                thing_or_null(Kind::DataProduct, mesh.contracts[idx].published_by.first().map(|by| by.product_idx))
            }
            (Derived::Products, Kind::Domain) => products(&mesh.domains[idx].products),
            (Derived::Products, Kind::Team) => products(&mesh.teams[idx].products),
            (Derived::Products, Kind::SourceSystem) => products(&mesh.sources[idx].products),
            (Derived::InForce, Kind::AccessAgreement) => {
                Value::Bool(mesh.agreements[idx].is_in_force(self.ground.today))
            }
            (Derived::ProviderProduct, Kind::AccessAgreement) => text(
                mesh.agreements[idx]
                    .provider
                    .product
                    .as_ref()
                    .filter(|id| mesh.product(id).is_some())
                    .map(|id| id.value.to_string()),
            ),
            (Derived::ConsumerProduct, Kind::AccessAgreement) => text(
                mesh.agreements[idx]
                    .consumer
                    .product
                    .as_ref()
                    .filter(|id| mesh.product(id).is_some())
                    .map(|id| id.value.to_string()),
            ),
            _ => Value::Null,
        })
    }

    fn columns(&self, contract: Found) -> Result<Rc<[Value<'a>]>, String> {
        if let Some(known) = self.columns.borrow().get(&contract.idx) {
            return Ok(Rc::clone(known));
        }
        let document = self.document_of(contract)?;
        let found: Rc<[Value<'a>]> = document.map(columns).unwrap_or_default().into();
        self.columns.borrow_mut().insert(contract.idx, Rc::clone(&found));
        Ok(found)
    }

    fn inputs(&self, product_idx: usize) -> Value<'a> {
        let product = &self.ground.mesh.products[product_idx];
        let input = |(port, binding): (&'a crate::model::InputPort, &'a crate::graph::Binding)| {
            let producer = binding.published_by.first().map(|by| by.product_idx);
            record([
                ("name", Value::Text(&port.name)),
                ("contract", thing_or_null(Kind::DataContract, binding.contract_idx)),
                ("product", thing_or_null(Kind::DataProduct, producer)),
                ("source", thing_or_null(Kind::SourceSystem, binding.source_idx)),
            ])
        };
        let inputs: Vec<Value<'a>> = product.descriptor.input_ports.iter().zip(&product.inputs).map(input).collect();
        Value::List(inputs.into())
    }
}

impl<'a> Facts<'a> for World<'a> {
    fn root(&self, root: Root) -> Value<'a> {
        let home = || home(self.ground.mesh, self.subject);
        match root {
            Root::Today => Value::Text(&self.ground.day),
            Root::PersonalClasses => {
                Value::List(self.ground.personal_classes.iter().map(|class| Value::Text(class)).collect())
            }
            Root::Thing(kind) if kind == self.subject.kind => Value::Thing(self.subject),
            Root::Thing(Kind::Domain) => thing_or_null(Kind::Domain, home().domain_idx),
            Root::Thing(Kind::Team) => thing_or_null(Kind::Team, home().team_idx),
            Root::Thing(_) => Value::Null,
        }
    }

    fn field(&self, thing: Found, name: &str, derived: Option<Derived>) -> Result<Value<'a>, String> {
        if let Some(derived) = derived {
            return self.derived(thing, derived);
        }
        // What the mesh knows of neighbours needs no file.
        if thing.kind != Kind::SemanticDefinition && self.ground.mesh.header(thing).file != self.file {
            let header = self.ground.mesh.header(thing);
            match name {
                "id" => return Ok(Value::Text(&header.id.value)),
                "name" => return Ok(header.name.as_deref().map_or(Value::Null, Value::Text)),
                "status" => return Ok(header.status.as_ref().map_or(Value::Null, |text| Value::Text(&text.value))),
                "version" => return Ok(header.version.as_ref().map_or(Value::Null, |text| Value::Text(&text.value))),
                _ => {}
            }
        }
        let document = self.document_of(thing)?;
        Ok(document.and_then(|document| document.get(name)).map_or(Value::Null, Doc::value))
    }
}

impl Ground<'_> {
    /// Reads the text of a file; `None` when it is gone or no text by now.
    pub(super) fn text(&self, file: FileId) -> Option<String> {
        String::from_utf8(self.tree.read(self.sources.path(file)).ok()?).ok()
    }

    /// Reads a document of another file, as far as policies may ask for it.
    pub(super) fn read(&self, file: FileId, desk: &Desk<'_>) -> Option<Json> {
        if let Some(tree) = desk.tree(file) {
            return Some(self.kept(tree));
        }
        let text = self.text(file)?;
        yaml::parse(file, &text, &mut Sink::default()).tree.as_ref().map(|tree| self.kept(tree))
    }

    /// Returns what policies may ask of a document that is not the subject's.
    fn kept(&self, tree: &YamlTree<'_>) -> Json {
        let root = tree.root();
        let Some(asked) = &self.asked else { return root.to_json() };
        let is_asked = |name: &str| match name {
            "schema" => asked.contains("schema") || asked.contains("columns"),
            // Terms stand in there.
            "definitions" => true,
            name => asked.contains(name),
        };
        let entries = root.entries().filter_map(|(key, value)| Some((key.as_str()?, value)));
        let kept = entries.filter(|(name, _)| is_asked(name)).map(|(name, value)| (name.to_owned(), value.to_json()));
        Json::Object(kept.collect())
    }
}

/// Where a thing belongs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Home {
    pub(super) domain_idx: Option<usize>,
    pub(super) team_idx: Option<usize>,
}

/// Returns the domain and the owning team of a thing.
pub(super) fn home(mesh: &Mesh, thing: Found) -> Home {
    let idx = thing.idx;
    let home = |domain_idx, team_idx| Home { domain_idx, team_idx };
    match thing.kind {
        Kind::DataProduct => home(mesh.products[idx].domain_idx, mesh.products[idx].owner_idx),
        Kind::DataContract => home(mesh.contracts[idx].domain_idx, mesh.contracts[idx].owner_idx),
        Kind::Domain => home(Some(idx), mesh.domains[idx].owner_idx),
        Kind::Team => home(mesh.teams[idx].domain_idx, Some(idx)),
        Kind::SourceSystem => home(mesh.sources[idx].domain_idx, mesh.sources[idx].owner_idx),
        Kind::SemanticDefinition => {
            let domain_idx = mesh.terms[idx].domain_idx;
            home(domain_idx, domain_idx.and_then(|domain| mesh.domains[domain].owner_idx))
        }
        Kind::AccessAgreement => {
            let product = mesh.agreements[idx].provider.product.as_ref().and_then(|id| mesh.product(id));
            let product = product.map(|idx| &mesh.products[idx]);
            home(product.and_then(|product| product.domain_idx), product.and_then(|product| product.owner_idx))
        }
        Kind::Policy => home(None, mesh.policies[idx].owner.as_ref().and_then(|owner| mesh.team(owner))),
        Kind::Review | Kind::Waiver | Kind::Acknowledgement | Kind::Scorecard | Kind::MaturityModel => Home::default(),
    }
}

/// Returns the definition of a term in the document of its glossary.
pub(super) fn definition<'a>(glossary: Doc<'a>, id: &str) -> Option<Doc<'a>> {
    let list = glossary.get("definitions")?;
    (0..list.len()).filter_map(|position| list.item(position)).find(|item| item.text("id") == Some(id))
}

fn text<'a>(text: Option<String>) -> Value<'a> {
    text.map_or(Value::Null, |text| Value::Made(text.into()))
}

fn thing_or_null<'a>(kind: Kind, idx: Option<usize>) -> Value<'a> {
    idx.map_or(Value::Null, |idx| Value::Thing(Found { kind, idx }))
}

fn things<'a>(kind: Kind, list: impl Iterator<Item = usize>) -> Value<'a> {
    Value::List(list.map(|idx| Value::Thing(Found { kind, idx })).collect::<Vec<_>>().into())
}

fn record<'a, const N: usize>(fields: [(&'static str, Value<'a>); N]) -> Value<'a> {
    Value::Map(fields.into_iter().map(|(name, value)| (Value::Text(name), value)).collect::<Vec<_>>().into())
}

fn evidence<'a>(summary: &EvidenceSummary<'_>) -> Value<'a> {
    let count = |count: usize| Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
    record([
        ("state", Value::Text(summary.state.word())),
        ("promises", count(summary.n_promises)),
        ("kept", count(summary.n_kept)),
        ("missed", count(summary.n_missed)),
        ("latest", text(summary.latest.map(|day| day.to_string()))),
    ])
}

/// What a test case gives, instead of a mesh.
pub(super) struct Given<'a> {
    pub(super) given: &'a Json,
    pub(super) day: &'a str,
}

impl<'a> Facts<'a> for Given<'a> {
    fn root(&self, root: Root) -> Value<'a> {
        let Some((name, _)) = Root::ALL.iter().find(|(_, known)| *known == root) else { return Value::Null };
        match Doc::Json(self.given).get(name) {
            Some(given) => given.value(),
            None => match root {
                Root::Today => Value::Text(self.day),
                // A case gives the same answer in every registry.
                Root::PersonalClasses => Value::List(["personal", "sensitive"].map(Value::Text).into()),
                Root::Thing(_) => Value::Null,
            },
        }
    }

    fn field(&self, _: Found, _: &str, _: Option<Derived>) -> Result<Value<'a>, String> {
        Ok(Value::Null)
    }
}
