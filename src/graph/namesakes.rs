//! Two parts of one thing with one name or id: whoever names it means one of the two, and nobody knows which.

use std::collections::HashMap;

use super::mesh::Mesh;
use super::near::found_in;
use super::rules;
use crate::diagnostic::Sink;
use crate::model::{Header, Part, Property, SharedId};
use crate::source::Span;

/// Reports ports, schema objects, columns and assets that share their name with an earlier one, and parts of contracts
/// that share their id.
pub(super) fn report(mesh: &Mesh) -> Sink {
    let of_products = found_in(&mesh.products, |_, product, sink| {
        let product = &product.descriptor;
        let ports = product.output_ports.iter().map(|port| (port.name.as_str(), port.span));
        Namesakes { header: &product.header, sink }.among("output port", "", ports);
    });
    let of_contracts = found_in(&mesh.contracts, |_, contract, sink| {
        let contract = &contract.descriptor;
        let mut namesakes = Namesakes { header: &contract.header, sink };
        namesakes.among(
            "schema object",
            "",
            contract.objects.iter().map(|object| (object.name.as_str(), object.name.span)),
        );
        for object in &contract.objects {
            namesakes.columns(&object.name, &object.properties);
        }
        namesakes.ids(&contract.shared_ids);
    });
    let of_sources = found_in(&mesh.sources, |_, source, sink| {
        let source = &source.descriptor;
        let assets = source.assets.iter().map(|asset| (asset.id.as_str(), asset.span));
        Namesakes { header: &source.header, sink }.among("asset", "", assets);
    });
    of_products.joined(of_contracts).joined(of_sources)
}

struct Namesakes<'a> {
    header: &'a Header,
    sink: &'a mut Sink,
}

impl Namesakes<'_> {
    fn columns(&mut self, path: &str, columns: &[Property]) {
        self.among("column", path, columns.iter().map(|column| (column.name.as_str(), column.span())));
        for column in columns.iter().filter(|column| !column.children().is_empty()) {
            self.columns(&format!("{path}.{}", column.name), column.children());
        }
    }

    /// Reports each part of a contract whose id an earlier part of the same list has.
    fn ids(&mut self, shared: &[SharedId]) {
        for SharedId { part, id, names: [earlier, name], first, second } in shared {
            let what = match part {
                Part::Object => "schema objects",
                Part::Column => "columns",
                Part::QualityRule => "quality rules",
            };
            let is_named = !earlier.is_empty() && !name.is_empty();
            // That two have one name is told already, but not of rules.
            if self.header.is_broken() || (is_named && earlier == name && *part != Part::QualityRule) {
                continue;
            }
            let both = if is_named && earlier != name {
                format!("the {what} `{earlier}` and `{name}`")
            } else {
                format!("two {what}")
            };
            let message =
                format!("{both} of the {} `{}` have the id `{id}`", self.header.kind.title(), self.header.id.value);
            let finding = rules::DUPLICATE_NAME
                .at(self.header.file, *second, message)
                .label("the second")
                .help("a copy is another part: give it an `id` of its own, or none")
                .related(self.header.file, *first, "the first");
            self.sink.push(finding.subject(self.header.reference()));
        }
    }

    /// Reports each part whose name an earlier part of the same list has; `path` is what holds the list.
    fn among<'n>(&mut self, word: &str, path: &str, parts: impl ExactSizeIterator<Item = (&'n str, Span)> + Clone) {
        if self.header.is_broken() || parts.len() < 2 || are_all_different(parts.clone().map(|(name, _)| name)) {
            return;
        }
        let mut first: HashMap<&str, Span> = HashMap::with_capacity(parts.len());
        for (name, span) in parts.filter(|(name, _)| !name.is_empty()) {
            let Some(earlier) = first.get(name).copied() else {
                first.insert(name, span);
                continue;
            };
            let place = match path {
                "" => format!("of the {} `{}`", self.header.kind.title(), self.header.id.value),
                path => format!("of `{path}`"),
            };
            let finding = rules::DUPLICATE_NAME
                .at(self.header.file, span, format!("two parts {place} are the {word} `{name}`"))
                .label("the second")
                .help("give one of the two another name, or remove it")
                .related(self.header.file, earlier, "the first");
            self.sink.push(finding.subject(self.header.reference()));
        }
    }
}

/// Says whether no name is there twice, but for empty ones; nearly always so.
fn are_all_different<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let mut sorted: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}
