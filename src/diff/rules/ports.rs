//! What data products publish and read.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A data product that no longer publishes a major of a contract it published, while nobody else does: a version that is a proposal yet takes no place. A contract that is gone itself is told as that. A port that is gone while another one of the product goes on with the same is a warning. A port without a contract is told, too; nobody is known to read it.
    ///
    /// ## Why it matters
    /// Whoever reads it finds no port. It may come once nobody reads it, everybody who does has acknowledged it, or its sunset has passed.
    ///
    /// ## Example
    /// ```diff
    ///  outputPorts:
    /// -  - {name: orders, contractId: orders, version: 2.1.0}
    ///    - {name: orders-v3, contractId: orders, version: 3.0.0}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// outputPorts:
    ///   - {name: orders, contractId: orders, version: 2.1.0}      # until its sunset
    ///   - {name: orders-v3, contractId: orders, version: 3.0.0}
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `removed-output-port: warning`; drafts and proposals are never judged.
    pub static REMOVED_OUTPUT_PORT = {
        code: "BRK061", name: "removed-output-port", direction: Loosens, since: "0.1.0",
        help: "publish it until its sunset, or let every consumer acknowledge the change",
    }
}

declare_change! {
    /// ## What it finds
    /// An output port of another `type`: a topic instead of tables. One that no longer states its type is a warning.
    ///
    /// ## Why it matters
    /// The same contract is read in another way: every reader has to be rebuilt.
    ///
    /// ## Example
    /// ```diff
    ///  outputPorts:
    ///    - name: orders
    /// -    type: tables
    /// +    type: topic
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// outputPorts:
    ///   - {name: orders, type: tables}
    ///   - {name: orders-stream, type: topic}
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `output-port-type-changed: warning`; drafts and proposals are never judged.
    pub static OUTPUT_PORT_TYPE_CHANGED = {
        code: "BRK062", name: "output-port-type-changed", direction: Both, since: "0.1.0",
        help: "add a port of the new type beside the old one",
    }
}

declare_change! {
    /// ## What it finds
    /// A data product that publishes a contract, or a major of it, that it did not publish before.
    ///
    /// ## Why it matters
    /// It is listed so that a change is told whole.
    ///
    /// ## Example
    /// ```diff
    ///  outputPorts:
    ///    - {name: orders, contractId: orders, version: 2.1.0}
    /// +  - {name: returns, contractId: returns, version: 1.0.0}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// outputPorts:
    ///   - {name: returns, contractId: returns, version: 1.0.0}     # nothing to do
    /// ```
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `added-output-port: warning`; drafts and proposals are never judged.
    pub static ADDED_OUTPUT_PORT = {
        code: "BRK063", name: "added-output-port", direction: Neutral, since: "0.1.0",
        help: "nothing to do",
    }
}

declare_change! {
    /// ## What it finds
    /// A data product that reads something else, or whose output ports name other inputs.
    ///
    /// ## Why it matters
    /// Lineage changes, and promises do not.
    ///
    /// ## Example
    /// ```diff
    ///  inputPorts:
    /// -  - {name: orders, contractId: orders, version: 2.1.0}
    /// +  - {name: orders, contractId: orders, version: 3.0.0}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// inputPorts:
    ///   - {name: orders, contractId: orders, version: 3.0.0}       # nothing to do
    /// ```
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `input-ports-changed: warning`; drafts and proposals are never judged.
    pub static INPUT_PORTS_CHANGED = {
        code: "BRK064", name: "input-ports-changed", direction: Neutral, since: "0.1.0",
        help: "nothing to do",
    }
}

declare_change! {
    /// ## What it finds
    /// An output port that publishes what it did, under another `name`.
    ///
    /// ## Why it matters
    /// The name is an address: `products/orders.html#port-tables` is a permanent anchor, and access agreements name the port. No alias can lead on from an anchor.
    ///
    /// ## Example
    /// ```diff
    ///  outputPorts:
    /// -  - {name: tables, contractId: orders, version: 2.1.0}
    /// +  - {name: order-tables, contractId: orders, version: 2.1.0}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// outputPorts:
    ///   - {name: tables, contractId: orders, version: 2.1.0}     # the words for people belong into `description`
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `output-port-renamed: error`; drafts and proposals are never judged.
    pub static OUTPUT_PORT_RENAMED = {
        code: "BRK070", name: "output-port-renamed", direction: Undetermined, since: "0.1.0",
        help: "keep the name: links to its place on the page and agreements that name it lead nowhere otherwise",
    }
}

declare_change! {
    /// ## What it finds
    /// An output port that says `deprecated: true` now.
    ///
    /// ## Why it matters
    /// It still works, and will end, while the contract may go on elsewhere: who reads it has to know when, and which port to take. They are listed with the change and asked to look at it.
    ///
    /// ## Example
    /// ```diff
    ///  outputPorts:
    ///    - name: files
    ///      contractId: orders-files
    /// +    deprecated: true
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # in the contract that the port publishes
    /// status: deprecated
    /// slaProperties:
    ///   - {property: endOfSupport, value: "2027-06-30"}
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `deprecated-output-port: error`; drafts and proposals are never judged.
    pub static DEPRECATED_OUTPUT_PORT = {
        code: "BRK082", name: "deprecated-output-port", direction: Undetermined, since: "0.1.0",
        help: "say in its `description` which port takes its place, and state `endOfSupport` in the `slaProperties` of its contract",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] = &[
    &REMOVED_OUTPUT_PORT,
    &OUTPUT_PORT_TYPE_CHANGED,
    &OUTPUT_PORT_RENAMED,
    &ADDED_OUTPUT_PORT,
    &INPUT_PORTS_CHANGED,
    &DEPRECATED_OUTPUT_PORT,
];
