//! Calls: functions, regular expressions and loops, checked and compiled.

use regex::RegexBuilder;

use super::code::{Code, Loop, LoopKind, Op};
use super::compile::{Compiled, Compiler, Mistake, MistakeKind, mistake};
use super::functions::{FUNCTIONS, Function, signature};
use super::operate::{DATES, short};
use super::parse::{Bytes, Expr, ExprNode};
use super::shapes::Shape;
use super::{MAX_DEPTH, MAX_LOOPS};
use crate::model::date_of;
use crate::yaml::did_you_mean;

/// The largest compiled regular expression, in bytes.
const MAX_REGEX_BYTES: usize = 256 * 1024;

impl Compiler<'_> {
    pub(super) fn call(
        &mut self,
        target: Option<&Expr>,
        name: &str,
        name_at: Bytes,
        arguments: &[Expr],
        at: Bytes,
    ) -> Compiled {
        if name == "has" && target.is_none() {
            let message = "`has()` is not needed: every field is there, and null when not stated";
            return Err(mistake(at, message, "write `stated(...)`, or `size(...) > 0` for a list"));
        }
        if let (Some(kind), Some(target)) = (loop_kind(name), target) {
            return self.loops(kind, target, name, name_at, arguments, at);
        }
        if name == "matches" {
            return self.matches(target, arguments, at);
        }
        let Some(signature) = signature(name) else {
            let message = format!("there is no function `{name}`");
            let help = match name {
                // What other languages call it.
                "len" | "length" | "count" => "write `size(...)`".to_owned(),
                "any" | "some" => "write `LIST.exists(x, ...)`".to_owned(),
                "every" => "write `LIST.all(x, ...)`".to_owned(),
                _ => did_you_mean(name, FUNCTIONS.iter().map(|function| function.name), || {
                    "`meshfolio schema PolicyContext` lists the functions".to_owned()
                }),
            };
            return Err(mistake(name_at, message, help));
        };
        let form = FUNCTIONS.iter().find(|function| function.name == name).map_or("", |function| function.form);
        let is_right_form = if target.is_some() { signature.is_method } else { signature.is_global };
        let n_arguments = arguments.len() + usize::from(target.is_some());
        if !is_right_form || n_arguments != signature.arity {
            return Err(mistake(at, format!("`{name}` is written in another way"), format!("write `{form}`")));
        }
        let mut codes = Vec::with_capacity(n_arguments);
        for (position, argument) in target.into_iter().chain(arguments).enumerate() {
            let (code, shape) = self.expr(argument)?;
            let wants_text = signature.wants_text || (signature.function == Function::Join && position == 1);
            if wants_text && !matches!(shape, Shape::Text | Shape::Any) {
                let message = format!("`{name}` asks for a text; this is {}", self.word(&shape));
                let help = if matches!(shape, Shape::List(_)) && name == "contains" {
                    "for an item of a list write `item in list`".to_owned()
                } else {
                    format!("write `{form}`")
                };
                return Err(mistake(code.at, message, help));
            }
            if position == 0 {
                self.check_first(signature.function, &shape, code.at)?;
            }
            if let (Function::DaysBetween, ExprNode::Text(text)) = (signature.function, &argument.node)
                && date_of(text).is_none()
            {
                return Err(mistake(code.at, format!("`{}` is no date", short(text)), DATES));
            }
            codes.push(code);
        }
        Ok((Code { at, op: Op::Call(signature.function, codes) }, signature.gives))
    }

    fn check_first(&self, function: Function, shape: &Shape, at: Bytes) -> Result<(), Mistake> {
        match (function, shape) {
            (Function::Stated, Shape::List(_)) => {
                let message = "a list is always there: where nothing is stated it is empty";
                Err(mistake(at, message, "ask `size(...) > 0`"))
            }
            (Function::Size, Shape::Number | Shape::Bool | Shape::Null) => {
                let message = format!("{} has no size", self.word(shape));
                Err(mistake(at, message, "ask the size of a list, map or text"))
            }
            (Function::Join, Shape::Number | Shape::Bool | Shape::Null | Shape::Text | Shape::Object(_)) => {
                let message = format!("`join` asks for a list; this is {}", self.word(shape));
                Err(mistake(at, message, "write `list.join(separator)`"))
            }
            _ => Ok(()),
        }
    }

    fn matches(&mut self, target: Option<&Expr>, arguments: &[Expr], at: Bytes) -> Compiled {
        let ((Some(text), [pattern]) | (None, [text, pattern])) = (target, arguments) else {
            let message = "`matches` is written in another way";
            return Err(mistake(at, message, "write `text.matches('pattern')`"));
        };
        let (code, shape) = self.expr(text)?;
        if !matches!(shape, Shape::Text | Shape::Any) {
            let message = format!("`matches` asks for a text; this is {}", self.word(&shape));
            return Err(mistake(code.at, message, "write `text.matches('pattern')`"));
        }
        let ExprNode::Text(pattern_text) = &pattern.node else {
            let message = "the pattern of `matches` must be written out";
            return Err(mistake(
                pattern.at,
                message,
                "write the pattern in quotes, so that it is checked before it runs",
            ));
        };
        let built =
            RegexBuilder::new(pattern_text).size_limit(MAX_REGEX_BYTES).nest_limit(u32::from(MAX_DEPTH)).build();
        let regex = built.map_err(|error| unread(&error, pattern.at))?;
        Ok((Code { at, op: Op::Matches(Box::new(code), Box::new(regex)) }, Shape::Bool))
    }

    fn loops(
        &mut self,
        kind: LoopKind,
        target: &Expr,
        name: &str,
        name_at: Bytes,
        arguments: &[Expr],
        at: Bytes,
    ) -> Compiled {
        let (over, shape) = self.expr(target)?;
        let item = match shape {
            Shape::List(item) => *item,
            Shape::Any => Shape::Any,
            other => {
                let message = format!("`{name}` goes through a list; this is {}", self.word(&other));
                return Err(mistake(over.at, message, "ask the field itself"));
            }
        };
        let (variable, filter, body) = match (kind, arguments) {
            (_, [variable, body]) => (variable, None, body),
            (LoopKind::Map, [variable, filter, body]) => (variable, Some(filter), body),
            _ => {
                let form = FUNCTIONS.iter().find(|function| function.name == name).map_or("", |function| function.form);
                return Err(mistake(name_at, format!("`{name}` is written in another way"), format!("write `{form}`")));
            }
        };
        let ExprNode::Name(variable_name) = &variable.node else {
            let message = format!("the first argument of `{name}` is the name of an item");
            return Err(mistake(variable.at, message, "write a new name, such as `x`"));
        };
        if self.n_loops == MAX_LOOPS {
            let message = format!("more than {MAX_LOOPS} loops inside each other");
            let mut mistake = mistake(at, message, "name an inner one in `variables`");
            mistake.kind = MistakeKind::Limit;
            return Err(mistake);
        }
        self.n_loops += 1;
        self.locals.push((variable_name.clone(), item.clone()));
        let parts = self.turn(kind, filter, body);
        self.locals.pop();
        self.n_loops -= 1;
        let (filter, body, made) = parts?;
        let gives = match kind {
            LoopKind::All | LoopKind::Exists | LoopKind::ExistsOne => Shape::Bool,
            LoopKind::Filter => Shape::list_of(item),
            LoopKind::Map => Shape::list_of(made),
        };
        Ok((Code { at, op: Op::Loop(Box::new(Loop { kind, over, body, filter })) }, gives))
    }

    /// Compiles what happens in one turn of a loop.
    fn turn(
        &mut self,
        kind: LoopKind,
        filter: Option<&Expr>,
        body: &Expr,
    ) -> Result<(Option<Code>, Code, Shape), Mistake> {
        let filter = filter.map(|filter| self.truth(filter, "map")).transpose()?;
        if kind == LoopKind::Map {
            let (body, made) = self.expr(body)?;
            return Ok((filter, body, made));
        }
        let word = match kind {
            LoopKind::All => "all",
            LoopKind::Exists => "exists",
            LoopKind::ExistsOne => "exists_one",
            _ => "filter",
        };
        Ok((None, self.truth(body, word)?, Shape::Bool))
    }
}

/// Says why a pattern is none, and what to do about it.
fn unread(error: &regex::Error, at: Bytes) -> Mistake {
    if matches!(error, regex::Error::CompiledTooBig(_)) {
        let message = "this regular expression is too large".to_owned();
        let help = "repeat less: `{100}` inside `{100}` is ten thousand times".to_owned();
        return Mistake { kind: MistakeKind::Limit, at, message, help };
    }
    let text = error.to_string();
    let why = text.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
    let help = if why.contains("look-around") || why.contains("backreference") {
        "RE2 has no look-around and no back-references; write two conditions, joined by `&&` and `!`"
    } else if why.contains("character class") {
        "close it with `]`, as `[a-z]`; a bracket that stands for itself is written `\\\\[`"
    } else if why.contains("group") {
        "each `(` needs its `)`; brackets that stand for themselves are written `[(]` and `[)]`"
    } else if why.contains("repetition") {
        "`*`, `+`, `?` and `{2,5}` stand behind what they repeat; one that stands for itself is written `[*]`"
    } else if why.contains("escape") {
        "a sign that stands for itself is written in brackets, as `[.]`"
    } else {
        "patterns are those of RE2; a sign that stands for itself is written in brackets, as `[.]`"
    };
    let message = format!("this is no regular expression: {why}");
    Mistake { kind: MistakeKind::Pattern, at, message, help: help.to_owned() }
}

fn loop_kind(name: &str) -> Option<LoopKind> {
    Some(match name {
        "all" => LoopKind::All,
        "exists" => LoopKind::Exists,
        "exists_one" | "existsOne" => LoopKind::ExistsOne,
        "filter" => LoopKind::Filter,
        "map" => LoopKind::Map,
        _ => return None,
    })
}
