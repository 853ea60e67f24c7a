//! JSON (RFC 8259) with places, as tools write it: exact where YAML reads differently (pairs of surrogates,
//! tabs), and under the budgets of the tool.

use std::borrow::Cow;

use crate::source::Span;
use crate::yaml::MAX_DEPTH;

/// More values than any result file of a real run holds.
const MAX_VALUES: usize = 1_000_000;

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Json<'a> {
    pub(super) span: Span,
    pub(super) value: Value<'a>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    /// As written.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    /// In the order of the file; of two equal keys the first is found.
    Map(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JsonError {
    pub(super) at: usize,
    pub(super) what: &'static str,
}

impl<'a> Json<'a> {
    /// Reads a text that holds one value; places count from `base`.
    pub(super) fn parse(text: &'a str, base: usize) -> Result<Json<'a>, JsonError> {
        let mut reader = Reader { text, at: 0, base, n_values: 0 };
        let value = reader.value(0)?;
        reader.blanks();
        if reader.at < text.len() { Err(reader.error("more follows after its end")) } else { Ok(value) }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Json<'a>> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(known, _)| known == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Follows several keys.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Json<'a>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Returns the text under a key, unless it is empty.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text()
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text.as_ref()).filter(|text| !text.trim().is_empty()),
            _ => None,
        }
    }

    /// Returns the number under a key as written.
    pub(super) fn number(&self, key: &str) -> Option<&'a str> {
        match self.get(key)?.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn bool(&self, key: &str) -> Option<bool> {
        match self.get(key)?.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn items(&self) -> &[Json<'a>] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// Returns the items of the list under a key.
    pub(super) fn list(&self, key: &str) -> &[Json<'a>] {
        self.get(key).map_or(&[], Json::items)
    }

    pub(super) fn entries(&self) -> &[(Cow<'a, str>, Json<'a>)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    base: usize,
    n_values: usize,
}

impl<'a> Reader<'a> {
    fn error(&self, what: &'static str) -> JsonError {
        JsonError { at: self.base + self.at, what }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.blanks();
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn value(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        self.blanks();
        self.n_values += 1;
        if depth > MAX_DEPTH {
            return Err(self.error("it is nested too deep"));
        }
        if self.n_values > MAX_VALUES {
            return Err(self.error("it holds too many values"));
        }
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.map(depth)?,
            Some(b'[') => self.items_of_list(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(b'-' | b'0'..=b'9') => self.digits(),
            Some(_) => return Err(self.error("here no value begins")),
            None => return Err(self.error("it ends too early")),
        };
        Ok(Json { span: Span::new(self.base + start, self.base + self.at), value })
    }

    fn map(&mut self, depth: usize) -> Result<Value<'a>, JsonError> {
        self.at += 1;
        let mut entries = Vec::new();
        if self.take(b'}') {
            return Ok(Value::Map(entries));
        }
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                return Err(self.error("here a key in quotes is due"));
            }
            let key = self.string()?;
            if !self.take(b':') {
                return Err(self.error("here a colon is due"));
            }
            let value = self.value(depth + 1)?;
            entries.push((key, value));
            if self.take(b'}') {
                return Ok(Value::Map(entries));
            }
            if !self.take(b',') {
                return Err(self.error("here a comma or the end of the map is due"));
            }
        }
    }

    fn items_of_list(&mut self, depth: usize) -> Result<Value<'a>, JsonError> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Ok(Value::List(items));
            }
            if !self.take(b',') {
                return Err(self.error("here a comma or the end of the list is due"));
            }
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, JsonError> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.error("here no value begins"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn digits(&mut self) -> Value<'a> {
        let start = self.at;
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.at += 1;
        }
        Value::Number(&self.text[start..self.at])
    }

    /// Reads a text in quotes; only one with escapes is copied.
    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.at += 1;
        let start = self.at;
        let mut made: Option<String> = None;
        let mut from = start;
        loop {
            match self.peek() {
                None => return Err(self.error("a text has no end")),
                Some(b'"') => {
                    let rest = &self.text[from..self.at];
                    self.at += 1;
                    return Ok(match made {
                        None => Cow::Borrowed(rest),
                        Some(mut made) => {
                            made.push_str(rest);
                            Cow::Owned(made)
                        }
                    });
                }
                Some(b'\\') => {
                    let before = &self.text[from..self.at];
                    let made = made.get_or_insert_with(String::new);
                    made.push_str(before);
                    self.at += 1;
                    let character = self.escape()?;
                    made.push(character);
                    from = self.at;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let Some(byte) = self.peek() else { return Err(self.error("a text has no end")) };
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                let is_pair = (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u");
                if !is_pair {
                    return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                self.at += 2;
                let second = self.unit()?;
                let is_low = (0xdc00..0xe000).contains(&second);
                let joined = 0x1_0000 + ((first - 0xd800) << 10) + second.saturating_sub(0xdc00);
                char::from_u32(joined).filter(|_| is_low).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => {
                self.at -= 1;
                return Err(self.error("an unknown escape"));
            }
        })
    }

    /// Reads four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, JsonError> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let unit = digits.and_then(|digits| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match unit {
            Some(unit) => {
                self.at += 4;
                Ok(unit)
            }
            None => Err(self.error("an unknown escape")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_with_their_places() {
        let text = "\t{\"a\": [1, -2.5e3, true, null], \"b\\u00e9\\ud83d\\uDE00\\/\": \"x\\ny\"}\n";
        let json = Json::parse(text, 10).expect("it is JSON");
        assert_eq!(json.list("a").len(), 4);
        assert_eq!(json.list("a")[1].value, Value::Number("-2.5e3"));
        assert_eq!(json.text("bé😀/"), Some("x\ny"));
        assert_eq!(json.list("a")[0].span, Span::new(10 + 8, 10 + 9));
    }

    #[test]
    fn what_is_no_json_says_where() {
        for (text, at) in [("{", 1), ("{\"a\" 1}", 5), ("[1,]", 3), ("\"\\x\"", 2), ("{} x", 3), ("nul", 0), ("", 0)] {
            assert_eq!(Json::parse(text, 0).map_err(|error| error.at), Err(at), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(Json::parse(&deep, 0).map_err(|error| error.what), Err("it is nested too deep"));
        assert_eq!(Json::parse("\"\\ud800x\"", 0).expect("half a pair").as_text(), Some("\u{fffd}x"));
        assert!(Json::parse("\"é\\u12é\"", 0).is_err());
    }
}
