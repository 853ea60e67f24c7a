//! How the data of a contract is read: its servers, and what to paste.

use serde::Serialize;

use crate::model::{DataContract, Server};
use crate::render::servers::{self, Snippet};

/// Servers with a text to paste.
const CONNECTS: usize = 3;
/// Further objects with one, on the first server.
const OBJECTS: usize = 2;

/// One way to read from a server.
#[derive(Serialize)]
pub(super) struct Connect {
    /// What runs the text, and the server.
    heading: String,
    title: String,
    code: String,
}

#[derive(Serialize)]
pub(super) struct ServerRow<'a> {
    name: &'a str,
    kind: String,
    address: String,
    /// What else it states.
    rest: String,
    environment: Option<&'a str>,
    description: Option<&'a str>,
}

/// What to paste, production first.
pub(super) fn connects(contract: &DataContract) -> Vec<Connect> {
    let mut servers: Vec<&Server> = contract.servers.iter().collect();
    servers.sort_by_key(|server| !servers::is_production(server));
    let production = contract.servers.iter().filter(|server| servers::is_production(server)).count();
    let wanted = production.clamp(1, CONNECTS);
    let mut connects = Vec::new();
    for server in servers.iter().take(wanted) {
        connects.extend(
            servers::snippets(server, contract.objects.first()).into_iter().map(|Snippet { title, code }| Connect {
                heading: format!("{title}, {}", server.name),
                title,
                code,
            }),
        );
    }
    // Where the first is a table, the others are read beside it; elsewhere an object has no name of its own there.
    if let Some(server) = servers.first().filter(|server| servers::names_tables(server)) {
        for object in contract.objects.iter().skip(1).take(OBJECTS) {
            connects.extend(servers::first_snippet(server, Some(object)).map(|Snippet { title, code }| Connect {
                heading: format!("{title}, {}", object.name.value),
                title,
                code,
            }));
        }
    }
    // One to try it on, which often needs no agreement: in the words that name the server, where there are such.
    if let Some(server) = servers.get(production.max(1)).filter(|_| production <= CONNECTS) {
        connects.extend(
            servers::snippets(server, contract.objects.first()).pop().map(|Snippet { title, code }| Connect {
                heading: format!("{title}, {}", server.name),
                title,
                code,
            }),
        );
    }
    connects
}

/// Says as HTML why there is nothing to paste, where servers are stated and none of them has a snippet.
pub(super) fn why_none(contract: &DataContract) -> Option<String> {
    let first = contract.servers.iter().find(|server| servers::is_production(server)).or(contract.servers.first());
    first.map(|server| servers::why_none(server, !contract.objects.is_empty()))
}

pub(super) fn server_row(server: &Server) -> ServerRow<'_> {
    ServerRow {
        name: &server.name,
        kind: servers::type_title(&server.server_type),
        address: servers::address(server),
        rest: servers::rest(server),
        environment: server.environment.as_deref(),
        description: server.description.as_deref(),
    }
}
