//! From a tree to checked code: names and fields against what is known, functions, types as far as
//! they can be told, regular expressions.

use super::code::{Binary, Code, Field, Op};
use super::parse::{Bytes, Expr, ExprNode, parse};
use super::shapes::{Root, Shape, Shapes, derived};
use crate::model::Kind;
use crate::yaml::{did_you_mean, nearest};

/// What is wrong with an expression, found before it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Which rule tells it.
    pub kind: MistakeKind,
    /// Its first byte in the expression and the one after its last.
    pub at: (u32, u32),
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// The kinds of mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MistakeKind {
    /// It is no expression.
    Syntax,
    /// A pattern in it is no regular expression.
    Pattern,
    /// It names something that is not there, or asks what cannot be answered.
    Name,
    /// It is too long, too deep, or loops too often.
    Limit,
}

/// What an expression is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The kinds of the scope; all when there are none.
    pub kinds: Vec<Kind>,
}

impl Subject {
    /// Says whether a root can hold something: the kinds of the scope, and the domain and team of each.
    fn has(&self, root: Root) -> bool {
        match root {
            Root::Today | Root::PersonalClasses | Root::Thing(Kind::Domain | Kind::Team) => true,
            Root::Thing(kind) => self.kinds.is_empty() || self.kinds.contains(&kind),
        }
    }
}

/// Compiles the expressions of one policy, in their order: variables first.
pub struct Compiler<'a> {
    pub(super) shapes: &'a Shapes,
    subject: Subject,
    variables: Vec<(String, Shape)>,
    pub(super) locals: Vec<(String, Shape)>,
    /// How many loops are around.
    pub(super) n_loops: usize,
}

pub(super) type Compiled = Result<(Code, Shape), Mistake>;

impl<'a> Compiler<'a> {
    /// Begins a policy.
    #[must_use]
    pub fn new(shapes: &'a Shapes, subject: Subject) -> Compiler<'a> {
        Compiler { shapes, subject, variables: Vec::new(), locals: Vec::new(), n_loops: 0 }
    }

    /// Compiles a variable; those after it see it, whether or not it is right.
    pub(crate) fn variable(&mut self, name: &str, text: &str) -> Result<Code, Mistake> {
        let compiled = self.expression(text);
        let shape = compiled.as_ref().map_or(Shape::Any, |(_, shape)| shape.clone());
        self.variables.push((name.to_owned(), shape));
        compiled.map(|(code, _)| code)
    }

    /// Compiles what must be true or false.
    pub(crate) fn condition(&mut self, text: &str) -> Result<Code, Mistake> {
        let (code, shape) = self.expression(text)?;
        match shape {
            Shape::Bool | Shape::Any => Ok(code),
            shape => {
                let message = format!("a validation is true or false; this gives {}", self.word(&shape));
                Err(mistake(code.at, message, "compare it: with `==`, `size(...) > 0`, `stated(...)`"))
            }
        }
    }

    /// Compiles what must be a text.
    pub(crate) fn message(&mut self, text: &str) -> Result<Code, Mistake> {
        let (code, shape) = self.expression(text)?;
        match shape {
            Shape::Text | Shape::Any => Ok(code),
            shape => {
                let message = format!("a message is a text; this gives {}", self.word(&shape));
                Err(mistake(code.at, message, "use `string(...)`, or `list.join(', ')`"))
            }
        }
    }

    fn expression(&mut self, text: &str) -> Compiled {
        self.locals.clear();
        self.n_loops = 0;
        let tree = parse(text).map_err(|error| Mistake {
            kind: if error.is_limit { MistakeKind::Limit } else { MistakeKind::Syntax },
            at: error.at,
            message: error.message,
            help: error.help,
        })?;
        self.expr(&tree)
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Compiled {
        let at = expr.at;
        let made = |op: Op, shape: Shape| Ok((Code { at, op }, shape));
        match &expr.node {
            ExprNode::Null => made(Op::Null, Shape::Null),
            ExprNode::Bool(value) => made(Op::Bool(*value), Shape::Bool),
            ExprNode::Int(value) => made(Op::Int(*value), Shape::Number),
            ExprNode::Double(value) => made(Op::Double(*value), Shape::Number),
            ExprNode::Text(text) => made(Op::Text(text.as_str().into()), Shape::Text),
            ExprNode::List(items) => {
                let (codes, shapes) = self.exprs(items)?;
                let item = shapes.into_iter().reduce(|known, shape| known.join(&shape)).unwrap_or(Shape::Any);
                made(Op::List(codes), Shape::list_of(item))
            }
            ExprNode::Map(entries) => {
                let mut codes = Vec::new();
                for (key, value) in entries {
                    codes.push((self.expr(key)?.0, self.expr(value)?.0));
                }
                made(Op::Map(codes), Shape::Any)
            }
            ExprNode::Name(name) => self.name(name, at),
            ExprNode::Select { of, field, field_at } => self.select(of, field, *field_at, at),
            ExprNode::Call { target, name, name_at, arguments } => {
                self.call(target.as_deref(), name, *name_at, arguments, at)
            }
            ExprNode::Index(of, index) => {
                let (of, shape) = self.expr(of)?;
                let (index, _) = self.expr(index)?;
                let item = if let Shape::List(item) = shape { *item } else { Shape::Any };
                made(Op::Index(Box::new(of), Box::new(index)), item)
            }
            ExprNode::Not(of) => {
                let code = self.truth(of, "!")?;
                made(Op::Not(Box::new(code)), Shape::Bool)
            }
            ExprNode::Negate(of) => {
                let (code, _) = self.expr(of)?;
                made(Op::Negate(Box::new(code)), Shape::Number)
            }
            ExprNode::And(parts) => {
                let codes = parts.iter().map(|part| self.truth(part, "&&")).collect::<Result<_, _>>()?;
                made(Op::And(codes), Shape::Bool)
            }
            ExprNode::Or(parts) => {
                let codes = parts.iter().map(|part| self.truth(part, "||")).collect::<Result<_, _>>()?;
                made(Op::Or(codes), Shape::Bool)
            }
            ExprNode::Binary(sign, left, right) => self.binary(sign, left, right, at),
            ExprNode::Choice(condition, yes, no) => {
                let condition = self.truth(condition, "?")?;
                let (yes, shape) = self.expr(yes)?;
                let (no, other) = self.expr(no)?;
                made(Op::Choice(Box::new(condition), Box::new(yes), Box::new(no)), shape.join(&other))
            }
        }
    }

    fn exprs(&mut self, exprs: &[Expr]) -> Result<(Vec<Code>, Vec<Shape>), Mistake> {
        let mut codes = Vec::with_capacity(exprs.len());
        let mut shapes = Vec::with_capacity(exprs.len());
        for expr in exprs {
            let (code, shape) = self.expr(expr)?;
            codes.push(code);
            shapes.push(shape);
        }
        Ok((codes, shapes))
    }

    /// Compiles an operand that must be true or false.
    pub(super) fn truth(&mut self, expr: &Expr, sign: &str) -> Result<Code, Mistake> {
        let (code, shape) = self.expr(expr)?;
        match shape {
            Shape::Bool | Shape::Any => Ok(code),
            shape => {
                let message = format!("`{sign}` asks for true or false; this is {}", self.word(&shape));
                Err(mistake(code.at, message, "write what must hold of it: `stated(...)`, `== ...`, `size(...) > 0`"))
            }
        }
    }

    fn name(&mut self, name: &str, at: Bytes) -> Compiled {
        if let Some(position) = self.locals.iter().rposition(|(known, _)| known == name) {
            return Ok((Code { at, op: Op::Local(position) }, self.locals[position].1.clone()));
        }
        if let Some(root) = Root::named(name) {
            if !self.subject.has(root) {
                let kinds: Vec<&str> = self.subject.kinds.iter().map(|kind| kind.word()).collect();
                let plurals: Vec<&str> = self.subject.kinds.iter().map(|kind| kind.plural()).collect();
                let message = format!("`{name}` is not there: this policy is about {}", plurals.join(" and "));
                let help = match (root, self.subject.kinds.first()) {
                    (Root::Thing(Kind::DataProduct), Some(Kind::DataContract)) => {
                        "`contract.producer` is the product that publishes it".to_owned()
                    }
                    (Root::Thing(Kind::DataContract), Some(Kind::DataProduct)) => {
                        "`product.contracts` are those of its output ports".to_owned()
                    }
                    _ => {
                        format!("add the kind to `scope.kinds`, or begin with `{}`", kinds.first().unwrap_or(&"today"))
                    }
                };
                return Err(mistake(at, message, help));
            }
            let shape = match root {
                Root::Thing(kind) => self.shapes.of(kind),
                Root::Today => Shape::Text,
                Root::PersonalClasses => Shape::list_of(Shape::Text),
            };
            return Ok((Code { at, op: Op::Root(root) }, shape));
        }
        let message = format!("there is no `{name}`");
        if self.variables.iter().any(|(known, _)| known == name) {
            return Err(mistake(at, message, format!("write `variables.{name}`")));
        }
        let known = self.locals.iter().map(|(name, _)| name.as_str()).chain(Root::ALL.iter().map(|(name, _)| *name));
        let variables = (!self.variables.is_empty()).then_some("variables");
        let kind = self.subject.kinds.first();
        let field = kind.and_then(|kind| self.field(&self.shapes.of(*kind), name).map(|_| kind.word()));
        let help = match field {
            Some(word) => format!("write `{word}.{name}`"),
            None => did_you_mean(name, known.chain(variables), || {
                "expressions begin with product, contract, domain, team, agreement, term, source, today or personalClasses; put texts in quotes"
                    .to_owned()
            }),
        };
        Err(mistake(at, message, help))
    }

    fn field(&self, shape: &Shape, name: &str) -> Option<Shape> {
        match shape {
            Shape::Object(place) => self.shapes.objects[*place].by_name.get(name).cloned(),
            _ => None,
        }
    }

    fn select(&mut self, of: &Expr, field: &str, field_at: Bytes, at: Bytes) -> Compiled {
        if let ExprNode::Name(name) = &of.node
            && name == "variables"
            && !self.locals.iter().any(|(known, _)| known == "variables")
        {
            if let Some(position) = self.variables.iter().rposition(|(known, _)| known == field) {
                return Ok((Code { at, op: Op::Variable(position) }, self.variables[position].1.clone()));
            }
            let message = format!("there is no variable `{field}`");
            let known = self.variables.iter().map(|(name, _)| name.as_str());
            let help =
                did_you_mean(field, known, || "a variable stands in `variables`, above its first use".to_owned());
            return Err(mistake(field_at, message, help));
        }
        let (code, shape) = self.expr(of)?;
        let (given, derives) = match &shape {
            Shape::Any => (Shape::Any, None),
            Shape::Object(place) => {
                let fields = &self.shapes.objects[*place];
                match fields.by_name.get(field) {
                    Some(shape) => (shape.clone(), fields.kind.and_then(|kind| derived(kind, field))),
                    None if fields.is_open => (Shape::Any, None),
                    None => {
                        let message = format!("`{}` has no field `{field}`", fields.name);
                        let known: Vec<&str> = fields.by_name.keys().map(String::as_str).collect();
                        let help = nearest(field, known.iter().copied()).map_or_else(
                            || format!("it has {}", listed(&known)),
                            |meant| format!("did you mean `{meant}`?"),
                        );
                        return Err(mistake(field_at, message, help));
                    }
                }
            }
            other => {
                let message = format!("{} has no field `{field}`", self.word(other));
                let help = if matches!(other, Shape::List(_)) {
                    "ask its items: `.exists(x, ...)`, `.all(x, ...)`, or one of them with `[0]`"
                } else {
                    "remove the field"
                };
                return Err(mistake(field_at, message, help));
            }
        };
        let is_list = matches!(given, Shape::List(_));
        let of_column = match &shape {
            Shape::Object(place) => self.shapes.number_in_column(*place, field),
            _ => None,
        };
        let field = Field { derived: derives, is_list, of_column, ..Field::named(field) };
        Ok((Code { at, op: Op::Select(Box::new(code), field) }, given))
    }

    fn binary(&mut self, sign: &str, left: &Expr, right: &Expr, at: Bytes) -> Compiled {
        let exprs = (left, right);
        let (left, of) = self.expr(left)?;
        if let ("in", ExprNode::List(items)) = (sign, &right.node) {
            let texts: Option<Vec<Box<str>>> = items
                .iter()
                .map(|item| if let ExprNode::Text(text) = &item.node { Some(text.as_str().into()) } else { None })
                .collect();
            if let Some(texts) = texts {
                if !texts.is_empty() && !of.may_equal(&Shape::Text) {
                    return Err(self.never_in(&of, &Shape::Text, exprs, at));
                }
                return Ok((Code { at, op: Op::InTexts(Box::new(left), texts.into()) }, Shape::Bool));
            }
        }
        let (right, with) = self.expr(right)?;
        let binary = Binary::of(sign);
        let is_known = |shape: &Shape| !matches!(shape, Shape::Any);
        let shape = match binary {
            Binary::Equal | Binary::Unequal => {
                if let (Shape::List(_), Shape::Null) | (Shape::Null, Shape::List(_)) = (&of, &with) {
                    let message = "a list is never null: where nothing is stated it is empty";
                    return Err(mistake(at, message, "ask `size(...) == 0`"));
                }
                if !of.may_equal(&with) {
                    let always = if binary == Binary::Equal { "never" } else { "always" };
                    let message =
                        format!("`{sign}` {always} holds between {} and {}", self.word(&of), self.word(&with));
                    return Err(mistake(at, message, self.way_to_compare((&of, &with), exprs)));
                }
                Shape::Bool
            }
            Binary::In => {
                if matches!(with, Shape::Text | Shape::Number | Shape::Bool | Shape::Null) {
                    let message = format!("`in` looks into a list or map; this is {}", self.word(&with));
                    return Err(mistake(right.at, message, "for a part of a text write `text.contains(part)`"));
                }
                match &with {
                    Shape::List(item) if !of.may_equal(item) => return Err(self.never_in(&of, item, exprs, at)),
                    // What is looked for in a map is a key.
                    Shape::Object(_) if !of.may_equal(&Shape::Text) => {
                        return Err(self.never_in(&of, &Shape::Text, exprs, at));
                    }
                    _ => {}
                }
                Shape::Bool
            }
            Binary::Less | Binary::LessEqual | Binary::Greater | Binary::GreaterEqual => {
                if is_known(&of) && is_known(&with) && (of != with || !matches!(of, Shape::Text | Shape::Number)) {
                    let message = format!("`{sign}` cannot compare {} with {}", self.word(&of), self.word(&with));
                    return Err(mistake(at, message, "compare two numbers or two texts; `int(...)` reads a number"));
                }
                Shape::Bool
            }
            Binary::Add if is_known(&of) && is_known(&with) => match (of, with) {
                (Shape::Number, Shape::Number) => Shape::Number,
                (Shape::Text, Shape::Text) => Shape::Text,
                (Shape::List(a), Shape::List(b)) => Shape::list_of(a.join(&b)),
                (of, with) => {
                    let message = format!("`+` cannot join {} and {}", self.word(&of), self.word(&with));
                    return Err(mistake(at, message, "`string(...)` makes a text of a number"));
                }
            },
            Binary::Add => Shape::Any,
            Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder => {
                let wrong = [&of, &with].into_iter().find(|shape| !matches!(shape, Shape::Any | Shape::Number));
                if let Some(wrong) = wrong {
                    let message = format!("`{sign}` asks for numbers; this is {}", self.word(wrong));
                    return Err(mistake(at, message, "`int(...)` reads a number, `daysBetween(a, b)` counts days"));
                }
                Shape::Number
            }
        };
        Ok((Code { at, op: Op::Binary(binary, Box::new(left), Box::new(right)) }, shape))
    }

    /// What is looked for where nothing of its type is: no answer but one.
    fn never_in(&self, of: &Shape, item: &Shape, (left, right): (&Expr, &Expr), at: Bytes) -> Mistake {
        let items = match item {
            Shape::List(_) => "lists".to_owned(),
            Shape::Object(place) => format!("maps ({})", self.shapes.objects[*place].name),
            Shape::Number => "numbers".to_owned(),
            Shape::Text => "texts".to_owned(),
            other => self.word(other),
        };
        let message = format!("`in` never holds: this is {}, and what is looked into has {items}", self.word(of));
        let help = match (item, self.naming_field(item), written(right)) {
            (Shape::Object(_), Some(field), Some(list)) if matches!(of, Shape::Text) => {
                format!("ask its items: `{list}.exists(x, x.{field} == ...)`")
            }
            _ => self.way_to_compare((of, item), (left, right)),
        };
        mistake(at, message, help)
    }

    /// Says what to write where two values are never equal, whatever they hold.
    fn way_to_compare(&self, (of, with): (&Shape, &Shape), (left, right): (&Expr, &Expr)) -> String {
        for (own, expr, other, against) in [(of, left, with, right), (with, right, of, left)] {
            match (own, other) {
                (Shape::Object(_), Shape::Text) => {
                    if let (Some(field), Some(path)) = (self.naming_field(own), written(expr)) {
                        return format!("write `{path}.{field}`");
                    }
                    return "compare one of its fields".to_owned();
                }
                (Shape::List(_), Shape::Text | Shape::Number | Shape::Bool) => {
                    return match (written(expr), &against.node) {
                        (Some(path), ExprNode::Text(text)) => {
                            format!("ask whether it is an item: `'{text}' in {path}`")
                        }
                        _ => "ask whether it is an item, `item in list`, or how many there are, `size(...)`".to_owned(),
                    };
                }
                (Shape::Bool, Shape::Text) => return "write `true` or `false` without quotes".to_owned(),
                (Shape::Number, Shape::Text) => {
                    return match &against.node {
                        ExprNode::Text(text) if text.parse::<f64>().is_ok() => format!("write `{text}` without quotes"),
                        _ => "`int(...)` reads a number, `string(...)` makes a text of one".to_owned(),
                    };
                }
                _ => {}
            }
        }
        "compare two values of one type".to_owned()
    }

    /// Returns the field by which a map is named.
    fn naming_field(&self, shape: &Shape) -> Option<&'static str> {
        ["id", "name"].into_iter().find(|name| self.field(shape, name).is_some())
    }

    pub(super) fn word(&self, shape: &Shape) -> String {
        self.shapes.word(shape)
    }
}

pub(super) fn mistake(at: Bytes, message: impl Into<String>, help: impl Into<String>) -> Mistake {
    Mistake { kind: MistakeKind::Name, at, message: message.into(), help: help.into() }
}

/// Returns a name with its fields as it is written.
fn written(expr: &Expr) -> Option<String> {
    match &expr.node {
        ExprNode::Name(name) => Some(name.clone()),
        ExprNode::Select { of, field, .. } => Some(format!("{}.{field}", written(of)?)),
        _ => None,
    }
}

/// Lists names, the first of many.
fn listed(names: &[&str]) -> String {
    const MOST: usize = 12;
    let shown: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(MOST);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}
