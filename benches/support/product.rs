//! One data product as ODPS.

use std::fmt::Write as _;

use super::plan::{Fault, Mesh, Product};
use super::random::Random;
use super::words::{Words, title};

/// Writes `product.odps.yaml`.
pub(crate) fn text(mesh: &Mesh, product: &Product, words: &Words, random: &mut Random) -> String {
    let mut out = String::with_capacity(4096);
    let domain = &mesh.domains[product.domain];
    let team = &mesh.teams[domain.team];
    // Since v1.1.0 an input port needs no contract, as one that reads a source system has none.
    let is_newer = !product.sources.is_empty();
    let api_version = if is_newer { "v1.1.0" } else { "v1.0.0" };
    let _ = writeln!(out, "apiVersion: {api_version}\nkind: DataProduct\nid: {}", product.id);
    let _ = writeln!(out, "name: {}\nversion: {}\nstatus: active", title(&product.id), product.version);
    let _ = writeln!(out, "domain: {}\ntenant: bench", domain.id);
    if is_newer {
        out.push_str("type: sourceAligned\n");
    }
    out.push_str("description:\n  purpose: ");
    words.sentences(random, 2, &mut out);
    out.push_str("\n  limitations: ");
    words.sentences(random, 1, &mut out);
    out.push_str("\n  usage: >\n    ");
    words.sentences(random, 1, &mut out);
    out.push_str("\n    ");
    words.sentences(random, 1, &mut out);
    let _ = writeln!(out, "\ntags: [{}, {}]", words.adjective(random), words.noun(random));
    input_ports(mesh, product, &mut out);
    output_ports(mesh, product, words, random, &mut out);
    let _ = writeln!(out, "managementPorts:\n  - name: discovery\n    content: discoverability\n    type: rest");
    let _ = writeln!(out, "    url: https://api.bench.example/products/{}", product.id);
    let _ = writeln!(out, "support:\n  - channel: \"#{}\"\n    url: https://chat.bench.example/{team}", domain.id);
    let _ = writeln!(out, "    tool: slack\n    scope: interactive\nteam:\n  name: {team}\n  members:");
    for role in ["owner", "steward"] {
        let _ = writeln!(out, "    - username: {team}-{role}\n      role: {role}");
        let _ = writeln!(out, "      dateIn: \"{}-{:02}-01\"", random.between(2020, 2025), random.between(1, 12));
    }
    let _ = writeln!(out, "authoritativeDefinitions:\n  - url: https://wiki.bench.example/products/{}", product.id);
    out.push_str("    type: businessDefinition\n    description: ");
    words.clause(random, &mut out);
    let _ =
        writeln!(out, "\ncustomProperties:\n  - property: costCenter\n    value: \"{}\"", random.between(1000, 9999));
    let year = random.between(2021, 2025);
    let _ = writeln!(out, "productCreatedTs: \"{year}-{:02}-11T08:00:00Z\"", random.between(1, 12));
    out
}

fn input_ports(mesh: &Mesh, product: &Product, out: &mut String) {
    out.push_str("inputPorts:\n");
    for source in &product.sources {
        let source = &mesh.sources[*source];
        let _ = writeln!(out, "  - name: {source}\n    customProperties:");
        let _ = writeln!(out, "      - property: sourceSystemId\n        value: {source}");
    }
    for (target, port) in &product.inputs {
        let target = &mesh.products[*target];
        let port = &target.ports[*port];
        let _ = writeln!(out, "  - name: {}-{}\n    version: {}", target.id, port.name, port.version);
        let _ = writeln!(out, "    contractId: {}", port.contract);
    }
    if product.fault == Some(Fault::Dangling) {
        out.push_str("  - name: lost\n    version: 1.0.0\n    contractId: no-such-contract\n");
    }
}

fn output_ports(mesh: &Mesh, product: &Product, words: &Words, random: &mut Random, out: &mut String) {
    out.push_str("outputPorts:\n");
    for port in &product.ports {
        let _ = write!(out, "  - name: {}\n    description: ", port.name);
        words.sentences(random, 1, out);
        let kind = random.pick(&["tables", "tables", "topic", "file"]);
        let _ = writeln!(out, "\n    type: {kind}\n    version: {}", port.version);
        let _ = writeln!(out, "    contractId: {}", port.contract);
        if !product.inputs.is_empty() && random.chance(600) {
            out.push_str("    inputContracts:\n");
            for (index, (target, input)) in product.inputs.iter().enumerate() {
                let input = &mesh.products[*target].ports[*input];
                if index == 0 || random.chance(600) {
                    let _ = writeln!(out, "      - id: {}\n        version: {}", input.contract, input.version);
                }
            }
        }
    }
}
