//! Where data lies, as tools and the servers of contracts say it: which servers promises are about, and which data
//! lies elsewhere.

use crate::model::{DataContract, SchemaObject, Server, Text};

/// The words for the environment in which a promise is kept.
const PRODUCTION: [&str; 2] = ["prod", "production"];

/// What `type` of a server and the scheme of a namespace call one kind of system.
const KINDS: [(&str, &[&str]); 24] = [
    ("postgres", &["postgres", "postgresql"]),
    ("redshift", &["redshift"]),
    ("snowflake", &["snowflake"]),
    ("bigquery", &["bigquery"]),
    ("mysql", &["mysql", "mariadb"]),
    ("sqlserver", &["sqlserver", "mssql", "synapse"]),
    ("oracle", &["oracle"]),
    ("db2", &["db2"]),
    ("teradata", &["teradata"]),
    ("vertica", &["vertica"]),
    ("clickhouse", &["clickhouse"]),
    ("cassandra", &["cassandra"]),
    ("s3", &["s3", "s3a", "s3n"]),
    ("gcs", &["gcs", "gs"]),
    ("azure", &["azure", "abfs", "abfss", "wasb", "wasbs"]),
    ("hdfs", &["hdfs"]),
    ("sftp", &["sftp"]),
    ("kafka", &["kafka"]),
    ("kinesis", &["kinesis"]),
    ("pubsub", &["pubsub"]),
    ("trino", &["trino", "presto"]),
    ("databricks", &["databricks"]),
    ("hive", &["hive", "impala"]),
    ("glue", &["glue"]),
];

/// Kinds whose data is of no other kind at the same time; tables of the others lie in stores, or in databases that they
/// read.
const OF_ITS_OWN: usize = 20;
/// Stores and streams, whose names have no database and schema.
const WITHOUT_SCHEMA: [&str; 8] = ["s3", "gcs", "azure", "hdfs", "sftp", "kafka", "kinesis", "pubsub"];
/// Kinds whose tables stand in databases alone, without a schema between them.
const OF_TWO_LEVELS: [&str; 5] = ["mysql", "clickhouse", "cassandra", "hive", "glue"];

/// Returns the value of the first of these fields that a server states.
pub(super) fn field<'s>(server: &'s Server, names: &[&str]) -> Option<&'s str> {
    server.fields.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.as_str())
}

/// Returns where a server says that its data lies, in lower case, up to what stands for more than one place; none where that
/// says too little.
pub(super) fn place_of(server: &Server) -> Option<String> {
    let location = field(server, &["location"])?.to_lowercase();
    let fixed = location.split(['*', '{']).next().unwrap_or_default().trim_end_matches('/');
    (fixed.len() > 8).then(|| fixed.to_owned())
}

/// Says whether a server is one of production: by its environment, else by its name.
fn is_production(server: &Server) -> bool {
    let word = server.environment.as_deref().unwrap_or(&server.name).trim();
    PRODUCTION.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Returns the servers whose data keeps or misses the promises of a contract: where one is of production, the others of
/// which another environment is stated are not.
pub(super) fn deciding(contract: &DataContract) -> Vec<&Server> {
    let has_production = contract.servers.iter().any(is_production);
    let decides = |server: &&Server| !has_production || is_production(server) || server.environment.is_none();
    contract.servers.iter().filter(decides).collect()
}

/// Of which server a result is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// Of this one of several that decide; none where that makes no difference, or is not known.
    Deciding(Option<Text>),
    /// Of one that the contract lists and that is not of production, as others are.
    Beside(Text),
    /// Of none that the contract lists.
    Unknown,
}

/// Finds the server that a tool names. A contract that lists no servers says nothing against any.
pub(super) fn named(contract: &DataContract, name: Option<&str>) -> Of {
    let Some(name) = name.map(str::trim).filter(|_| !contract.servers.is_empty()) else { return Of::Deciding(None) };
    let servers = || contract.servers.iter();
    let found = servers().find(|server| server.name == name);
    match found.or_else(|| servers().find(|server| server.name.eq_ignore_ascii_case(name))) {
        Some(server) => one_of(contract, &[server]),
        None => Of::Unknown,
    }
}

/// Finds the server on which a dataset lies.
pub(super) fn of_dataset(contract: &DataContract, object: &SchemaObject, dataset: &Dataset<'_>) -> Of {
    if contract.servers.is_empty() {
        return if dataset.is_elsewhere(None, object) { Of::Unknown } else { Of::Deciding(None) };
    }
    let may_be: Vec<&Server> =
        contract.servers.iter().filter(|server| !dataset.is_elsewhere(Some(server), object)).collect();
    one_of(contract, &may_be)
}

fn one_of(contract: &DataContract, servers: &[&Server]) -> Of {
    let deciding = deciding(contract);
    let decides = |server: &&&Server| deciding.iter().any(|known| std::ptr::eq(*known, **server));
    let mut found = servers.iter().filter(decides);
    match (found.next(), found.next(), servers.first()) {
        (Some(only), None, _) => Of::Deciding(Some(only.name.clone()).filter(|_| deciding.len() > 1)),
        (Some(_), Some(_), _) => Of::Deciding(None),
        (None, _, Some(server)) => Of::Beside(server.name.clone()),
        (None, _, None) => Of::Unknown,
    }
}

/// A dataset by its namespace and name, in lower case.
pub(super) struct Dataset<'d> {
    /// The kind of system that the namespace names.
    kind: Option<&'static str>,
    /// What stands behind the scheme of the namespace: host, account or bucket.
    authority: Option<&'d str>,
    /// The whole of it.
    whole: String,
    /// The parts of the name.
    parts: &'d [&'d str],
}

impl<'d> Dataset<'d> {
    /// Takes namespace and name, and the parts of the name; all in lower case.
    pub(super) fn new(namespace: &'d str, name: &str, parts: &'d [&'d str]) -> Dataset<'d> {
        let (scheme, authority) = match namespace.split_once("://") {
            Some((scheme, rest)) => (scheme, rest.split('/').next().filter(|rest| !rest.is_empty())),
            None if namespace.starts_with("arn:aws:glue") => ("glue", None),
            None => (namespace, None),
        };
        let kind = kind_of(scheme);
        let whole = format!("{}/{}", namespace.trim_end_matches('/'), name.trim_start_matches('/'));
        Dataset { kind, authority, whole, parts }
    }

    /// Says whether what is stated of the place of a dataset contradicts a server, or the physical name of an object. What
    /// one of them does not state contradicts nothing.
    fn is_elsewhere(&self, server: Option<&Server>, object: &SchemaObject) -> bool {
        let kind = server.and_then(|server| kind_of(&server.server_type.to_lowercase()));
        if self.is_of_another_kind(kind) {
            return true;
        }
        if let Some(server) = server
            && (self.is_on_another_host(server) || self.is_in_another_folder(kind, server))
        {
            return true;
        }
        let is_without = |kind: Option<&str>| kind.is_some_and(|kind| WITHOUT_SCHEMA.contains(&kind));
        !is_without(self.kind) && !is_without(kind) && self.is_in_another_schema(kind, server, object)
    }

    fn is_of_another_kind(&self, kind: Option<&str>) -> bool {
        let (Some(own), Some(kind)) = (self.kind, kind) else { return false };
        let is_one = |kind: &str| KINDS[..OF_ITS_OWN].iter().any(|(known, _)| *known == kind);
        // Drivers of the one are used for the other.
        let is_alike = |one: &str| matches!(one, "postgres" | "redshift");
        own != kind && is_one(own) && is_one(kind) && !(is_alike(own) && is_alike(kind))
    }

    fn is_on_another_host(&self, server: &Server) -> bool {
        let Some(authority) = self.authority.filter(|_| self.kind.is_some()) else { return false };
        let own = host(authority);
        if self.kind == Some("snowflake") {
            let account = field(server, &["account"]).filter(|account| is_fixed(account)).map(str::to_lowercase);
            return account.is_some_and(|account| !is_same_account(own, host(&account)));
        }
        let Some(stated) = field(server, &["host", "bootstrapServers", "endpointUrl"]).filter(|it| is_fixed(it)) else {
            return false;
        };
        let stated = stated.to_lowercase();
        // A bucket is no host, and a cluster has several.
        let is_store = self.kind.is_some_and(|kind| matches!(kind, "s3" | "gcs" | "azure" | "hdfs"));
        let is_same = authority.split(',').any(|own| stated.split(',').any(|one| is_same_host(host(own), host(one))));
        !is_store && !is_same
    }

    fn is_in_another_folder(&self, kind: Option<&str>, server: &Server) -> bool {
        let is_store = |kind: &str| matches!(kind, "s3" | "gcs" | "hdfs");
        let Some(kind) = kind.filter(|kind| self.kind == Some(*kind) && is_store(kind)) else { return false };
        let Some(place) = place_of(server).filter(|place| place.contains("://")) else { return false };
        let below = |place: &str| match place.split_once("://") {
            Some((scheme, rest)) if kind_of(scheme) == Some(kind) => Some(rest.trim_matches('/').to_owned()),
            _ => None,
        };
        let (Some(own), Some(place)) = (below(&self.whole), below(&place)) else { return false };
        // The location may end within a name, before a wildcard.
        !own.starts_with(&place) && !place.starts_with(&own)
    }

    fn is_in_another_schema(&self, kind: Option<&str>, server: Option<&Server>, object: &SchemaObject) -> bool {
        let levels = levels(kind.or(self.kind), server, object);
        let n_table = object.physical_name.as_ref().map_or_else(|| object.name.value.split('.').count(), |_| 1);
        let mut above = self.parts[..self.parts.len().saturating_sub(n_table)].iter().rev();
        levels.iter().any(|stated| {
            let own = above.next();
            own.zip(stated.as_ref()).is_some_and(|(own, stated)| *own != stated)
        })
    }
}

/// Says whether an object lies in a schema of this name, as far as is stated: by its physical name, else by a server.
pub(super) fn is_in_schema(contract: &DataContract, object: &SchemaObject, schema: &str) -> bool {
    let is = |server: Option<&Server>| {
        let kind = server.and_then(|server| kind_of(&server.server_type.to_lowercase()));
        levels(kind, server, object)[0].as_deref().is_some_and(|stated| flat(stated) == flat(schema))
    };
    if contract.servers.is_empty() { is(None) } else { deciding(contract).into_iter().any(|server| is(Some(server))) }
}

/// Returns what is stated above a table, in lower case: the schema, then the database. What stands before its physical
/// name counts before what the server says.
fn levels(kind: Option<&str>, server: Option<&Server>, object: &SchemaObject) -> [Option<String>; 2] {
    let stated = |names: &[&str]| server.and_then(|server| field(server, names));
    // A database of DuckDB or SQLite is a file, and what tools call it says nothing of where that is.
    let is_file = |place: &&str| {
        let ending = place.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        place.contains(['/', '\\']) || matches!(ending.as_deref(), Some("duckdb" | "db" | "sqlite"))
    };
    let database = stated(&["catalog", "project", "database"]).filter(|place| !is_file(place));
    let schema = stated(&["schema", "dataset"]);
    let of_server = if kind.is_some_and(|kind| OF_TWO_LEVELS.contains(&kind)) {
        [database.or(schema), None]
    } else {
        [schema, database]
    };
    let physical = object.physical_name.as_deref().filter(|name| !name.contains('/')).unwrap_or_default();
    let mut of_object = physical.rsplit('.').skip(1).map(|part| part.trim_matches(['"', '`', '[', ']']));
    of_server.map(|of_server| {
        let part = of_object.next().filter(|part| !part.is_empty()).or(of_server);
        part.filter(|part| is_fixed(part)).map(|part| part.trim().to_lowercase())
    })
}

fn kind_of(word: &str) -> Option<&'static str> {
    KINDS.iter().find(|(_, words)| words.contains(&word)).map(|(kind, _)| *kind)
}

/// Says whether a place is written out, with nothing to be filled in.
fn is_fixed(place: &str) -> bool {
    !place.trim().is_empty() && !place.contains(['{', '$', '<', '*'])
}

/// Returns the host of an authority or address, without user, port and path.
fn host(authority: &str) -> &str {
    let rest = authority.split_once("://").map_or(authority, |(_, rest)| rest);
    let rest = rest.split('/').next().unwrap_or_default();
    let rest = rest.rsplit('@').next().unwrap_or_default().trim();
    match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => rest,
    }
}

/// Says whether two hosts are one, where either may leave its domain out.
fn is_same_host(one: &str, other: &str) -> bool {
    let begins = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('.'));
    // OpenLineage names a cluster of Redshift by its name and region.
    let first = |host: &str| host.split('.').next().unwrap_or_default().to_owned();
    let is_cluster = |host: &str| host.ends_with(".amazonaws.com");
    one == other
        || begins(one, other)
        || begins(other, one)
        || ((is_cluster(one) || is_cluster(other)) && first(one) == first(other))
}

/// Says whether two accounts of Snowflake may be one. Each has two names, by its organization (`acme-sales`) and by its
/// place (`xy12345.eu-central-1`), of which nobody can say that they are two accounts.
fn is_same_account(one: &str, other: &str) -> bool {
    let plain = |account: &str| account.split('.').next().unwrap_or_default().replace('_', "-");
    let (one, other) = (plain(one), plain(other));
    one.contains(&other) || other.contains(&one) || one.contains('-') != other.contains('-')
}

/// A name as tools write it into other names.
pub(super) fn flat(name: &str) -> String {
    name.trim().to_lowercase().replace(['-', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_one_without_port_user_and_domain() {
        assert_eq!(host("me@warehouse.example.com:5432"), "warehouse.example.com");
        assert_eq!(host("https://x.cloud/path"), "x.cloud");
        for (one, other, is_same) in [
            ("a.example.com", "a.example.com", true),
            ("a", "a.example.com", true),
            ("a.example.com", "b.example.com", false),
            ("a", "ab.example.com", false),
            ("c.eu-west-1", "c.x1y2.eu-west-1.redshift.amazonaws.com", true),
        ] {
            assert_eq!(is_same_host(one, other), is_same, "{one} {other}");
        }
    }

    #[test]
    fn accounts_have_two_names() {
        for (one, other, is_same) in [
            ("acme", "acme.eu-central-1", true),
            ("acme", "org-acme", true),
            ("xy12345.eu-central-1", "org-acme", true),
            ("acme", "other", false),
            ("org-acme", "org-other", false),
        ] {
            assert_eq!(is_same_account(one, other), is_same, "{one} {other}");
        }
    }
}
