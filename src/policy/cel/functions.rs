//! The functions that expressions may call.

use super::shapes::Shape;

/// A function of the tool's own doing, apart from `matches` and the loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Stated,
    Size,
    Contains,
    StartsWith,
    EndsWith,
    LowerAscii,
    UpperAscii,
    Trim,
    Split,
    Join,
    Int,
    Double,
    Text,
    DaysBetween,
}

impl Function {
    /// Says whether the function gives true or false.
    pub(super) fn is_condition(self) -> bool {
        matches!(self, Function::Stated | Function::Contains | Function::StartsWith | Function::EndsWith)
    }
}

/// What is known of a function, for messages and the documentation.
#[derive(Clone, Copy, Debug)]
pub struct FunctionNote {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// What it gives.
    pub note: &'static str,
}

const fn note(name: &'static str, form: &'static str, note: &'static str) -> FunctionNote {
    FunctionNote { name, form, note }
}

/// All functions and loops, in the order of the documentation.
pub const FUNCTIONS: [FunctionNote; 20] = [
    note("stated", "stated(x)", "True when x is not null and no blank text: somebody wrote it."),
    note("size", "size(x), x.size()", "The number of items of a list or map, or of characters of a text."),
    note("all", "list.all(x, test)", "True when the test holds for every item."),
    note("exists", "list.exists(x, test)", "True when the test holds for at least one item."),
    note("exists_one", "list.exists_one(x, test)", "True when the test holds for exactly one item."),
    note("filter", "list.filter(x, test)", "The items for which the test holds."),
    note("map", "list.map(x, value), list.map(x, test, value)", "A list of one value for each item."),
    note("contains", "text.contains(part)", "True when the text has the part in it."),
    note("startsWith", "text.startsWith(part)", "True when the text begins with the part."),
    note("endsWith", "text.endsWith(part)", "True when the text ends with the part."),
    note(
        "matches",
        "text.matches('pattern')",
        "True when the regular expression (RE2) is found in the text; `^` and `$` bind it to both ends.",
    ),
    note("lowerAscii", "text.lowerAscii()", "The text with A to Z in lower case."),
    note("upperAscii", "text.upperAscii()", "The text with a to z in upper case."),
    note("trim", "text.trim()", "The text without white space at both ends."),
    note("split", "text.split(separator)", "The parts of the text."),
    note("join", "list.join(separator)", "One text of several, for messages."),
    note("int", "int(x)", "A whole number, also from a text."),
    note("double", "double(x)", "A number, also from a text."),
    note("string", "string(x)", "A text, also from a number."),
    note(
        "daysBetween",
        "daysBetween(from, to)",
        "Days from one date to another, negative when the second is earlier; dates begin with YYYY-MM-DD.",
    ),
];

/// A function found by its name: how many arguments it has with its target, what it asks of the
/// first, and what it gives.
pub(super) struct Signature {
    pub(super) function: Function,
    pub(super) arity: usize,
    /// Written as `x.name()`.
    pub(super) is_method: bool,
    /// Written as `name(x)`.
    pub(super) is_global: bool,
    /// The first argument must be a text.
    pub(super) wants_text: bool,
    pub(super) gives: Shape,
}

pub(super) fn signature(name: &str) -> Option<Signature> {
    let row = |function, arity, is_method, is_global, wants_text, gives| Signature {
        function,
        arity,
        is_method,
        is_global,
        wants_text,
        gives,
    };
    Some(match name {
        "stated" => row(Function::Stated, 1, false, true, false, Shape::Bool),
        "size" => row(Function::Size, 1, true, true, false, Shape::Number),
        "contains" => row(Function::Contains, 2, true, false, true, Shape::Bool),
        "startsWith" => row(Function::StartsWith, 2, true, false, true, Shape::Bool),
        "endsWith" => row(Function::EndsWith, 2, true, false, true, Shape::Bool),
        "lowerAscii" => row(Function::LowerAscii, 1, true, false, true, Shape::Text),
        "upperAscii" => row(Function::UpperAscii, 1, true, false, true, Shape::Text),
        "trim" => row(Function::Trim, 1, true, false, true, Shape::Text),
        "split" => row(Function::Split, 2, true, false, true, Shape::list_of(Shape::Text)),
        "join" => row(Function::Join, 2, true, false, false, Shape::Text),
        "int" => row(Function::Int, 1, false, true, false, Shape::Number),
        "double" => row(Function::Double, 1, false, true, false, Shape::Number),
        "string" => row(Function::Text, 1, false, true, false, Shape::Text),
        "daysBetween" => row(Function::DaysBetween, 2, false, true, true, Shape::Number),
        _ => return None,
    })
}
