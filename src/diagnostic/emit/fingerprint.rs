//! Names by which a forge knows a finding again after its line has moved.

use std::collections::BTreeMap;

use super::Report;
use crate::diagnostic::Diagnostic;

/// Gives every finding of a report a fingerprint of its own.
#[derive(Default)]
pub(super) struct Fingerprints {
    n_seen: BTreeMap<[u8; 32], usize>,
}

impl Fingerprints {
    /// Returns 32 hexadecimal digits from code, path and message, never from the line. Findings that
    /// agree in all three differ by which of them comes first in the file.
    pub(super) fn next(&mut self, report: &Report<'_>, diagnostic: &Diagnostic) -> String {
        let path = report.sources.path(diagnostic.location.file);
        let facts = [diagnostic.rule.code, path, &diagnostic.message].join("\0");
        let hash = blake3::hash(facts.as_bytes());
        let n_before = self.n_seen.entry(*hash.as_bytes()).or_default();
        let unique = match *n_before {
            0 => hash,
            number => blake3::hash(format!("{facts}\0{number}").as_bytes()),
        };
        *n_before += 1;
        unique.to_hex()[..32].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{DANGLING, Fixture};
    use super::*;
    use crate::source::{FileId, Span};

    fn fingerprints(text: &str, starts: &[usize]) -> Vec<String> {
        let fixture = Fixture::new(&[("a.yaml", text)], |sink| {
            for start in starts {
                sink.push(DANGLING.at(FileId(0), Span::new(*start, start + 1), "the same"));
            }
        });
        let (report, mut fingerprints) = (fixture.report(), Fingerprints::default());
        report.findings.standing().map(|diagnostic| fingerprints.next(&report, diagnostic)).collect()
    }

    #[test]
    fn lines_do_not_count_and_twins_differ() {
        let before = fingerprints("a: 1\nb: 2\n", &[0, 5]);
        assert_eq!(before, fingerprints("\n\n\na: 1\nb: 2\n", &[3, 8]));
        assert_ne!(before[0], before[1]);
        assert_eq!(before[0].len(), 32);
    }
}
