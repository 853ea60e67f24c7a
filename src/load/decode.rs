//! Bytes to text: UTF-8, with or without a byte order mark, and nothing else.

use crate::diagnostic::Sink;
use crate::source::{FileId, Span};
use crate::yaml::rules::BAD_ENCODING;

/// Decodes a file.
///
/// # Errors
/// After a finding: with the text in which bytes that are no UTF-8 are replaced, so that the identity of
/// a descriptor can still be read; empty for other encodings.
pub fn decode(file: FileId, bytes: Vec<u8>, sink: &mut Sink) -> Result<String, String> {
    let other = match bytes.as_slice() {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        _ => None,
    };
    if let Some(name) = other {
        let message = format!("the file is encoded in {name} (byte order mark at byte 0)");
        sink.push(BAD_ENCODING.at(file, Span::default(), message).help("save it as UTF-8"));
        return Err(String::new());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[offset];
            let message = format!("the file is not UTF-8: byte {offset} (0x{byte:02X}) begins no character");
            // The text is printed with replacement characters, which are longer than the bytes
            // they stand for; up to the first bad byte the offsets agree.
            let span = Span::new(offset, offset);
            sink.push(
                BAD_ENCODING.at(file, span, message).label("the first byte that is none").help("save it as UTF-8"),
            );
            Err(String::from_utf8_lossy(error.as_bytes()).into_owned())
        }
    }
}
