//! One data contract as ODCS: one or two tables of 10 to 40 columns in all.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::plan::{Fault, Mesh, Port, Product};
use super::random::Random;
use super::words::{Words, title};

/// What a column can hold.
struct Trait {
    /// End of the column's name.
    name: &'static str,
    logical: &'static str,
    physical: &'static str,
    /// Always stated: a policy must find no personal column without one.
    classification: &'static str,
    /// Three values, as YAML scalars.
    examples: [&'static str; 3],
}

const fn holds(
    name: &'static str,
    logical: &'static str,
    physical: &'static str,
    classification: &'static str,
    examples: [&'static str; 3],
) -> Trait {
    Trait { name, logical, physical, classification, examples }
}

const TRAITS: [Trait; 30] = [
    holds("code", "string", "varchar(16)", "internal", ["A-17", "B-02", "K-90"]),
    holds("name", "string", "varchar(200)", "internal", ["North harbour", "Old mill", "Station nine"]),
    holds("status", "string", "varchar(24)", "internal", ["open", "closed", "pending"]),
    holds("type", "string", "varchar(24)", "public", ["standard", "express", "bulk"]),
    holds("category", "string", "varchar(40)", "public", ["spare part", "service", "goods"]),
    holds("description", "string", "text", "internal", ["as ordered", "\"size: medium\"", "see note 4"]),
    holds("country", "string", "char(2)", "public", ["DE", "'NO'", "BR"]),
    holds("currency", "string", "char(3)", "public", ["EUR", "USD", "JPY"]),
    holds("email", "string", "varchar(320)", "personal", ["a.person@bench.example", "b@bench.example", "c@d.example"]),
    holds("phone", "string", "varchar(32)", "personal", ["\"+49 30 5550 100\"", "\"+1 555 0100\"", "\"+33 1 99 00\""]),
    holds("full_name", "string", "varchar(200)", "personal", ["Ada Example", "Ben Sample", "Cleo Instance"]),
    holds("street", "string", "varchar(200)", "personal", ["Harbour street 9", "Mill lane 1", "Main road 77"]),
    holds("postal_code", "string", "varchar(12)", "confidential", ["\"10115\"", "\"08001\"", "\"90210\""]),
    holds("iban", "string", "varchar(34)", "restricted", ["DE00 0000 0000", "FR00 1111 1111", "NL00 2222 2222"]),
    holds("amount", "number", "decimal(18,2)", "confidential", ["129.90", "0.00", "1999.00"]),
    holds("price", "number", "decimal(12,4)", "internal", ["4.25", "18.5", "0.0125"]),
    holds("rate", "number", "double", "internal", ["0.19", "0.07", "1.0"]),
    holds("share", "number", "double", "internal", ["0.5", "0.33", "1"]),
    holds("weight_kg", "number", "double", "internal", ["12.5", "0.2", "740"]),
    holds("score", "number", "double", "confidential", ["0.93", "0.12", "0.5"]),
    holds("count", "integer", "bigint", "internal", ["1", "12", "40"]),
    holds("quantity", "integer", "integer", "internal", ["2", "1", "96"]),
    holds("position", "integer", "integer", "internal", ["1", "2", "3"]),
    holds("year", "integer", "smallint", "public", ["2023", "2024", "2025"]),
    holds("is_active", "boolean", "boolean", "internal", ["true", "false", "true"]),
    holds("is_manual", "boolean", "boolean", "internal", ["false", "false", "true"]),
    holds("date", "date", "date", "internal", ["2025-03-01", "2024-12-31", "2025-06-15"]),
    holds("valid_from", "date", "date", "internal", ["2020-01-01", "2022-07-01", "2025-01-01"]),
    holds(
        "created_at",
        "timestamp",
        "timestamp",
        "internal",
        ["2025-03-01T08:00:00Z", "2025-03-01T09:30:00Z", "2025-07-09T23:59:59Z"],
    ),
    holds(
        "closed_at",
        "timestamp",
        "timestamp",
        "internal",
        ["2025-03-02T10:00:00Z", "2025-04-01T00:00:00Z", "2025-09-30T12:00:00Z"],
    ),
];

/// Writes an ODCS file and says how many columns it has.
pub(crate) fn text(
    mesh: &Mesh,
    product: &Product,
    port: &Port,
    fault: Option<Fault>,
    words: &Words,
    random: &mut Random,
) -> (String, usize) {
    let mut out = String::with_capacity(16 * 1024);
    let domain = &mesh.domains[product.domain];
    let team = &mesh.teams[domain.team];
    let is_newer = random.chance(150);
    let api_version = if is_newer { "v3.2.0" } else { "v3.1.0" };
    let _ = writeln!(out, "apiVersion: {api_version}\nkind: DataContract\nid: {}", port.contract);
    let _ = writeln!(out, "name: {}\nversion: {}\nstatus: {}", title(&port.name), port.version, port.status);
    // A contract without a domain or a team takes those of its producer.
    if random.chance(700) {
        let _ = writeln!(out, "domain: {}", domain.id);
    }
    if fault == Some(Fault::Schema) {
        out.push_str("ownr: nobody\n");
    }
    out.push_str("description:\n  purpose: ");
    words.sentences(random, 2, &mut out);
    out.push_str("\n  limitations: ");
    words.sentences(random, 1, &mut out);
    out.push_str("\n  usage: |\n    ");
    words.sentences(random, 1, &mut out);
    out.push_str("\n    ");
    words.sentences(random, 1, &mut out);
    let _ = writeln!(out, "\ntags: [{}, {}]", words.noun(random), words.adjective(random));
    out.push_str("schema:\n");
    let n_columns = random.between(10, 40);
    let n_second = if n_columns > 20 && random.chance(250) { n_columns / 3 } else { 0 };
    let mut table = Table { mesh, product, words, random, is_newer, out: &mut out };
    table.write(&port.table(), port.entity, n_columns - n_second, None);
    if n_second > 0 {
        let first = format!("{}.{}_id", port.table(), port.entity);
        table.write(&format!("{}_details", port.table()), port.entity, n_second, Some(&first));
    }
    service_levels(port, random, &mut out);
    let _ = writeln!(out, "servers:\n  - server: production\n    type: postgres\n    environment: prod");
    let _ = writeln!(out, "    host: pg.bench.example\n    port: 5432\n    database: {}", domain.id.replace('-', "_"));
    let _ = writeln!(out, "    schema: {}", product.id.replace('-', "_"));
    if random.chance(700) {
        let _ = writeln!(out, "team:\n  name: {team}");
    }
    let _ = writeln!(out, "roles:\n  - role: {}_reader\n    access: read", port.table());
    let _ = writeln!(out, "    firstLevelApprovers: {team}");
    let _ = writeln!(out, "support:\n  - channel: \"#{}\"\n    tool: slack", domain.id);
    let _ = writeln!(out, "    url: https://chat.bench.example/{team}");
    if fault == Some(Fault::BadYaml) {
        out.push_str("authoritativeDefinitions: [\n");
    }
    (out, n_columns)
}

fn service_levels(port: &Port, random: &mut Random, out: &mut String) {
    let (key, table) = (port.entity, port.table());
    let _ = writeln!(out, "slaProperties:\n  - property: latency\n    value: {}\n    unit: h", random.between(1, 48));
    let _ = writeln!(out, "    element: {table}.{key}_id");
    let _ = writeln!(out, "  - property: retention\n    value: {}\n    unit: y", random.between(1, 10));
    let _ = writeln!(out, "  - property: frequency\n    value: {}\n    unit: d", random.between(1, 7));
    let _ = writeln!(out, "  - property: availability\n    value: 99.{}\n    unit: percent", random.between(1, 9));
    if port.status == "deprecated" {
        out.push_str("  - property: endOfSupport\n    value: \"2090-12-31\"\n");
    }
}

/// What the columns of a table are written with.
struct Table<'a> {
    mesh: &'a Mesh,
    product: &'a Product,
    words: &'a Words,
    random: &'a mut Random,
    is_newer: bool,
    out: &'a mut String,
}

impl Table<'_> {
    /// Writes one table of `n_columns` columns. `first` is the key that its own key refers to.
    fn write(&mut self, name: &str, entity: &str, n_columns: usize, first: Option<&str>) {
        let _ = writeln!(self.out, "  - name: {name}\n    physicalName: {name}_v1\n    physicalType: table");
        let _ = write!(self.out, "    logicalType: object\n    businessName: {}\n    description: ", title(name));
        self.words.sentences(self.random, 2, self.out);
        self.out.push_str("\n    dataGranularityDescription: ");
        self.words.clause(self.random, self.out);
        self.out.push_str("\n    properties:\n");
        let _ = writeln!(self.out, "      - name: {entity}_id\n        logicalType: string");
        let _ = writeln!(self.out, "        physicalType: varchar(36)\n        primaryKey: true");
        let _ = writeln!(self.out, "        primaryKeyPosition: 1\n        required: true\n        unique: true");
        self.out.push_str("        classification: internal\n        description: ");
        self.words.sentences(self.random, 1, self.out);
        self.out.push('\n');
        if let Some(first) = first {
            let _ = writeln!(self.out, "        relationships:\n          - to: {first}");
        }
        let mut names = BTreeSet::new();
        names.insert(format!("{entity}_id"));
        while names.len() < n_columns {
            let holds = &TRAITS[self.random.below(TRAITS.len())];
            let column = format!("{}_{}", self.words.noun(self.random), holds.name);
            if names.insert(column.clone()) {
                self.column(&column, holds);
            }
        }
        self.out.push_str("    quality:\n      - type: library\n        metric: rowCount\n");
        let _ =
            writeln!(self.out, "        mustBeGreaterThan: {}\n        dimension: coverage", self.random.below(5000));
    }

    fn column(&mut self, name: &str, holds: &Trait) {
        let Trait { logical, physical, classification, examples, .. } = holds;
        let _ = writeln!(self.out, "      - name: {name}\n        logicalType: {logical}");
        let _ = writeln!(self.out, "        physicalType: {physical}");
        if self.random.chance(300) {
            let _ = writeln!(self.out, "        businessName: {}", title(name));
        }
        self.out.push_str("        description: ");
        let n_sentences = if self.random.chance(50) { 2 } else { 1 };
        self.words.sentences(self.random, n_sentences, self.out);
        let _ = writeln!(self.out, "\n        required: {}", self.random.chance(600));
        let _ = writeln!(self.out, "        classification: {classification}\n        examples:");
        let n_examples = self.random.between(1, 3);
        for example in examples.iter().take(n_examples) {
            let _ = writeln!(self.out, "          - {example}");
        }
        if self.random.chance(120) {
            let (a, b) = (self.words.noun(self.random), self.words.adjective(self.random));
            let _ = writeln!(self.out, "        tags: [{a}, {b}]");
        }
        if self.random.chance(60) {
            self.out.push_str("        criticalDataElement: true\n");
        }
        if self.random.chance(220) {
            self.options(logical);
        }
        if self.random.chance(140) {
            self.quality(name);
        }
        if !self.product.inputs.is_empty() && self.random.chance(80) {
            let (target, port) = self.product.inputs[self.random.below(self.product.inputs.len())];
            let port = &self.mesh.products[target].ports[port];
            let _ =
                writeln!(self.out, "        transformSourceObjects:\n          - {}.{}_id", port.table(), port.entity);
            self.out.push_str("        transformDescription: ");
            self.words.clause(self.random, self.out);
            self.out.push('\n');
        }
        if self.is_newer && self.random.chance(150) {
            let _ =
                writeln!(self.out, "        semanticType: {}", self.random.pick(&["column", "measure", "dimension"]));
            let _ = writeln!(self.out, "        synonyms:\n          - synonym: {}", self.words.noun(self.random));
        }
    }

    fn options(&mut self, logical: &str) {
        let text = match logical {
            "string" => "minLength: 1\n          maxLength: 120",
            "number" => "minimum: 0\n          maximum: 1000000",
            "integer" => "minimum: 0\n          maximum: 100000",
            "date" => "format: yyyy-MM-dd",
            "timestamp" => "timezone: true\n          defaultTimezone: Etc/UTC",
            _ => return,
        };
        let _ = writeln!(self.out, "        logicalTypeOptions:\n          {text}");
    }

    fn quality(&mut self, name: &str) {
        let limit = self.random.between(1, 5);
        self.out.push_str("        quality:\n          - type: ");
        let _ = match self.random.below(4) {
            0 => writeln!(
                self.out,
                "sql\n            query: \"select count(*) from ${{table}} where {name} is null\"\n            \
                 mustBeLessThan: {limit}\n            dimension: completeness"
            ),
            1 => writeln!(
                self.out,
                "library\n            metric: duplicateValues\n            mustBe: 0\n            dimension: uniqueness"
            ),
            2 => writeln!(
                self.out,
                "text\n            description: The column {} is looked at by hand every quarter",
                title(name)
            ),
            _ => writeln!(
                self.out,
                "library\n            metric: nullValues\n            mustBeLessThan: {limit}\n            \
                 unit: percent\n            dimension: completeness\n            severity: warning"
            ),
        };
    }
}
