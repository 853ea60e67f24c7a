//! Servers of contracts in words: what they are, and where on them an object is.

use serde::Serialize;

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

/// Says whether what a type of server holds comes as it happens.
pub(super) fn is_stream(kind: &str) -> bool {
    matches!(kind, "kafka" | "kinesis" | "pubsub")
}

/// Returns where an object is on a server, as a person would type it there: for a table all parts of its name that its
/// engine takes.
pub(super) fn place(server: &Server, object: Option<&SchemaObject>) -> String {
    let field = |name: &str| field(server, name);
    let kind = server.server_type.to_lowercase();
    let place = match (above(&kind), kind.as_str()) {
        (Some(above), _) => {
            let named = path(above, &field, object).join(".");
            // One that names its database only says at least that.
            if named.is_empty() { field("database").unwrap_or_default().to_owned() } else { named }
        }
        (None, kind) if is_stream(kind) => {
            let named = field("topic").or(field("stream")).or(object.map(table_name)).or(field("host"));
            named.unwrap_or_default().to_owned()
        }
        (None, _) => {
            let named = field("location").or(field("path")).or(field("endpointUrl")).or(field("host"));
            named.or(object.map(table_name)).unwrap_or_default().to_owned()
        }
    };
    if place.is_empty() { server.name.to_string() } else { place }
}

/// Returns the names by which people copy an object from a server, each as a whole: of a table with what stands above it,
/// of a topic its own.
pub(super) fn names(server: &Server, object: &SchemaObject) -> Vec<String> {
    let kind = server.server_type.to_lowercase();
    match (above(&kind), kind.as_str()) {
        (Some(above), _) => {
            let parts = path(above, &|name| field(server, name), Some(object));
            (0..parts.len().saturating_sub(1)).map(|start| parts[start..].join(".")).collect()
        }
        (None, kind) if is_stream(kind) => vec![place(server, Some(object))],
        _ => Vec::new(),
    }
}

/// Returns the database to connect to, where it is no part of the name of a table: a connection is to one of them.
pub(super) fn database(server: &Server) -> Option<&str> {
    let above = above(&server.server_type.to_lowercase())?;
    field(server, "database").filter(|database| !above.contains(&"database") && !database.trim().is_empty())
}

/// The machine or account that a server is on, where it says so.
pub(super) fn host(server: &Server) -> Option<&str> {
    ["host", "account", "serviceName", "endpointUrl"].iter().find_map(|name| field(server, name))
}

fn field<'s>(server: &'s Server, name: &str) -> Option<&'s str> {
    server.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Says whether what a contract describes are tables with names on a server.
pub(super) fn names_tables(server: &Server) -> bool {
    above(&server.server_type.to_lowercase()).is_some()
}

/// The fields that stand before the name of a table, for engines whose tables have such names.
fn above(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "snowflake" | "redshift" | "sqlserver" | "synapse" => &["database", "schema"],
        "bigquery" => &["project", "dataset"],
        "databricks" | "trino" | "presto" | "athena" => &["catalog", "schema"],
        "iceberg" => &["catalog", "namespace"],
        "postgres" | "postgresql" | "cloudsql" | "oracle" | "db2" | "hana" | "duckdb" | "vertica" | "exasol" => {
            &["schema"]
        }
        "mysql" | "clickhouse" | "teradata" | "glue" => &["database"],
        _ => return None,
    })
}

/// The parts of the name of a table. What its physical name has of them already is not said again.
fn path<'p, 's: 'p, 'o: 'p>(above: &[&str], field: Field<'_, 's>, object: Option<&'o SchemaObject>) -> Vec<&'p str> {
    let table: Vec<&str> = object.map(|object| table_name(object).split('.').collect()).unwrap_or_default();
    let wanted = above.len().saturating_sub(table.len().saturating_sub(1));
    let named = above.iter().take(wanted).filter_map(|name| field(name)).flat_map(|part| part.split('.'));
    named.chain(table).filter(|part| !part.is_empty()).collect()
}

/// A text to paste where the data is read.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Snippet {
    /// What runs it: Snowflake, Python, Shell.
    pub title: String,
    /// The text.
    pub code: String,
}

/// Returns what to paste to read an object from a server: in the words of the server first, then in
/// Python where there is a usual way. Names and addresses come from files that anyone may have
/// written, so each is quoted for where it is pasted, and one that cannot be makes no snippet.
pub(super) fn snippets(server: &Server, object: Option<&SchemaObject>) -> Vec<Snippet> {
    made(server, object, true)
}

/// Returns the first of [`snippets`].
pub(super) fn first_snippet(server: &Server, object: Option<&SchemaObject>) -> Option<Snippet> {
    made(server, object, false).into_iter().next()
}

/// Makes the snippets for a server; without `wants_all` those behind the first may be left out.
fn made(server: &Server, object: Option<&SchemaObject>, wants_all: bool) -> Vec<Snippet> {
    let field = |name: &str| field(server, name);
    let mut pasted = server.fields.iter().map(|(_, value)| value.as_str()).chain(object.map(table_name));
    if pasted.any(|text| text.chars().any(crate::diagnostic::is_deceptive)) {
        return Vec::new();
    }
    let kind = server.server_type.to_lowercase();
    let title = type_title(&kind);
    let of = |title: &str, code: String| Snippet { title: title.to_owned(), code };
    let named = |key: &str| field(key).or(object.map(table_name)).filter(|name| !name.is_empty());
    match kind.as_str() {
        "bigquery" => {
            let parts: Vec<&str> =
                ["project", "dataset"].iter().filter_map(|name| field(name)).chain(object.map(table_name)).collect();
            let name = parts.join(".").replace('`', "");
            let query = format!("select {}\nfrom   `{name}`\nlimit  10;", columns(object, '`'));
            let client = field("project").map(python).unwrap_or_default();
            let rows = python(&format!("select * from `{name}` limit 10"));
            vec![
                of(&title, query),
                of(
                    "Python",
                    format!(
                        "from google.cloud import bigquery\nclient = bigquery.Client({client})\nrows = client.query({rows}).result()"
                    ),
                ),
            ]
        }
        "kafka" => {
            let (Some(host), Some(topic)) = (field("host"), named("topic")) else { return Vec::new() };
            vec![
                of(&title, format!("kcat -C -e -c 10 \\\n  -b {} \\\n  -t {}", shell(host), shell(topic))),
                of(
                    "Python",
                    format!(
                        "from confluent_kafka import Consumer\nreader = Consumer({{\"bootstrap.servers\": {},\n                   \"group.id\": \"my-group\"}})\nreader.subscribe([{}])",
                        python(host),
                        python(topic)
                    ),
                ),
            ]
        }
        "s3" | "azure" => {
            let Some(location) = field("location") else { return Vec::new() };
            let program = if kind == "s3" { "aws s3 ls" } else { "azcopy list" };
            let mut found = vec![of(&title, format!("{program} {}", shell(listed(location))))];
            if field("format").is_none_or(|format| format.eq_ignore_ascii_case("parquet")) {
                let files = if location.contains('*') {
                    location.to_owned()
                } else {
                    format!("{}/*.parquet", location.trim_end_matches('/'))
                };
                found
                    .push(of("Python", format!("import polars\nrows = polars.scan_parquet(\n    {})", python(&files))));
            }
            found
        }
        "api" => {
            let Some(url) = field("location").or(field("endpointUrl")) else { return Vec::new() };
            vec![
                of(&title, format!("curl -H \"Authorization: Bearer $TOKEN\" \\\n  {}", shell(url))),
                of(
                    "Python",
                    format!(
                        "import os, requests\ntoken = \"Bearer \" + os.environ[\"TOKEN\"]\nanswer = requests.get(\n    {},\n    headers={{\"Authorization\": token}})",
                        python(url)
                    ),
                ),
            ]
        }
        "sftp" => field("location")
            .or(field("host"))
            .map(|place| of(&title, format!("sftp {}", shell(place))))
            .into_iter()
            .collect(),
        "kinesis" => named("stream")
            .map(|stream| of(&title, format!("aws kinesis list-shards \\\n  --stream-name {}", shell(stream))))
            .into_iter()
            .collect(),
        "local" => field("path").map(|path| of(&title, format!("head {}", shell(path)))).into_iter().collect(),
        _ if SQL.contains(&kind.as_str()) => {
            let Some(name) = object.map(|object| qualified(&kind, &field, object)) else { return Vec::new() };
            let query = format!("select {}\nfrom   {name}\nlimit  10;", columns(object, '"'));
            let in_python = if wants_all { python_sql(&kind, &field, &name) } else { None };
            let in_python = in_python.map(|code| of("Python", code));
            [of(&title, query)].into_iter().chain(in_python).collect()
        }
        _ => Vec::new(),
    }
}

/// The folder of a location: programs that list files take no patterns.
fn listed(location: &str) -> &str {
    let Some(pattern) = location.find(['*', '{']) else { return location };
    let slash = location[..pattern].rfind('/');
    // Without the name of the store nothing is left.
    let slash = slash.filter(|slash| !location[..*slash].ends_with('/'));
    slash.map_or(location, |slash| &location[..=slash])
}

/// The types of server that are asked in SQL in the same words.
const SQL: [&str; 22] = [
    "athena",
    "clickhouse",
    "cloudsql",
    "databricks",
    "db2",
    "duckdb",
    "exasol",
    "glue",
    "hana",
    "iceberg",
    "mysql",
    "oracle",
    "postgres",
    "postgresql",
    "presto",
    "redshift",
    "snowflake",
    "sqlserver",
    "synapse",
    "teradata",
    "trino",
    "vertica",
];

/// Looks up a field of a server.
type Field<'f, 's> = &'f dyn Fn(&str) -> Option<&'s str>;

/// Connects from Python to those databases that have one usual driver.
fn python_sql(kind: &str, field: Field<'_, '_>, name: &str) -> Option<String> {
    let query = python(&format!("select * from {name}"));
    let arguments = |names: &[(&str, &str)]| {
        let given = names.iter().filter_map(|(argument, key)| Some((argument, field(key)?)));
        given.map(|(argument, value)| format!("{argument}={}", python(value))).collect::<Vec<_>>().join(",\n    ")
    };
    Some(match kind {
        "snowflake" => format!(
            "import os, snowflake.connector\ncon = snowflake.connector.connect(\n    {},\n    user=os.environ[\"SNOWFLAKE_USER\"],\n    authenticator=\"externalbrowser\")\nrows = con.cursor().execute(\n    {query})",
            arguments(&[("account", "account"), ("warehouse", "warehouse")])
        ),
        "postgres" | "postgresql" | "cloudsql" | "redshift" => format!(
            "import psycopg\ncon = psycopg.connect(\n    {})\nrows = con.execute(\n    {query})",
            arguments(&[("host", "host"), ("port", "port"), ("dbname", "database")])
        ),
        "trino" | "presto" => format!(
            "import trino\ncon = trino.dbapi.connect(\n    {})\nrows = con.cursor().execute(\n    {query})",
            arguments(&[("host", "host"), ("port", "port"), ("catalog", "catalog")])
        ),
        "databricks" => format!("rows = spark.sql(\n    {query})"),
        "iceberg" => format!("rows = spark.table(\n    {})", python(name)),
        _ => return None,
    })
}

/// The name of an object in a query, each part quoted where it must be.
fn qualified(kind: &str, field: Field<'_, '_>, object: &SchemaObject) -> String {
    let parts = path(above(kind).unwrap_or_default(), field, Some(object));
    parts.into_iter().map(|part| identifier(part, '"')).collect::<Vec<_>>().join(".")
}

fn table_name(object: &SchemaObject) -> &str {
    object.physical_name.as_deref().unwrap_or(&object.name)
}

/// The first columns of an object, else all of them.
fn columns(object: Option<&SchemaObject>, quote: char) -> String {
    let names: Vec<String> = object
        .map(|object| object.properties.iter().take(3).map(|column| identifier(&column.name, quote)).collect())
        .unwrap_or_default();
    if names.is_empty() { "*".to_owned() } else { names.join(", ") }
}

fn identifier(name: &str, quote: char) -> String {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if begins && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return name.to_owned();
    }
    format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}")))
}

/// Quotes a text as one word of a shell.
pub(super) fn shell(text: &str) -> String {
    let is_plain = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'/' | b':' | b',' | b'@' | b'+' | b'-')
    };
    // A word that begins with a dash would be read as an option.
    let dashed = if text.starts_with('-') { "./" } else { "" };
    if !text.is_empty() && text.bytes().all(is_plain) {
        return format!("{dashed}{text}");
    }
    format!("'{dashed}{}'", text.replace('\'', "'\\''"))
}

/// Writes a text as a string of Python; the escapes of JSON are a part of Python's.
fn python(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Returns the address of a server in words: its fields that say where it is.
pub(super) fn address(server: &Server) -> String {
    // Addresses speak for themselves; of names one has to know what they name.
    const ORDER: [(&str, &str); 16] = [
        ("location", ""),
        ("endpointUrl", ""),
        ("host", ""),
        ("port", ":"),
        ("account", "account "),
        ("project", "project "),
        ("catalogUrl", ""),
        ("catalog", "catalog "),
        ("database", "database "),
        ("dataset", "dataset "),
        ("schema", "schema "),
        ("namespace", "namespace "),
        ("warehouse", "warehouse "),
        ("topic", "topic "),
        ("path", ""),
        ("format", "format "),
    ];
    let mut said = String::new();
    for (name, before) in ORDER {
        // What computes is no part of where the data lies; to an Iceberg catalog a warehouse is a place.
        if name == "warehouse" && !server.server_type.eq_ignore_ascii_case("iceberg") {
            continue;
        }
        let Some((_, value)) = server.fields.iter().find(|(key, _)| key == name) else { continue };
        let is_port_of_host = name == "port" && !said.is_empty();
        let before = if name == "port" && !is_port_of_host { "port " } else { before };
        if !said.is_empty() && !is_port_of_host {
            said.push_str(", ");
        }
        said.extend([before, value.as_str()]);
    }
    said
}

/// Says whether a server is the one for real use: its environment is production, or not said.
pub(super) fn is_production(server: &Server) -> bool {
    server.environment.as_deref().is_none_or(|environment| environment.to_lowercase().starts_with("prod"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(kind: &str, fields: &[(&str, &str)]) -> Server {
        let fields = fields.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        Server { name: "s".into(), server_type: kind.into(), environment: None, description: None, fields }
    }

    #[test]
    fn what_is_pasted_stays_one_word() {
        assert_eq!(shell("kafka-1.example:9092"), "kafka-1.example:9092");
        assert_eq!(shell("a; rm -rf 'x'"), r"'a; rm -rf '\''x'\'''");
        assert_eq!(shell("-rf"), "./-rf");
        assert_eq!(identifier("a b\"; drop", '"'), "\"a b\"\"; drop\"");
        assert_eq!(identifier("ORDERS_V2", '"'), "ORDERS_V2");
        assert_eq!(python("a\"b\\"), r#""a\"b\\""#);
    }

    #[test]
    fn a_place_is_what_its_engine_can_address() {
        let object = |name: &str| SchemaObject::of_columns(name, Vec::new());
        let fields = [("database", "SALES"), ("schema", "MART")];
        let of = |kind: &str, table: &str| {
            let server = server(kind, &fields);
            let object = object(table);
            (place(&server, Some(&object)), database(&server).map(str::to_owned))
        };
        assert_eq!(of("snowflake", "ORDERS"), ("SALES.MART.ORDERS".to_owned(), None));
        assert_eq!(of("sqlserver", "mart.orders"), ("SALES.mart.orders".to_owned(), None));
        assert_eq!(of("snowflake", "OTHER.MART.ORDERS"), ("OTHER.MART.ORDERS".to_owned(), None));
        assert_eq!(of("postgres", "orders"), ("MART.orders".to_owned(), Some("SALES".to_owned())));
        assert_eq!(of("postgres", "mart.orders"), ("mart.orders".to_owned(), Some("SALES".to_owned())));
        assert_eq!(of("mysql", "orders"), ("SALES.orders".to_owned(), None));
        let bare = server("postgres", &[("database", "shop")]);
        assert_eq!((place(&bare, None).as_str(), database(&bare)), ("shop", Some("shop")));
        let query = &snippets(&server("snowflake", &fields), Some(&object("ORDERS")))[0].code;
        assert!(query.contains("from   SALES.MART.ORDERS\n"), "{query}");
    }

    #[test]
    fn a_server_is_read_in_its_own_words() {
        let kafka = snippets(&server("kafka", &[("host", "k:9092"), ("topic", "$(id)")]), None);
        assert_eq!(kafka[0].code, "kcat -C -e -c 10 \\\n  -b k:9092 \\\n  -t '$(id)'");
        assert!(snippets(&server("kafka", &[("host", "k:9092"), ("topic", "a\nb")]), None).is_empty());
        assert!(snippets(&server("custom", &[("x", "y")]), None).is_empty());
        let fields = [("account", "hb-eu"), ("database", "PAY"), ("schema", "CARDS"), ("warehouse", "READ")];
        assert_eq!(address(&server("snowflake", &fields)), "account hb-eu, database PAY, schema CARDS");
        let fields = [("host", "db.example"), ("port", "5432"), ("database", "shop")];
        assert_eq!(address(&server("postgres", &fields)), "db.example:5432, database shop");
        assert_eq!(snippets(&server("s3", &[("location", "s3://b/o/*.parquet")]), None).len(), 2);
    }
}
