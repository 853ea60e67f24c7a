//! The small pictures of products and domains, and the cards with them.

use std::borrow::Cow;

use super::Site;
use crate::render::picture::{Island, IslandSize, MarkFacts, MarkSize, mark};
use crate::render::{RenderError, file_set, pages};

impl Site {
    /// Returns what the mark of a product shows.
    pub(in crate::render) fn mark_facts(&self, product_idx: usize) -> MarkFacts {
        let health = &self.health[product_idx];
        let product = &self.outcome.mesh.products[product_idx];
        MarkFacts {
            axes: health.axes,
            n_inputs: product.inputs.len(),
            n_outputs: product.outputs.len(),
            evidence: health.state,
            n_kept: health.results.0 as usize,
            n_old: health.n_old as usize,
            n_missed: health.results.1 as usize,
            n_schema_misses: health.n_schema_misses as usize,
            n_promises: health.n_promises as usize,
            is_active: product.descriptor.header.has_status("active"),
            is_retired: self.mesh().is_retired(product_idx),
        }
    }

    /// Draws the island of a domain.
    pub(in crate::render) fn island(&self, domain_idx: usize, size: IslandSize) -> Island {
        let domain = &self.outcome.mesh.domains[domain_idx];
        let living = domain.products.iter().filter(|product| !self.mesh().is_retired(**product));
        let states = living.map(|product| self.health[*product].state);
        Island::of(domain.descriptor.header.title(), states, size)
    }

    /// Draws the mark of a product for a page.
    pub(in crate::render) fn mark(&self, product_idx: usize, size: MarkSize) -> String {
        mark(&self.mark_facts(product_idx), size)
    }

    /// Returns the card of a product for a page so deep below the top.
    pub(in crate::render) fn card(&self, product_idx: usize, depth: usize) -> Result<Cow<'_, str>, RenderError> {
        let cell = &self.cards[product_idx];
        let card = if let Some(card) = cell.get() {
            card
        } else {
            let made = pages::card_html(self, product_idx)?.into_boxed_str();
            cell.get_or_init(|| made)
        };
        Ok(file_set::moved(card, pages::CARD_DEPTH, depth))
    }
}
