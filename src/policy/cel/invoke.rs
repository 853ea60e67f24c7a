//! What functions give, while code runs.

use super::MAX_MADE;
use super::code::Code;
use super::functions::Function;
use super::machine::{Evaluated, Facts, Machine};
use super::operate::{DATES, advised, double, int, short, size, text_of};
use super::parse::Bytes;
use super::value::Value;
use crate::model::date_of;

impl<'a, F: Facts<'a>> Machine<'a, '_, F> {
    pub(super) fn call(&mut self, function: Function, arguments: &'a [Code], at: Bytes) -> Evaluated<'a> {
        let first = self.eval(&arguments[0])?;
        let first_at = arguments[0].at;
        let second = arguments.get(1).map(|argument| self.eval(argument)).transpose()?.unwrap_or(Value::Null);
        let second_at = arguments.get(1).map_or(at, |argument| argument.at);
        let text = || text_of(&first, first_at);
        let other = || text_of(&second, second_at);
        let n_bytes = first.as_text().map_or(0, str::len);
        self.spend(n_bytes / 16, at)?;
        match function {
            Function::Size => size(&first, first_at),
            Function::LowerAscii => self.text(text()?.to_ascii_lowercase(), at),
            Function::UpperAscii => self.text(text()?.to_ascii_uppercase(), at),
            Function::Trim => self.text(text()?.trim().to_owned(), at),
            Function::Split => {
                let separator = other()?;
                let made = |part: &str| Value::Made(part.into());
                let parts: Vec<Value<'a>> = if separator.is_empty() {
                    text()?.chars().map(|part| made(part.encode_utf8(&mut [0; 4]))).collect()
                } else {
                    text()?.split(separator).map(made).collect()
                };
                self.made(parts, at)
            }
            Function::Join => {
                let mut texts = Vec::new();
                let mut n_bytes = 0;
                for item in self.items(&first, first_at)? {
                    let text = text_of(&item, first_at)?;
                    n_bytes += text.len() + other()?.len();
                    if n_bytes > MAX_MADE {
                        break;
                    }
                    texts.push(text.to_owned());
                }
                let joined = if n_bytes > MAX_MADE { "x".repeat(MAX_MADE + 1) } else { texts.join(other()?) };
                self.text(joined, at)
            }
            Function::Int => int(&first, first_at),
            Function::Double => double(&first, first_at),
            Function::Text => match &first {
                Value::Int(value) => self.text(value.to_string(), at),
                Value::Double(value) => self.text(value.to_string(), at),
                Value::Bool(value) => self.text(value.to_string(), at),
                _ => text().map(|_| first.clone()),
            },
            Function::DaysBetween => {
                let read = |text: &str, at| {
                    date_of(text).ok_or_else(|| advised(at, format!("`{}` is no date", short(text)), DATES))
                };
                let (from, to) = (read(text()?, first_at)?, read(other()?, second_at)?);
                let days = from.until(to).map_or(0, |span| i64::from(span.get_days()));
                Ok(Value::Int(days))
            }
            // Those of `is_condition`, which are answered as such.
            Function::Stated | Function::Contains | Function::StartsWith | Function::EndsWith => {
                self.asked(function, arguments, at).map(Value::Bool)
            }
        }
    }
}
