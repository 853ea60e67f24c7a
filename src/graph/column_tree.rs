//! The objects and columns of one contract, to be found by name.

use crate::model::{DataContract, Property, Text};

/// The name of the items of a list in a column path.
const ITEMS: &str = "[]";
/// How many steps a search may take: far more than a path of any contract needs, far less than what
/// names with dots in them, nested, can be combined to.
const MAX_STEPS: usize = 2_000;

/// Objects and columns as numbered nodes, in the order of the file; the contract itself is number 0. A mesh has very many
/// of them, and the trees of what is read stay while it is checked.
#[derive(Debug)]
pub(super) struct ColumnTree {
    nodes: Box<[Node]>,
    /// The nodes right below each node, by name; where two are alike the first of the file alone.
    children: Box<[u32]>,
    /// Ids and physical names: the node above, the text, the node it means; sorted, each once.
    others: Box<[(u32, Text, u32)]>,
}

#[derive(Debug)]
struct Node {
    name: Text,
    parent: u32,
    /// Its part of [`ColumnTree::children`]: the first, and how many.
    first: u32,
    n_children: u32,
}

/// A tree as it grows.
struct Growing {
    nodes: Vec<Node>,
    children: Vec<u32>,
    others: Vec<(u32, Text, u32)>,
}

impl ColumnTree {
    /// Numbers the objects and columns of a contract.
    pub(super) fn of(contract: &DataContract) -> ColumnTree {
        let n = 1 + contract.objects.len() + contract.n_columns();
        let root = Node { name: Text::new(), parent: 0, first: 0, n_children: 0 };
        let mut tree = Growing { nodes: Vec::with_capacity(n), children: Vec::with_capacity(n), others: Vec::new() };
        tree.nodes.push(root);
        let mut own = Vec::with_capacity(contract.objects.len());
        for object in &contract.objects {
            let ids = [&object.id, &object.physical_name].into_iter().flatten();
            let number = tree.push(0, object.name.value.clone(), ids);
            own.push(number);
            tree.add_columns(number, &object.properties);
        }
        tree.adopt(0, own);
        // Those of one text stand in the order of the file.
        tree.others.sort();
        tree.others.dedup_by(|later, first| (later.0, &later.1) == (first.0, &first.1));
        ColumnTree { nodes: tree.nodes.into(), children: tree.children.into(), others: tree.others.into() }
    }

    /// Finds what stands right below a node: by name, else by id or physical name.
    fn child(&self, node: u32, name: &str) -> Option<u32> {
        let Node { first, n_children, .. } = self.nodes[node as usize];
        let children = &self.children[first as usize..(first + n_children) as usize];
        let by_name = children.binary_search_by(|child| self.nodes[*child as usize].name.as_str().cmp(name));
        if let Ok(found) = by_name {
            return Some(children[found]);
        }
        let by_id = self.others.binary_search_by(|(above, id, _)| above.cmp(&node).then_with(|| id.as_str().cmp(name)));
        by_id.ok().map(|found| self.others[found].2)
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

impl Growing {
    fn push<'i>(&mut self, parent: u32, name: Text, ids: impl Iterator<Item = &'i Text>) -> u32 {
        let number = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(Node { name, parent, first: 0, n_children: 0 });
        self.others.extend(ids.map(|id| (parent, id.clone(), number)));
        number
    }

    fn add_columns(&mut self, parent: u32, columns: &[Property]) {
        // Most columns have no parts.
        if columns.is_empty() {
            return;
        }
        let mut own = Vec::with_capacity(columns.len());
        for column in columns {
            let id = column.detail.iter().filter_map(|detail| detail.id.as_ref());
            let number = self.push(parent, column.name.clone(), id);
            own.push(number);
            self.add_columns(number, column.children());
        }
        self.adopt(parent, own);
    }

    fn adopt(&mut self, parent: u32, mut own: Vec<u32>) {
        let name = |number: u32| self.nodes[number as usize].name.as_str();
        // Stable, so that of two the first of the file stays.
        own.sort_by(|a, b| name(*a).cmp(name(*b)));
        own.dedup_by(|later, first| name(*later) == name(*first));
        let first = u32::try_from(self.children.len()).unwrap_or(u32::MAX);
        let n_children = u32::try_from(own.len()).unwrap_or(u32::MAX);
        self.children.extend(own);
        let node = &mut self.nodes[parent as usize];
        (node.first, node.n_children) = (first, n_children);
    }
}
