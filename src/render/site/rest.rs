//! The pages of long lists after the first.

use crate::graph::Mesh;
use crate::render::facets::{FacetValue, Facets};

/// Rows of one page of a list.
pub(in crate::render) const ROWS: usize = 200;

/// The pages after the first of lists that may be long: whose list it is, and the number from 1.
#[derive(Default)]
pub(in crate::render) struct Rest {
    /// Readers of products.
    pub consumers: Vec<(usize, usize)>,
    /// Places of terms.
    pub terms: Vec<(usize, usize)>,
    /// Products that read source systems.
    pub sources: Vec<(usize, usize)>,
    /// Products of values: the facet, the value, and the number from 0.
    pub facets: Vec<(usize, usize, usize)>,
}

impl Rest {
    pub(super) fn new(mesh: &Mesh, facets: &Facets, n_cards: usize) -> Rest {
        let after_first = |lengths: Vec<usize>| {
            let numbers = |(idx, length): (usize, usize)| (1..n_sheets(length, ROWS)).map(move |number| (idx, number));
            lengths.into_iter().enumerate().flat_map(numbers).collect()
        };
        let values = facets.all.iter().enumerate().flat_map(|(facet, all)| {
            let numbers = move |(value, found): (usize, &FacetValue)| {
                (0..n_sheets(found.products.len(), n_cards)).map(move |number| (facet, value, number))
            };
            all.values.iter().enumerate().filter(|(_, found)| found.home.is_none()).flat_map(numbers)
        });
        Rest {
            consumers: after_first(mesh.products.iter().map(|product| product.consumers.len()).collect()),
            terms: after_first(mesh.terms.iter().map(|term| term.bindings.len()).collect()),
            sources: after_first(mesh.sources.iter().map(|source| source.products.len()).collect()),
            facets: values.collect(),
        }
    }
}

/// Returns how many pages a list has, at least one.
pub(in crate::render) fn n_sheets(length: usize, size: usize) -> usize {
    length.div_ceil(size).max(1)
}
