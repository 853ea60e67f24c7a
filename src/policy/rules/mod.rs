//! The built-in rules, one file per family or theme.

pub(crate) mod access;
pub(crate) mod alike;
pub(crate) mod completeness;
mod consumption;
mod links;
pub(crate) mod maturity;
mod observed;
mod ownership;
mod personal_data;
pub(crate) mod policies;
mod reviews;
pub(crate) mod scorecards;
mod spelling;
pub(crate) mod waivers;

use super::PolicyRule;

/// All rules, by family.
pub const ALL: &[&[PolicyRule]] = &[
    ownership::RULES,
    completeness::RULES,
    personal_data::RULES,
    alike::RULES,
    policies::RULES,
    scorecards::RULES,
    maturity::RULES,
    waivers::RULES,
    consumption::RULES,
    access::RULES,
    observed::RULES,
    spelling::RULES,
    reviews::RULES,
    links::RULES,
];
