//! Servers of contracts in words: what they are, and where on them an object is.

use crate::model::{SchemaObject, Server};

/// Returns what people call a type of server.
pub(super) fn type_title(server_type: &str) -> String {
    let title = match server_type.to_lowercase().as_str() {
        "api" => "API",
        "athena" => "Athena",
        "azure" => "Azure storage",
        "bigquery" => "BigQuery",
        "clickhouse" => "ClickHouse",
        "cloudsql" => "Cloud SQL",
        "databricks" => "Databricks",
        "db2" => "Db2",
        "duckdb" => "DuckDB",
        "glue" => "Glue",
        "hana" => "SAP HANA",
        "iceberg" => "Iceberg",
        "kafka" => "Kafka",
        "kinesis" => "Kinesis",
        "local" => "Local files",
        "mysql" => "MySQL",
        "oracle" => "Oracle",
        "postgres" | "postgresql" => "PostgreSQL",
        "presto" => "Presto",
        "pubsub" => "Pub/Sub",
        "redshift" => "Redshift",
        "s3" => "S3 files",
        "sftp" => "SFTP",
        "snowflake" => "Snowflake",
        "sqlserver" => "SQL Server",
        "synapse" => "Synapse",
        "trino" => "Trino",
        _ => return super::parts::sentence(server_type),
    };
    title.to_owned()
}

/// Returns where an object is on a server, as a person would type it there.
pub(super) fn place(server: &Server, object: Option<&SchemaObject>) -> String {
    let field = |name: &str| server.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let table = object.map(|object| object.physical_name.as_deref().unwrap_or(&object.name));
    let dotted = |names: &[&str]| {
        let parts: Vec<&str> = names.iter().filter_map(|name| field(name)).chain(table).collect();
        parts.join(".")
    };
    let place = match server.server_type.to_lowercase().as_str() {
        "snowflake" | "redshift" | "sqlserver" | "synapse" | "athena" | "postgres" | "postgresql" | "cloudsql"
        | "db2" | "oracle" | "mysql" | "clickhouse" | "duckdb" | "vertica" | "exasol" | "hana" | "teradata" => {
            if field("schema").is_some() || field("database").is_none() {
                dotted(&["schema"])
            } else {
                dotted(&["database"])
            }
        }
        "bigquery" => dotted(&["project", "dataset"]),
        "databricks" | "trino" | "presto" => dotted(&["catalog", "schema"]),
        "iceberg" => dotted(&["catalog", "namespace"]),
        "kafka" | "kinesis" | "pubsub" => {
            field("topic").or(field("stream")).or(table).or(field("host")).unwrap_or_default().to_owned()
        }
        "glue" => dotted(&["database"]),
        _ => {
            let named = field("location").or(field("path")).or(field("endpointUrl")).or(field("host"));
            named.or(table).unwrap_or_default().to_owned()
        }
    };
    if place.is_empty() { server.name.to_string() } else { place }
}

/// Returns the address of a server in words: its fields that say where it is.
pub(super) fn address(server: &Server) -> String {
    const ORDER: [&str; 16] = [
        "location",
        "endpointUrl",
        "host",
        "port",
        "account",
        "project",
        "catalog",
        "catalogUrl",
        "database",
        "dataset",
        "schema",
        "namespace",
        "warehouse",
        "topic",
        "path",
        "format",
    ];
    let parts = ORDER
        .iter()
        .filter_map(|name| server.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()));
    parts.collect::<Vec<_>>().join(" / ")
}

/// Says whether a server is the one for real use: its environment is production, or not said.
pub(super) fn is_production(server: &Server) -> bool {
    server.environment.as_deref().is_none_or(|environment| environment.to_lowercase().starts_with("prod"))
}
