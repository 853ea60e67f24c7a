//! From text to words, with their bytes.

use super::parse::SyntaxError;

/// A word of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Int(i64),
    Double(f64),
    Text(String),
    Name(String),
    /// An operator or bracket.
    Sign(&'static str),
    End,
}

/// Two-character signs first.
const SIGNS: [&str; 26] = [
    "&&", "||", "<=", ">=", "==", "!=", "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "<", ">", "+", "-", "*", "/",
    "%", "!", "=", "&",
];

/// Splits an expression into words; the last is [`Token::End`].
pub(super) fn lex(text: &str) -> Result<Vec<(Token, usize, usize)>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(first) = text[at..].chars().next() {
        let start = at;
        if first.is_whitespace() {
            at += first.len_utf8();
        } else if text[at..].starts_with("//") {
            at = text[at..].find('\n').map_or(text.len(), |end| at + end);
        } else if first.is_ascii_digit() || (first == '.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)) {
            let (token, end) = number(text, at)?;
            tokens.push((token, start, end));
            at = end;
        } else if let Some((open, is_raw)) = opening(&text[at..]) {
            let (token, end) = quoted(text, at, open, is_raw)?;
            tokens.push((token, start, end));
            at = end;
        } else if first.is_ascii_alphabetic() || first == '_' {
            at += text[at..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            tokens.push((Token::Name(text[start..at].to_owned()), start, at));
        } else if let Some(sign) = SIGNS.iter().find(|sign| text[at..].starts_with(**sign)) {
            at += sign.len();
            tokens.push((Token::Sign(sign), start, at));
        } else {
            let message = format!("`{first}` has no meaning here");
            let help = match first {
                '“' | '”' | '‘' | '’' => "write texts in straight quotes, `'`",
                '`' => "names of fields need no quotes",
                _ => "remove it, or put texts in quotes",
            };
            return Err(SyntaxError::new(start, start + first.len_utf8(), message, help));
        }
    }
    tokens.push((Token::End, text.len(), text.len()));
    Ok(tokens)
}

fn number(text: &str, start: usize) -> Result<(Token, usize), SyntaxError> {
    let bytes = text.as_bytes();
    let mut end = start;
    let hex = text[start..].starts_with("0x") || text[start..].starts_with("0X");
    if hex {
        end += 2;
        end += bytes[end..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let value = i64::from_str_radix(&text[start + 2..end], 16);
        return value.map(|value| (Token::Int(value), end)).map_err(|_| too_large(start, end));
    }
    let digits = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    end += digits(end);
    let mut is_whole = true;
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        is_whole = false;
        end += 1;
        end += digits(end);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            is_whole = false;
            end += 1 + sign;
            end += digits(end);
        }
    }
    if matches!(bytes.get(end), Some(b'u' | b'U')) {
        let help = "write the number without `u`";
        return Err(SyntaxError::new(start, end + 1, "unsigned numbers are not part of policies", help));
    }
    if is_whole {
        let value = text[start..end].parse().map(Token::Int);
        return value.map(|token| (token, end)).map_err(|_| too_large(start, end));
    }
    let value: f64 = text[start..end].parse().map_err(|_| too_large(start, end))?;
    if value.is_finite() { Ok((Token::Double(value), end)) } else { Err(too_large(start, end)) }
}

fn too_large(start: usize, end: usize) -> SyntaxError {
    SyntaxError::new(start, end, "this number does not fit 64 bits", "write a smaller number")
}

/// Returns the quotes that open a text, after an `r`, and whether it is raw.
fn opening(text: &str) -> Option<(&'static str, bool)> {
    let is_raw = text.starts_with(['r', 'R']);
    let rest = if is_raw { &text[1..] } else { text };
    let open = ["'''", "\"\"\"", "'", "\""].into_iter().find(|open| rest.starts_with(open))?;
    Some((open, is_raw))
}

fn quoted(text: &str, start: usize, open: &str, is_raw: bool) -> Result<(Token, usize), SyntaxError> {
    let mut at = start + usize::from(is_raw) + open.len();
    let mut value = String::new();
    loop {
        let rest = &text[at..];
        if rest.starts_with(open) {
            return Ok((Token::Text(value), at + open.len()));
        }
        let Some(character) = rest.chars().next().filter(|character| open.len() == 3 || *character != '\n') else {
            let message = format!("this text has no closing {open}");
            return Err(SyntaxError::new(start, at, message, format!("end it with {open}")));
        };
        if character == '\\' && !is_raw {
            let (escaped, len) = escape(rest).ok_or_else(|| {
                let help = "write `\\\\` for a backslash, or put an `r` before the text";
                SyntaxError::new(at, (at + 2).min(text.len()), "this escape has no meaning", help)
            })?;
            value.push(escaped);
            at += len;
        } else {
            value.push(character);
            at += character.len_utf8();
        }
    }
}

/// Reads an escape (CEL specification, "String and bytes values"); returns its character and length.
fn escape(rest: &str) -> Option<(char, usize)> {
    let kind = rest[1..].chars().next()?;
    let simple = match kind {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '\\' | '\'' | '"' | '?' | '`' => kind,
        'x' | 'X' | 'u' | 'U' => {
            let len = match kind {
                'u' => 4,
                'U' => 8,
                _ => 2,
            };
            let digits = rest.get(2..2 + len)?;
            return Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, 2 + len));
        }
        '0'..='3' => return Some((char::from_u32(u32::from_str_radix(rest.get(1..4)?, 8).ok()?)?, 4)),
        _ => return None,
    };
    Some((simple, 2))
}
