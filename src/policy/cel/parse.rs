//! From words to a tree: the grammar of CEL (specification, "Syntax"), with limits.

use super::lex::{Token, lex};
use super::{MAX_BYTES, MAX_DEPTH};

/// Bytes of an expression.
pub(super) type Bytes = (u32, u32);

/// A part of an expression.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) at: Bytes,
    pub(super) node: ExprNode,
    depth: u16,
}

#[derive(Debug)]
pub(super) enum ExprNode {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    Name(String),
    Select { of: Box<Expr>, field: String, field_at: Bytes },
    Call { target: Option<Box<Expr>>, name: String, name_at: Bytes, arguments: Vec<Expr> },
    Index(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
}

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) at: Bytes,
    pub(super) message: String,
    pub(super) help: String,
    /// It is too long or too deep.
    pub(super) is_limit: bool,
}

impl SyntaxError {
    pub(super) fn new(start: usize, end: usize, message: impl Into<String>, help: impl Into<String>) -> SyntaxError {
        SyntaxError { at: bytes(start, end), message: message.into(), help: help.into(), is_limit: false }
    }
}

fn bytes(start: usize, end: usize) -> Bytes {
    (u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}

/// Words that CEL keeps for other languages.
const RESERVED: [&str; 16] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "while",
];

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Expr, SyntaxError> {
    if text.len() > MAX_BYTES {
        let message = format!("an expression of {} bytes; {MAX_BYTES} is the most", text.len());
        let help = "name parts of it in `variables`, or write several `validations`";
        return Err(SyntaxError { is_limit: true, ..SyntaxError::new(0, text.len(), message, help) });
    }
    let tokens = lex(text)?;
    let mut parser = Parser { tokens, at: 0, level: 0 };
    let expr = parser.choice()?;
    match &parser.peek().0 {
        Token::End => Ok(expr),
        _ => Err(parser.unexpected("the expression ends before this")),
    }
}

struct Parser {
    tokens: Vec<(Token, usize, usize)>,
    at: usize,
    level: u16,
}

type Parsed = Result<Expr, SyntaxError>;

impl Parser {
    fn peek(&self) -> &(Token, usize, usize) {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> (Token, usize, usize) {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn is(&self, sign: &str) -> bool {
        matches!(&self.peek().0, Token::Sign(found) if *found == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let is = self.is(sign);
        self.at += usize::from(is);
        is
    }

    /// Takes the first of some signs.
    fn take_any(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        signs.iter().copied().find(|sign| self.take(sign))
    }

    fn unexpected(&self, why: &str) -> SyntaxError {
        let (token, start, end) = self.peek();
        if let Some((Token::Name(before), start, end)) = self.at.checked_sub(1).map(|before| &self.tokens[before])
            && before == "not"
            && matches!(token, Token::Name(_))
        {
            return SyntaxError::new(*start, *end, "`not` is no operator of CEL", "write `!`");
        }
        let (message, help) = match token {
            Token::End => ("the expression ends too early".to_owned(), "complete it, or remove the last operator"),
            Token::Sign("=") => ("`=` compares nothing".to_owned(), "write `==`"),
            Token::Sign("&") => ("`&` joins nothing".to_owned(), "write `&&`"),
            Token::Name(name) if matches!(name.as_str(), "and" | "or" | "not") => {
                let meant = match name.as_str() {
                    "and" => "write `&&`",
                    "or" => "write `||`",
                    _ => "write `!`",
                };
                (format!("`{name}` is no operator of CEL"), meant)
            }
            Token::Name(name) => {
                (format!("`{name}` is not expected here: {why}"), "an operator may be missing before it")
            }
            Token::Sign(sign) => {
                (format!("`{sign}` is not expected here: {why}"), "remove it, or complete what is before it")
            }
            Token::Int(_) | Token::Double(_) | Token::Text(_) => {
                (format!("a value is not expected here: {why}"), "an operator may be missing before it")
            }
        };
        SyntaxError::new(*start, *end, message, help)
    }

    fn expect(&mut self, sign: &'static str, opened: usize) -> Result<usize, SyntaxError> {
        let end = self.peek().2;
        if self.take(sign) {
            return Ok(end);
        }
        let mut error = self.unexpected(&format!("`{sign}` is missing"));
        if self.peek().0 == Token::End {
            error =
                SyntaxError::new(opened, opened + 1, format!("this bracket has no `{sign}`"), format!("add `{sign}`"));
        }
        Err(error)
    }

    fn make(&self, start: usize, node: ExprNode) -> Parsed {
        let end = self.tokens[self.at.saturating_sub(1).min(self.tokens.len() - 1)].2;
        let depth = 1 + node.children().map(|child| child.depth).max().unwrap_or(0);
        if depth > MAX_DEPTH {
            return Err(self.too_deep(start));
        }
        Ok(Expr { at: bytes(start, end), node, depth })
    }

    fn too_deep(&self, start: usize) -> SyntaxError {
        let message = format!("this is nested deeper than {MAX_DEPTH} levels");
        let help = "name parts of it in `variables`";
        SyntaxError { is_limit: true, ..SyntaxError::new(start, self.peek().2, message, help) }
    }

    fn choice(&mut self) -> Parsed {
        self.level += 1;
        let start = self.peek().1;
        if self.level > MAX_DEPTH {
            return Err(self.too_deep(start));
        }
        let mut expr = self.joined("||")?;
        if self.take("?") {
            let yes = self.joined("||")?;
            let opened = self.peek().1;
            if !self.take(":") {
                let mut error = self.unexpected("`:` is missing");
                error.at = bytes(opened, opened);
                return Err(error);
            }
            let no = self.choice()?;
            expr = self.make(start, ExprNode::Choice(Box::new(expr), Box::new(yes), Box::new(no)))?;
        }
        self.level -= 1;
        Ok(expr)
    }

    /// `a || b || c` and, in each, `a && b && c`: long chains stay flat.
    fn joined(&mut self, sign: &'static str) -> Parsed {
        let start = self.peek().1;
        let part = |parser: &mut Parser| if sign == "||" { parser.joined("&&") } else { parser.relation() };
        let first = part(self)?;
        if !self.is(sign) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take(sign) {
            parts.push(part(self)?);
        }
        self.make(start, if sign == "||" { ExprNode::Or(parts) } else { ExprNode::And(parts) })
    }

    fn relation(&mut self) -> Parsed {
        let start = self.peek().1;
        let mut left = self.sum()?;
        loop {
            let sign = if matches!(&self.peek().0, Token::Name(name) if name == "in") {
                self.at += 1;
                "in"
            } else if let Some(sign) = self.take_any(&["<=", ">=", "==", "!=", "<", ">"]) {
                sign
            } else {
                return Ok(left);
            };
            let right = self.sum()?;
            left = self.make(start, ExprNode::Binary(sign, Box::new(left), Box::new(right)))?;
        }
    }

    fn sum(&mut self) -> Parsed {
        let start = self.peek().1;
        let mut left = self.product()?;
        while let Some(sign) = self.take_any(&["+", "-"]) {
            let right = self.product()?;
            left = self.make(start, ExprNode::Binary(sign, Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Parsed {
        let start = self.peek().1;
        let mut left = self.unary()?;
        while let Some(sign) = self.take_any(&["*", "/", "%"]) {
            let right = self.unary()?;
            left = self.make(start, ExprNode::Binary(sign, Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        let start = self.peek().1;
        let Some(sign) = self.take_any(&["!", "-"]) else { return self.member() };
        self.level += 1;
        if self.level > MAX_DEPTH {
            return Err(self.too_deep(start));
        }
        let operand = self.unary()?;
        self.level -= 1;
        let node = match (sign, operand.node) {
            ("-", ExprNode::Int(value)) => ExprNode::Int(-value),
            ("-", ExprNode::Double(value)) => ExprNode::Double(-value),
            ("-", node) => ExprNode::Negate(Box::new(Expr { node, ..operand })),
            (_, node) => ExprNode::Not(Box::new(Expr { node, ..operand })),
        };
        self.make(start, node)
    }

    fn member(&mut self) -> Parsed {
        let start = self.peek().1;
        let mut expr = self.primary()?;
        loop {
            if self.take(".") {
                let (token, name_start, name_end) = self.peek().clone();
                let Token::Name(name) = token else { return Err(self.unexpected("the name of a field is missing")) };
                self.at += 1;
                let name_at = bytes(name_start, name_end);
                let opened = self.peek().1;
                let node = if self.take("(") {
                    let arguments = self.list(")", opened)?;
                    ExprNode::Call { target: Some(Box::new(expr)), name, name_at, arguments }
                } else {
                    ExprNode::Select { of: Box::new(expr), field: name, field_at: name_at }
                };
                expr = self.make(start, node)?;
            } else if self.is("[") {
                let opened = self.next().1;
                let index = self.choice()?;
                self.expect("]", opened)?;
                expr = self.make(start, ExprNode::Index(Box::new(expr), Box::new(index)))?;
            } else {
                return Ok(expr);
            }
        }
    }

    fn primary(&mut self) -> Parsed {
        let (token, start, end) = self.peek().clone();
        let node = match token {
            Token::Int(value) => ExprNode::Int(value),
            Token::Double(value) => ExprNode::Double(value),
            Token::Text(text) => ExprNode::Text(text),
            Token::Name(name) => match name.as_str() {
                "true" => ExprNode::Bool(true),
                "false" => ExprNode::Bool(false),
                "null" => ExprNode::Null,
                "in" | "and" | "or" => return Err(self.unexpected("a value is missing before it")),
                word if RESERVED.contains(&word) => {
                    let message = format!("`{word}` is a reserved word of CEL");
                    let help = if word == "if" { "write `condition ? this : that`" } else { "choose another name" };
                    return Err(SyntaxError::new(start, end, message, help));
                }
                _ => {
                    self.at += 1;
                    let opened = self.peek().1;
                    if self.take("(") {
                        let arguments = self.list(")", opened)?;
                        let call = ExprNode::Call { target: None, name, name_at: bytes(start, end), arguments };
                        return self.make(start, call);
                    }
                    return self.make(start, ExprNode::Name(name));
                }
            },
            Token::Sign("(") => {
                self.at += 1;
                let inner = self.choice()?;
                self.expect(")", start)?;
                return Ok(inner);
            }
            Token::Sign("[") => {
                self.at += 1;
                let items = self.list("]", start)?;
                return self.make(start, ExprNode::List(items));
            }
            Token::Sign("{") => return self.map(),
            Token::Sign(_) | Token::End => return Err(self.unexpected("a value is missing")),
        };
        self.at += 1;
        self.make(start, node)
    }

    /// Reads what stands between brackets, and the closing one; a comma at the end is allowed.
    fn list(&mut self, close: &'static str, opened: usize) -> Result<Vec<Expr>, SyntaxError> {
        let mut items = Vec::new();
        while !self.is(close) {
            items.push(self.choice()?);
            if !self.take(",") {
                break;
            }
        }
        self.expect(close, opened)?;
        Ok(items)
    }

    fn map(&mut self) -> Parsed {
        let opened = self.next().1;
        let mut entries = Vec::new();
        while !self.is("}") {
            let key = self.choice()?;
            if !self.take(":") {
                return Err(self.unexpected("`:` is missing"));
            }
            entries.push((key, self.choice()?));
            if !self.take(",") {
                break;
            }
        }
        self.expect("}", opened)?;
        self.make(opened, ExprNode::Map(entries))
    }
}

impl ExprNode {
    /// Returns the parts directly below.
    pub(super) fn children(&self) -> impl Iterator<Item = &Expr> {
        let (one, many, pairs): (Vec<&Expr>, &[Expr], &[(Expr, Expr)]) = match self {
            ExprNode::Null
            | ExprNode::Bool(_)
            | ExprNode::Int(_)
            | ExprNode::Double(_)
            | ExprNode::Text(_)
            | ExprNode::Name(_) => (Vec::new(), &[], &[]),
            ExprNode::List(items) | ExprNode::And(items) | ExprNode::Or(items) => (Vec::new(), items, &[]),
            ExprNode::Map(entries) => (Vec::new(), &[], entries),
            ExprNode::Select { of, .. } => (vec![of], &[], &[]),
            ExprNode::Call { target, arguments, .. } => (target.iter().map(AsRef::as_ref).collect(), arguments, &[]),
            ExprNode::Index(a, b) | ExprNode::Binary(_, a, b) => (vec![a, b], &[], &[]),
            ExprNode::Not(a) | ExprNode::Negate(a) => (vec![a], &[], &[]),
            ExprNode::Choice(a, b, c) => (vec![a, b, c], &[], &[]),
        };
        one.into_iter().chain(many).chain(pairs.iter().flat_map(|(key, value)| [key, value]))
    }
}
