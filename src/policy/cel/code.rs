//! A checked expression, ready to run.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicU32;

use regex::Regex;

use super::functions::Function;
use super::parse::Bytes;
use super::shapes::{Derived, Root};
use crate::model::Kind;
use crate::yaml::name_bit;

/// A checked expression.
#[derive(Debug)]
pub(crate) struct Code {
    /// Its bytes in the expression.
    pub(crate) at: Bytes,
    pub(super) op: Op,
}

#[derive(Debug)]
pub(super) enum Op {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Box<str>),
    List(Vec<Code>),
    Map(Vec<(Code, Code)>),
    Root(Root),
    /// A variable of the policy, by position.
    Variable(usize),
    /// The variable of a loop, counted from the outermost loop.
    Local(usize),
    Select(Box<Code>, Field),
    Index(Box<Code>, Box<Code>),
    Not(Box<Code>),
    Negate(Box<Code>),
    And(Vec<Code>),
    Or(Vec<Code>),
    Binary(Binary, Box<Code>, Box<Code>),
    /// `x in ['a', 'b']`.
    InTexts(Box<Code>, Box<[Box<str>]>),
    Choice(Box<Code>, Box<Code>, Box<Code>),
    Call(Function, Vec<Code>),
    Matches(Box<Code>, Box<Regex>),
    Loop(Box<Loop>),
}

/// A field that is asked of a map, with what makes finding it quick.
#[derive(Debug, Default)]
pub(super) struct Field {
    pub(super) name: Box<str>,
    pub(super) derived: Option<Derived>,
    pub(super) is_list: bool,
    /// What maps without the field tell it by.
    pub(super) bit: u64,
    /// Where the key stood in the last map: most maps of a kind have the same order.
    pub(super) position: AtomicU32,
    /// The number of the field among those of a column, which remember what they were asked.
    pub(super) of_column: Option<u16>,
}

impl Field {
    pub(super) fn named(name: &str) -> Field {
        Field { name: name.into(), bit: name_bit(name), ..Field::default() }
    }
}

/// `over.all(x, body)` and its sisters.
#[derive(Debug)]
pub(super) struct Loop {
    pub(super) kind: LoopKind,
    pub(super) over: Code,
    /// The test, or for `map` what is made.
    pub(super) body: Code,
    /// For `map` with three arguments: which items are taken.
    pub(super) filter: Option<Code>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoopKind {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

impl LoopKind {
    /// Says whether the loop gives true or false.
    pub(super) fn is_condition(self) -> bool {
        matches!(self, LoopKind::All | LoopKind::Exists | LoopKind::ExistsOne)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
}

impl Binary {
    pub(super) fn of(sign: &str) -> Binary {
        match sign {
            "+" => Binary::Add,
            "-" => Binary::Subtract,
            "*" => Binary::Multiply,
            "/" => Binary::Divide,
            "%" => Binary::Remainder,
            "==" => Binary::Equal,
            "!=" => Binary::Unequal,
            "<" => Binary::Less,
            "<=" => Binary::LessEqual,
            ">" => Binary::Greater,
            ">=" => Binary::GreaterEqual,
            _ => Binary::In,
        }
    }

    /// Says whether it gives true or false.
    pub(super) fn is_comparison(self) -> bool {
        !matches!(self, Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder)
    }

    pub(super) fn sign(self) -> &'static str {
        match self {
            Binary::Add => "+",
            Binary::Subtract => "-",
            Binary::Multiply => "*",
            Binary::Divide => "/",
            Binary::Remainder => "%",
            Binary::Equal => "==",
            Binary::Unequal => "!=",
            Binary::Less => "<",
            Binary::LessEqual => "<=",
            Binary::Greater => ">",
            Binary::GreaterEqual => ">=",
            Binary::In => "in",
        }
    }
}

impl Code {
    /// Returns the paths of fields with the texts that each may have, where the expression is nothing
    /// but such demands joined by `&&`: what two policies can be compared by.
    pub(crate) fn demands(&self) -> Vec<(String, Demand)> {
        match &self.op {
            Op::And(parts) => parts.iter().flat_map(Code::demands).collect(),
            Op::InTexts(of, texts) => {
                let texts = texts.iter().map(ToString::to_string).collect();
                of.path().map(|path| (path, Demand::OneOf(texts))).into_iter().collect()
            }
            Op::Binary(binary @ (Binary::Equal | Binary::Unequal), left, right) => {
                let is_equal = *binary == Binary::Equal;
                let (path, value) = match (left.path(), right.path()) {
                    (Some(path), None) => (path, right),
                    (None, Some(path)) => (path, left),
                    _ => return Vec::new(),
                };
                let demand = match (&value.op, is_equal) {
                    (Op::Text(text), true) => Demand::OneOf(vec![text.to_string()]),
                    (Op::Text(text), false) => Demand::NotOneOf(vec![text.to_string()]),
                    (Op::Null, true) => Demand::Absent,
                    (Op::Null, false) => Demand::Present,
                    _ => return Vec::new(),
                };
                vec![(path, demand)]
            }
            Op::Call(Function::Stated, arguments) => {
                arguments[0].path().map(|path| (path, Demand::Present)).into_iter().collect()
            }
            Op::Not(of) => {
                let demands = of.demands();
                if matches!(of.op, Op::And(_)) {
                    return Vec::new();
                }
                demands.into_iter().map(|(path, demand)| (path, demand.negated())).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Says whether a part of `||` is what "if A then B" begins with, `!A`: that something is not there, or not so.
    pub(super) fn is_guard(&self) -> bool {
        match &self.op {
            Op::Not(_) | Op::Binary(Binary::Unequal, ..) => true,
            Op::Binary(Binary::Equal, left, right) => match (&left.op, &right.op) {
                (Op::Call(Function::Size, _), Op::Int(0)) => true,
                (_, constant) => matches!(constant, Op::Null),
            },
            _ => false,
        }
    }

    /// Returns `contract.description.usage` for a chain of fields from a root.
    fn path(&self) -> Option<String> {
        match &self.op {
            Op::Root(root) => Root::ALL.iter().find(|(_, known)| known == root).map(|(name, _)| (*name).to_owned()),
            Op::Select(of, field) => Some(format!("{}.{}", of.path()?, field.name)),
            _ => None,
        }
    }

    /// Adds the names of fields that are asked of the subject itself, in the order of the text: those of a variable where
    /// it is named. A variable names only those before it.
    pub(crate) fn touched(&self, subject: Root, variables: &[Code], names: &mut Vec<Box<str>>) {
        self.touch(subject, variables, &mut BTreeSet::new(), names);
    }

    /// Goes through each variable once: variables name each other, and there are more ways through them than anybody can go.
    fn touch(&self, subject: Root, variables: &[Code], seen: &mut BTreeSet<usize>, names: &mut Vec<Box<str>>) {
        if let Op::Variable(position) = self.op
            && let Some(variable) = variables.get(position)
            && seen.insert(position)
        {
            variable.touch(subject, &variables[..position], seen, names);
        }
        if let Op::Select(of, field) = &self.op
            && matches!(of.op, Op::Root(root) if root == subject)
            && !names.contains(&field.name)
        {
            names.push(field.name.clone());
        }
        for part in self.parts() {
            part.touch(subject, variables, seen, names);
        }
    }

    /// Adds the names of fields that are asked of anything but the subject: what of other documents may
    /// be needed. Returns `false` when they cannot be told before the run.
    pub(crate) fn asked_elsewhere(&self, names: &mut BTreeSet<Box<str>>) -> bool {
        let is_known = match &self.op {
            Op::Select(of, field) => {
                // These two are the subject; a domain or team may be its neighbour.
                if !matches!(of.op, Op::Root(Root::Thing(Kind::DataProduct | Kind::DataContract))) {
                    names.insert(field.name.clone());
                }
                true
            }
            Op::Index(_, index) => match &index.op {
                Op::Text(field) => {
                    names.insert(field.clone());
                    true
                }
                op => matches!(op, Op::Int(_)),
            },
            _ => true,
        };
        self.parts().into_iter().all(|part| part.asked_elsewhere(names)) && is_known
    }

    /// Returns the parts directly below.
    fn parts(&self) -> Vec<&Code> {
        match &self.op {
            Op::List(parts) | Op::And(parts) | Op::Or(parts) | Op::Call(_, parts) => parts.iter().collect(),
            Op::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            Op::Select(part, _) | Op::Not(part) | Op::Negate(part) | Op::InTexts(part, _) | Op::Matches(part, _) => {
                vec![part]
            }
            Op::Index(a, b) | Op::Binary(_, a, b) => vec![a, b],
            Op::Choice(a, b, c) => vec![a, b, c],
            Op::Loop(run) => [&run.over, &run.body].into_iter().chain(&run.filter).collect(),
            Op::Null
            | Op::Bool(_)
            | Op::Int(_)
            | Op::Double(_)
            | Op::Text(_)
            | Op::Root(_)
            | Op::Variable(_)
            | Op::Local(_) => Vec::new(),
        }
    }
}

/// What a field must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    OneOf(Vec<String>),
    NotOneOf(Vec<String>),
    Present,
    Absent,
}

impl Demand {
    fn negated(self) -> Demand {
        match self {
            Demand::OneOf(texts) => Demand::NotOneOf(texts),
            Demand::NotOneOf(texts) => Demand::OneOf(texts),
            Demand::Present => Demand::Absent,
            Demand::Absent => Demand::Present,
        }
    }

    /// Says whether no value meets both.
    pub(crate) fn excludes(&self, other: &Demand) -> bool {
        match (self, other) {
            (Demand::OneOf(a), Demand::OneOf(b)) => !a.iter().any(|text| b.contains(text)),
            (Demand::OneOf(a), Demand::NotOneOf(b)) | (Demand::NotOneOf(b), Demand::OneOf(a)) => {
                a.iter().all(|text| b.contains(text))
            }
            (Demand::Absent, Demand::OneOf(_) | Demand::Present)
            | (Demand::OneOf(_) | Demand::Present, Demand::Absent) => true,
            _ => false,
        }
    }
}
