//! Which contract, object and column is meant by a name of a tool.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::kinds::{is_of_several, known_kind, sources_of};
use super::places::{Dataset, Of, field, flat, is_in_schema, named, of_dataset, place_of};
use crate::graph::columns::path_text;
use crate::graph::mesh::Mesh;
use crate::graph::promises::quality_rules;
use crate::model::{DataContract, Property, SchemaObject, Server, Text, ToolSubject, Version, major};

/// So many names are told of several.
pub(super) const NAMES: usize = 4;

/// What is meant by a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) contract_idx: usize,
    /// The object or column, with dots, in the words of the contract.
    pub(super) path: Option<String>,
    /// Several columns of the object, where the test asks of them together.
    pub(super) columns: Vec<Text>,
    /// The kind of test that stands in the name.
    pub(super) kind: Option<Text>,
    /// The id of the rule that has the name of the test.
    pub(super) rule: Option<Text>,
    /// The server, where several decide about the promises and the tool says which one it asked.
    pub(super) server: Option<Text>,
}

impl Found {
    /// Nothing but a contract, or an object or column of it.
    fn of(contract_idx: usize, path: Option<String>) -> Found {
        Found { contract_idx, path, columns: Vec::new(), kind: None, rule: None, server: None }
    }
}

/// Why nothing is meant.
#[derive(Clone)]
pub(super) struct Why {
    pub(super) reason: String,
    pub(super) help: String,
    /// A contract and a version of it that is newer than every one there is.
    pub(super) newer: Option<(Text, Text)>,
}

impl Why {
    fn new(reason: impl Into<String>, help: impl Into<String>) -> Why {
        Why { reason: reason.into(), help: help.into(), newer: None }
    }
}

const NAME_IT: &str =
    "give the object of the contract this `physicalName`, or leave the file out where the data is of no product";

/// A contract version and the position of an object there.
type At = (usize, usize);
/// An object, and of several servers the one it lies on.
type Lies = (At, Option<Text>);

/// The names of objects and rules of all current contracts.
pub(super) struct Names<'m> {
    mesh: &'m Mesh,
    /// In lower case: contract version and position of the object.
    objects: BTreeMap<String, BTreeSet<(usize, usize)>>,
    /// Ids and names of quality rules, as `_` names: contract versions and ids.
    rules: BTreeMap<String, BTreeSet<(usize, Text)>>,
    /// The columns of objects that results have asked about, by contract version and position of the object.
    columns: RefCell<HashMap<(usize, usize), Rc<ColumnNames>>>,
    /// By where the servers of contracts with one object say that the data lies, in lower case: the contract versions.
    locations: HashMap<String, BTreeSet<usize>>,
    /// What datasets were found to be, by namespace and name: a file has many results about few.
    datasets: RefCell<HashMap<(String, String), Result<Lies, Why>>>,
    /// How many objects may still be compared: hostile files name very many that very many objects may be.
    left: Cell<usize>,
}

/// Objects that a run compares at most to find out which one a name means, where many have that name.
const MAX_COMPARISONS: usize = 500_000;
/// So many of one name are always compared.
const FEW: usize = 32;

impl<'m> Names<'m> {
    /// Reads the names.
    pub(super) fn of(mesh: &'m Mesh) -> Names<'m> {
        let mut names = Names {
            mesh,
            objects: BTreeMap::new(),
            rules: BTreeMap::new(),
            locations: HashMap::new(),
            columns: RefCell::default(),
            datasets: RefCell::default(),
            left: Cell::new(MAX_COMPARISONS),
        };
        let ids: BTreeSet<&str> = mesh.contracts.iter().map(|node| node.descriptor.header.id.value.as_str()).collect();
        for contract_idx in ids.into_iter().filter_map(|id| mesh.current_version(id)) {
            let contract = &mesh.contracts[contract_idx].descriptor;
            for (position, object) in contract.objects.iter().enumerate() {
                for name in object_names(object) {
                    names.objects.entry(name).or_default().insert((contract_idx, position));
                }
            }
            if contract.objects.len() == 1 {
                for place in contract.servers.iter().filter_map(place_of) {
                    names.locations.entry(place).or_default().insert(contract_idx);
                }
            }
            for (_, rule) in quality_rules(contract) {
                let id = rule.id.clone().or_else(|| rule.name.clone());
                for name in [rule.id.as_ref(), rule.name.as_ref()].into_iter().flatten() {
                    let id = id.clone().unwrap_or_else(|| name.clone());
                    names.rules.entry(flat(name)).or_default().insert((contract_idx, id));
                }
            }
        }
        names
    }

    /// Finds what a tool means.
    pub(super) fn find(&self, subject: &ToolSubject) -> Result<Found, Why> {
        match subject {
            ToolSubject::Contract { id, version, server, object, column } => {
                let contract_idx = self.contract(id, version.as_deref())?;
                let contract = &self.mesh.contracts[contract_idx].descriptor;
                let server = Self::server(contract, named(contract, server.as_deref()), server.as_deref())?;
                let path = self.path_of(contract_idx, object.as_deref(), column.as_deref())?;
                Ok(Found { server, ..Found::of(contract_idx, path) })
            }
            ToolSubject::Test(name) => self.test(name),
            ToolSubject::Node { name, version } => self.node(name, version.as_deref()),
            ToolSubject::Source { source, table } => self.source(source, table),
            ToolSubject::Dataset { namespace, name, column } => {
                let ((contract_idx, position), server) = self.dataset(namespace, name)?;
                let path = self.path_in((contract_idx, position), column.as_deref());
                Ok(Found { server, ..Found::of(contract_idx, Some(path)) })
            }
        }
    }

    /// Finds a contract by its id, and of its versions the one that is named; else the one that is current.
    fn contract(&self, id: &str, version: Option<&str>) -> Result<usize, Why> {
        let mesh = self.mesh;
        let versions = mesh.versions(id);
        let Some(newest) = versions.last() else {
            return Err(match id {
                "" => Why::new("name no contract", "let the tool write which contract it tests"),
                id => Why::new(
                    format!("are about `{id}`, which is no contract of this registry"),
                    "add the contract, or name it in the suite or in its property `dataContractId`",
                ),
            });
        };
        let text = |idx: usize| mesh.contracts[idx].descriptor.version_text();
        let found = match version {
            Some(version) => mesh.contract(id, version).or_else(|| {
                // The contract of its major goes on; older results are history of the same, newer ones of none.
                let is_major = Version::parse(version).major().is_some() && !version.contains('.');
                let is_it = |idx: &&usize| {
                    major(text(**idx)) == major(version)
                        && (is_major || Version::parse(version) <= Version::parse(text(**idx)))
                };
                versions.iter().rfind(is_it).copied()
            }),
            None => mesh.current_version(id),
        };
        found.ok_or_else(|| {
            let version = version.unwrap_or_default();
            let is_newer = Version::parse(version) > Version::parse(text(*newest))
                && !versions.iter().any(|idx| mesh.contracts[*idx].descriptor.lacks_version());
            let why =
                format!("are about the version `{version}` of the contract `{id}`, which is not in this registry");
            let newer = is_newer.then(|| (id.into(), version.into()));
            Why { newer, ..Why::new(why, "add the contract document, or remove the result file") }
        })
    }

    /// Says of which server a result is; nothing where that is none whose data the promises are about.
    fn server(contract: &DataContract, of: Of, stated: Option<&str>) -> Result<Option<Text>, Why> {
        let name = format!("the contract `{}` {}", contract.header.id.value, contract.version_text());
        let name = name.trim_end();
        match (of, stated) {
            (Of::Deciding(server), _) => Ok(server),
            (Of::Beside(server), _) => Err(Why::new(
                format!("are of the server `{server}`; the promises of {name} are judged by its servers of production"),
                "run the tests where readers read, or leave the file out",
            )),
            (Of::Unknown, Some(server)) => Err(Why::new(
                format!("are of the server `{server}`, which {name} does not list"),
                "add it to the `servers` of the contract, or leave the file out where its data is not what is promised",
            )),
            (Of::Unknown, None) => Err(Why::new(
                format!("are about data that lies elsewhere than {name} says"),
                "add its place to the `servers` of the contract, or leave the file out where its data is not what is promised",
            )),
        }
    }

    /// Returns an object or column of a contract in the words of the contract; one that it does not have as it is written.
    fn path_of(&self, contract_idx: usize, object: Option<&str>, column: Option<&str>) -> Result<Option<String>, Why> {
        let Some(object) = object else { return Ok(None) };
        let written = column.map_or_else(|| object.to_owned(), |column| format!("{object}.{column}"));
        // A physical name has dots of its own, and not every tool says where it ends.
        let ends = written.match_indices('.').map(|(at, _)| at).filter(|at| *at != object.len()).take(SPLITS);
        let splits = std::iter::once((object, column))
            .chain(ends.map(|at| (&written[..at], Some(&written[at + 1..]))))
            .chain([(written.as_str(), None)]);
        for (object, column) in splits {
            let named = self.objects.get(&object.to_lowercase());
            let named = named.into_iter().flat_map(|all| all.range((contract_idx, 0)..(contract_idx + 1, 0)));
            let known: Vec<(usize, Rank)> =
                named.filter_map(|at| Some((at.1, rank(self.object(*at), object)?))).collect();
            let Some(best) = known.iter().map(|(_, rank)| *rank).min() else { continue };
            let known: BTreeSet<At> = known
                .into_iter()
                .filter(|(_, rank)| *rank == best)
                .map(|(position, _)| (contract_idx, position))
                .collect();
            return match known.first().filter(|_| known.len() == 1) {
                Some(at) => Ok(Some(self.path_in(*at, column))),
                None => Err(self.several(known.iter().copied())),
            };
        }
        Ok(Some(written))
    }

    /// Finds the model, seed or snapshot of a name.
    fn node(&self, name: &str, version: Option<&str>) -> Result<Found, Why> {
        let known = self.objects.get(&name.to_lowercase()).cloned().unwrap_or_default();
        if known.is_empty() {
            return Err(Why::new("are about models that are no object of a contract", NAME_IT));
        }
        let (contract_idx, position) = self.only(&known, &[name], "")?;
        let contract = &self.mesh.contracts[contract_idx].descriptor;
        let object = &contract.objects[position];
        if version.is_none() {
            return Ok(Found::of(contract_idx, Some(self.path_in((contract_idx, position), None))));
        }
        let contract_idx = self.contract(&contract.header.id.value, version)?;
        Ok(Found::of(contract_idx, self.path_of(contract_idx, Some(&object.name), None)?))
    }

    /// Finds the table of a dbt source. What a project reads is a promise of ours only where it lies in the schema of the
    /// contract, which is the name of the source as long as dbt is told nothing else.
    fn source(&self, source: &str, table: &str) -> Result<Found, Why> {
        let known = self.objects.get(&table.to_lowercase());
        if !self.may_compare(known.map_or(0, BTreeSet::len)) {
            return Err(too_many());
        }
        let known = self.in_schema(known.into_iter().flatten().copied(), &[source.to_owned()]);
        if known.is_empty() {
            return Err(no_source());
        }
        let at = self.only(&known, &[table], "")?;
        Ok(Found::of(at.0, Some(self.path_in(at, None))))
    }

    /// Keeps the objects that lie in a schema of one of these names.
    fn in_schema(&self, known: impl Iterator<Item = At>, schemas: &[String]) -> BTreeSet<At> {
        let is = |at: &At| {
            let contract = &self.mesh.contracts[at.0].descriptor;
            schemas.iter().any(|schema| is_in_schema(contract, self.object(*at), schema))
        };
        known.filter(is).collect()
    }

    /// Finds what a dbt test is about: the rule of its name, else the model and column in its name.
    fn test(&self, name: &str) -> Result<Found, Why> {
        let in_name = self.parts(name);
        if let Some(rules) = self.rules.get(&flat(name)) {
            let of_model = in_name
                .iter()
                .flatten()
                .flat_map(|parts| rules.iter().filter(|rule| rule.0 == parts.contract_idx))
                .next();
            let only = rules.first().filter(|_| rules.len() == 1);
            if let Some((contract_idx, rule)) = of_model.or(only) {
                return Ok(Found { rule: Some(rule.clone()), ..Found::of(*contract_idx, None) });
            }
            return Err(Why::new(
                format!(
                    "have the name of quality rules of several contracts: {}",
                    self.ids(rules.iter().map(|rule| rule.0))
                ),
                "give the rules ids of their own, or name the model in the test",
            ));
        }
        in_name.unwrap_or_else(|| Err(self.unplaced(name)))
    }

    /// Says why a test is about nothing: of what it may be about only its name tells.
    fn unplaced(&self, name: &str) -> Why {
        let ids = self.ids(self.mentioned(name).into_iter());
        let lower = name.to_lowercase();
        let is_source = |at: usize| known_kind(&lower[..at]).is_some() && sources_of(&lower[..at]).is_some();
        let may_be = lower.len() <= LONGEST && lower.contains("source_");
        if may_be && lower.match_indices('_').any(|(at, _)| is_source(at)) {
            return no_source();
        }
        let has_kind = lower.match_indices('_').any(|(at, _)| known_kind(&lower[..at]).is_some());
        if has_kind || ids.is_empty() {
            let tell = if ids.is_empty() { String::new() } else { format!("; their names tell of {ids}") };
            return Why::new(
                format!("name no model that is an object of a contract{tell}"),
                "name the test as the `id` of the quality rule it is about, or give the object of the contract the \
                 `physicalName` of the model",
            );
        }
        Why::new(
            format!("have the name of no quality rule and are of no kind that is known; their names tell of {ids}"),
            "name the test as the `id` of the quality rule it is about, and add that rule to the contract where it has none",
        )
    }

    /// Returns the contracts whose objects stand in a name, those of the longest names alone.
    fn mentioned(&self, name: &str) -> BTreeSet<usize> {
        let lower = name.to_lowercase();
        let mut longest = (0, BTreeSet::new());
        if lower.len() > LONGEST {
            return longest.1;
        }
        let ends: Vec<usize> = lower.match_indices('_').map(|(at, _)| at).chain([lower.len()]).collect();
        let begins = std::iter::once(0).chain(lower.match_indices('_').map(|(at, _)| at + 1));
        for begin in begins {
            for end in ends.iter().filter(|end| **end > begin) {
                let Some(known) = self.objects.get(&lower[begin..*end]) else { continue };
                if end - begin > longest.0 {
                    longest = (end - begin, BTreeSet::new());
                }
                if end - begin == longest.0 {
                    longest.1.extend(known.iter().map(|(contract_idx, _)| *contract_idx));
                }
            }
        }
        longest.1
    }

    /// Lists contracts for a sentence.
    fn ids(&self, contracts: impl Iterator<Item = usize>) -> String {
        let id = |idx: usize| format!("`{}`", self.mesh.contracts[idx].descriptor.header.id.value);
        let mut ids: Vec<String> = contracts.map(id).collect();
        ids.dedup();
        let more = ids.len().saturating_sub(NAMES);
        ids.truncate(NAMES);
        let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
        ids.join(", ") + &tail
    }

    /// Takes the name of a generic test apart: `<kind>_<model>_<column>`, and values behind `__`.
    /// One that fits objects of several contracts is none of them.
    fn parts(&self, name: &str) -> Option<Result<Found, Why>> {
        let lower = name.to_lowercase();
        if lower.len() > LONGEST {
            return None;
        }
        let ends: Vec<usize> = lower.match_indices('_').map(|(at, _)| at).chain([lower.len()]).collect();
        let begins: Vec<usize> = lower.match_indices('_').map(|(at, _)| at + 1).collect();
        let mut best = None;
        for begin in &begins {
            let kind = &lower[..begin - 1];
            // Of a kind that is not known nobody can say where it ends and the name of the model begins.
            if known_kind(kind).is_none() {
                continue;
            }
            for end in ends.iter().filter(|end| *end > begin) {
                let Some(known) = self.objects.get(&lower[*begin..*end]) else { continue };
                let rest = lower[*end..].trim_start_matches('_');
                if !self.may_compare(known.len()) {
                    return Some(Err(too_many()));
                }
                let within = sources_of(kind).map(|sources| self.in_schema(known.iter().copied(), &sources));
                let known = within.as_ref().unwrap_or(known);
                if known.is_empty() {
                    continue;
                }
                let is_several = is_of_several(kind);
                let columns = |at| if is_several { self.column_names(at).together(rest) } else { Vec::new() };
                let column = |at| if is_several { None } else { self.column_names(at).longest(rest) };
                let is_known = known.iter().any(|at| column(*at).is_some() || !columns(*at).is_empty());
                let rank = (is_known, end - begin, std::cmp::Reverse(*begin));
                let found = self.only(known, &[&lower[*begin..*end]], "").map(|at| Found {
                    columns: columns(at),
                    kind: Some(Text::from(kind)),
                    ..Found::of(at.0, Some(column(at).unwrap_or_else(|| self.path_in(at, None))))
                });
                if best.as_ref().is_none_or(|(known, _)| rank > *known) {
                    best = Some((rank, found));
                }
            }
        }
        best.map(|(_, found)| found)
    }

    /// Counts objects that are about to be compared. Once the run has compared very many, only few of one name may be.
    fn may_compare(&self, n: usize) -> bool {
        let left = self.left.get().checked_sub(n).filter(|_| n > FEW);
        if let Some(left) = left {
            self.left.set(left);
        }
        n <= FEW || left.is_some()
    }

    fn object(&self, (contract_idx, position): (usize, usize)) -> &'m SchemaObject {
        &self.mesh.contracts[contract_idx].descriptor.objects[position]
    }

    fn column_names(&self, at: (usize, usize)) -> Rc<ColumnNames> {
        let mut known = self.columns.borrow_mut();
        Rc::clone(known.entry(at).or_insert_with(|| Rc::new(ColumnNames::of(self.object(at)))))
    }

    /// Returns `object.column` in the words of the contract; a column that it does not have as it is written.
    fn path_in(&self, at: (usize, usize), column: Option<&str>) -> String {
        let name = &self.object(at).name.value;
        let Some(column) = column else { return name.to_string() };
        let known = self.column_names(at).by_name.get(&column.to_lowercase()).cloned();
        known.unwrap_or_else(|| format!("{name}.{column}"))
    }

    /// Finds the object of a dataset.
    fn dataset(&self, namespace: &str, name: &str) -> Result<Lies, Why> {
        let key = (namespace.to_owned(), name.to_owned());
        if let Some(known) = self.datasets.borrow().get(&key) {
            return known.clone();
        }
        let found = self.find_dataset(namespace, name);
        self.datasets.borrow_mut().insert(key, found.clone());
        found
    }

    /// Finds the object of a dataset: the one whose place ends as the dataset's name does, over most parts. One that is
    /// said to lie elsewhere is none, however its table is called.
    fn find_dataset(&self, namespace: &str, name: &str) -> Result<Lies, Why> {
        /// No object has a name of more parts.
        const PARTS: usize = 32;
        let (space, lower) = (namespace.to_lowercase(), name.to_lowercase());
        let parts: Vec<&str> = lower.split(['.', '/']).map(|part| part.trim_matches(['"', '`', '[', ']'])).collect();
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let mut known = BTreeSet::new();
        for at in parts.len().saturating_sub(PARTS)..parts.len() {
            known.extend(self.objects.get(&parts[at..].join(".")).into_iter().flatten().copied());
        }
        known.extend(self.objects.get(&lower).into_iter().flatten().copied());
        if !self.may_compare(known.len()) {
            return Err(too_many());
        }
        let dataset = Dataset::new(&space, &lower, &parts);
        let lies = |at: At| of_dataset(&self.mesh.contracts[at.0].descriptor, self.object(at), &dataset);
        let placed: BTreeMap<At, Of> = known.iter().map(|at| (*at, lies(*at))).collect();
        let is_elsewhere = |at: &At| placed.get(at).is_some_and(|of| *of == Of::Unknown);
        let there: BTreeSet<At> = known.iter().copied().filter(|at| !is_elsewhere(at)).collect();
        let at = match (known.is_empty(), there.is_empty()) {
            (false, false) => self.only(&there, &parts, namespace)?,
            (is_no_name, _) => match self.at_location(namespace, name) {
                Err(_) if !is_no_name => {
                    let ids = self.ids(known.iter().map(|at| at.0));
                    return Err(Why::new(
                        format!(
                            "are about data at another place than the contracts with an object of its name say: {ids}"
                        ),
                        "add its place to the `servers` of the contract, or leave the file out where its data is not what is promised",
                    ));
                }
                found => found?,
            },
        };
        let contract = &self.mesh.contracts[at.0].descriptor;
        let of = Some(lies(at)).filter(|of| *of != Of::Unknown).unwrap_or(Of::Deciding(None));
        Ok((at, Self::server(contract, of, None)?))
    }

    /// Finds the contract whose server has the place of a dataset: a folder or a file in a store.
    fn at_location(&self, namespace: &str, name: &str) -> Result<(usize, usize), Why> {
        let place = format!("{}/{}", namespace.trim_end_matches('/'), name.trim_start_matches('/')).to_lowercase();
        let ends = place.match_indices('/').map(|(at, _)| at).chain([place.len()]);
        let above = ends.filter_map(|end| self.locations.get(&place[..end]));
        let found: BTreeSet<(usize, usize)> = above.flatten().map(|contract_idx| (*contract_idx, 0)).collect();
        match found.len() {
            0 => Err(Why::new("are about datasets that are no object of a contract", NAME_IT)),
            _ => self.only(&found, &[], namespace),
        }
    }

    /// Of each contract keeps the objects that a bare name fits best: a name of its own before the end of another's.
    fn nearest(&self, known: &BTreeSet<At>, name: &str) -> BTreeSet<At> {
        let mut best: BTreeMap<usize, (Rank, Vec<At>)> = BTreeMap::new();
        for at in known {
            let Some(rank) = rank(self.object(*at), name) else { continue };
            let (known, objects) = best.entry(at.0).or_insert((rank, Vec::new()));
            if rank < *known {
                (*known, *objects) = (rank, Vec::new());
            }
            if rank == *known {
                objects.push(*at);
            }
        }
        best.into_values().flat_map(|(_, objects)| objects).collect()
    }

    /// Chooses among objects of one name the one whose place fits best; several that fit as well are none.
    fn only(&self, known: &BTreeSet<(usize, usize)>, parts: &[&str], namespace: &str) -> Result<(usize, usize), Why> {
        if !self.may_compare(known.len()) {
            return Err(too_many());
        }
        let nearest = if let [name] = parts { self.nearest(known, name) } else { BTreeSet::new() };
        // Of a name in quotes that are part of it none is nearer.
        let nearest = if nearest.is_empty() { known.clone() } else { nearest };
        let fits: Vec<_> = nearest.iter().map(|at| (*at, self.fit(*at, parts, namespace))).collect();
        let best = fits.iter().map(|(_, fit)| *fit).max().unwrap_or_default();
        let fitting: Vec<(usize, usize)> = fits.into_iter().filter(|(_, fit)| *fit == best).map(|(at, _)| at).collect();
        if let [only] = fitting.as_slice() {
            return Ok(*only);
        }
        Err(self.several(fitting.into_iter()))
    }

    /// Says that a name can mean several objects: of one contract which, else of which contracts.
    fn several(&self, objects: impl Iterator<Item = At>) -> Why {
        let objects: BTreeSet<At> = objects.collect();
        let contracts: BTreeSet<usize> = objects.iter().map(|at| at.0).collect();
        let ids = self.ids(contracts.iter().copied());
        let why = if contracts.len() > 1 {
            format!("can be about the data of several contracts: {ids}")
        } else {
            let names: Vec<String> =
                objects.iter().take(NAMES).map(|at| format!("`{}`", self.object(*at).name.value)).collect();
            let more = objects.len().saturating_sub(NAMES);
            let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("can be about several objects of the contract {ids}: {}{tail}", names.join(", "))
        };
        Why::new(
            why,
            "give the objects of the contracts the `physicalName` they have where they lie, with schema and database",
        )
    }

    /// Says how well the place of an object fits: parts of its name, what its servers are, where they are.
    fn fit(
        &self,
        (contract_idx, position): (usize, usize),
        parts: &[&str],
        namespace: &str,
    ) -> (usize, bool, bool, bool) {
        let contract = &self.mesh.contracts[contract_idx].descriptor;
        let object = &contract.objects[position];
        let called = object.physical_name.as_deref().unwrap_or(&object.name.value).to_lowercase();
        let common = |place: &str| {
            let place: Vec<&str> = place.split(['.', '/']).filter(|part| !part.is_empty()).collect();
            place.iter().rev().zip(parts.iter().rev()).take_while(|(one, other)| one == other).count()
        };
        let full = |server: &Server| {
            let above = [field(server, &["catalog", "project", "database"]), field(server, &["schema", "dataset"])];
            let above: Vec<String> = above.into_iter().flatten().map(str::to_lowercase).collect();
            above.into_iter().chain([called.clone()]).collect::<Vec<_>>().join(".")
        };
        let places = contract.servers.iter().map(full).chain([called.clone()]);
        let n_common = places.map(|place| common(&place)).max().unwrap_or(0);
        let space = namespace.to_lowercase();
        let is_there = |server: &Server| {
            let named = field(server, &["host", "account", "bootstrapServers", "project", "endpointUrl"]);
            !space.is_empty() && named.is_some_and(|named| !named.is_empty() && space.contains(&named.to_lowercase()))
        };
        let is_database = |server: &Server| {
            !matches!(
                server.server_type.as_str(),
                "kafka" | "kinesis" | "pubsub" | "s3" | "gcs" | "azure" | "sftp" | "api" | "local"
            )
        };
        let is_physical = object.physical_name.as_ref().is_some_and(|_| common(&called) > 0);
        // Tools that build tables say no namespace: they work in a database.
        let is_fitting_kind = if space.is_empty() {
            contract.servers.iter().any(is_database)
        } else {
            contract.servers.iter().any(|server| space.starts_with(server.server_type.as_str()))
        };
        (n_common, contract.servers.iter().any(is_there), is_fitting_kind, is_physical)
    }
}

/// The bytes of the longest name of a test that is taken apart.
const LONGEST: usize = 400;
/// So many dots of a name are tried as the end of that of its object.
const SPLITS: usize = 64;

/// How an object comes to a name, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Name,
    PhysicalName,
    LastPart,
}

/// Says how an object comes to a name, in any case; none where it is called otherwise.
fn rank(object: &SchemaObject, name: &str) -> Option<Rank> {
    let physical = object.physical_name.as_deref().unwrap_or_default();
    let last = physical.rsplit(['.', '/']).next().unwrap_or_default();
    let is = |known: &str| !known.is_empty() && known.to_lowercase() == name.to_lowercase();
    let ranks = [(&*object.name.value, Rank::Name), (physical, Rank::PhysicalName), (last, Rank::LastPart)];
    ranks.into_iter().find(|(known, _)| is(known)).map(|(_, rank)| rank)
}

/// Returns the names of an object in lower case: its own, its physical one, and the last part of that.
pub(in crate::graph) fn object_names(object: &SchemaObject) -> BTreeSet<String> {
    let physical = object.physical_name.as_deref().unwrap_or_default().to_lowercase();
    let last = physical.rsplit(['.', '/']).next().unwrap_or_default().to_owned();
    let names = [object.name.value.as_str().to_lowercase(), physical, last];
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

/// The columns of an object by their names in lower case, with the path that the contract has for each.
struct ColumnNames {
    /// By the name, or the path below the object; of several of one name the first.
    by_name: HashMap<String, String>,
    /// As names of tests write them, with `_` for a dot: the first path and the last.
    by_flat: HashMap<String, (String, String)>,
}

impl ColumnNames {
    fn of(object: &SchemaObject) -> ColumnNames {
        let mut names = Vec::new();
        let mut stack: Vec<(Vec<&Property>, &Property)> =
            object.properties.iter().map(|column| (Vec::new(), column)).collect();
        while let Some((mut above, column)) = stack.pop() {
            above.push(column);
            let path = path_text(object, &above);
            let below = path.split_once('.').map_or("", |(_, below)| below).to_lowercase();
            names.extend(column.physical_names().map(|name| (name.as_str().to_lowercase(), path.clone())));
            names.push((below, path));
            stack.extend(column.children().iter().map(|child| (above.clone(), child)));
        }
        names.sort();
        let mut columns = ColumnNames { by_name: HashMap::new(), by_flat: HashMap::new() };
        for (name, path) in names {
            let flat = columns.by_flat.entry(name.replace('.', "_")).or_insert_with(|| (path.clone(), path.clone()));
            flat.1.clone_from(&path);
            columns.by_name.entry(name).or_insert(path);
        }
        columns
    }

    /// Returns the path of the longest column whose name a text begins with, before its end or `__`.
    fn longest(&self, rest: &str) -> Option<String> {
        let is_end = |at: &usize| rest.get(*at..).is_some_and(|after| after.is_empty() || after.starts_with("__"));
        let mut known = (1..=rest.len()).rev().filter(is_end).filter_map(|end| self.by_flat.get(&rest[..end]));
        known.next().map(|(_, last)| last.clone())
    }

    /// Returns the columns that a text names, with `__` between them; none where one of them is not known.
    fn together(&self, rest: &str) -> Vec<Text> {
        let column = |name: &str| {
            let (first, _) = self.by_flat.get(name)?;
            first.split_once('.').map(|(_, below)| Text::from(below))
        };
        rest.split("__").map(column).collect::<Option<Vec<_>>>().unwrap_or_default()
    }
}

/// Says why a result about a dbt source counts for nothing.
fn no_source() -> Why {
    Why::new(
        "are about sources, which a project reads; no object of a contract lies in a schema with the name of the source",
        "state the `schema` of the server in the contract and give the source its name, or leave the file out",
    )
}

/// Says why a name is not looked up any more.
fn too_many() -> Why {
    Why::new(
        "were not looked up, since very many objects may be meant by the names before them",
        "give the objects of the contracts the `physicalName` they have where they lie, or remove the result files",
    )
}
