//! The objects and columns of one contract, to be found by name.

use crate::model::{DataContract, Property, Text};

/// The name of the items of a list in a column path.
const ITEMS: &str = "[]";
/// How many steps a search may take: far more than a path of any contract needs, far less than what
/// names with dots in them, nested, can be combined to.
const MAX_STEPS: usize = 2_000;

/// Objects and columns as numbered nodes; the contract itself is number 0.
#[derive(Debug)]
pub(super) struct ColumnTree {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    parent: u32,
    name: Text,
    /// By name, then by id and physical name, sorted; where two are alike the first of the file wins.
    children: Vec<(Text, u32)>,
}

impl ColumnTree {
    /// Numbers the objects and columns of a contract.
    pub(super) fn of(contract: &DataContract) -> ColumnTree {
        let mut tree = ColumnTree { nodes: vec![Node { parent: 0, name: Text::new(), children: Vec::new() }] };
        let (mut names, mut others) = (Vec::new(), Vec::new());
        for object in &contract.objects {
            let number = tree.push(0, object.name.value.clone());
            names.push((object.name.value.clone(), number));
            others.extend([&object.id, &object.physical_name].into_iter().flatten().map(|id| (id.clone(), number)));
            tree.add_columns(number, &object.properties);
        }
        tree.adopt(0, names, others);
        tree
    }

    fn add_columns(&mut self, parent: u32, columns: &[Property]) {
        // Most columns have no parts.
        if columns.is_empty() {
            return;
        }
        let (mut names, mut others) = (Vec::with_capacity(columns.len()), Vec::new());
        for column in columns {
            let number = self.push(parent, column.name.clone());
            names.push((column.name.clone(), number));
            others.extend(column.detail.iter().filter_map(|detail| Some((detail.id.clone()?, number))));
            self.add_columns(number, column.children());
        }
        self.adopt(parent, names, others);
    }

    fn push(&mut self, parent: u32, name: Text) -> u32 {
        let number = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(Node { parent, name, children: Vec::new() });
        number
    }

    fn adopt(&mut self, parent: u32, mut names: Vec<(Text, u32)>, others: Vec<(Text, u32)>) {
        names.extend(others);
        // Stable, so that a name comes before an id that reads the same.
        names.sort_by(|a, b| a.0.cmp(&b.0));
        names.dedup_by(|later, first| later.0 == first.0);
        self.nodes[parent as usize].children = names;
    }

    fn child(&self, node: u32, name: &str) -> Option<u32> {
        let children = &self.nodes[node as usize].children;
        let found = children.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        Some(children[found].1)
    }

    /// Finds an object, and a column in it by the names on the way. The items of a list may be left
    /// out: `lines.sku` is found as `lines.[].sku`.
    pub(super) fn find(&self, object: &str, columns: &[&str]) -> Option<u32> {
        let mut node = self.child(0, object)?;
        for name in columns {
            node = self.child(node, name).or_else(|| self.child(self.child(node, ITEMS)?, name))?;
        }
        Some(node)
    }

    /// Finds what `object.column.part` names. Names may have dots of their own.
    pub(super) fn find_text(&self, text: &str) -> Option<u32> {
        let mut steps = 0;
        // Nodes to go on from, each with the part of the text that is left.
        let mut open = vec![(0_u32, text)];
        while let Some((node, rest)) = open.pop() {
            if let Some(found) = self.child(node, rest) {
                return Some(found);
            }
            if let Some(items) = self.child(node, ITEMS) {
                open.push((items, rest));
            }
            for (dot, _) in rest.match_indices('.') {
                steps += 1;
                if steps > MAX_STEPS {
                    return None;
                }
                open.extend(self.child(node, &rest[..dot]).map(|next| (next, &rest[dot + 1..])));
            }
        }
        None
    }

    /// Returns the object and the path of the column in it, with dots; empty for the object itself.
    pub(super) fn path(&self, node: u32) -> (String, String) {
        let mut names = Vec::new();
        let mut at = node;
        while at != 0 {
            names.push(self.nodes[at as usize].name.as_str());
            at = self.nodes[at as usize].parent;
        }
        names.reverse();
        match names.split_first() {
            Some((object, columns)) => ((*object).to_owned(), columns.join(".")),
            None => (String::new(), String::new()),
        }
    }

    /// Returns the paths of all columns, `object.column.part`, in the order of the file.
    pub(super) fn columns(&self) -> impl Iterator<Item = String> {
        let numbers = 1..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        numbers.filter(|number| self.nodes[*number as usize].parent != 0).map(|number| {
            let (object, column) = self.path(number);
            format!("{object}.{column}")
        })
    }
}
