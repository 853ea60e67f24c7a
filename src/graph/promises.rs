//! What a contract promises: its service levels and its quality rules.

use super::mesh::Mesh;
use crate::model::{DataContract, QualityRule, is_promise, known_levels, level_name};
use crate::yaml;

/// Returns the property of a service level that a word nearly is; `None` for one that is known, and for a word of
/// one's own.
#[must_use]
pub fn misspelt_level(property: &str) -> Option<&'static str> {
    if known_levels().any(|written| written == property) {
        return None;
    }
    let name = level_name(property);
    if known_levels().any(|written| written.eq_ignore_ascii_case(&name)) {
        return None;
    }
    // An average is no coverage: hardly a slip changes the first letter.
    let begins_alike = |known: &&str| known.as_bytes()[0].eq_ignore_ascii_case(&name.bytes().next().unwrap_or(b' '));
    known_levels().filter(begins_alike).find(|known| name.len() >= 5 && yaml::is_misspelt(&name, known))
}

/// Returns how much a contract promises: its service levels, without dates, and its quality rules. Whatever counts promises
/// counts them so, and a product promises what its [standing contracts](Mesh::standing_contracts) do.
#[must_use]
pub fn n_promises(contract: &DataContract) -> usize {
    contract.service_levels.iter().filter(|level| is_promise(level)).count() + contract.n_quality_rules as usize
}

/// Returns every quality rule that is kept of a contract, with the path of its object or column:
/// rules of an object first, then those of its columns, depth first.
pub fn quality_rules(contract: &DataContract) -> impl Iterator<Item = (String, &QualityRule)> {
    let of_objects = contract
        .objects
        .iter()
        .flat_map(|object| object.quality.iter().map(move |rule| (object.name.value.to_string(), rule)));
    let of_columns = contract.columns_where(|of| of.n_rules > 0).filter_map(|(object, columns)| {
        let detail = columns.last()?.detail.as_deref().filter(|detail| !detail.quality.is_empty())?;
        Some((super::columns::path_text(object, &columns), detail))
    });
    of_objects.chain(of_columns.flat_map(|(path, detail)| detail.quality.iter().map(move |rule| (path.clone(), rule))))
}

impl Mesh {
    /// Returns the contracts that a product stands for, each once: those of its output ports that are
    /// neither retired, draft nor proposed; where there is none, those that are not there yet, and of a product that is
    /// retired itself all of its contracts.
    #[must_use]
    pub fn standing_contracts(&self, product_idx: usize) -> Vec<usize> {
        let mut all: Vec<usize> = self.products[product_idx].outputs.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        let stands = |idx: &usize| !self.contracts[*idx].descriptor.header.is_unfinished();
        let standing: Vec<usize> = all.iter().copied().filter(stands).collect();
        if standing.is_empty() {
            let is_gone = |idx: &usize| self.contracts[*idx].descriptor.header.has_status("retired");
            // What a contract promised that is retired, nobody promises any more.
            let is_retired = self.is_retired(product_idx);
            all.retain(|idx| is_retired || !is_gone(idx));
            return all;
        }
        standing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_level_is_told_from_one_of_ones_own() {
        for (word, meant) in
            [("availabilty", "availability"), ("Freshnes", "freshness"), ("time_to_repiar", "timeToRepair")]
        {
            assert_eq!(misspelt_level(word), Some(meant));
        }
        for word in
            ["availability", "Ly", "time to repair", "average", "latencyP99", "uptime", "completenessRatio", "rto"]
        {
            assert_eq!(misspelt_level(word), None, "{word}");
        }
    }
}
