//! Reads a row as any format of serde would: its form and its texts, apart.

use std::fmt::{self, Write as _};

use serde::ser::{self, Serialize};
use serde_json::Value;

/// What stands before and behind the number of a text in a mark; neither stands in a template.
pub(super) const MARK: char = '\u{e000}';
pub(super) const MARK_END: char = '\u{e001}';
/// What the mark of a number has before the number of its text, which has six digits.
pub(super) const NUMBER_MARK: &str = "7340918265";
pub(super) const NUMBER_DIGITS: usize = 6;

// The first byte of each value in a form.
const NULL: u8 = b'0';
const FALSE: u8 = b'f';
const TRUE: u8 = b't';
const TEXT: u8 = b's';
/// A text without a letter, which counts as not there.
const EMPTY: u8 = b'e';
/// A number of several, which is a text too: none and one are said in other words.
const MANY: u8 = b'n';
const SIGNED: u8 = b'i';
const UNSIGNED: u8 = b'u';
const FLOAT: u8 = b'd';
const LIST: u8 = b'[';
const LIST_END: u8 = b']';
/// Keys and values in turns; each key has its length before it.
const MAP: u8 = b'{';
const MAP_END: u8 = b'}';
/// Values only: which fields they are the type says, whose name stands with the form.
const STRUCT: u8 = b'(';
const STRUCT_END: u8 = b')';
/// A field that this row leaves out.
const SKIPPED: u8 = b'-';

/// A row taken apart. Two rows of one type that have the same shape differ in texts only.
#[derive(Default)]
pub(super) struct Form {
    shape: Vec<u8>,
    texts: String,
    /// Where each text ends.
    ends: Vec<usize>,
}

impl Form {
    /// Makes a form with room for what most rows have.
    pub(super) fn with_room() -> Form {
        Form { shape: Vec::with_capacity(64), texts: String::with_capacity(512), ends: Vec::with_capacity(32) }
    }

    /// Reads a row into the memory of the last one.
    pub(super) fn read<T: Serialize + ?Sized>(&mut self, row: &T) -> Result<(), Unreadable> {
        self.shape.clear();
        self.texts.clear();
        self.ends.clear();
        row.serialize(self)
    }

    /// Everything but the texts, as bytes to compare.
    pub(super) fn shape(&self) -> &[u8] {
        &self.shape
    }

    /// The bytes of all texts.
    pub(super) fn n_bytes(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn n_texts(&self) -> usize {
        self.ends.len()
    }

    /// Returns the text with a number.
    pub(super) fn text(&self, number: usize) -> &str {
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(number).and_then(|end| self.texts.get(start..*end)).unwrap_or_default()
    }

    fn name(&mut self, name: &str) {
        self.shape.extend_from_slice(&u32::try_from(name.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.shape.extend_from_slice(name.as_bytes());
    }

    fn push(&mut self, byte: u8) -> Result<(), Unreadable> {
        self.shape.push(byte);
        Ok(())
    }

    fn number(&mut self, kind: u8, bytes: [u8; 8]) -> Result<(), Unreadable> {
        self.shape.push(kind);
        self.shape.extend_from_slice(&bytes);
        Ok(())
    }
}

/// Returns a row with a mark in the place of each text that its form has, the longer the more `room` there is. Each mark
/// has what a template escapes, and what it writes differently within a list.
pub(super) fn marked(row: &impl Serialize, room: usize) -> Result<Value, serde_json::Error> {
    let mut value = serde_json::to_value(row)?;
    mark(&mut value, room, &mut 0);
    Ok(value)
}

/// Marks texts in the order in which [`Form::read`] meets them.
fn mark(value: &mut Value, room: usize, n_texts: &mut usize) {
    match value {
        Value::String(text) if !text.is_empty() => {
            *text = format!("{MARK}<\"\\{n_texts:0>room$}{MARK_END}");
            *n_texts += 1;
        }
        Value::Number(number) if number.as_u64().is_some_and(|number| number > 1) => {
            let marked = format!("{NUMBER_MARK}{n_texts:0>NUMBER_DIGITS$}").parse::<u64>();
            *number = marked.unwrap_or_default().into();
            *n_texts += 1;
        }
        Value::Array(values) => values.iter_mut().for_each(|value| mark(value, room, n_texts)),
        Value::Object(map) => map.values_mut().for_each(|value| mark(value, room, n_texts)),
        _ => {}
    }
}

/// Why a row has no form: it says so itself.
#[derive(Debug)]
pub(super) struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

impl ser::Error for Unreadable {
    fn custom<T: fmt::Display>(message: T) -> Unreadable {
        Unreadable(message.to_string())
    }
}

type Done = Result<(), Unreadable>;

impl ser::Serializer for &mut Form {
    type Ok = ();
    type Error = Unreadable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Within<Self>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Within<Self>;

    fn serialize_bool(self, value: bool) -> Done {
        self.push(if value { TRUE } else { FALSE })
    }

    fn serialize_i8(self, value: i8) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Done {
        self.number(SIGNED, value.to_le_bytes())
    }

    fn serialize_u8(self, value: u8) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Done {
        if value < 2 || self.ends.len() >= 10_usize.pow(6) {
            return self.number(UNSIGNED, value.to_le_bytes());
        }
        _ = write!(self.texts, "{value}");
        self.ends.push(self.texts.len());
        self.push(MANY)
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Done {
        self.number(FLOAT, value.to_le_bytes())
    }

    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Done {
        if text.is_empty() {
            return self.push(EMPTY);
        }
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        self.push(TEXT)
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Done {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Done {
        self.push(NULL)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.push(NULL)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Done {
        self.push(NULL)
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        self.shape.push(MAP);
        self.name(variant);
        value.serialize(&mut *self)?;
        self.push(MAP_END)
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Self, Unreadable> {
        self.shape.push(LIST);
        Ok(self)
    }

    fn serialize_tuple(self, _length: usize) -> Result<Self, Unreadable> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Self, Unreadable> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Within<Self>, Unreadable> {
        self.shape.push(MAP);
        self.name(variant);
        self.shape.push(LIST);
        Ok(Within(self))
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Self, Unreadable> {
        self.shape.push(MAP);
        Ok(self)
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Self, Unreadable> {
        self.shape.push(STRUCT);
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Within<Self>, Unreadable> {
        self.shape.push(MAP);
        self.name(variant);
        self.shape.push(STRUCT);
        Ok(Within(self))
    }
}

/// A list or a map that is the only value of a map.
pub(super) struct Within<F>(F);

impl ser::SerializeSeq for &mut Form {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        self.push(LIST_END)
    }
}

impl ser::SerializeTuple for &mut Form {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        self.push(LIST_END)
    }
}

impl ser::SerializeTupleStruct for &mut Form {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        self.push(LIST_END)
    }
}

impl ser::SerializeTupleVariant for Within<&mut Form> {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut *self.0)
    }

    fn end(self) -> Done {
        self.0.shape.push(LIST_END);
        self.0.push(MAP_END)
    }
}

impl ser::SerializeMap for &mut Form {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        // A key is a text in the form itself.
        let mut own = Form::default();
        own.read(key)?;
        if own.n_texts() > 1 || !matches!(own.shape(), [TEXT | EMPTY]) {
            return Err(Unreadable("a map of a row has a key that is no text".to_owned()));
        }
        self.name(own.text(0));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        self.push(MAP_END)
    }
}

impl ser::SerializeStruct for &mut Form {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _name: &'static str, value: &T) -> Done {
        value.serialize(&mut **self)
    }

    fn skip_field(&mut self, _name: &'static str) -> Done {
        self.push(SKIPPED)
    }

    fn end(self) -> Done {
        self.push(STRUCT_END)
    }
}

impl ser::SerializeStructVariant for Within<&mut Form> {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _name: &'static str, value: &T) -> Done {
        value.serialize(&mut *self.0)
    }

    fn skip_field(&mut self, _name: &'static str) -> Done {
        self.0.push(SKIPPED)
    }

    fn end(self) -> Done {
        self.0.shape.push(STRUCT_END);
        self.0.push(MAP_END)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;
    use serde_json::json;

    use super::*;

    #[derive(Serialize)]
    enum Any {
        Plain,
        One(u8),
        Two(bool, char),
        Named { text: &'static str },
    }

    #[derive(Serialize)]
    struct Row {
        all: Vec<Any>,
        pair: (i64, f64),
        map: BTreeMap<String, Option<&'static str>>,
        unit: (),
        none: Option<u8>,
    }

    #[test]
    fn a_marked_row_is_the_row_but_for_its_texts() {
        let map = [("a]}".to_owned(), Some("x")), (String::new(), None), ("c".to_owned(), Some(""))].into();
        let all = vec![Any::Plain, Any::One(200), Any::Two(true, 'é'), Any::Named { text: "long text" }];
        let row = Row { all, pair: (-5, 0.25), map, unit: (), none: None };
        let mut form = Form::default();
        form.read(&row).expect("a form");
        let texts: Vec<&str> = (0..form.n_texts()).map(|number| form.text(number)).collect();
        assert_eq!(texts, ["Plain", "200", "é", "long text", "x"]);
        for room in [1, 9] {
            let mut marked = marked(&row, room).expect("JSON").to_string();
            for (number, text) in texts.iter().enumerate() {
                marked = marked.replace(&format!("{MARK}<\\\"\\\\{number:0>room$}{MARK_END}"), text);
                marked = marked.replace(&format!("{NUMBER_MARK}{number:0>6}"), text);
            }
            assert_eq!(marked, serde_json::to_string(&row).expect("JSON"));
        }
    }

    #[test]
    fn rows_that_differ_in_more_than_texts_have_different_forms() {
        let shape = |value: &Value| {
            let mut form = Form::default();
            form.read(value).expect("a form");
            form.shape().to_vec()
        };
        assert_eq!(shape(&json!({"a": "x"})), shape(&json!({"a": "other"})));
        assert_eq!(shape(&json!({"a": 2})), shape(&json!({"a": 3000})));
        let different = [
            json!({"a": "x"}),
            json!({"a": ""}),
            json!({"a": null}),
            json!({"b": "x"}),
            json!({"a": ["x"]}),
            json!({"a": "x", "b": "x"}),
            json!({"a": true}),
            json!({"a": 0}),
            json!({"a": 1}),
            json!({"a": 2}),
            json!({"a": -2}),
            json!({"a": -3}),
            json!({"a": 1.0}),
        ];
        let shapes: std::collections::BTreeSet<Vec<u8>> = different.iter().map(shape).collect();
        assert_eq!(shapes.len(), different.len());
    }
}
