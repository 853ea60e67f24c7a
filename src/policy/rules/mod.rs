//! The built-in rules, one file per family or theme.

mod access;
mod completeness;
mod links;
mod observed;
mod ownership;
mod personal_data;
pub(crate) mod policies;
pub(crate) mod waivers;

use super::PolicyRule;

/// All rules, by family.
pub const ALL: &[&[PolicyRule]] = &[
    ownership::RULES,
    completeness::RULES,
    personal_data::RULES,
    policies::RULES,
    waivers::RULES,
    access::RULES,
    observed::RULES,
    links::RULES,
];
