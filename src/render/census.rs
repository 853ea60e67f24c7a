//! How many things there are. A count says what is in use; what is retired stands in lists, and is told beside the count.

use super::site::Site;
use crate::graph::Mesh;
use crate::model::Kind;

/// Some things of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Census {
    /// Those in use, being made or ending.
    pub n: usize,
    /// Those that are retired.
    pub n_retired: usize,
}

impl Census {
    /// Counts all things of a kind on a site; of a contract its newest version counts.
    pub(super) fn of(site: &Site, kind: Kind) -> Census {
        let mesh = site.mesh();
        let (all, n_retired) = match kind {
            Kind::DataProduct => return site.facets.census,
            Kind::DataContract => return site.orders.census,
            Kind::SemanticDefinition => {
                let status = |idx: usize| mesh.glossaries[idx].header.status_word() == RETIRED;
                (mesh.terms.len(), mesh.terms.iter().filter(|term| status(term.glossary_idx)).count())
            }
            Kind::Policy => {
                let is_retired = |stage: &str| stage.trim().eq_ignore_ascii_case(RETIRED);
                let policies = &mesh.policies;
                (
                    policies.len(),
                    policies.iter().filter(|policy| policy.stage.as_deref().is_some_and(is_retired)).count(),
                )
            }
            kind => {
                let headers = mesh.headers(kind);
                (headers.len(), headers.iter().filter(|header| header.status_word() == RETIRED).count())
            }
        };
        Census { n: all - n_retired, n_retired }
    }

    /// Counts some contracts.
    pub(super) fn of_contracts(mesh: &Mesh, contracts: &[usize]) -> Census {
        let is_retired = |idx: &&usize| mesh.contracts[**idx].descriptor.header.status_word() == RETIRED;
        let n_retired = contracts.iter().filter(is_retired).count();
        Census { n: contracts.len() - n_retired, n_retired }
    }

    /// Counts some products.
    pub(super) fn of_products(mesh: &Mesh, products: impl IntoIterator<Item = usize>) -> Census {
        let mut census = Census { n: 0, n_retired: 0 };
        for idx in products {
            let count = if mesh.is_retired(idx) { &mut census.n_retired } else { &mut census.n };
            *count += 1;
        }
        census
    }

    /// Says how many of the things of a list are retired: ", 1 of them retired"; nothing where there are none.
    pub(super) fn of_them(self) -> String {
        match self.n_retired {
            0 => String::new(),
            n if self.n == 0 && n == 1 => String::from(", retired"),
            n if self.n == 0 => format!(", {} retired", if n == 2 { "both" } else { "all" }),
            n => format!(", {n} of them retired"),
        }
    }
}

const RETIRED: &str = "retired";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_say_what_is_retired() {
        let of = |n: usize, n_retired: usize| Census { n, n_retired }.of_them();
        assert_eq!((of(74, 1), of(1, 0)), (", 1 of them retired".into(), String::new()));
        assert_eq!(
            (of(0, 1), of(0, 2), of(0, 3)),
            (", retired".into(), ", both retired".into(), ", all retired".into())
        );
    }
}
