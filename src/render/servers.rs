//! Servers of contracts in words: what they are, where on them an object is, and what to paste to read it.

mod dialect;

use serde::Serialize;

use self::dialect::Dialect;
use super::markup::Markup;
use crate::diagnostic::is_deceptive;
use crate::model::{Property, SchemaObject, Server, Text};

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
        "fastobjects" => "FastObjects",
        "db2" => "Db2",
        "duckdb" => "DuckDB",
        "glue" => "Glue",
        "hana" => "SAP HANA",
        "iceberg" => "Iceberg",
        "kafka" => "Kafka",
        "kinesis" => "Kinesis",
        "local" => "Local files",
        "mariadb" => "MariaDB",
        "mysql" => "MySQL",
        "poet" => "POET",
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
    let place = match (Dialect::of(&kind), kind.as_str()) {
        (Some(dialect), _) => {
            let named = path(dialect.above, &field, object).join(".");
            // One that names its database only says at least that.
            if named.is_empty() { field("database").unwrap_or_default().to_owned() } else { named }
        }
        (None, "kafka" | "kinesis") => {
            let named = field("topic").or(field("stream")).or(object.map(table_name)).or(field("host"));
            named.unwrap_or_default().to_owned()
        }
        (None, "pubsub") => topic(&field, object).or(field("project").map(ToOwned::to_owned)).unwrap_or_default(),
        (None, _) => {
            let named = field("location").or(field("path")).or(field("endpointUrl"));
            let levels: Vec<&str> = LEVELS.into_iter().filter(|name| field(name).is_some()).collect();
            match named {
                Some(named) => named.to_owned(),
                // Whatever it is, what the server names is above the object.
                None if !levels.is_empty() => path(&levels, &field, object).join("."),
                None => field("host").or(object.map(table_name)).unwrap_or_default().to_owned(),
            }
        }
    };
    if place.is_empty() { server.name.to_string() } else { place }
}

/// Returns the names by which people copy an object from a server, each as a whole: of a table with what stands above it,
/// of a topic its own.
pub(super) fn names(server: &Server, object: &SchemaObject) -> Vec<String> {
    let kind = server.server_type.to_lowercase();
    match (Dialect::of(&kind), kind.as_str()) {
        (Some(dialect), _) => {
            let parts = path(dialect.above, &|name| field(server, name), Some(object));
            (0..parts.len().saturating_sub(1)).map(|start| parts[start..].join(".")).collect()
        }
        (None, kind) if is_stream(kind) => vec![place(server, Some(object))],
        _ => Vec::new(),
    }
}

/// The fields of servers of any type that objects may lie in, the outermost first.
const LEVELS: [&str; 6] = ["project", "catalog", "database", "dataset", "schema", "namespace"];

/// Returns the database to connect to, where it is no part of the name of a table: a connection is to one of them.
pub(super) fn database(server: &Server) -> Option<&str> {
    let above = Dialect::of(&server.server_type.to_lowercase())?.above;
    field(server, "database").filter(|database| !above.contains(&"database") && !database.trim().is_empty())
}

/// The machine or account that a server is on, where it says so.
pub(super) fn host(server: &Server) -> Option<&str> {
    ["host", "account", "serviceName", "endpointUrl"].iter().find_map(|name| field(server, name))
}

/// The form of the data on a server, where it says so.
pub(super) fn format(server: &Server) -> Option<&str> {
    field(server, "format").map(str::trim).filter(|format| !format.is_empty())
}

/// The address on the web where the data on a server is, where it is one address and not a pattern of several.
pub(super) fn web_address(server: &Server) -> Option<&str> {
    let is_one = |url: &&str| {
        let is_sign = |c: char| c.is_whitespace() || matches!(c, '*' | '{' | '}' | '<' | '>' | '"');
        (url.starts_with("https://") || url.starts_with("http://")) && !url.contains(is_sign)
    };
    field(server, "location").filter(is_one)
}

fn field<'s>(server: &'s Server, name: &str) -> Option<&'s str> {
    server.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Says whether what a contract describes are tables with names on a server.
pub(super) fn names_tables(server: &Server) -> bool {
    Dialect::of(&server.server_type.to_lowercase()).is_some()
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
    if pasted.any(|text| text.chars().any(is_deceptive)) {
        return Vec::new();
    }
    let kind = server.server_type.to_lowercase();
    let title = type_title(&kind);
    let of = |title: &str, code: String| Snippet { title: title.to_owned(), code };
    let named = |key: &str| field(key).or(object.map(table_name)).filter(|name| !name.is_empty());
    match kind.as_str() {
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
        "kinesis" => {
            let Some(stream) = named("stream") else { return Vec::new() };
            let region = field("region").map(|region| format!(" \\\n  --region {}", shell(region)));
            let stream = shell(stream);
            vec![of(
                &title,
                format!("aws kinesis list-shards \\\n  --stream-name {stream}{}", region.unwrap_or_default()),
            )]
        }
        "local" => field("path").map(|path| of(&title, format!("head {}", shell(path)))).into_iter().collect(),
        "pubsub" => {
            // Who reads a topic does so by a subscription of their own.
            let Some(topic) = topic(&field, object).filter(|topic| topic.contains('/')) else { return Vec::new() };
            vec![of(
                &title,
                format!(
                    "gcloud pubsub subscriptions create my-subscription \\\n  --topic {}\ngcloud pubsub subscriptions pull my-subscription \\\n  --limit 10",
                    shell(&topic)
                ),
            )]
        }
        _ => {
            let (Some(dialect), Some(object)) = (Dialect::of(&kind), object) else { return Vec::new() };
            let parts = path(dialect.above, &field, Some(object));
            let name = if kind == "bigquery" {
                // There the whole of it stands in quotes: names of projects have dashes.
                dialect.quoted(&parts.join("."))
            } else {
                parts.into_iter().map(|part| dialect.name(part)).collect::<Vec<_>>().join(".")
            };
            let query = dialect.query(&columns(object, dialect), &name);
            let in_python = if wants_all { python_sql(&kind, &field, &name) } else { None };
            let in_python = in_python.map(|code| of("Python", code));
            [of(&title, query)].into_iter().chain(in_python).collect()
        }
    }
}

/// Says as HTML why there is nothing to paste for a server of which [`snippets`] makes nothing.
pub(super) fn why_none(server: &Server, has_objects: bool) -> String {
    let mut html = Markup::default();
    match server.server_type.to_lowercase().as_str() {
        "custom" => {
            html.tag("the contract calls its server <code>custom</code>, which does not say how it is read");
        }
        _ if names_tables(server) && !has_objects => {
            html.tag("the contract names no table");
        }
        _ if names_tables(server) => {
            html.tag("what the contract says of its server cannot be pasted safely");
        }
        "api" | "azure" | "kafka" | "kinesis" | "local" | "pubsub" | "s3" | "sftp" => {
            html.tag("what the contract says of its server is not enough for one");
        }
        _ => {
            html.tag("there is no usual one for servers of type <code>").say(&server.server_type).tag("</code>");
        }
    }
    html.finish()
}

/// Returns the topic of a Pub/Sub server by its whole name, where the project is known.
fn topic(field: Field<'_, '_>, object: Option<&SchemaObject>) -> Option<String> {
    let topic = field("topic").or(object.map(table_name)).filter(|topic| !topic.is_empty())?;
    match field("project").filter(|project| !project.is_empty() && !topic.contains('/')) {
        Some(project) => Some(format!("projects/{project}/topics/{topic}")),
        None => Some(topic.to_owned()),
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
        "bigquery" => format!(
            "from google.cloud import bigquery\nclient = bigquery.Client({})\nrows = client.query(\n    {}).result()",
            field("project").map(python).unwrap_or_default(),
            python(&format!("select * from {name} limit 10"))
        ),
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

fn table_name(object: &SchemaObject) -> &str {
    object.physical_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&object.name)
}

/// Returns what a column is called where the data lies.
fn column_name(column: &Property) -> &str {
    column.physical_name().unwrap_or(&column.name)
}

/// The first columns of an object, else all of them.
fn columns(object: &SchemaObject, dialect: Dialect) -> String {
    let names: Vec<&str> = object.properties.iter().take(3).map(column_name).collect();
    // One that looks like another is not pasted.
    if names.is_empty() || names.iter().any(|name| name.chars().any(is_deceptive)) {
        return "*".to_owned();
    }
    names.into_iter().map(|name| dialect.name(name)).collect::<Vec<_>>().join(", ")
}

/// Quotes a text as one word of a shell.
pub(crate) fn shell(text: &str) -> String {
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
    let mut said = String::new();
    for (name, before) in ADDRESS {
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
    // Nobody else says what those of a server of no known type are.
    let is_custom = server.server_type.eq_ignore_ascii_case("custom");
    for (key, value) in server.fields.iter().filter(|_| is_custom).filter(|field| is_left(field)) {
        push_field(&mut said, key, value);
    }
    said
}

/// The fields that say where data is, with what stands before them. Addresses speak for themselves; of names one has to
/// know what they name.
const ADDRESS: [(&str, &str); 18] = [
    ("location", ""),
    ("endpointUrl", ""),
    ("host", ""),
    ("port", ":"),
    ("account", "account "),
    ("serviceName", "service "),
    ("project", "project "),
    ("catalogUrl", ""),
    ("catalog", "catalog "),
    ("database", "database "),
    ("dataset", "dataset "),
    ("schema", "schema "),
    ("namespace", "namespace "),
    ("warehouse", "warehouse "),
    ("topic", "topic "),
    ("stream", "stream "),
    ("path", ""),
    ("format", "format "),
];

/// Says whether a field of a server is no part of its address.
fn is_left((key, _): &(Text, Text)) -> bool {
    key == "warehouse" || ADDRESS.iter().all(|(name, _)| *key != *name)
}

/// Returns in words what a server states beside its address: what computes, how files are written, what is one's own.
pub(super) fn rest(server: &Server) -> String {
    let kind = server.server_type.to_lowercase();
    let mut said = String::new();
    let is_left = |field: &&(Text, Text)| is_left(field) && (field.0 != "warehouse" || kind != "iceberg");
    for (key, value) in server.fields.iter().filter(|_| kind != "custom").filter(is_left) {
        push_field(&mut said, if key == "regionName" { "region" } else { key }, value);
    }
    for custom in server.custom() {
        push_field(&mut said, &custom.property, &custom.value);
    }
    said
}

/// Adds a field in words. A sign alone stands in quotes: it would be read as one of the sentence.
fn push_field(said: &mut String, key: &str, value: &str) {
    if !said.is_empty() {
        said.push_str(", ");
    }
    let quote = if value.contains(char::is_alphanumeric) { "" } else { "\"" };
    said.extend([&super::parts::words(key), " ", quote, value, quote]);
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
        let server_type = kind.into();
        Server { name: "s".into(), server_type, environment: None, description: None, fields, detail: None }
    }

    #[test]
    fn what_is_pasted_stays_one_word() {
        assert_eq!(shell("kafka-1.example:9092"), "kafka-1.example:9092");
        assert_eq!(shell("a; rm -rf 'x'"), r"'a; rm -rf '\''x'\'''");
        assert_eq!(shell("-rf"), "./-rf");
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
        assert_eq!(of("hive", "orders"), ("SALES.orders".to_owned(), None));
        assert_eq!(of("informix", "orders"), ("orders".to_owned(), Some("SALES".to_owned())));
        // What is no table of an engine that is known lies below all that its server names.
        assert_eq!(of("custom", "orders"), ("SALES.MART.orders".to_owned(), None));
        assert_eq!(of("btrieve", "orders"), ("SALES.MART.orders".to_owned(), None));
        let topic = server("pubsub", &[("project", "acme")]);
        assert_eq!(place(&topic, Some(&object("orders"))), "projects/acme/topics/orders");
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
        let custom = server("custom", &[("host", "h"), ("warehouse", "W"), ("region", "eu")]);
        assert!(snippets(&custom, None).is_empty());
        assert_eq!(
            why_none(&custom, true),
            "the contract calls its server <code>custom</code>, which does not say how it is read"
        );
        assert_eq!(address(&custom), "h, warehouse W, region eu");
        assert_eq!(
            why_none(&server("<b>", &[]), true),
            "there is no usual one for servers of type <code>&lt;b&gt;</code>"
        );
        assert_eq!(why_none(&server("hive", &[]), false), "the contract names no table");
        let fields = [("account", "hb-eu"), ("database", "PAY"), ("schema", "CARDS"), ("warehouse", "READ")];
        assert_eq!(address(&server("snowflake", &fields)), "account hb-eu, database PAY, schema CARDS");
        assert_eq!(rest(&server("snowflake", &fields)), "warehouse READ");
        assert_eq!(rest(&custom), "");
        let kinesis = server("kinesis", &[("stream", "orders"), ("region", "eu-west-1"), ("format", "json")]);
        assert_eq!(
            (address(&kinesis), rest(&kinesis)),
            ("stream orders, format json".into(), "region eu-west-1".into())
        );
        assert_eq!(
            snippets(&kinesis, None)[0].code,
            "aws kinesis list-shards \\\n  --stream-name orders \\\n  --region eu-west-1"
        );
        let files = server("s3", &[("location", "s3://b/o"), ("delimiter", ";"), ("encoding", "latin1")]);
        assert_eq!(rest(&files), "delimiter \";\", encoding latin1");
        let athena = [("schema", "mart"), ("stagingDir", "s3://b/t"), ("regionName", "eu-west-1"), ("workgroup", "a")];
        assert_eq!(rest(&server("athena", &athena)), "staging dir s3://b/t, region eu-west-1, workgroup a");
        let fields = [("host", "db.example"), ("port", "5432"), ("database", "shop")];
        assert_eq!(address(&server("postgres", &fields)), "db.example:5432, database shop");
        assert_eq!(snippets(&server("s3", &[("location", "s3://b/o/*.parquet")]), None).len(), 2);
    }
}
