//! The rules about changes: what each finds, which way it moves what is permitted, and what to do. Who
//! finds them is `compare/` (two documents) and the files beside it (two meshes).

pub mod access;
pub mod addresses;
pub mod agreements;
pub mod columns;
pub mod gate;
pub mod governance;
pub mod life;
pub mod meaning;
pub mod names;
pub mod policies;
pub mod ports;
pub mod products;
pub mod promises;
pub mod types;
pub mod values;

use super::change::ChangeRule;
use crate::diagnostic::RuleMeta;

/// Declares a rule about a change: its doc comment is the text that `explain` prints, its severity that of
/// such a change for readers.
macro_rules! declare_change {
    ($(#[doc = $doc:literal])+ pub static $ident:ident = {
        code: $code:literal, name: $name:literal, direction: $direction:ident, since: $since:literal,
        help: $help:literal $(,)?
    }) => {
        $(#[doc = $doc])+
        pub static $ident: ChangeRule = ChangeRule {
            meta: RuleMeta {
                code: $code,
                name: $name,
                severity: Direction::$direction.severity(),
                since: $since,
                doc: concat!($($doc, "\n"),+),
            },
            direction: Direction::$direction,
            help: $help,
        };
    };
}
use declare_change;

const CHANGES: [&[&ChangeRule]; 14] = [
    columns::RULES,
    types::RULES,
    values::RULES,
    promises::RULES,
    access::RULES,
    meaning::RULES,
    life::RULES,
    ports::RULES,
    addresses::RULES,
    names::RULES,
    products::RULES,
    policies::RULES,
    agreements::RULES,
    governance::RULES,
];

/// Returns every rule about a change.
pub fn changes() -> impl Iterator<Item = &'static ChangeRule> {
    CHANGES.into_iter().flatten().copied()
}

/// Returns what all rules of the room say of themselves.
pub fn all() -> impl Iterator<Item = &'static RuleMeta> {
    changes().map(|rule| &rule.meta).chain(gate::RULES.iter().copied())
}
