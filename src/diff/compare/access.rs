//! Where the data is, who may read it, what it costs and on which terms.

use super::super::change::{Direction, Gate};
use super::super::rules::access as rules;
use super::super::rules::governance::APPROVER_CHANGED;
use super::items::{self, Key};
use super::limits::Value;
use super::{Found, Note, any_text, entry_place, id_place, text, value_place};
use crate::yaml::NodeRef;

/// Fields of a role that say who approves it, first level and second.
const APPROVERS: [&str; 2] = ["firstLevelApprovers", "secondLevelApprovers"];
/// Fields of a price that say what it is.
const PRICE: [&str; 3] = ["priceAmount", "priceCurrency", "priceUnit"];
/// Fields of a server that do not say where the data is.
const WORDS_OF_SERVER: [&str; 6] = ["server", "id", "description", "environment", "roles", "customProperties"];

impl Found {
    pub(super) fn access(&mut self, base: NodeRef<'_>, head: NodeRef<'_>) {
        self.servers(base, head);
        self.roles(base, head);
        self.price(base, head);
        self.terms(base, head);
    }

    fn servers(&mut self, base: NodeRef<'_>, head: NodeRef<'_>) {
        let keys: [Key; 2] = [Key::Text(server_name), Key::Id];
        let pairs = items::pair_up(items::maps(base, "servers"), items::maps(head, "servers"), &keys);
        let list = entry_place(head, "servers").unwrap_or(id_place(head));
        for server in &pairs.removed {
            let name = text(*server, "server").unwrap_or_default();
            self.push(
                Note::new(&rules::REMOVED_SERVER, format!("servers.{name}"), format!("the server `{name}` is removed"))
                    .direction(weight(*server))
                    .values(Some(address(*server)), None::<String>)
                    .places(value_place(*server, "server"), Some(list)),
            );
        }
        for (base, head) in &pairs.both {
            self.server(*base, *head);
        }
        for server in &pairs.added {
            let name = text(*server, "server").unwrap_or_default();
            self.push(
                Note::new(&rules::ADDED_SERVER, format!("servers.{name}"), format!("the server `{name}` is added"))
                    .values(None::<String>, Some(address(*server)))
                    .places(None, value_place(*server, "server")),
            );
        }
    }

    fn server(&mut self, base: NodeRef<'_>, head: NodeRef<'_>) {
        let name = text(base, "server").unwrap_or_default();
        let path = format!("servers.{name}");
        let keys = |node: NodeRef<'_>| -> Vec<String> {
            node.entries().filter_map(|(key, _)| key.as_str().map(str::to_owned)).collect()
        };
        let mut fields = keys(base);
        fields.extend(keys(head));
        fields.sort();
        fields.dedup();
        // A port is the same whether it is written as a number or as a text.
        let said = |node: NodeRef<'_>, key: &str| node.get(key).map(any_text);
        let computes = |key: &str| key == "warehouse" && kind(head) == "snowflake";
        let is_place = |key: &str| !WORDS_OF_SERVER.contains(&key) && !computes(key);
        let is_same = |key: &str| match key {
            "type" => kind(base) == kind(head),
            _ => said(base, key) == said(head, key),
        };
        let is_moved = |key: &&String| is_place(key) && !is_same(key);
        let leaves_production = weight(base) == Direction::Both && weight(head) != Direction::Both;
        let moved = fields.iter().find(is_moved).map(String::as_str).or(leaves_production.then_some("environment"));
        let mut handled: Vec<&str> = fields.iter().map(String::as_str).filter(|key| is_place(key)).collect();
        let Some(key) = moved else {
            self.fields(&format!("the server `{name}`"), &path, base, head, &handled);
            self.silent(&path, (base, head), &handled, self.changes.len());
            return;
        };
        if key == "environment" {
            handled.push(key);
        }
        self.fields(&format!("the server `{name}`"), &path, base, head, &handled);
        let shown = |server: NodeRef<'_>| match text(server, "environment") {
            Some(environment) if key == "environment" => format!("{}, environment {environment}", address(server)),
            _ => address(server),
        };
        self.push(
            Note::new(&rules::SERVER_MOVED, path, format!("the server `{name}` is another place"))
                .direction(weight(base))
                .values(Some(shown(base)), Some(shown(head)))
                .places(
                    value_place(base, key).or(value_place(base, "server")),
                    value_place(head, key).or(value_place(head, "server")),
                ),
        );
    }

    fn roles(&mut self, base: NodeRef<'_>, head: NodeRef<'_>) {
        // Another name is another role, whatever its id: people are granted what it is called.
        let keys: [Key; 1] = [Key::Text(role_name)];
        let pairs = items::pair_up(items::maps(base, "roles"), items::maps(head, "roles"), &keys);
        let list = entry_place(head, "roles").unwrap_or(id_place(head));
        for role in &pairs.removed {
            let name = text(*role, "role").unwrap_or_default();
            self.push(
                Note::new(&rules::ROLE_NARROWED, format!("roles.{name}"), format!("the role `{name}` is removed"))
                    .values(Some(text(*role, "access").unwrap_or(name)), None::<String>)
                    .places(value_place(*role, "role"), Some(list)),
            );
        }
        for (base, head) in &pairs.both {
            let name = text(*base, "role").unwrap_or_default();
            let (was, is) = (text(*base, "access"), text(*head, "access"));
            let since = self.changes.len();
            self.approvers(&name, *base, *head);
            let (what, path) = (format!("the role `{name}`"), format!("roles.{name}"));
            let handled = [&["role", "access"], APPROVERS.as_slice()].concat();
            self.fields(&what, &path, *base, *head, &handled);
            self.silent(&path, (*base, *head), &APPROVERS, since);
            if was == is {
                continue;
            }
            self.push(
                Note::new(
                    &rules::ROLE_NARROWED,
                    format!("roles.{name}"),
                    format!("the role `{name}` has other access"),
                )
                .values(was, is)
                .places(
                    value_place(*base, "access").or(value_place(*base, "role")),
                    value_place(*head, "access").or(value_place(*head, "role")),
                ),
            );
        }
        for role in &pairs.added {
            let name = text(*role, "role").unwrap_or_default();
            self.push(
                Note::new(&rules::ROLE_NARROWED, format!("roles.{name}"), format!("the role `{name}` is added"))
                    .direction(Direction::Adds)
                    .values(None::<String>, Some(text(*role, "access").unwrap_or(name)))
                    .places(None, value_place(*role, "role")),
            );
        }
    }

    /// Compares who approves what a role gives.
    fn approvers(&mut self, name: &str, base: NodeRef<'_>, head: NodeRef<'_>) {
        for (key, level) in APPROVERS.into_iter().zip(["first", "second"]) {
            let names = |role: NodeRef<'_>| {
                let names = role.get(key).filter(|names| !names.is_null()).map(any_text);
                names.map(|names| names.trim().to_owned()).filter(|names| !names.is_empty())
            };
            let (was, is) = (names(base), names(head));
            if was == is {
                continue;
            }
            let words = match (&was, &is) {
                (_, None) => "names no approver any more",
                (None, _) => "names its approver now",
                _ => "has another approver",
            };
            let message = format!("the role `{name}` {words}, {level} level");
            let note = Note::new(&APPROVER_CHANGED, format!("roles.{name}.{key}"), message).gate(Gate::Decision);
            self.push(note.values(was, is).places(
                value_place(base, key).or(value_place(base, "role")),
                value_place(head, key).or(value_place(head, "role")),
            ));
        }
    }

    fn price(&mut self, base: NodeRef<'_>, head: NodeRef<'_>) {
        let (from, to) = (base.get("price"), head.get("price"));
        if let (Some(from), Some(to)) = (from, to) {
            self.fields("the price", "price", from, to, &PRICE);
        }
        let field = |node: Option<NodeRef<'_>>, key: &str| text(node?, key).map(String::from);
        let same = |key: &str| field(from, key) == field(to, key);
        let is_same_measure = same("priceCurrency") && same("priceUnit");
        if is_same_measure && same("priceAmount") {
            if let (Some(from), Some(to)) = (from, to) {
                self.silent("price", (from, to), &PRICE, self.changes.len());
            }
            return;
        }
        let amount = |node| field(node, "priceAmount").map_or(Value::Number(0.0), |amount| Value::of(&amount));
        let order = amount(to).compare(&amount(from)).filter(|_| is_same_measure || from.is_none() || to.is_none());
        // What is no longer said may be anything.
        let is_unsaid = field(from, "priceAmount").is_some() && field(to, "priceAmount").is_none();
        let (direction, words) = match order {
            _ if is_unsaid => (Direction::Undetermined, "the contract no longer states its price"),
            Some(std::cmp::Ordering::Less) => (Direction::Neutral, "the price is lower"),
            Some(std::cmp::Ordering::Greater) => (Direction::Undetermined, "the price is higher"),
            _ => (Direction::Undetermined, "the price is another one"),
        };
        let shown = |node: Option<NodeRef<'_>>| {
            let words = PRICE.map(|key| field(node, key).unwrap_or_default());
            node.map(|_| words.join(" ").trim().to_owned())
        };
        let at = |root: NodeRef<'_>, node: Option<NodeRef<'_>>| {
            node.and_then(|node| value_place(node, "priceAmount")).or(entry_place(root, "price"))
        };
        self.push(
            Note::new(&rules::PRICE_RAISED, "price", words)
                .direction(direction)
                .values(shown(from), shown(to))
                .places(at(base, from), at(head, to).or(Some(id_place(head)))),
        );
    }

    /// Compares `description.limitations` and `description.usage`; `purpose` explains and binds nobody.
    fn terms(&mut self, base: NodeRef<'_>, head: NodeRef<'_>) {
        for key in ["limitations", "usage"] {
            let field = |root: NodeRef<'_>| text(root.get("description")?, key).map(|text| text.trim().to_owned());
            let (was, is) = (field(base), field(head));
            if was == is {
                continue;
            }
            let at = |root: NodeRef<'_>| {
                let stated = root.get("description").and_then(|description| value_place(description, key));
                stated.or(entry_place(root, "description")).or(Some(id_place(root)))
            };
            self.push(
                Note::new(&rules::TERMS_CHANGED, format!("description.{key}"), format!("the terms `{key}` change"))
                    .values(was, is)
                    .places(at(base), at(head)),
            );
        }
        if let (Some(from), Some(to)) = (base.get("description"), head.get("description")) {
            self.fields("the description", "description", from, to, &["limitations", "usage"]);
            let is_told = base.entry("name").is_some();
            if !is_told && !from.is_mapping() && !to.is_mapping() && any_text(from) != any_text(to) {
                self.reworded("the contract", "description", "description", (from.span(), to.span()));
            }
        }
    }
}

fn server_name(server: NodeRef<'_>) -> Option<String> {
    text(server, "server").map(String::from)
}

fn role_name(role: NodeRef<'_>) -> Option<String> {
    text(role, "role").map(String::from)
}

/// A server breaks its readers where it is that of production, or does not say what it is for.
fn weight(server: NodeRef<'_>) -> Direction {
    let environment = text(server, "environment").unwrap_or_default().trim().to_lowercase();
    let is_production =
        environment.is_empty() || environment.starts_with("prod") || matches!(environment.as_str(), "prd" | "live");
    if is_production { Direction::Both } else { Direction::Neutral }
}

/// The type of a server, in one spelling. The warehouse of Snowflake computes, and holds no data.
fn kind(server: NodeRef<'_>) -> String {
    let kind = text(server, "type").unwrap_or_default().trim().to_lowercase();
    if kind == "postgresql" { "postgres".to_owned() } else { kind }
}

/// Where a server is, in one line.
fn address(server: NodeRef<'_>) -> String {
    let kind = text(server, "type").unwrap_or_default().into_owned();
    let fields = server.entries().filter_map(|(key, value)| {
        let key = key.as_str().filter(|key| !WORDS_OF_SERVER.contains(key) && *key != "type")?;
        Some(format!("{key} {}", value.scalar_text()?))
    });
    std::iter::once(kind).chain(fields).collect::<Vec<_>>().join(", ")
}
