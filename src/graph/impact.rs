//! Who is downstream: every product that a change of a contract, product or source system can reach.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::columns::{ColumnPlace, path_text};
use super::index::Found;
use super::mesh::Mesh;
use super::origins::Judge;
use crate::model::{Kind, Property};

/// What the question starts from.
pub type ImpactRoot = Found;

/// A product downstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImpactRow {
    /// The product.
    pub product_idx: usize,
    /// Steps from the root, at least 1.
    pub distance: usize,
    /// The columns of the root that it says it reads, sorted; empty when it does not say.
    pub reads: Vec<String>,
    /// Something that it names as a source of its columns leads nowhere: it may read any.
    pub is_partial: bool,
}

/// What a product says it reads of a contract version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnsRead {
    /// The product.
    pub product_idx: usize,
    /// The columns and objects that its own columns name as their source; empty when it does not say.
    pub places: BTreeSet<ColumnPlace>,
    /// Something that it names as a source of its columns leads nowhere: it may read any.
    pub is_partial: bool,
}

impl Mesh {
    /// Returns what each product that declares to read a contract version says it reads of it, in the order of its
    /// consumers.
    #[must_use]
    pub fn reads_of(&self, contract_idx: usize) -> Vec<ColumnsRead> {
        let roots = BTreeSet::from([contract_idx]);
        let of = |product_idx: &usize| {
            let (places, is_partial) = self.places_read(*product_idx, &roots);
            ColumnsRead { product_idx: *product_idx, places, is_partial }
        };
        self.contracts[contract_idx].consumers.iter().map(of).collect()
    }

    /// Returns every product downstream of contract versions, products or source systems, nearest
    /// first, then by id. Inside a product data flows from an input to the outputs whose
    /// `inputContracts` name it, or to all outputs where none are named.
    #[must_use]
    pub fn impact(&self, roots_asked: &[ImpactRoot]) -> Vec<ImpactRow> {
        let contracts: Vec<usize> = roots_asked
            .iter()
            .flat_map(|root| match root.kind {
                Kind::DataContract => vec![root.idx],
                Kind::DataProduct => self.products[root.idx].outputs.iter().flatten().copied().collect(),
                _ => Vec::new(),
            })
            .collect();
        let is_asked = |kind: Kind, idx: usize| roots_asked.iter().any(|root| root.kind == kind && root.idx == idx);
        let roots: BTreeSet<usize> = contracts.iter().copied().collect();
        let mut rows: BTreeMap<usize, ImpactRow> = BTreeMap::new();
        let mut queue: VecDeque<(usize, usize)> = VecDeque::new();
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        let reach = |rows: &mut BTreeMap<usize, ImpactRow>, product_idx: usize, distance: usize| {
            rows.entry(product_idx).or_insert(ImpactRow {
                product_idx,
                distance,
                reads: Vec::new(),
                is_partial: false,
            });
        };
        for root in roots_asked.iter().filter(|root| root.kind == Kind::SourceSystem) {
            for product_idx in &self.sources[root.idx].products {
                reach(&mut rows, *product_idx, 1);
                let product = &self.products[*product_idx];
                for contract_idx in product.outputs.iter().flatten().filter(|idx| seen.insert(**idx)) {
                    queue.push_back((*contract_idx, 1));
                }
            }
        }
        for contract_idx in contracts {
            seen.insert(contract_idx);
            queue.push_back((contract_idx, 0));
        }
        while let Some((contract_idx, distance)) = queue.pop_front() {
            for product_idx in &self.contracts[contract_idx].consumers {
                if is_asked(Kind::DataProduct, *product_idx) {
                    continue;
                }
                reach(&mut rows, *product_idx, distance + 1);
                for output in self.outputs_fed_by(*product_idx, contract_idx) {
                    if seen.insert(output) {
                        queue.push_back((output, distance + 1));
                    }
                }
            }
        }
        let mut rows: Vec<ImpactRow> = rows.into_values().collect();
        for row in &mut rows {
            (row.reads, row.is_partial) = self.columns_read(row.product_idx, &roots);
        }
        rows.sort_by_key(|row| (row.distance, row.product_idx));
        rows
    }

    /// Returns the contracts of a product that an input feeds: those of the output ports whose
    /// `inputContracts` name it, or of ports that name none.
    fn outputs_fed_by(&self, product_idx: usize, contract_idx: usize) -> Vec<usize> {
        let product = &self.products[product_idx];
        let id = &self.contracts[contract_idx].descriptor.header.id.value;
        let ports = product.descriptor.output_ports.iter().zip(&product.outputs);
        ports
            .filter(|(port, _)| {
                port.input_contracts.is_empty() || port.input_contracts.iter().any(|input| input.id.value == *id)
            })
            .filter_map(|(_, contract)| *contract)
            .collect()
    }

    /// Returns the columns of the given contracts that a product's own columns name as their source, and whether one of
    /// them names something that leads nowhere.
    pub(crate) fn columns_read(&self, product_idx: usize, roots: &BTreeSet<usize>) -> (Vec<String>, bool) {
        let (places, is_partial) = self.places_read(product_idx, roots);
        let read: BTreeSet<String> = places.into_iter().map(ColumnPlace::name).collect();
        (read.into_iter().collect(), is_partial)
    }

    /// Returns the columns and objects of the given contracts that a product's own columns name as their source, and
    /// whether one of them names something that leads nowhere.
    #[must_use]
    pub fn places_read(&self, product_idx: usize, roots: &BTreeSet<usize>) -> (BTreeSet<ColumnPlace>, bool) {
        // Nodes of contracts: to name each place costs more than to find it.
        let (mut read, mut is_partial) = (BTreeSet::new(), false);
        self.each_source(product_idx, |judge, written, found| match found {
            Some(found) if roots.contains(&found.0) => _ = read.insert(found),
            Some(_) => {}
            None => is_partial = is_partial || judge.is_lost(written),
        });
        (read.into_iter().map(|(contract_idx, node)| self.place_of(contract_idx, node)).collect(), is_partial)
    }

    /// Returns those of some contract versions of which a product may read personal data. Where its own columns name
    /// what they come from, these columns count; where they name nothing of a version, or something that leads nowhere,
    /// the whole version does.
    #[must_use]
    pub fn personal_read(&self, product_idx: usize, roots: &BTreeSet<usize>) -> BTreeSet<usize> {
        let personal: BTreeSet<usize> =
            roots.iter().copied().filter(|idx| self.has_personal_data(&self.contracts[*idx].descriptor)).collect();
        if personal.is_empty() {
            return personal;
        }
        let (places, is_partial) = self.places_read(product_idx, &personal);
        let may_read = |contract_idx: &usize| {
            let mut read = places.iter().filter(|place| place.contract_idx == *contract_idx).peekable();
            if is_partial || read.peek().is_none() {
                return true;
            }
            let columns = self.contracts[*contract_idx].descriptor.columns();
            let is_personal = |columns: &[&Property]| {
                columns.last().and_then(|column| column.classification()).is_some_and(|class| self.is_personal(class))
            };
            let paths: Vec<String> =
                columns.filter(|(_, path)| is_personal(path)).map(|(object, path)| path_text(object, &path)).collect();
            // What lies in a column that is read is read with it, and all of an object that is read whole.
            read.any(|place| {
                let read = place.path();
                let is_in = |path: &String| {
                    path.strip_prefix(&read).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                };
                paths.iter().any(is_in)
            })
        };
        personal.into_iter().filter(may_read).collect()
    }

    /// Returns what a product's own columns name as their source, as it is written, each with the column or object of
    /// one of the given contracts that it leads to: none where it leads nowhere. What leads to another contract is left
    /// out.
    pub(crate) fn sources_written(
        &self,
        product_idx: usize,
        roots: &BTreeSet<usize>,
    ) -> BTreeMap<&str, Option<ColumnPlace>> {
        let mut written_in = BTreeMap::new();
        self.each_source(product_idx, |_, written, found| match found {
            Some(found) if roots.contains(&found.0) => {
                written_in.insert(written, Some(self.place_of(found.0, found.1)));
            }
            Some(_) => {}
            None => _ = written_in.entry(written).or_insert(None),
        });
        written_in
    }

    /// Calls back for each source that a product's own columns name, with where it leads: a contract and a node of its
    /// columns.
    fn each_source<'m>(
        &'m self,
        product_idx: usize,
        mut seen: impl FnMut(&mut Judge<'m>, &'m str, Option<(usize, u32)>),
    ) {
        for contract_idx in self.products[product_idx].outputs.iter().flatten() {
            let mut judge = Judge::new(self, *contract_idx);
            let upstream = self.upstream_contracts(*contract_idx);
            let objects = self.contracts[*contract_idx].descriptor.objects.iter();
            let objects = objects.filter(|object| object.summary.n_sources > 0);
            let mut levels: Vec<_> = objects.map(|object| object.properties.iter()).collect();
            while let Some(level) = levels.last_mut() {
                let Some(column) = level.next() else {
                    levels.pop();
                    continue;
                };
                let sources = column.detail.iter().flat_map(|detail| &detail.transform_sources);
                for written in sources {
                    seen(&mut judge, written, self.source_node(&upstream, written));
                }
                if !column.children().is_empty() {
                    levels.push(column.children().iter());
                }
            }
        }
    }
}
