//! What differs between two documents is told, by the rule that it is about or in one row for all that no rule is about.

use super::contracts;
use crate::diagnostic::Sink;
use crate::source::SourceMap;
use crate::yaml;

const BASE: &str = "\
kind: DataContract
id: c
version: 1.0.0
servers: [{server: w, type: postgres, host: h, port: 5432}]
schema:
  - id: obj
    name: o
    physicalType: table
    relationships: [{from: o.a, to: p.a, customProperties: [{property: k, value: 1}]}]
    properties:
      - name: a
        logicalType: integer
        logicalTypeOptions: {format: i32}
        primaryKey: true
        primaryKeyPosition: 1
        enum:
          - {value: 1, label: one, description: first, tags: [x]}
          - {value: 2, label: two}
        quality: [{id: q, name: q, metric: nullValues, mustBe: 0, severity: error}]
      - {name: b, logicalType: string, primaryKey: true, primaryKeyPosition: 2}
      - name: l
        logicalType: array
        items: {logicalType: object, description: d, physicalName: n, properties: [{name: k, logicalType: string, primaryKey: true}]}
roles: [{id: r1, role: reader, access: read}]
price: {priceAmount: 10, priceCurrency: EUR, priceUnit: month}
slaProperties:
  - {id: s1, property: latency, value: 24, unit: h}
  - {id: s2, property: retention, value: 2, unit: y}
";

/// Returns what is told of a document with these texts in place of others: code and path.
fn told(changes: &[(&str, &str)]) -> Vec<String> {
    let mut head = BASE.to_owned();
    for (from, to) in changes {
        assert!(head.contains(from), "{from}");
        head = head.replacen(from, to, 1);
    }
    let mut ignored = Sink::default();
    let sources = SourceMap::new(["base.yaml", "head.yaml"]);
    let file = |name: &str| sources.id(name).expect("a file");
    let (one, two) = (file("base.yaml"), file("head.yaml"));
    let (old, new) = (yaml::parse(one, BASE, &mut ignored), yaml::parse(two, &head, &mut ignored));
    let (old, new) = (old.tree.expect("a tree"), new.tree.expect("a tree"));
    let mut told: Vec<String> =
        contracts(old.root(), new.root()).iter().map(|raw| format!("{} {}", raw.rule.meta.code, raw.path)).collect();
    told.sort();
    told
}

#[test]
fn another_property_or_role_under_one_id_is_another_promise() {
    assert_eq!(
        told(&[("property: retention", "property: availability")]),
        ["BRK038 slaProperties.retention", "BRK040 slaProperties.availability"]
    );
    assert_eq!(told(&[("role: reader", "role: admin")]), ["BRK046 roles.admin", "BRK046 roles.reader"]);
}

#[test]
fn a_unit_that_is_gone_leaves_a_promise_that_nobody_can_compare() {
    assert_eq!(told(&[("value: 24, unit: h", "value: 24")]), ["BRK042 slaProperties.latency"]);
    assert_eq!(told(&[("value: 2, unit: y", "value: 2")]), ["BRK042 slaProperties.retention"]);
    assert_eq!(told(&[("value: 24, unit: h", "value: PT24H")]), ["BRK053 slaProperties.latency.value"]);
    assert_eq!(told(&[("value: 24, unit: h", "value: 1, unit: d")]), ["BRK053 slaProperties.latency.value"]);
}

#[test]
fn a_port_in_quotes_is_the_same_place() {
    assert_eq!(told(&[("port: 5432", "port: \"5432\"")]), ["BRK053 servers.w.port"]);
    assert_eq!(told(&[("port: 5432", "port: 5433")]), ["BRK044 servers.w"]);
}

#[test]
fn a_price_that_is_gone_is_no_lower_one() {
    for (from, to) in
        [("priceAmount: 10, ", ""), ("price: {priceAmount: 10, priceCurrency: EUR, priceUnit: month}\n", "")]
    {
        assert_eq!(told(&[(from, to)]), ["BRK047 price"], "{from}");
    }
}

#[test]
fn whatever_differs_is_told() {
    for (from, to, expected) in [
        ("label: one", "label: uno", "BRK052 schema.o.a.enum.1"),
        (", description: first", "", "BRK052 schema.o.a.enum.1"),
        ("tags: [x]", "tags: [y]", "BRK053 schema.o.a.enum.1"),
        ("label: two", "label: two, description: second", "BRK053 schema.o.a.enum.2"),
        ("description: d", "description: e", "BRK052 schema.o.l.[]"),
        ("physicalName: n", "physicalName: m", "BRK053 schema.o.l.[]"),
        ("logicalType: string, primaryKey: true}]", "logicalType: string}]", "BRK053 schema.o.l.[].k"),
        (", severity: error", "", "BRK053 schema.o.a.quality.q"),
        ("severity: error", "severity: critical", "BRK053 schema.o.a.quality.q"),
        ("        logicalTypeOptions: {format: i32}\n", "", "BRK053 schema.o.a.logicalTypeOptions.format"),
        ("- id: obj", "- id: other", "BRK053 schema.o"),
        ("    physicalType: table\n", "", "BRK053 schema.o.physicalType"),
        ("value: 1}]}]", "value: 2}]}]", "BRK053 schema.o.relationships"),
        ("metric: nullValues", "type: library, metric: nullValues", "BRK053 schema.o.a.quality.q.type"),
        ("name: b, ", "name: b, required: false, ", "BRK053 schema.o.b.required"),
        ("kind: DataContract\n", "apiVersion: v3.2.0\nkind: DataContract\n", "BRK053 contract"),
    ] {
        assert_eq!(told(&[(from, to)]), [expected], "{from}");
    }
    assert_eq!(
        told(&[("primaryKeyPosition: 1", "primaryKeyPosition: 9"), ("primaryKeyPosition: 2", "primaryKeyPosition: 1")]),
        ["BRK053 schema.o.a", "BRK053 schema.o.b"]
    );
    // In another order.
    assert_eq!(
        told(&[
            ("  - {id: s1, property: latency, value: 24, unit: h}\n", ""),
            ("unit: y}\n", "unit: y}\n  - {id: s1, property: latency, value: 24, unit: h}\n")
        ]),
        ["BRK053 slaProperties"]
    );
    assert!(told(&[]).is_empty() && told(&[("version: 1.0.0", "version: 1.1.0")]).is_empty());
}

#[test]
fn what_is_told_of_a_part_leaves_out_nothing_else_of_it() {
    assert_eq!(
        told(&[("access: read", "access: write, description: w")]),
        ["BRK046 roles.reader", "BRK053 roles.reader"]
    );
    assert_eq!(
        told(&[("value: 24, unit: h", "value: 48, unit: h, driver: x")]),
        ["BRK037 slaProperties.latency", "BRK053 slaProperties.latency"]
    );
    assert_eq!(told(&[("host: h", "host: g, description: w")]), ["BRK044 servers.w", "BRK053 servers.w"]);
}
