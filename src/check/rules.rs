//! The `SCH` rules: whether a descriptor is what its standard says.

use crate::declare_rule;
use crate::diagnostic::RuleMeta;

/// All rules of this family, by code.
pub const RULES: &[&RuleMeta] = &[
    &UNKNOWN_FIELD,
    &MISSING_FIELD,
    &WRONG_TYPE,
    &UNKNOWN_VALUE,
    &BAD_FORM,
    &OUT_OF_BOUNDS,
    &BAD_COMBINATION,
    &OTHER_VERSION,
    &UNQUOTED_TEXT,
    &UNSUPPORTED_VERSION,
    &MISSPELT_KIND,
    &OTHER_KIND,
    &FOREIGN_STANDARD,
    &DEPRECATED_FIELD,
    &MISSPELT_STATUS,
    &UNREADABLE_DATE,
    &UNREADABLE_NUMBER,
    &UNSEEN_CHARACTER,
];

declare_rule! {
    /// ## What it finds
    /// A field that the standard does not have at this place.
    ///
    /// ## Why it matters
    /// The standards' objects are closed: tools drop what they do not know, so the data is written and never read.
    ///
    /// ## Example
    /// ```yaml
    /// kind: DataProduct
    /// staus: active
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: DataProduct
    /// status: active
    /// ```
    ///
    /// ## Configuration
    /// Data of your own goes into `customProperties`; the levels in `meshfolio.yaml` can lower this rule for paths with files of others.
    pub static UNKNOWN_FIELD = { code: "SCH001", name: "unknown-field", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A field that the declared version of the standard requires, and that is not there.
    ///
    /// ## Why it matters
    /// Without it the document is not valid, and tools that validate refuse it.
    ///
    /// ## Example
    /// ```yaml
    /// kind: DataContract
    /// apiVersion: v3.1.0
    /// id: orders
    /// version: 2.1.0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: DataContract
    /// apiVersion: v3.1.0
    /// id: orders
    /// version: 2.1.0
    /// status: active
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `missing-field: warning`, though the standard decides what is required. A newer `apiVersion` may require less.
    pub static MISSING_FIELD = { code: "SCH002", name: "missing-field", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A value of another type than the standard wants: a text where a list belongs, a list where a map belongs, or nothing at all.
    ///
    /// ## Why it matters
    /// Readers look for the wanted form and find nothing.
    ///
    /// ## Example
    /// ```yaml
    /// tags: sales
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// tags: [sales]
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `wrong-type: warning`.
    pub static WRONG_TYPE = { code: "SCH003", name: "wrong-type", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A value that is not in the standard's list for this field.
    ///
    /// ## Why it matters
    /// Readers decide by these words; an unknown one falls through.
    ///
    /// ## Example
    /// ```yaml
    /// quality:
    ///   - dimension: completness
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// quality:
    ///   - dimension: completeness
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unknown-value: warning`.
    pub static UNKNOWN_VALUE = { code: "SCH004", name: "unknown-value", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A text that does not have the form the field needs: a date, a URL, an id without spaces.
    ///
    /// ## Why it matters
    /// What cannot be parsed cannot be compared, linked or counted.
    ///
    /// ## Example
    /// ```yaml
    /// contractCreatedTs: yesterday
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// contractCreatedTs: 2026-11-20T09:00:00Z
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `bad-form: warning`.
    pub static BAD_FORM = { code: "SCH005", name: "bad-form", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A number, a length or a count outside the bounds of the field, an empty `id` or contract `version`, or the same
    /// item twice in a list of different ones.
    ///
    /// ## Why it matters
    /// The standard's own tools refuse the document.
    ///
    /// ## Example
    /// ```yaml
    /// rating: 7
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// rating: 5
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `out-of-bounds: warning`.
    pub static OUT_OF_BOUNDS = { code: "SCH006", name: "out-of-bounds", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// Fields that exclude each other, or an object that fits none of the forms the standard allows.
    ///
    /// ## Why it matters
    /// It is not decided which of the two is meant.
    ///
    /// ## Example
    /// ```yaml
    /// quality:
    ///   - metric: rowCount
    ///     mustBe: 10
    ///     mustBeLessThan: 20
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// quality:
    ///   - metric: rowCount
    ///     mustBeBetween: [10, 20]
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `bad-combination: warning`.
    pub static BAD_COMBINATION = { code: "SCH007", name: "bad-combination", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A field or value that another version of the standard has, but not the one this file declares.
    ///
    /// ## Why it matters
    /// The file says by its `apiVersion` how it is to be read; a reader of that version does not know the field.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v3.0.2
    /// kind: DataContract
    /// schema:
    ///   - name: orders
    ///     relationships: []
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// apiVersion: v3.1.0
    /// kind: DataContract
    /// schema:
    ///   - name: orders
    ///     relationships: []
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `other-version: warning`. `meshfolio schema contract --api-version v3.1.0` prints the schema of a version.
    pub static OTHER_VERSION = { code: "SCH008", name: "other-version", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An unquoted number or boolean where the standard wants text, such as a version `1.10`.
    ///
    /// ## Why it matters
    /// YAML reads `1.10` as the number 1.1: the version in the file and the version in the tools differ.
    ///
    /// ## Example
    /// ```yaml
    /// version: 1.10
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: "1.10"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unquoted-text: warning`.
    pub static UNQUOTED_TEXT = { code: "SCH009", name: "unquoted-text", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An `apiVersion` that is missing or that this tool does not read.
    ///
    /// ## Why it matters
    /// The version decides which schema holds; without one nothing can be checked.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v2.2.2
    /// kind: DataContract
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// apiVersion: v3.1.0
    /// kind: DataContract
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unsupported-version: warning`. ODCS 3.0 to 3.2 and ODPS 0.9 to 1.1 are read.
    pub static UNSUPPORTED_VERSION = { code: "SCH010", name: "unsupported-version", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A `kind` that is missing or misspelt in a file that is a descriptor, or that contradicts the ending of its
    /// name, such as `kind: DataProduct` in `orders.odcs.yaml`.
    ///
    /// ## Why it matters
    /// A descriptor of no known kind is in no catalog, and whoever wrote it believes it is.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1.0.0
    /// kind: DataProdct
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// apiVersion: v1.0.0
    /// kind: DataProduct
    /// ```
    ///
    /// ## Configuration
    /// `exclude:` in `meshfolio.yaml` leaves files out that are no descriptors.
    pub static MISSPELT_KIND = { code: "SCH011", name: "misspelt-kind", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A document with `kind` and `apiVersion` of a world this tool does not read, such as Kubernetes or Backstage.
    ///
    /// ## Why it matters
    /// It is skipped; this line says so, in case a descriptor was meant.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # outside the roots, or left out:
    /// exclude: ["registry/deploy/**"]
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `other-kind: off`.
    pub static OTHER_KIND = { code: "SCH012", name: "other-kind", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A document of a data standard that is not read here: the Data Contract Specification, DPDS, the Linux Foundation's data product specification, the Data Usage Agreement.
    ///
    /// ## Why it matters
    /// It is skipped; its data is not in the mesh.
    ///
    /// ## Example
    /// ```yaml
    /// dataContractSpecification: 1.2.1
    /// id: orders
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// apiVersion: v3.1.0
    /// kind: DataContract
    /// id: orders
    /// ```
    ///
    /// ## Configuration
    /// An error where the name of the file ends like that of a standard that is read, such as `.odps.yaml`.
    /// `check.levels` takes `foreign-standard: off`.
    pub static FOREIGN_STANDARD = { code: "SCH013", name: "foreign-standard", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A field that the declared version of the standard has deprecated.
    ///
    /// ## Why it matters
    /// It still counts, and will be gone in a later version.
    ///
    /// ## Example
    /// ```yaml
    /// kind: DataContract
    /// apiVersion: v3.1.0
    /// dataProduct: orders
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # the product's output port names the contract
    /// outputPorts:
    ///   - contractId: orders
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `deprecated-field: warning` where old fields must go.
    pub static DEPRECATED_FIELD = { code: "SCH014", name: "deprecated-field", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A `status` that is nearly, but not quite, one of the five words of the standards: `proposed`, `draft`,
    /// `active`, `deprecated`, `retired`. Words of your own, such as `in review`, are left alone.
    ///
    /// ## Why it matters
    /// The standards take any text, so nothing else tells. Other tools would take the thing as neither in use
    /// nor on its way out. Here it counts as the word that was meant.
    ///
    /// ## Example
    /// ```yaml
    /// status: activ
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// status: active
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `misspelt-status: error`, or `off` where such a word is meant.
    pub static MISSPELT_STATUS = { code: "SCH015", name: "misspelt-status", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An end that is no day: `endOfSupport` or `endOfLife` (`es`, `el`) in the `slaProperties` of a contract, or
    /// `retiredOn` of a product, whose value is neither YYYY-MM-DD nor a timestamp.
    ///
    /// ## Why it matters
    /// The standards take any text here. Who reads the version is told of its end by this day, and the gate asks it
    /// whether readers are past it: with a day that cannot be read, nobody is told.
    ///
    /// ## Example
    /// ```yaml
    /// slaProperties:
    ///   - {property: endOfSupport, value: "30.06.2027"}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// slaProperties:
    ///   - {property: endOfSupport, value: "2027-06-30"}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unreadable-date: warning` while ends in words are being replaced.
    pub static UNREADABLE_DATE = { code: "SCH016", name: "unreadable-date", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A service level that is better when it is more, or less, such as `availability` or `freshness`, whose value is no
    /// number: `99,5`, `ninety`, or a number with a unit where `unit` names another.
    ///
    /// ## Why it matters
    /// It stands on the page of the contract as promised. But no result can be compared with it, so that it is never
    /// kept and never missed, and `diff` cannot tell whether a change promises less.
    ///
    /// ## Example
    /// ```yaml
    /// slaProperties:
    ///   - {property: availability, value: "99,5", unit: percent}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// slaProperties:
    ///   - {property: availability, value: 99.5, unit: percent}
    /// ```
    ///
    /// ## Configuration
    /// Words for `frequency` and `retention` are left alone. `check.levels` takes `unreadable-number: warning` or `off`.
    pub static UNREADABLE_NUMBER = { code: "SCH017", name: "unreadable-number", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A name with a character that nobody sees: of no width, of the direction of writing, or a control character.
    ///
    /// ## Why it matters
    /// Two names that look the same are two, no search finds the one by the other, and letters can seem to stand in another
    /// order than they do: a thing can pass for another one. It often comes with a text that was copied from elsewhere.
    ///
    /// ## Example
    /// ```yaml
    /// kind: DataProduct
    /// name: "Ord\u200bers"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: DataProduct
    /// name: Orders
    /// ```
    ///
    /// ## Configuration
    /// Joiners stay where writing needs them, as in Persian and in pictures. `check.levels` takes `unseen-character: error`.
    pub static UNSEEN_CHARACTER = { code: "SCH018", name: "unseen-character", severity: Warning, since: "0.1.0" }
}
