//! Circles: products that feed each other, domains that are above themselves.

use std::collections::{BTreeSet, VecDeque};

use super::lineage::LineageNode;
use super::mesh::Mesh;
use super::near::Report;
use super::rules;
use crate::diagnostic::Diagnostic;

/// How many circles of one group of products are told; whoever mends these sees the next.
const MAX_CIRCLES: usize = 10;
/// How many steps of a circle are named.
const MAX_STEPS: usize = 60;

/// Reports the circles of each group of products that feed each other, each with its whole path.
pub(super) fn report(mesh: &Mesh, sink: &mut Report<'_>) {
    for members in mesh.lineage.circles() {
        let group = Group::of(mesh, members);
        let (circles, n_left) = group.circles();
        for circle in &circles {
            let path: Vec<usize> = circle.iter().map(|place| group.members[*place].idx).collect();
            push_circle(mesh, &path, sink);
        }
        if n_left > 0 {
            let header = &mesh.products[group.members[0].idx].descriptor.header;
            let message = format!(
                "{} data products feed each other in more circles than the {} that are named: {n_left} more reads close one",
                group.members.len(),
                circles.len(),
            );
            sink.push(
                rules::LINEAGE_CYCLE
                    .at(header.file, header.id.span, message)
                    .help("mend the circles that are named, then check again")
                    .subject(header.reference()),
            );
        }
    }
    report_own(mesh, sink);
    report_domains(mesh, sink);
}

/// Reports input ports that read what their own product publishes.
fn report_own(mesh: &Mesh, sink: &mut Report<'_>) {
    for (product_idx, product) in mesh.products.iter().enumerate() {
        let header = &product.descriptor.header;
        for (port, binding) in product.descriptor.input_ports.iter().zip(&product.inputs) {
            let (Some(contract_idx), Some(id)) = (binding.contract_idx, &port.contract_id) else { continue };
            let published_by = &mesh.contracts[contract_idx].published_by;
            let Some(by) = published_by.iter().find(|by| by.product_idx == product_idx) else { continue };
            if !binding.published_by.is_empty() || super::ports::is_self(product, port) {
                continue;
            }
            let output = &product.descriptor.output_ports[by.port_idx];
            let message = format!(
                "the data product `{}` reads its own output: input port `{}` reads what output port `{}` publishes",
                header.id.value, port.name, output.name
            );
            sink.push(
                rules::LINEAGE_CYCLE
                    .at(header.file, id.span, message)
                    .help("read an earlier product or a source system, so that the data has a beginning")
                    .related(header.file, output.span, "published here")
                    .subject(header.reference()),
            );
        }
    }
}

/// Products each of which feeds each other one, directly or through others of the group.
struct Group {
    /// Sorted.
    members: Vec<LineageNode>,
    /// The places of the members that read a member, sorted.
    readers: Vec<Vec<usize>>,
}

impl Group {
    fn of(mesh: &Mesh, members: Vec<LineageNode>) -> Group {
        let place = |node: &LineageNode| members.binary_search(node).ok();
        let readers = members
            .iter()
            .map(|node| {
                let found: BTreeSet<usize> =
                    mesh.lineage.downstream(*node).iter().filter_map(|(next, _)| place(next)).collect();
                found.into_iter().collect()
            })
            .collect();
        Group { members, readers }
    }

    /// Returns circles that together hold every step of the group, each without a product twice and
    /// beginning at its first product; and how many steps are in no circle returned, since there are
    /// too many.
    fn circles(&self) -> (Vec<Vec<usize>>, usize) {
        let mut circles = Vec::new();
        let mut covered: BTreeSet<(usize, usize)> = BTreeSet::new();
        let mut n_left = 0;
        for (from, readers) in self.readers.iter().enumerate() {
            for to in readers {
                if covered.contains(&(from, *to)) {
                    continue;
                }
                if circles.len() == MAX_CIRCLES {
                    n_left += 1;
                    continue;
                }
                // The shortest way back closes the circle.
                let mut circle = self.shortest(*to, from);
                let steps = circle.iter().copied().zip(circle.iter().copied().cycle().skip(1));
                covered.extend(steps);
                let first = circle.iter().enumerate().min_by_key(|(_, place)| **place).map_or(0, |(at, _)| at);
                circle.rotate_left(first);
                circles.push(circle);
            }
        }
        circles.sort_by_key(|circle| (circle.len(), circle.clone()));
        (circles, n_left)
    }

    /// Returns a shortest way from one member to another, both included.
    fn shortest(&self, from: usize, to: usize) -> Vec<usize> {
        let mut came_from: Vec<Option<usize>> = vec![None; self.members.len()];
        let mut queue = VecDeque::from([from]);
        while let Some(at) = queue.pop_front() {
            if at == to {
                break;
            }
            for next in &self.readers[at] {
                if *next != from && came_from[*next].is_none() {
                    came_from[*next] = Some(at);
                    queue.push_back(*next);
                }
            }
        }
        let mut path = vec![to];
        while let Some(before) = came_from[path[path.len() - 1]] {
            path.push(before);
        }
        path.reverse();
        path
    }
}

fn push_circle(mesh: &Mesh, path: &[usize], sink: &mut Report<'_>) {
    let header = |idx: usize| &mesh.products[idx].descriptor.header;
    let mut ids: Vec<String> = path.iter().take(MAX_STEPS).map(|idx| format!("`{}`", header(*idx).id.value)).collect();
    if path.len() > MAX_STEPS {
        ids.push(format!("{} more", path.len() - MAX_STEPS));
    }
    let first = header(path[0]);
    let message = format!("data products feed each other in a circle: {} -> {}", ids.join(" -> "), ids[0]);
    let mut diagnostic = rules::LINEAGE_CYCLE
        .at(first.file, first.id.span, message)
        .help("split a product in two, or read an earlier product, so that the data has a beginning")
        .subject(first.reference());
    for (position, provider) in path.iter().enumerate().take(MAX_STEPS) {
        diagnostic = relate(mesh, diagnostic, *provider, path[(position + 1) % path.len()]);
    }
    sink.push(diagnostic);
}

/// Points at the input port, or the agreement, by which one product reads another.
fn relate(mesh: &Mesh, diagnostic: Diagnostic, provider_idx: usize, reader_idx: usize) -> Diagnostic {
    let (provider, reader) = (&mesh.products[provider_idx], &mesh.products[reader_idx]);
    let reader_id = &reader.descriptor.header.id.value;
    let words = format!("`{reader_id}` reads `{}`", provider.descriptor.header.id.value);
    let port =
        reader.inputs.iter().position(|input| input.published_by.iter().any(|by| by.product_idx == provider_idx));
    if let Some(port) = port {
        let port = &reader.descriptor.input_ports[port];
        let span = port.contract_id.as_ref().map_or(port.span, |id| id.span);
        return diagnostic.related(reader.descriptor.header.file, span, words);
    }
    let agreed = provider.agreements.iter().find_map(|idx| {
        let agreement = &mesh.agreements[*idx];
        let consumer = agreement.consumer.product.as_ref().filter(|id| id.value == *reader_id)?;
        Some((agreement.header.file, consumer.span))
    });
    match agreed {
        Some((file, span)) => diagnostic.related(file, span, format!("{words}, by this agreement")),
        None => diagnostic,
    }
}

/// Reports circles of parents. A domain has one parent at most, so each walk upwards ends at a domain
/// that an earlier one has seen, or in a circle of its own.
fn report_domains(mesh: &Mesh, sink: &mut Report<'_>) {
    // The walk that came by, and the position in it.
    let mut seen: Vec<Option<(usize, usize)>> = vec![None; mesh.domains.len()];
    for start in 0..mesh.domains.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(idx) = at {
            match seen[idx] {
                Some((walk, position)) if walk == start => {
                    let mut circle = path.split_off(position);
                    let first = circle.iter().enumerate().min_by_key(|(_, idx)| **idx).map_or(0, |(at, _)| at);
                    circle.rotate_left(first);
                    push_domain_cycle(mesh, &circle, sink);
                    break;
                }
                Some(_) => break,
                None => {}
            }
            seen[idx] = Some((start, path.len()));
            path.push(idx);
            at = mesh.domains[idx].parent_idx;
        }
    }
}

fn push_domain_cycle(mesh: &Mesh, path: &[usize], sink: &mut Report<'_>) {
    let name = |idx: &usize| format!("`{}`", mesh.domains[*idx].descriptor.header.id.value);
    let mut ids: Vec<String> = path.iter().take(MAX_STEPS).map(name).collect();
    if path.len() > MAX_STEPS {
        ids.push(format!("{} more", path.len() - MAX_STEPS));
    }
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
    for other in path[1..].iter().take(MAX_STEPS).map(|idx| &mesh.domains[*idx].descriptor) {
        let span = other.parent.as_ref().map_or(other.header.id.span, |parent| parent.span);
        diagnostic = diagnostic.related(other.header.file, span, format!("the parent of `{}`", other.header.id.value));
    }
    sink.push(diagnostic);
}
