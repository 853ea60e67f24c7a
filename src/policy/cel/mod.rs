//! The expressions of policies: CEL (cel.dev) as far as rules over descriptors need it. Takes a text
//! and the shapes of what it may ask, gives code that was checked against them; runs it over any
//! [`Facts`]. Must not know what a mesh is.
//!
//! The `cel` crate is not used here but to compare with (`tests/suite/cel.rs`): it takes 3 to 5
//! microseconds for one turn of a loop, so that a hundred policies over ten thousand products would
//! cost twenty times the check, and it can neither meter a run, nor say where a value was missing,
//! nor check a field against a schema. Syntax and values are those of the specification; left out
//! are bytes, unsigned numbers, messages, timestamps and `has()`.

mod calls;
mod code;
mod compile;
mod functions;
mod holds;
mod invoke;
mod lex;
mod machine;
mod operate;
mod parse;
mod place;
mod shapes;
mod turns;
mod value;

pub use compile::{Compiler, Mistake, MistakeKind, Subject};
pub use functions::{FUNCTIONS, FunctionNote};
pub use machine::{Facts, Fault, Machine, Run};
pub use place::place_in_scalar;
pub(crate) use shapes::{DERIVED, SUBJECTS, unseen};
pub use shapes::{Derived, Root, Shapes};
pub(crate) use value::columns;
pub use value::{Column, Doc, Value};

pub(crate) use code::Code;

/// The longest expression, in bytes.
pub const MAX_BYTES: usize = 4_000;
/// The deepest nesting of an expression: each level of brackets, and each operator above another.
pub const MAX_DEPTH: u16 = 40;
/// How many loops may stand inside each other.
pub const MAX_LOOPS: usize = 3;
/// How many steps a policy may take for one subject. A step is one operator, one field, one turn of a
/// loop or 16 bytes of text; a million take about 15 milliseconds.
pub const MAX_STEPS: u64 = 1_000_000;
/// The longest text or list that an expression may make.
pub const MAX_MADE: usize = 100_000;
