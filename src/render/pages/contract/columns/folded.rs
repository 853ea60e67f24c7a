//! Objects of a contract on the page of its product, beside those of others.

use super::ObjectPart;
use crate::render::homes::FoldNames;

impl ObjectPart<'_> {
    /// Counts the columns that are keys.
    pub(in crate::render::pages::contract) fn n_keys(&self) -> usize {
        self.columns.iter().filter(|row| !row.keys.is_empty()).count()
    }

    /// Gives it and its columns the names of the page of its product.
    pub(in crate::render::pages::contract) fn rename(&mut self, names: &FoldNames, contract: &str) {
        self.contract = Some(contract.to_owned());
        self.anchor = names.anchor(&self.anchor);
        for row in self.columns.iter_mut() {
            row.anchor = names.anchor(&row.anchor);
            row.called_anchor = row.called_anchor.take().map(|anchor| names.anchor(&anchor));
            let own = row.instead.as_mut().and_then(|instead| instead.href.as_mut());
            if let Some(href) = own
                && let Some(anchor) = href.strip_prefix('#')
            {
                *href = format!("#{}", names.anchor(anchor));
            }
        }
    }
}
