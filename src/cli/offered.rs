//! Words that a shell offers for an argument, which takes others too: each in any case, plurals, old names.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};

use crate::model::Kind;
use crate::pipeline;

/// Reads any text, and offers words for it.
#[derive(Clone)]
pub(super) struct Offered(fn() -> Vec<PossibleValue>);

impl Offered {
    /// The kinds as `new` names them.
    pub(super) fn kinds() -> Offered {
        Offered(|| Kind::ALL.into_iter().map(|kind| PossibleValue::new(kind.word())).collect())
    }

    /// The kinds as `list` names them.
    pub(super) fn plurals() -> Offered {
        Offered(|| Kind::ALL.into_iter().map(|kind| PossibleValue::new(kind.plural())).collect())
    }

    /// What has a schema.
    pub(super) fn schemas() -> Offered {
        Offered(|| {
            let kinds = Kind::ALL.into_iter().map(Kind::word);
            kinds.chain(super::schema::OTHERS).map(PossibleValue::new).collect()
        })
    }

    /// The codes of all rules, each with its name.
    pub(super) fn rules() -> Offered {
        Offered(|| pipeline::rules().into_iter().map(|rule| PossibleValue::new(rule.code).help(rule.name)).collect())
    }
}

impl TypedValueParser for Offered {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter()))
    }
}
