//! What a column's type and examples say about its values, in one byte: there are very many columns, and
//! what they state in words is kept only for pages.

/// What kind of values a column holds, as far as its types tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ValueType {
    /// Neither `logicalType` nor `physicalType` tells.
    #[default]
    Unknown,
    /// Text.
    Text,
    /// Whole or broken numbers.
    Number,
    /// A day or a time.
    Time,
    /// Yes or no.
    Boolean,
    /// A list, map or object.
    Composite,
}

impl ValueType {
    const ALL: [ValueType; 6] = [
        ValueType::Unknown,
        ValueType::Text,
        ValueType::Number,
        ValueType::Time,
        ValueType::Boolean,
        ValueType::Composite,
    ];

    /// Reads a logical type of ODCS or a physical type of a database, with or without its size.
    #[must_use]
    pub fn of(written: &str) -> ValueType {
        let end = written.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(written.len());
        // No known type is longer; there are very many columns, so nothing is allocated.
        let mut lower = [0; 16];
        let Some(word) = lower.get_mut(..end) else { return ValueType::Unknown };
        word.copy_from_slice(&written.as_bytes()[..end]);
        word.make_ascii_lowercase();
        match std::str::from_utf8(word).unwrap_or_default() {
            "string" | "text" | "varchar" | "varchar2" | "nvarchar" | "nvarchar2" | "char" | "nchar" | "character"
            | "clob" | "citext" | "uuid" | "inet" | "utf8" => ValueType::Text,
            "integer" | "number" | "int" | "int2" | "int4" | "int8" | "int16" | "int32" | "int64" | "bigint"
            | "smallint" | "tinyint" | "decimal" | "numeric" | "float" | "float32" | "float64" | "double" | "real"
            | "long" | "short" | "money" => ValueType::Number,
            "date" | "time" | "timestamp" | "timestamptz" | "datetime" | "datetime2" | "interval" => ValueType::Time,
            "boolean" | "bool" | "bit" => ValueType::Boolean,
            "array" | "object" | "map" | "struct" | "record" | "json" | "jsonb" | "variant" | "list" => {
                ValueType::Composite
            }
            _ => ValueType::Unknown,
        }
    }
}

/// The form that all examples of a column share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExampleForm {
    /// No examples are stated.
    #[default]
    None,
    /// No known form, or not all the same.
    Mixed,
    /// Words without a digit.
    Words,
    /// E-mail addresses, of which at least one is that of a person.
    Email,
    /// E-mail addresses of functions, such as `info@` and `support@`.
    Mailbox,
    /// Bank accounts whose check digits are right.
    Iban,
    /// Addresses of the Internet Protocol.
    Ip,
    /// Phone numbers written as such: with a country code, or grouped after a zero.
    Phone,
    /// Numbers of payment cards whose check digit is right.
    Card,
    /// Identity numbers of persons whose check digits or groups are right.
    NationalId,
    /// Days.
    Day,
    /// Numbers of at least seven digits.
    LongNumber,
    /// Other numbers.
    ShortNumber,
    /// Hashes and masked values.
    Hidden,
}

impl ExampleForm {
    const ALL: [ExampleForm; 14] = [
        ExampleForm::None,
        ExampleForm::Mixed,
        ExampleForm::Words,
        ExampleForm::Email,
        ExampleForm::Mailbox,
        ExampleForm::Iban,
        ExampleForm::Ip,
        ExampleForm::Phone,
        ExampleForm::Card,
        ExampleForm::NationalId,
        ExampleForm::Day,
        ExampleForm::LongNumber,
        ExampleForm::ShortNumber,
        ExampleForm::Hidden,
    ];
}

/// Both, in one byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits(u8);

impl Traits {
    /// Joins the two.
    #[must_use]
    pub fn new(value_type: ValueType, examples: ExampleForm) -> Traits {
        Traits((value_type as u8) << 4 | examples as u8)
    }

    /// Returns the kind of values.
    #[must_use]
    pub fn value_type(self) -> ValueType {
        ValueType::ALL[usize::from(self.0 >> 4) % ValueType::ALL.len()]
    }

    /// Returns the form of the examples.
    #[must_use]
    pub fn examples(self) -> ExampleForm {
        ExampleForm::ALL[usize::from(self.0 & 15) % ExampleForm::ALL.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_come_back_out_of_the_byte() {
        for value_type in ValueType::ALL {
            for examples in ExampleForm::ALL {
                let traits = Traits::new(value_type, examples);
                assert_eq!((traits.value_type(), traits.examples()), (value_type, examples));
            }
        }
    }

    #[test]
    fn types_are_known_with_their_sizes() {
        let known = [
            ("VARCHAR(40)", ValueType::Text),
            ("timestamp_ntz", ValueType::Time),
            ("decimal(18,2)", ValueType::Number),
        ];
        for (written, value_type) in known {
            assert_eq!(ValueType::of(written), value_type, "{written}");
        }
        assert_eq!(ValueType::of("geography"), ValueType::Unknown);
        assert_eq!(ValueType::of(""), ValueType::Unknown);
    }
}
