//! What a plain scalar means: the core schema of YAML 1.2 (section 10.3.2), and nothing more.

use std::borrow::Cow;

use super::node::Value;

/// Resolves an unquoted, untagged scalar. `.inf`, `.nan` and numbers beyond the range of a double
/// stay texts, since no JSON value could hold them.
pub(super) fn resolve(text: Cow<'_, str>) -> Value<'_> {
    // Nearly every scalar is a word that begins otherwise.
    if let Some(first) = text.as_bytes().first()
        && !matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.' | b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F')
    {
        return Value::String(text);
    }
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        word => match number(word) {
            Some(value) => value,
            None => Value::String(text),
        },
    }
}

/// Resolves a number of the core schema.
pub(super) fn number(text: &str) -> Option<Value<'static>> {
    let first = *text.as_bytes().first()?;
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
        return None;
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        let plain = text.strip_prefix('+').unwrap_or(text);
        return Some(match (plain.parse::<i64>(), plain.parse::<u64>()) {
            (Ok(value), _) => Value::Int(value),
            (_, Ok(value)) => Value::UInt(value),
            _ => Value::BigInt,
        });
    }
    if !is_float(unsigned) {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(Value::Float(value))
}

fn radix(digits: &str, base: u32) -> Option<Value<'static>> {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(base)) {
        return None;
    }
    Some(match (i64::from_str_radix(digits, base), u64::from_str_radix(digits, base)) {
        (Ok(value), _) => Value::Int(value),
        (_, Ok(value)) => Value::UInt(value),
        _ => return None,
    })
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_is_good = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent_is_good = exponent.is_none_or(|exponent| {
        let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !unsigned.is_empty() && digits(unsigned)
    });
    mantissa_is_good && exponent_is_good
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        format!("{:?}", resolve(Cow::Borrowed(text)))
    }

    #[test]
    fn the_core_schema_and_nothing_more() {
        for text in [
            "NO",
            "no",
            "yes",
            "on",
            "y",
            "1_000",
            "12:30",
            "2024-01-01",
            "0b1",
            "1e",
            ".",
            "-",
            "1.2.3",
            "0x",
            ".inf",
            ".nan",
            "1e999",
        ] {
            assert_eq!(shown(text), format!("String({text:?})"), "{text}");
        }
        let resolved = [
            "017",
            "0o17",
            "0x1F",
            "-5",
            "+5",
            "1.10",
            ".5",
            "1.",
            "1e3",
            "18446744073709551615",
            "99999999999999999999",
            "~",
            "True",
        ];
        let wanted = [
            "Int(17)",
            "Int(15)",
            "Int(31)",
            "Int(-5)",
            "Int(5)",
            "Float(1.1)",
            "Float(0.5)",
            "Float(1.0)",
            "Float(1000.0)",
            "UInt(18446744073709551615)",
            "BigInt",
            "Null",
            "Bool(true)",
        ];
        assert_eq!(resolved.map(shown), wanted);
    }
}
