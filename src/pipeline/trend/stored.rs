//! The form in which samples are kept between runs. Whatever is wrong with such bytes, they are left aside
//! and the samples are made again: they are no input of the catalog.

use crate::pipeline::Options;
use crate::policy::Sample;

/// The first line; another number, or another version of the tool, is another form.
const HEAD: &str = concat!("meshfolio trend 4 ", env!("CARGO_PKG_VERSION"));

/// Writes samples.
pub(super) fn write(samples: &[Sample], options: &Options) -> Vec<u8> {
    let body = serde_json::to_string(&(&options.config_path, samples)).unwrap_or_default();
    format!("{HEAD}\n{}\n{body}", blake3::hash(body.as_bytes()).to_hex()).into_bytes()
}

/// Reads what [`write()`] wrote for the same configuration; `None` for anything else.
pub(super) fn read(bytes: &[u8], options: &Options) -> Option<Vec<Sample>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (hash, body) = text.strip_prefix(HEAD)?.strip_prefix('\n')?.split_once('\n')?;
    if blake3::hash(body.as_bytes()).to_hex().as_str() != hash {
        return None;
    }
    let (config_path, samples): (String, Vec<Sample>) = serde_json::from_str(body).ok()?;
    (config_path == options.config_path).then_some(samples)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::*;
    use crate::check::Detail;
    use crate::policy::{Lead, Measures, ProductState};

    fn options(config_path: &str) -> Options {
        Options {
            config_path: config_path.to_owned(),
            is_config_required: false,
            today: date(2026, 11, 21),
            detail: Detail::Rules,
            observations: None,
        }
    }

    #[test]
    fn what_is_written_is_read_and_damaged_bytes_are_left_aside() {
        let state = ProductState {
            file: "a b.yaml".to_owned(),
            status: "proposed".to_owned(),
            passed: 3,
            applied: 4,
            failed: vec!["owned".to_owned()],
            proposed: Some(date(2026, 1, 2)),
        };
        let sample = Sample {
            commit: "a".repeat(40),
            after: String::new(),
            day: date(2026, 1, 31),
            measures: Measures { products: 1, passed: 3, applied: 4, ..Measures::default() },
            products: BTreeMap::from([("a \"b\"".to_owned(), state)]),
            leads: vec![Lead { product: "x".to_owned(), active: date(2026, 1, 3), days: 9 }],
        };
        let bytes = write(std::slice::from_ref(&sample), &options("meshfolio.yaml"));
        assert_eq!(read(&bytes, &options("meshfolio.yaml")), Some(vec![sample]));
        assert_eq!(read(&bytes, &options("other.yaml")), None);
        for at in 0..bytes.len() {
            assert_eq!(read(&bytes[..at], &options("meshfolio.yaml")), None, "cut at {at}");
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(read(&damaged, &options("meshfolio.yaml")), None, "changed at {at}");
        }
    }
}
