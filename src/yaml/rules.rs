//! The `SYN` rules: whether a file can be read at all.

use crate::declare_rule;
use crate::diagnostic::RuleMeta;

/// All rules of this family, by code.
pub const RULES: &[&RuleMeta] = &[
    &INVALID_YAML,
    &DUPLICATE_KEY,
    &OVER_LIMIT,
    &BAD_ENCODING,
    &MULTIPLE_DOCUMENTS,
    &BAD_ALIAS,
    &UNSUPPORTED_YAML,
    &NOT_A_MAP,
    &UNREADABLE_FILE,
];

declare_rule! {
    /// ## What it finds
    /// A file below a root that is not valid YAML 1.2. The position is the first place where no reading is
    /// possible. Templates (`{{`, `{%`) without a `kind` and without the name of a descriptor, and files that say they are
    /// of another world, are left alone.
    ///
    /// ## Why it matters
    /// Nothing in the file counts until it can be read; other descriptors still find its `id`, so
    /// one mistake does not cause a flood of findings elsewhere.
    ///
    /// ## Example
    /// ```yaml
    /// description:
    ///   purpose: Orders: one row each
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// description:
    ///   purpose: "Orders: one row each"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `invalid-yaml: warning`, though a file that cannot be read cannot be judged.
    pub static INVALID_YAML = { code: "SYN001", name: "invalid-yaml", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A map in which one key stands twice. Keys that are the same number (`1` and `0x1`) are the same key.
    ///
    /// ## Why it matters
    /// Some readers keep the first value, some the last: a reviewer approves one and the tools use the other.
    ///
    /// ## Example
    /// ```yaml
    /// status: draft
    /// name: Orders
    /// status: active
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// name: Orders
    /// status: active
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `duplicate-key: warning`, though what the file says is not decided until one of the two is gone.
    pub static DUPLICATE_KEY = { code: "SYN002", name: "duplicate-key", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A file beyond the limits of the tool: more than 5 MiB, maps and lists nested deeper than 64
    /// levels, aliases that repeat more than 100,000 nodes, or Markdown with more than 5,000 links or
    /// headings. The message names the limit.
    ///
    /// ## Why it matters
    /// Small files can expand to more than a machine holds. A check that runs on every pull request
    /// must end.
    ///
    /// ## Example
    /// ```yaml
    /// a: &a [x, x, x, x, x, x, x, x, x, x]
    /// b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
    /// c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
    /// ```
    ///
    /// ## Instead
    /// Split a large contract into several, and write values out instead of repeating them by aliases.
    ///
    /// ## Configuration
    /// `check.levels` takes `over-limit: warning`, though the limits are fixed.
    pub static OVER_LIMIT = { code: "SYN003", name: "over-limit", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A file that is not UTF-8: UTF-16 or UTF-32 with a byte order mark, or bytes that are no UTF-8.
    /// The message has the offset of the first bad byte, counted from 0.
    ///
    /// ## Why it matters
    /// A text read in the wrong encoding shows other characters than its author wrote.
    ///
    /// ## Example
    /// ```text
    /// FF FE 6B 00 69 00 ...
    /// ```
    ///
    /// ## Instead
    /// Save the file as UTF-8, with or without a byte order mark.
    ///
    /// ## Configuration
    /// `check.levels` takes `bad-encoding: warning`.
    pub static BAD_ENCODING = { code: "SYN004", name: "bad-encoding", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A second YAML document in one file.
    ///
    /// ## Why it matters
    /// A file is one descriptor: it has one identity, one history in git and one owner. The standards'
    /// own tools read only the first document.
    ///
    /// ## Example
    /// ```yaml
    /// kind: Team
    /// id: a
    /// ---
    /// kind: Team
    /// id: b
    /// ```
    ///
    /// ## Instead
    /// Put each descriptor into a file of its own.
    ///
    /// ## Configuration
    /// `check.levels` takes `multiple-documents: warning`.
    pub static MULTIPLE_DOCUMENTS = { code: "SYN005", name: "multiple-documents", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A YAML alias (`*name`) without an anchor (`&name`) before it, or one inside the value that it repeats.
    ///
    /// ## Why it matters
    /// There is no value that could stand in its place.
    ///
    /// ## Example
    /// ```yaml
    /// tags: *common
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// tags: [sales, orders]
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `bad-alias: warning`.
    pub static BAD_ALIAS = { code: "SYN006", name: "bad-alias", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// YAML that no descriptor can use: a tag such as `!!binary` or `!custom`, or a key that is
    /// itself a map, a list or empty.
    ///
    /// ## Why it matters
    /// Descriptors are JSON in the clothes of YAML; what JSON cannot say, the standards' tools cannot read.
    ///
    /// ## Example
    /// ```yaml
    /// version: !!binary MS4w
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: "1.0"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unsupported-yaml: warning`.
    pub static UNSUPPORTED_YAML = { code: "SYN007", name: "unsupported-yaml", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A file that its name makes a descriptor (`*.odps.yaml`, `*.odcs.yaml`, `*.oaas.yaml`,
    /// `*.osds.yaml`, `*.omms.yaml`) and that is empty, or a list or text instead of a map.
    ///
    /// ## Why it matters
    /// The name promises a data product, contract, agreement, glossary or maturity model; readers who follow it find nothing.
    ///
    /// ## Example
    /// ```yaml
    /// # orders.odcs.yaml
    /// - kind: DataContract
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # orders.odcs.yaml
    /// kind: DataContract
    /// ```
    ///
    /// ## Configuration
    /// `exclude:` in `meshfolio.yaml` leaves files out that are no descriptors.
    pub static NOT_A_MAP = { code: "SYN008", name: "not-a-map", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A file or folder below the registry's roots that is not read: a link that leads out of the root
    /// or nowhere, a special file, a name that is not UTF-8, a submodule that is not checked out, files that a sparse
    /// checkout leaves out. (What the system does not let be read is no finding:
    /// then nothing can be judged, and the run ends with exit code 2.)
    ///
    /// ## Why it matters
    /// What is not read is not in the catalog, and nobody would notice.
    ///
    /// ## Example
    /// ```text
    /// registry/secrets.yaml -> /etc/passwd
    /// ```
    ///
    /// ## Instead
    /// Put a regular file there, or leave the path out with `exclude:` in `meshfolio.yaml`. Submodules come with
    /// `git submodule update --init`.
    ///
    /// ## Configuration
    /// `check.levels` in `meshfolio.yaml` takes `SYN009: error` where nothing may be left out.
    pub static UNREADABLE_FILE = { code: "SYN009", name: "unreadable-file", severity: Warning, since: "0.1.0" }
}
