//! Circles: products that feed each other, domains that are above themselves.

use std::collections::{BTreeSet, VecDeque};

use super::lineage::LineageNode;
use super::mesh::Mesh;
use super::rules;
use crate::diagnostic::Sink;

/// Reports a shortest circle of each group of products that feed each other, with its whole path.
pub(super) fn report(mesh: &Mesh, sink: &mut Sink) {
    for circle in mesh.lineage.circles() {
        let path = shortest(mesh, &circle);
        let ids: Vec<String> =
            path.iter().map(|node| format!("`{}`", mesh.products[node.idx].descriptor.header.id.value)).collect();
        let first = &mesh.products[path[0].idx].descriptor.header;
        let mut diagnostic = rules::LINEAGE_CYCLE
            .at(
                first.file,
                first.id.span,
                format!("data products feed each other in a circle: {} -> {}", ids.join(" -> "), ids[0]),
            )
            .help("split a product in two, or read an earlier product, so that the data has a beginning")
            .subject(first.reference());
        for (position, node) in path.iter().enumerate() {
            let next = path[(position + 1) % path.len()];
            let consumer = &mesh.products[next.idx];
            let port =
                consumer.inputs.iter().position(|input| input.published_by.iter().any(|by| by.product_idx == node.idx));
            if let Some(port) = port {
                let port = &consumer.descriptor.input_ports[port];
                let span = port.contract_id.as_ref().map_or(port.span, |id| id.span);
                let provider = &mesh.products[node.idx].descriptor.header.id.value;
                let reader = &consumer.descriptor.header.id.value;
                diagnostic =
                    diagnostic.related(consumer.descriptor.header.file, span, format!("`{reader}` reads `{provider}`"));
            }
        }
        sink.push(diagnostic);
    }
    report_domains(mesh, sink);
}

/// Finds a shortest circle through the first node, inside its group.
fn shortest(mesh: &Mesh, circle: &[LineageNode]) -> Vec<LineageNode> {
    let start = circle[0];
    let members: BTreeSet<LineageNode> = circle.iter().copied().collect();
    let mut came_from = std::collections::BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for (next, _) in mesh.lineage.downstream(node) {
            if next == start {
                let mut path = vec![node];
                let mut at = node;
                while let Some(before) = came_from.get(&at) {
                    path.push(*before);
                    at = *before;
                }
                path.reverse();
                return path;
            }
            if members.contains(&next) && !came_from.contains_key(&next) {
                came_from.insert(next, node);
                queue.push_back(next);
            }
        }
    }
    circle.to_vec()
}

fn report_domains(mesh: &Mesh, sink: &mut Sink) {
    let mut reported = BTreeSet::new();
    for start in 0..mesh.domains.len() {
        let mut path = vec![start];
        let mut at = start;
        while let Some(parent) = mesh.domains[at].parent_idx {
            if parent == start {
                let key: BTreeSet<usize> = path.iter().copied().collect();
                if reported.insert(key) {
                    push_domain_cycle(mesh, &path, sink);
                }
                break;
            }
            if path.contains(&parent) {
                break;
            }
            path.push(parent);
            at = parent;
        }
    }
}

fn push_domain_cycle(mesh: &Mesh, path: &[usize], sink: &mut Sink) {
    let ids: Vec<String> =
        path.iter().map(|idx| format!("`{}`", mesh.domains[*idx].descriptor.header.id.value)).collect();
    let domain = &mesh.domains[path[0]].descriptor;
    let span = domain.parent.as_ref().map_or(domain.header.id.span, |parent| parent.span);
    let message = match ids.as_slice() {
        [only] => format!("the domain {only} is its own parent"),
        ids => format!("domains are each other's parents in a circle: {} -> {}", ids.join(" -> "), ids[0]),
    };
    let mut diagnostic = rules::DOMAIN_CYCLE
        .at(domain.header.file, span, message)
        .help("remove one `parentDomain`")
        .subject(domain.header.reference());
    for other in path[1..].iter().map(|idx| &mesh.domains[*idx].descriptor) {
        let span = other.parent.as_ref().map_or(other.header.id.span, |parent| parent.span);
        diagnostic = diagnostic.related(other.header.file, span, format!("the parent of `{}`", other.header.id.value));
    }
    sink.push(diagnostic);
}
