//! What contracts say that cannot both hold.

use super::mesh::Mesh;
use super::near::found_in;
use super::rules;
use crate::diagnostic::Sink;
use crate::model::{Contradicting, Contradiction};

/// Reports limits that leave no value, and parts of one name that say two things.
pub(super) fn report(mesh: &Mesh) -> Sink {
    found_in(&mesh.contracts, |_, contract, sink| {
        let header = &contract.descriptor.header;
        for Contradiction { of, first, second } in
            contract.descriptor.contradictions.iter().filter(|_| !header.is_broken())
        {
            let whole = format!("of the data contract `{}`", header.id.value);
            let (rule, message, help, labels) = match of {
                Contradicting::Servers(name) => (
                    &rules::CONTRADICTING_PARTS,
                    format!("two servers {whole} are called `{name}`"),
                    "give each a name of its own: readers and results name a server by it",
                    ["the first", "the second"],
                ),
                Contradicting::Roles(name) => (
                    &rules::CONTRADICTING_PARTS,
                    format!("two roles {whole} are called `{name}` and give different access"),
                    "give each a name of its own, or both the same access",
                    ["the first", "the second"],
                ),
                Contradicting::ServiceLevels(name) => (
                    &rules::CONTRADICTING_PARTS,
                    format!("two service levels `{name}` {whole} promise different values for the same"),
                    "keep one of the two, or say by `element` what each is about",
                    ["the first", "the second"],
                ),
                Contradicting::Limits { column, keys: [low, high] } => (
                    &rules::IMPOSSIBLE_LIMITS,
                    format!("no value of the column `{column}` meets both `{low}` and `{high}`"),
                    "correct one of the two",
                    ["the lower limit", "the upper limit"],
                ),
            };
            let finding = rule.at(header.file, *second, message).label(labels[1]).help(help);
            sink.push(finding.related(header.file, *first, labels[0]).subject(header.reference()));
        }
    })
}
