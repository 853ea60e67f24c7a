//! JSON on one line, byte for byte what `serde_json` writes. Twins are a third of the bytes of a site and nearly
//! all of that is names of fields and plain texts: a name needs no escaping, and a text is looked at many bytes
//! at a time and copied whole.

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::Error;

/// Writes a value.
///
/// # Errors
/// When a map has a key that is no text, or a value refuses to be written.
pub(super) fn written(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut json = Json { bytes: Vec::with_capacity(4096) };
    value.serialize(&mut json)?;
    Ok(json.bytes)
}

struct Json {
    bytes: Vec<u8>,
}

impl Json {
    /// Begins a field; its name is one of our own.
    fn field(&mut self, name: &'static str, is_first: bool) {
        debug_assert!(is_plain(name), "`{name}` would have to be escaped");
        self.bytes.extend_from_slice(if is_first { b"\"" } else { b",\"" });
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b"\":");
    }

    fn text(&mut self, text: &str) {
        self.bytes.push(b'"');
        if is_plain(text) {
            self.bytes.extend_from_slice(text.as_bytes());
        } else {
            text.bytes().for_each(|byte| self.escaped(byte));
        }
        self.bytes.push(b'"');
    }

    fn escaped(&mut self, byte: u8) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let short = match byte {
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\t' => b't',
            b'\r' => b'r',
            0x08 => b'b',
            0x0c => b'f',
            0..0x20 => {
                let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
                self.bytes.extend_from_slice(b"\\u00");
                self.bytes.extend_from_slice(&digits);
                return;
            }
            _ => {
                self.bytes.push(byte);
                return;
            }
        };
        self.bytes.extend_from_slice(&[b'\\', short]);
    }

    fn open(&mut self, opening: &[u8], closing: &'static [u8]) -> Parts<'_> {
        self.bytes.extend_from_slice(opening);
        Parts { json: self, closing, is_first: true }
    }

    /// Opens a variant that holds something: a map of its name.
    fn variant(&mut self, name: &'static str) {
        self.bytes.push(b'{');
        self.field(name, true);
    }
}

/// Says whether JSON has a text as it is.
fn is_plain(text: &str) -> bool {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = EACH << 7;
    // Eight bytes at a time: not zero when one of them is less than `limit`, as taking that away borrows.
    let has_below = |word: u64, limit: u64| word.wrapping_sub(EACH * limit) & !word & HIGH;
    let has = |word: u64, byte: u8| has_below(word ^ (EACH * u64::from(byte)), 1);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let is_odd = |bytes: &[u8; 8]| {
        let word = u64::from_ne_bytes(*bytes);
        has_below(word, 0x20) | has(word, b'"') | has(word, b'\\') != 0
    };
    !words.iter().any(is_odd) && !rest.iter().any(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\'))
}

/// Numbers are few, and `serde_json` knows how they are written.
macro_rules! numbers {
    ($($name:ident: $type:ty),*) => {
        $(fn $name(self, value: $type) -> Result<(), Error> {
            serde_json::to_writer(&mut self.bytes, &value)
        })*
    };
}

impl<'j> Serializer for &'j mut Json {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Parts<'j>;
    type SerializeTuple = Parts<'j>;
    type SerializeTupleStruct = Parts<'j>;
    type SerializeTupleVariant = Parts<'j>;
    type SerializeMap = Parts<'j>;
    type SerializeStruct = Parts<'j>;
    type SerializeStructVariant = Parts<'j>;

    numbers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
        serialize_f32: f32, serialize_f64: f64, serialize_char: char
    );

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.bytes.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        serde_json::to_writer(&mut self.bytes, value)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.bytes.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.variant(variant);
        value.serialize(&mut *self)?;
        self.bytes.push(b'}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'j>, Error> {
        Ok(self.open(b"[", b"]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'j>, Error> {
        Ok(self.open(b"[", b"]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'j>, Error> {
        Ok(self.open(b"[", b"]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'j>, Error> {
        self.variant(variant);
        Ok(self.open(b"[", b"]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'j>, Error> {
        Ok(self.open(b"{", b"}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'j>, Error> {
        Ok(self.open(b"{", b"}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'j>, Error> {
        self.variant(variant);
        Ok(self.open(b"{", b"}}"))
    }
}

/// A list or map that is open.
struct Parts<'j> {
    json: &'j mut Json,
    closing: &'static [u8],
    is_first: bool,
}

impl Parts<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        if !std::mem::take(&mut self.is_first) {
            self.json.bytes.push(b',');
        }
        value.serialize(&mut *self.json)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.json.field(name, std::mem::take(&mut self.is_first));
        value.serialize(&mut *self.json)
    }

    fn close(self) {
        self.json.bytes.extend_from_slice(self.closing);
    }
}

/// Both kinds of lists and both kinds of maps are written alike.
macro_rules! parts {
    ($($trait:ident $name:ident($($key:ident)?)),*) => {
        $(impl $trait for Parts<'_> {
            type Ok = ();
            type Error = Error;

            fn $name<T: Serialize + ?Sized>(&mut self, $($key: &'static str,)? value: &T) -> Result<(), Error> {
                parts!(@call self, value $(, $key)?)
            }

            fn end(self) -> Result<(), Error> {
                self.close();
                Ok(())
            }
        })*
    };
    (@call $parts:ident, $value:ident) => { $parts.item($value) };
    (@call $parts:ident, $value:ident, $key:ident) => { $parts.field($key, $value) };
}

parts!(
    SerializeSeq serialize_element(), SerializeTuple serialize_element(), SerializeTupleStruct serialize_field(),
    SerializeTupleVariant serialize_field(), SerializeStruct serialize_field(key),
    SerializeStructVariant serialize_field(key)
);

impl SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let start = self.json.bytes.len();
        self.item(key)?;
        let is_text = self.json.bytes[start..].iter().find(|byte| **byte != b',') == Some(&b'"');
        if is_text { Ok(()) } else { Err(Error::custom("a key must be a text")) }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.json.bytes.push(b':');
        value.serialize(&mut *self.json)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    enum Shape {
        Unit,
        One(u8),
        Two(i64, f64),
        Named { a: char, b: () },
    }

    #[derive(Serialize)]
    struct Inner {
        is_there: bool,
        nothing: Option<u8>,
    }

    #[derive(Serialize)]
    struct Whole<'a> {
        #[serde(flatten)]
        inner: Inner,
        texts: Vec<String>,
        shapes: [Shape; 4],
        numbers: (u64, i128, f32, f64, f64),
        map: BTreeMap<&'a str, serde_json::Value>,
        empty: (Vec<u8>, BTreeMap<String, u8>),
    }

    #[test]
    fn it_is_what_serde_json_writes() {
        let odd = (0..0x3000).filter_map(char::from_u32).collect::<String>();
        let long = format!("{}\"{}", "x".repeat(200), "é".repeat(70));
        let value = serde_json::json!({"a": [1, -2.5, null, "t\u{7f}"], "\n\\": {"b": {}}, "": []});
        let whole = Whole {
            inner: Inner { is_there: true, nothing: None },
            texts: vec![odd, long, String::new(), "plain".to_owned()],
            shapes: [Shape::Unit, Shape::One(7), Shape::Two(-1, 0.1), Shape::Named { a: '"', b: () }],
            numbers: (u64::MAX, -1, 1.5, f64::NAN, 1e300),
            map: [("k\u{1}\"", value.clone()), ("z", value)].into(),
            empty: (Vec::new(), BTreeMap::new()),
        };
        let (own, theirs) = (written(&whole).expect("written"), serde_json::to_vec(&whole).expect("written"));
        assert_eq!(String::from_utf8(own).expect("text"), String::from_utf8(theirs).expect("text"));
        assert!(written(&BTreeMap::from([(1, 2)])).is_err(), "keys of our twins are texts");
    }
}
