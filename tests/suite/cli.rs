//! Runs of the binary as people and pipelines run it: exit codes, what goes to standard output and
//! what to standard error, the stable shapes of JSON, and the help texts.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{assert_kept, files_below, package};

/// A domain with a team and nothing to find.
const CLEAN: &[(&str, &str)] = &[];
/// An error: a port that leads nowhere.
const DANGLING: (&str, &str) = (
    "registry/a.odps.yaml",
    "apiVersion: v1.1.0\nkind: DataProduct\nid: a\nname: A\nteam: {name: order-platform}\ninputPorts:\n  \
     - {name: in, contractId: ordres, version: \"2.1.0\"}\n",
);
/// A warning: a team that is not registered.
const UNKNOWN_TEAM: (&str, &str) =
    ("registry/b.odps.yaml", "apiVersion: v1.1.0\nkind: DataProduct\nid: b\nteam: {name: nobody}\n");
/// A product that reads the orders.
const READER: (&str, &str) = (
    "registry/reader.odps.yaml",
    "apiVersion: v1.1.0\nkind: DataProduct\nid: reader\nname: Reader\ndomain: sales\nteam: {name: order-platform}\n\
     inputPorts:\n  - {name: in, contractId: orders, version: \"2.1.0\"}\n",
);

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Checks the exit code.
    #[track_caller]
    pub(crate) fn code(self, expected: i32) -> Run {
        assert_eq!(self.code, Some(expected), "{self:#?}");
        self
    }

    /// Checks that the tool could not work, says why on standard error only, and in one line.
    #[track_caller]
    pub(crate) fn refused(self, words: &str) -> Run {
        let run = self.code(2);
        assert_eq!(run.out, "");
        assert!(run.err.starts_with("error: ") && run.err.contains(words), "{}", run.err);
        run
    }

    /// Parses standard output.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{self:#?}"))
    }
}

/// Makes a registry of the common files and some more.
pub(crate) fn registry(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let common = package("tests/cases/common");
    for path in files_below(&common, "") {
        write(folder.path(), &path, &std::fs::read(common.join(&path)).expect("the file can be read"));
    }
    for (path, text) in files {
        write(folder.path(), path, text.as_bytes());
    }
    folder
}

fn write(root: &Path, path: &str, bytes: &[u8]) {
    let file = root.join(path);
    std::fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("the folder can be made");
    std::fs::write(file, bytes).expect("the file can be written");
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meshfolio"));
    command.current_dir(folder).args(args);
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "CI", "SOURCE_DATE_EPOCH", "RUST_BACKTRACE", "MESHFOLIO_CACHE"] {
        command.env_remove(name);
    }
    command
        .env("MESHFOLIO_TODAY", "2026-11-21")
        .env("COLUMNS", "100")
        .env("TERM", "xterm")
        .env("HOME", folder.join(".home"));
    command
}

fn finish(command: &mut Command) -> Run {
    let output = command.output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the tool prints UTF-8");
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

pub(crate) fn run(folder: &TempDir, args: &[&str]) -> Run {
    finish(&mut command(folder.path(), args))
}

#[test]
fn a_clean_registry_is_0_and_prints_no_result() {
    let run = run(&registry(CLEAN), &["check"]).code(0);
    assert_eq!(run.out, "");
    let expected = "     Checked  1 product, 1 contract, 1 domain, 1 team\n      Result  no findings\n        \
                    Next  meshfolio serve --watch\n";
    assert_eq!(run.err, expected);
}

#[test]
fn an_error_is_1_and_is_printed_on_standard_output() {
    let run = run(&registry(&[DANGLING]), &["check"]).code(1);
    assert!(run.out.starts_with("error[REF001]: input port `in` names the contract `ordres`"), "{}", run.out);
    assert!(!run.err.contains("REF001]"), "{}", run.err);
    let expected = "     Checked  2 products, 1 contract, 1 domain, 1 team\n      Result  1 error (1 fixable)\n        \
                    Next  meshfolio check --fix, meshfolio explain REF001\n";
    assert_eq!(run.err, expected);
}

#[test]
fn a_warning_is_1_only_where_warnings_are_denied() {
    let folder = registry(&[UNKNOWN_TEAM]);
    run(&folder, &["check"]).code(0);
    run(&folder, &["check", "--deny", "error"]).code(0);
    run(&folder, &["check", "--deny", "warning"]).code(1);
    write(folder.path(), "meshfolio.yaml", b"check: {deny: warning}\n");
    run(&folder, &["check"]).code(1);
    run(&folder, &["check", "--deny", "error"]).code(0);
}

#[test]
fn mistakes_in_the_configuration_are_findings() {
    let folder = registry(&[("meshfolio.yaml", "check: {deny: warnings}\n")]);
    let run = run(&folder, &["check", "--format", "concise"]).code(1);
    assert_eq!(run.out, "meshfolio.yaml:1:15: error[CFG001] `warnings` is not a value of `check.deny`\n");
}

#[test]
fn what_the_tool_cannot_do_is_2() {
    let folder = registry(CLEAN);
    let refused = |args: &[&str], words: &str| {
        run(&folder, args).refused(words);
    };
    refused(&["-C", "nowhere", "check"], "the folder `nowhere` cannot be opened");
    refused(&["-C", "registry/sales/domain.yaml", "check"], "cannot be opened");
    refused(&["check", "registry/nothing"], "there is no file or folder `registry/nothing`");
    refused(&["check", "../elsewhere"], "outside the registry's folder");
    refused(&["check", "--format", "xml"], "invalid value 'xml'");
    refused(&["check", "--deny", "info"], "invalid value 'info'");
    refused(&["chek"], "unrecognized subcommand 'chek'");
    refused(&["check", "--today", "yesterday"], "write a day of the calendar, such as 2026-11-21");
    refused(&["check", "--today", "2026-02-30"], "write a day of the calendar");
    refused(&["--config", "other.yaml", "check"], "other.yaml");
    refused(&["--config", "../meshfolio.yaml", "check"], "must lie inside the registry's folder");
    refused(&["show", "ordres"], "`ordres` is not in this registry; did you mean `product:orders`?");
    refused(
        &["show", "contract:orders@9.0.0"],
        "`contract:orders@9.0.0` is not in this registry; the contract has version `2.1.0`",
    );
    refused(&["show", "thing:orders"], "`thing` is no kind");
    refused(&["show", "urn:mesh:other:product:orders"], "belongs to the mesh `other`; this is `mesh`");
    refused(&["show", "urn:mesh:mesh:orders"], "write `urn:mesh:<mesh>:<kind>:<id>`");
    refused(&["lineage", "nothing"], "`nothing` is not in this registry");
    refused(&["impact", "nothing"], "`nothing` is not in this registry");
    refused(&["list", "prodcts"], "there is no kind `prodcts`; did you mean `products`?");
    refused(&["list", "products", "--where", "colour=red"], "colour");
    refused(&["explain", "REF999"], "there is no rule `REF999`: REF0");
    refused(&["explain", "XYZ001"], "there is no rule `XYZ001`; `meshfolio explain` lists all of them");
    refused(&["lineage", "orders", "--up", "-1"], "write a number of steps, from 0 on");
    refused(&["lineage", "orders", "--down=x"], "write a number of steps, from 0 on");
    refused(&["explain", "dangling-referense"], "did you mean `dangling-reference`?");
    refused(&["schema", "prodct"], "there is no schema `prodct`; did you mean `product`?");
    refused(&["schema", "contract", "--api-version", "v9.9.9"], "v9.9.9");
    refused(&["completions", "cmd"], "invalid value 'cmd'");
}

#[test]
fn no_command_at_all_is_2_with_the_help() {
    let run = run(&registry(CLEAN), &[]).code(2);
    assert_eq!(run.out, "");
    assert!(run.err.contains("Usage: meshfolio"), "{}", run.err);
}

#[test]
fn paths_choose_what_is_reported_and_the_whole_mesh_is_read() {
    let folder = registry(&[DANGLING, UNKNOWN_TEAM]);
    run(&folder, &["check", "registry/sales"]).code(0);
    run(&folder, &["check", "registry/b.odps.yaml"]).code(0);
    run(&folder, &["check", "registry/sales", "registry/a.odps.yaml"]).code(1);
    run(&folder, &["check", "./registry/"]).code(1);
    let absolute = std::fs::canonicalize(folder.path().join("registry/a.odps.yaml")).expect("it is there");
    run(&folder, &["check", absolute.to_str().expect("it is UTF-8")]).code(1);
}

#[test]
fn the_folder_can_be_elsewhere() {
    let folder = registry(&[DANGLING]);
    let other = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().to_str().expect("it is UTF-8");
    let run = run(&other, &["-C", path, "check", "--format", "concise"]).code(1);
    assert!(run.out.starts_with("registry/a.odps.yaml:7:28: error[REF001] "), "{}", run.out);
}

#[test]
fn the_registry_is_found_above() {
    let folder = registry(&[DANGLING, ("meshfolio.yaml", "roots: [registry]\n")]);
    let sales = folder.path().join("registry/sales");
    let check = |args: &[&str]| finish(&mut command(&sales, &[&["check", "--format", "concise"], args].concat()));
    let all = check(&[]).code(1);
    assert!(all.out.starts_with("registry/a.odps.yaml:7:28: error[REF001] "), "{}", all.out);
    assert!(all.err.contains("Registry  ") && all.err.contains("found above this folder"), "{}", all.err);
    // Paths are those of the folder one is in, or those that findings print.
    check(&["."]).code(0);
    check(&["orders/product.odps.yaml"]).code(0);
    check(&["../a.odps.yaml"]).code(1);
    check(&["registry/a.odps.yaml"]).code(1);
    check(&["nothing"]).refused("there is no file or folder `nothing`");
    check(&["../../.."]).refused("outside the registry's folder");
    let elsewhere = tempfile::tempdir().expect("a folder can be made");
    let start = sales.to_str().expect("it is UTF-8");
    run(&elsewhere, &["-C", start, "check"]).code(1);
    run(&elsewhere, &["-C", start, "show", "orders"]).code(0);
    // What is written, and what is read from elsewhere, begins in that folder too.
    let built = run(&elsewhere, &["-C", start, "build", "--allow-errors", "--out", "../../out/site"]).code(0);
    assert!(built.err.contains(&format!("{start}/../../out/site/index.html")), "{}", built.err);
    assert!(folder.path().join("out/site/index.html").is_file());
    run(&elsewhere, &["-C", start, "check", "--observations", "orders"]).code(1);
    run(&elsewhere, &["-C", start, "check", "--observations", "sales"])
        .refused("result files in `sales` cannot be read");
}

#[test]
fn the_search_for_a_registry_ends_at_the_top_of_a_repository() {
    let folder = registry(&[DANGLING, ("meshfolio.yaml", "roots: [registry]\n")]);
    let inner = folder.path().join("vendor/other");
    write(&inner, "registry/team.yaml", b"apiVersion: meshfolio/v1\nkind: Team\nid: t\n");
    let check = |args: &[&str]| finish(&mut command(&inner, args));
    check(&["check"]).code(1);
    std::fs::create_dir(folder.path().join("vendor/other/.git")).expect("a folder can be made");
    check(&["check"]).code(0);
    std::fs::remove_dir(folder.path().join("vendor/other/.git")).expect("it can be removed");
    // A named configuration says where the registry is.
    write(&inner, "mine.yaml", b"mesh: {id: mine}\n");
    check(&["--config", "mine.yaml", "check"]).code(0);
}

#[test]
fn the_first_to_mend_is_a_cause_and_not_what_comes_first() {
    let broken = ("registry/z.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: z\nname: a: b\n");
    let field = ("registry/y.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: y\nnam: b\n");
    let next = |files: &[(&str, &str)], code: &str| {
        let run = run(&registry(files), &["check"]).code(1);
        assert!(run.err.ends_with(&format!("  {code}\n")), "{}", run.err);
        run.err
    };
    next(&[DANGLING, field, broken], "meshfolio check --fix, meshfolio explain SYN001");
    let told = next(&[DANGLING, field], "meshfolio check --fix, meshfolio explain SCH001");
    assert!(told.contains("Result  2 errors (2 fixable)\n"), "{told}");
    next(&[DANGLING, field, ("meshfolio.yaml", "outptu: x\n")], "meshfolio check --fix, meshfolio explain CFG001");
    // Nothing is near to this one.
    let far = DANGLING.1.replace("ordres", "bookings");
    let told = next(&[(DANGLING.0, &far), UNKNOWN_TEAM], "Next  meshfolio explain REF001");
    assert!(!told.contains("fix"), "{told}");
}

#[test]
fn a_registry_without_descriptors_says_how_to_begin() {
    let empty = tempfile::tempdir().expect("a folder can be made");
    let run = run(&empty, &["check"]).code(0);
    assert!(run.out.contains("warning[CFG005]: no descriptor was found in the root"), "{}", run.out);
    assert!(run.err.ends_with("Next  meshfolio init\n"), "{}", run.err);
}

#[test]
fn quiet_prints_results_only() {
    let run = run(&registry(&[DANGLING]), &["-q", "check"]).code(1);
    assert!(run.out.starts_with("error[REF001]"));
    assert_eq!(run.err, "");
}

#[test]
fn the_day_is_an_input() {
    let ended = "apiVersion: v0.9.0\nkind: AccessAgreement\nid: x\nstatus: approved\ndescription: {purpose: Reading of orders.}\n\
                 endTimestamp: \"2026-11-20T23:59:59Z\"\n\
                 provider: {teamId: order-platform, dataProductId: orders, outputPortId: tables}\n\
                 consumer: {userId: ann}\n";
    let folder = registry(&[("registry/x.oaas.yaml", ended)]);
    let check = &["check", "--deny", "warning"];
    run(&folder, check).code(1);
    run(&folder, &["check", "--deny", "warning", "--today", "2026-11-20"]).code(0);
    // 2026-11-20T12:00:00Z and a day later
    for (seconds, code) in [("1795176000", 0), ("1795262400", 1), ("soon", 2)] {
        let mut command = command(folder.path(), check);
        finish(command.env_remove("MESHFOLIO_TODAY").env("SOURCE_DATE_EPOCH", seconds)).code(code);
    }
}

#[test]
fn check_json_has_the_promised_shape() {
    let waiver = "apiVersion: meshfolio/v1\nkind: Waiver\nid: later\ntarget: product:b\nrule: unknown-team\n\
                  reason: soon\napprovedBy: order-platform\nexpires: 2026-12-31\n";
    let mismatch = "apiVersion: v1.1.0\nkind: DataProduct\nid: c\nteam: {name: order-platform}\noutputPorts:\n  \
                    - {name: out, contractId: orders, version: \"2.0.0\"}\n";
    let files = [DANGLING, UNKNOWN_TEAM, ("registry/c.odps.yaml", mismatch), ("registry/w.yaml", waiver)];
    let run = run(&registry(&files), &["check", "--format", "json"]).code(1);
    assert_eq!(run.err, "", "a pipeline that joins both streams must still get JSON");
    let found = run.json();
    assert_eq!(keys(&found), ["version", "tool", "summary", "diagnostics"]);
    assert_eq!(found["version"], 1);
    assert_eq!(found["tool"], serde_json::json!({"name": "meshfolio", "version": env!("CARGO_PKG_VERSION")}));
    let summary = serde_json::json!({"errors": 2, "warnings": 0, "infos": 0, "waived": 1, "documents": 8,
        "products": 4, "contracts": 1, "domains": 1, "teams": 1});
    assert_eq!(found["summary"], summary);
    assert_eq!(keys(&found["summary"]), keys(&summary));
    let diagnostics = found["diagnostics"].as_array().expect("it is a list");
    assert_eq!(diagnostics.len(), 3);
    for diagnostic in diagnostics {
        // `label` and `subject` are more than the design promises; a reader may ignore new fields.
        let promised = [
            "code",
            "name",
            "severity",
            "message",
            "label",
            "help",
            "subject",
            "file",
            "line",
            "column",
            "endLine",
            "endColumn",
            "related",
            "waivedBy",
        ];
        let mut found = keys(diagnostic);
        found.retain(|key| *key != "fixable");
        assert_eq!(found, promised);
        for key in ["code", "name", "severity", "message", "file"] {
            assert!(diagnostic[key].is_string(), "{key}");
        }
        for key in ["line", "column", "endLine", "endColumn"] {
            assert!(diagnostic[key].as_u64().is_some_and(|number| number >= 1), "{key}");
        }
        for key in ["help", "label", "subject", "waivedBy"] {
            assert!(diagnostic[key].is_string() || diagnostic[key].is_null(), "{key}");
        }
    }
    let first = &diagnostics[0];
    assert_eq!(first["code"], "REF001");
    assert_eq!(first["name"], "dangling-reference");
    assert_eq!(first["severity"], "error");
    assert_eq!(first["file"], "registry/a.odps.yaml");
    assert_eq!((&first["line"], &first["column"]), (&Value::from(7), &Value::from(28)));
    assert_eq!((&first["endLine"], &first["endColumn"]), (&Value::from(7), &Value::from(34)));
    assert_eq!(diagnostics[1]["waivedBy"], "later");
    let related = &diagnostics[2]["related"][0];
    assert_eq!(keys(related), ["message", "file", "line", "column"]);
    assert_eq!(related["file"], "registry/sales/orders/orders.odcs.yaml");
}

/// Returns the keys of an object in their order.
#[track_caller]
fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("{value} is no object")).keys().map(String::as_str).collect()
}

#[test]
fn every_format_ends_in_the_same_exit_code() {
    let (clean, dirty) = (registry(CLEAN), registry(&[DANGLING]));
    for format in ["full", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
        run(&clean, &["check", "--format", format]).code(0);
        let run = run(&dirty, &["check", "--format", format]).code(1);
        assert!(run.out.contains("ordres") && run.out.ends_with('\n'), "{format}: {}", run.out);
    }
}

#[test]
fn list_is_an_array_with_the_promised_fields() {
    let folder = registry(&[READER]);
    for kind in ["products", "contracts", "domains", "teams", "terms", "policies", "sources", "agreements", "reviews"] {
        let found = run(&folder, &["list", kind, "--format", "json"]).code(0).json();
        for row in found.as_array().expect("a bare array") {
            for key in ["kind", "id", "name", "version", "status", "domain", "owner", "file", "url"] {
                assert!(row.get(key).is_some(), "{kind} has no `{key}`");
            }
        }
    }
    let products = run(&folder, &["list", "DataProduct", "--format", "json"]).code(0).json();
    assert_eq!(products.as_array().map(Vec::len), Some(2));
    assert_eq!((&products[0]["id"], &products[0]["kind"]), (&Value::from("orders"), &Value::from("product")));
    assert_eq!(products[0]["owner"], "order-platform");
    assert_eq!(products[0]["file"], "registry/sales/orders/product.odps.yaml");
    assert_eq!(products[0]["url"], "products/orders.html");
    let chosen = run(&folder, &["list", "products", "--where", "id!=orders", "--format", "csv"]).code(0);
    assert_eq!(chosen.out.lines().count(), 2, "{}", chosen.out);
    assert!(chosen.out.starts_with("kind,id,name,"), "{}", chosen.out);
    let table = run(&folder, &["list", "products"]).code(0);
    assert!(table.out.contains("reader") && table.err == "      Listed  2 products\n", "{table:#?}");
}

/// What a product says beside its status, and what a slip in it means, counts for lists as for pages.
#[test]
fn list_says_the_state_that_a_thing_has() {
    let product =
        |id: &str, more: &str| format!("apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nversion: 1.0.0\n{more}\n");
    let (old, gone) = (product("old", "status: active\ndeprecated: true"), product("gone", "status: retried"));
    let folder = registry(&[("registry/old.odps.yaml", &old), ("registry/gone.odps.yaml", &gone)]);
    let chosen = |status: &str| {
        let filter = format!("status={status}");
        let rows = run(&folder, &["list", "products", "--where", &filter, "--format", "json"]).code(0).json();
        rows.as_array().expect("a list").iter().map(|row| row["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((chosen("deprecated"), chosen("retired")), (vec!["old".into()], vec!["gone".into()]));
    assert!(run(&folder, &["list", "products"]).code(0).err.contains("1 of them retired"));
}

/// A version is called as its page and its URN call it, and found as it is written too.
#[test]
fn list_names_versions_without_their_v() {
    let contract = "apiVersion: v3.1.0\nkind: DataContract\nid: marked\nversion: v1.1.0\nstatus: draft\n";
    let folder = registry(&[("registry/marked.odcs.yaml", contract)]);
    for filter in ["version=1.1.0", "version=v1.1.0"] {
        let found = run(&folder, &["list", "contracts", "--where", filter, "--format", "json"]).code(0).json();
        assert_eq!((&found[0]["id"], &found[0]["version"]), (&"marked".into(), &"1.1.0".into()), "{filter}");
    }
}

/// A product that promises, and what was observed of it.
const OBSERVED: [(&str, &str); 3] = [
    (
        "registry/p.odps.yaml",
        "apiVersion: v1.1.0\nkind: DataProduct\nid: p\nteam: {name: order-platform}\noutputPorts:\n  \
         - {name: p, contractId: c, version: \"1.0.0\"}\n",
    ),
    (
        "registry/c.odcs.yaml",
        "apiVersion: v3.2.0\nkind: DataContract\nid: c\nversion: \"1.0.0\"\nslaProperties:\n  \
         - {property: freshness, value: 15, unit: minutes}\n  - {property: availability, value: 99.5, unit: percent}\n",
    ),
    (
        "observations/c.yaml",
        "apiVersion: v0.1.0\nkind: ObservabilityResults\nobservedAt: \"2026-11-20T05:40:00Z\"\n\
         contract: {contractID: c}\nresults:\n  \
         - {id: freshness, type: metric, status: fail, measure: {value: 0.5, unit: hours}, message: \"late\\u001b[31m\"}\n",
    ),
];

#[test]
fn show_tells_promised_from_observed_and_says_what_to_mend() {
    let folder = registry(&OBSERVED);
    let text = run(&folder, &["show", "p"]).code(0).out;
    for line in [
        "Where is it?",
        "  Server  not stated; ask Order platform",
        "Can I rely on it?",
        "                promised  observed",
        "  Freshness     15 min    ✗ missed: 0.5 h, 20 Nov 2026; late\\u{1b}[31m",
        "  Availability  99.5 %    no result file",
        "  Quality       not stated",
        "Who approves access?",
        "  Approver  not stated; no contract names one, so ask the owner",
        "  To ask    meshfolio access request p",
        "evidence           missed, 2 promised: 0 kept, 1 missed, 1 without a result",
        "  - contract:c@1.0.0 freshness: missed, 30 of at most 15 minutes, observed 2026-11-20",
        "checks             5 of 11",
        "  - described: no `description.purpose` (registry/p.odps.yaml:3)",
        "  - results-kept: `freshness` was missed on 2026-11-20 (observations/c.yaml:6)",
        "  - has-examples: no contract has columns (not applicable)",
    ] {
        assert!(text.lines().any(|shown| shown == line), "`{line}` is not in\n{text}");
    }
    let narrow = finish(command(folder.path(), &["show", "p"]).env("COLUMNS", "60")).code(0).out;
    assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    let product = run(&folder, &["show", "p", "--format", "json"]).code(0).json();
    let evidence = &product["evidence"];
    assert_eq!((&evidence["state"], &evidence["standing"]), (&"missed".into(), &"observed".into()));
    assert_eq!(evidence["results"][0]["observedAt"], "2026-11-20T05:40:00Z");
    assert_eq!(evidence["days"], format!("{}m-", "-".repeat(28)));
    assert_eq!(product["checks"]["axes"][2]["checks"][2]["line"], 6);
    let contract = run(&folder, &["show", "contract:c", "--format", "json"]).code(0).json();
    assert_eq!(contract["slaProperties"][0]["observed"]["verdict"], "missed");
    assert_eq!(contract["slaProperties"][1]["standing"], "promised");
    assert_eq!(contract["slaProperties"][1]["observed"], Value::Null);
    let contract = run(&folder, &["show", "contract:c"]).code(0).out;
    assert!(
        contract.contains("standing promised, missed, 30 of at most 15 minutes, observed 2026-11-20"),
        "{contract}"
    );
}

#[test]
fn results_can_be_read_from_a_folder_elsewhere() {
    let folder = registry(&OBSERVED);
    let elsewhere = tempfile::tempdir().expect("a folder can be made");
    let future = OBSERVED[2].1.replace("2026-11-20", "2026-11-22");
    write(elsewhere.path(), "d/c.yaml", future.as_bytes());
    let path = elsewhere.path().to_str().expect("the path is UTF-8");
    let found = run(&folder, &["check", "--observations", path, "--format", "json"]).code(0).json();
    let diagnostics = found["diagnostics"].as_array().expect("a list");
    let [only] = diagnostics.as_slice() else { panic!("{diagnostics:#?}") };
    assert_eq!(only["code"], "REF025");
    assert!(only["file"].as_str().is_some_and(|file| file.ends_with("/d/c.yaml")), "{only}");
    let own = run(&folder, &["check", "--observations", "observations"]).code(0).out;
    assert!(own.starts_with("warning[GOV045]: the promise `freshness` was missed on 2026-11-20: 0.5 hours"), "{own}");

    run(&folder, &["check", "--observations", "none"]).refused("the result files in `none` cannot be read");
    run(&folder, &["build", "--observations", "registry/c.odcs.yaml"]).refused("cannot be read");
    // Findings do not matter where nothing may be written.
    run(&folder, &["build", "--observations", path, "--out", path]).refused("cannot be the output folder");
}

#[test]
fn show_names_the_thing_in_three_ways() {
    let folder = registry(&[READER, ("meshfolio.yaml", "mesh: {id: acme}\n")]);
    run(&folder, &["show", "urn:mesh:acme:product:orders"]).code(0);
    run(&folder, &["lineage", "urn:mesh:acme:contract:orders:2.1.0"]).code(0);
    run(&folder, &["impact", "urn:mesh:acme:contract:orders"]).code(0);
    let text = run(&folder, &["show", "orders"]).code(0);
    for words in ["product:orders", "urn:mesh:acme:product:orders", "products/orders.html"] {
        assert!(text.out.contains(words), "`{words}` is not in\n{}", text.out);
    }
    for id in ["product:orders", "contract:orders", "contract:orders@2.1.0", "domain:sales", "team:Order platform"] {
        let found = run(&folder, &["show", id, "--format", "json"]).code(0).json();
        assert!(found.is_object(), "{id}");
    }
}

#[test]
fn every_kind_is_shown_with_the_version_of_the_format() {
    let agreement = "apiVersion: v0.9.0\nkind: AccessAgreement\nid: reads\nname: Reader reads\nstatus: approved\n\
                     description: {purpose: Reading.}\nstartTimestamp: \"2026-01-01T00:00:00Z\"\n\
                     endTimestamp: \"2027-01-01T00:00:00Z\"\n\
                     provider: {teamId: order-platform, dataProductId: orders, outputPortId: tables}\n\
                     consumer: {dataProductId: reader, userId: ann}\n";
    let review = "apiVersion: meshfolio/v1\nkind: Review\nid: r\nsubject: product:orders\nreviewer: reader\n\
                  rating: 4\ndate: 2026-11-01\ncustomProperties: [{property: cadence, value: daily}]\n";
    let waiver = "apiVersion: meshfolio/v1\nkind: Waiver\nid: w\ntarget: product:reader\nrule: missing-owner\n\
                  reason: Soon.\napprovedBy: order-platform\nexpires: 2026-12-31\n";
    let files = [
        READER,
        ("registry/x.oaas.yaml", agreement),
        ("registry/r.yaml", review),
        ("registry/w.yaml", waiver),
        ("meshfolio.yaml", "mesh: {id: acme, baseUrl: \"https://data.example/\"}\n"),
    ];
    let folder = registry(&files);
    let json = |id: &str| run(&folder, &["show", id, "--format", "json"]).code(0).json();
    for (id, kind) in [
        ("agreement:reads", "agreement"),
        ("review:r", "review"),
        ("waiver:w", "waiver"),
        ("orders", "product"),
        ("column:orders@2.1.0#orders.id", "column"),
    ] {
        let found = json(id);
        assert_eq!((&found["version"], &found["kind"]), (&Value::from(1), &Value::from(kind)), "{found}");
    }
    let found = json("agreement:reads");
    assert_eq!(found["consumer"]["product"]["ref"], "product:reader");
    assert_eq!(found["consumer"]["user"], Value::Null, "people are shown where the configuration asks for them");
    assert_eq!((&found["provider"]["port"], &found["end"]), (&"tables".into(), &"2027-01-01T00:00:00Z".into()));
    // Addresses are those of `list`.
    let listed = run(&folder, &["list", "products", "--format", "json"]).code(0).json();
    assert_eq!(json("orders")["url"], listed[0]["url"]);
    assert_eq!(json("orders")["url"], "https://data.example/products/orders.html");

    let text = |id: &str| run(&folder, &["show", id]).code(0).out;
    let agreement = text("agreement:reads");
    for words in ["consumer product   product:reader", "provider port      tables", "end                2027-01-01"] {
        assert!(agreement.contains(words), "`{words}` is not in\n{agreement}");
    }
    assert!(text("review:r").contains("  - cadence: daily"), "{}", text("review:r"));
    let column = text("column:orders@2.1.0#orders.id");
    assert!(column.starts_with("id  column:orders@2.1.0#orders.id\n"), "{column}");
    assert!(!column.contains("service levels"), "{column}");
    for id in ["orders", "contract:orders", "agreement:reads"] {
        let shown = text(id);
        let fields = shown.rsplit("What else it says\n").next().unwrap_or(&shown);
        let keys = fields.lines().filter(|line| !line.starts_with(' ')).skip(1);
        let odd: Vec<&str> = keys.filter(|line| line.len() > 18 && line[..18].contains(char::is_uppercase)).collect();
        assert!(odd.is_empty(), "keys of JSON: {odd:?}");
    }
}

#[test]
fn explain_json_holds_markdown() {
    let found = run(&registry(CLEAN), &["explain", "REF001", "--format", "json"]).code(0).json();
    let doc = found["rules"][0]["doc"].as_str().expect("a text");
    assert!(doc.starts_with("## What it finds\n"), "{doc}");
    assert!(!doc.lines().any(|line| line.starts_with(' ') && !line.starts_with("  ")), "{doc}");
}

#[test]
fn a_build_with_errors_says_what_is_left_out() {
    let build = |files: &[(&str, &str)]| run(&registry(files), &["build", "--allow-errors"]).code(0).err;
    let nothing = build(&[DANGLING]);
    assert!(
        nothing.contains("Allowed  1 error; every file is in the site\n") && !nothing.contains("Left out"),
        "{nothing}"
    );
    let broken = ("registry/z.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: z\nname: a: b\n");
    let lost = ("registry/y.yaml", "apiVersion: meshfolio/v1\nkind: Team\nname: b\n");
    let left = build(&[DANGLING, broken, lost]);
    assert!(left.contains("Left out  registry/y.yaml; all but the identity of registry/z.yaml\n"), "{left}");
    assert!(!build(CLEAN).contains("Left out"));
}

#[test]
fn lineage_and_impact_have_the_promised_shape() {
    let folder = registry(&[READER]);
    let lineage = run(&folder, &["lineage", "orders", "--format", "json"]).code(0).json();
    assert_eq!(keys(&lineage)[..2], ["version", "root"]);
    assert_eq!((&lineage["version"], &lineage["root"]), (&Value::from(1), &Value::from("product:orders")));
    for (list, promised) in
        [("nodes", ["id", "kind", "name", "domain", "owner"]), ("edges", ["from", "to", "kind", "trust", "contract"])]
    {
        let first = &lineage[list][0];
        assert!(promised.iter().all(|key| first.get(key).is_some()), "{list}: {first}");
    }
    assert_eq!(lineage["edges"][0]["from"], "product:orders");
    assert_eq!(lineage["edges"][0]["to"], "product:reader");
    assert_eq!(lineage["edges"][0]["trust"], "declared");
    for format in ["tree", "mermaid", "dot", "svg"] {
        let run = run(&folder, &["lineage", "orders", "--format", format]).code(0);
        assert!(run.out.contains("reader") || run.out.contains("Reader"), "{format}: {}", run.out);
    }
    let alone = run(&folder, &["lineage", "orders", "--down", "0", "--format", "json"]).code(0).json();
    assert_eq!(alone["nodes"].as_array().map(Vec::len), Some(1));

    let impact = run(&folder, &["impact", "contract:orders", "--format", "json"]).code(0).json();
    assert_eq!((&impact["version"], &impact["root"]), (&Value::from(1), &Value::from("contract:orders")));
    let row = &impact["impact"][0];
    for key in ["changed", "product", "domain", "team", "distance", "reads"] {
        assert!(row.get(key).is_some(), "`{key}` is not in {row}");
    }
    assert_eq!((&row["product"], &row["distance"]), (&Value::from("reader"), &Value::from(1)));
    assert!(run(&folder, &["impact", "orders"]).code(0).out.contains("reader"));
}

#[test]
fn explain_prints_a_rule_or_all_of_them() {
    let folder = registry(CLEAN);
    let by_code = run(&folder, &["explain", "ref001"]).code(0);
    assert!(by_code.out.starts_with("REF001 dangling-reference (error, since 0.1.0)\n"), "{}", by_code.out);
    assert_eq!(by_code.out, run(&folder, &["explain", "dangling-reference"]).code(0).out);
    let all = run(&folder, &["explain"]).code(0);
    let json = run(&folder, &["explain", "--format", "json"]).code(0).json();
    let rules = json["rules"].as_array().expect("it is a list");
    assert!(rules.len() >= 59 && rules.iter().all(|rule| all.out.contains(rule["code"].as_str().unwrap_or("?"))));
}

/// Whoever stands in the wrong folder is told, and sees no empty list that looks like an answer.
#[test]
fn a_folder_without_a_registry_is_told() {
    let empty = tempfile::tempdir().expect("a folder can be made");
    for args in [&["list", "products"][..], &["search", "orders"], &["score"], &["policy", "list"], &["access", "list"]]
    {
        let told = run(&empty, args).code(0).err;
        assert!(told.contains("note: no descriptor is here; `meshfolio init` begins a registry"), "{args:?}: {told}");
        assert!(!run(&registry(CLEAN), args).code(0).err.contains("no descriptor"));
    }
    for args in [&["show", "orders"][..], &["lineage", "orders"], &["impact", "orders"], &["mv", "orders", "sales"]] {
        run(&empty, args).refused("`orders` is not in this registry: no descriptor is here");
    }
    // All of a system is no registry.
    let system = command(Path::new("/"), &["check"]).output().expect("it runs");
    assert_eq!(system.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&system.stderr).contains("the whole system would be read"), "{system:?}");
    // Nor is all that a person has, unless it says so.
    let home = |args: &[&str]| {
        let mut command = command(empty.path(), args);
        command.env("HOME", empty.path()).env("USERPROFILE", empty.path()).output().expect("it runs")
    };
    let refused = home(&["check"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("your home folder would be read"), "{refused:?}");
    write(empty.path(), "meshfolio.yaml", b"mesh: {id: m}\n");
    assert_ne!(home(&["check"]).status.code(), Some(2));
    run(&registry(CLEAN), &["access", "request"]).refused("name the product that is read, such as `meshfolio access");
    run(&registry(CLEAN), &["new", "prodct", "x"]).refused("did you mean `product`?");
}

/// A value that was forgotten is told as that, and not as an option that is not known.
#[test]
fn a_revision_is_no_option() {
    let folder = registry(CLEAN);
    super::change::commit(folder.path());
    for args in [
        &["check", "--base", "--new-only"][..],
        &["check", "--base", "-x"],
        &["check", "--policies-from", "--format"],
        &["build", "--at", "--out"],
        &["reviewers", "--base", "-x"],
    ] {
        run(&folder, args).refused("is not a revision: a name may not be empty, begin with `-`");
    }
}

#[test]
fn explain_needs_no_registry() {
    let empty = tempfile::tempdir().expect("a folder can be made");
    run(&empty, &["-C", "nowhere", "explain", "REF001"]).code(0);
    run(&empty, &["schema", "contract"]).code(0);
    run(&empty, &["completions", "bash"]).code(0);
}

#[test]
fn schema_prints_a_schema_of_its_own() {
    let folder = registry(CLEAN);
    for kind in ["product", "DataContract", "teams", "configuration", "aliases", "ObservabilityResults"] {
        let schema = run(&folder, &["schema", kind]).code(0).json();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{kind}");
        assert!(!schema.to_string().contains("\"x-since\""), "{kind} shows notes of ours");
    }
    let has = |version: &str| {
        let schema = run(&folder, &["schema", "contract", "--api-version", version]).code(0);
        schema.out.contains("\"semanticType\"")
    };
    assert!(has("v3.2.0") && !has("v3.1.0"));
}

#[test]
fn completions_are_printed_for_every_shell() {
    let folder = registry(CLEAN);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = run(&folder, &["completions", shell]).code(0);
        assert!(run.out.contains("meshfolio") && run.err.is_empty(), "{shell}");
    }
}

#[test]
fn completions_offer_the_words_of_closed_lists() {
    let folder = registry(CLEAN);
    let bash = run(&folder, &["completions", "bash"]).code(0).out;
    for words in ["product contract domain", "products contracts domains", " policy-context", " REF020 "] {
        assert!(bash.contains(words), "{words}");
    }
    let zsh = run(&folder, &["completions", "zsh"]).code(0).out;
    assert!(zsh.contains("REF020\\:\"unknown-subject\""));
    // What is not offered is taken as before.
    run(&folder, &["list", "DataProduct"]).code(0);
    run(&folder, &["explain", "unknown-subject"]).code(0);
    assert!(run(&folder, &["list", "prodcts"]).code(2).err.contains("did you mean `products`?"));
}

#[test]
fn rules_are_explained_without_gaps_and_unknown_codes_have_neighbours() {
    let folder = registry(CLEAN);
    let text = run(&folder, &["explain", "GOV030"]).code(0).out;
    assert!(!text.contains("\n\n\n") && text.contains("\n\nWhy it matters\n"), "{text}");
    let codes = run(&folder, &["explain"]).code(0).out;
    let known = |code: &str| codes.contains(&format!("  {code}  "));
    let gap = (2..99).map(|n| format!("GOV{n:03}")).find(|code| !known(code)).expect("a gap");
    let refused = run(&folder, &["explain", &gap]).code(2).err;
    assert!(refused.contains(" before it and ") && refused.contains(" after it"), "{refused}");
}

#[test]
fn what_search_prints_can_be_shown() {
    let folder = registry(CLEAN);
    let hits = run(&folder, &["search", "orders", "--format", "json"]).code(0).json();
    let hits = hits["hits"].as_array().expect("a list");
    assert!(hits.iter().any(|hit| hit["kind"] == "object"), "{hits:?}");
    for hit in hits {
        let (kind, id) = (hit["kind"].as_str().expect("a kind"), hit["id"].as_str().expect("an id"));
        let named = format!("{kind}:{id}");
        run(&folder, &["show", &named]).code(0);
        if kind == "object" {
            let shown = run(&folder, &["show", id, "--format", "json"]).code(0).json();
            assert_eq!(shown["object"], hit["id"].as_str().and_then(|id| id.split_once('#')).expect("an object").1);
            for name in [id, &named] {
                run(&folder, &["impact", name]).code(0);
                run(&folder, &["lineage", name]).code(0);
            }
        }
    }
    assert!(run(&folder, &["show", "orders#nothing"]).code(2).err.contains("has no column `nothing`"));
}

#[test]
fn columns_are_not_renamed() {
    let folder = registry(CLEAN);
    for name in ["column:orders@2.1.0#orders.amount", "orders#orders"] {
        let refused = run(&folder, &["mv", name, "new-name"]).code(2).err;
        assert!(refused.contains("is no thing with an id") && refused.contains("meshfolio impact "), "{refused}");
        assert!(!refused.contains("meshfolio mv"), "{refused}");
    }
    assert!(run(&folder, &["mv", "contract:orders@2.1.0", "x"]).code(2).err.contains("with all its versions"));
}

#[test]
fn colour_is_for_those_who_want_it() {
    let folder = registry(&[DANGLING]);
    let has_color = |args: &[&str], environment: &[(&str, &str)]| {
        let run = finish(command(folder.path(), args).envs(environment.iter().copied())).code(1);
        (run.out.contains('\u{1b}'), run.err.contains('\u{1b}'))
    };
    assert_eq!(has_color(&["check"], &[]), (false, false), "a pipe is no terminal");
    assert_eq!(has_color(&["--color", "always", "check"], &[]), (true, true));
    assert_eq!(has_color(&["--color", "always", "check"], &[("NO_COLOR", "1")]), (true, true), "flags win");
    assert_eq!(has_color(&["check"], &[("CLICOLOR_FORCE", "1")]), (true, true));
    assert_eq!(has_color(&["check"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), (false, false));
    assert_eq!(has_color(&["--color", "never", "check"], &[("CLICOLOR_FORCE", "1")]), (false, false));
    assert_eq!(has_color(&["check"], &[("CLICOLOR_FORCE", "0"), ("NO_COLOR", "")]), (false, false));
}

#[test]
fn colours_change_nothing_but_colours() {
    let folder = registry(&[DANGLING, UNKNOWN_TEAM]);
    for args in [&["check"][..], &["explain", "REF001"], &["list", "products"], &["lineage", "orders"]] {
        let plain = run(&folder, args);
        let colored = run(&folder, &[&["--color", "always"], args].concat());
        assert_eq!(without_colors(&colored.out), plain.out);
        assert_eq!(without_colors(&colored.err), plain.err);
    }
}

fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[cfg(unix)]
#[test]
fn hostile_names_never_reach_the_terminal_raw() {
    const NAME: &str = "\\e[31mred\\n::error::forged\\r\\u202Egnp\\a";
    let domain =
        format!("apiVersion: meshfolio/v1\nkind: Domain\nid: \"x{NAME}\"\nname: \"{NAME}\"\nowner: \"{NAME}\"\n");
    let product = format!(
        "apiVersion: v1.1.0\nkind: DataProduct\nid: \"p{NAME}\"\nname: \"{NAME}\"\nversion: \"{NAME}\"\n\
         status: \"{NAME}\"\nteam: {{name: \"{NAME}\"}}\ndomain: \"{NAME}\"\ndescription: {{purpose: \"{NAME}\"}}\n\
         inputPorts:\n  - {{name: \"{NAME}\", contractId: orders, version: \"2.1.0\"}}\n  \
         - {{name: \"{NAME}\", contractId: \"{NAME}\"}}\n\
         outputPorts:\n  - {{name: \"{NAME}\", contractId: \"{NAME}\"}}\n"
    );
    let folder = registry(&[
        ("registry/a\u{1b}[31m\n::error::forged.yaml", domain.as_str()),
        ("registry/\u{202e}p\u{1b}[2J.odps.yaml", product.as_str()),
    ]);
    let id = "p\u{1b}[31mred\n::error::forged\r\u{202e}gnp\u{7}";
    let mut runs: Vec<Vec<&str>> = vec![
        vec!["show", id],
        vec!["show", id, "--format", "json"],
        vec!["show", "no\u{1b}[31m\nthing"],
        vec!["check", "no\u{1b}[31m\nthing"],
        vec!["explain", "no\u{1b}[31m\nthing"],
        vec!["impact", "orders"],
        vec!["impact", "orders", "--format", "json"],
        vec!["impact", "orders", "--format", "csv"],
    ];
    for format in ["full", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
        runs.push(vec!["check", "--format", format]);
    }
    for format in ["table", "json", "csv"] {
        runs.push(vec!["list", "products", "--format", format]);
        runs.push(vec!["list", "domains", "--format", format]);
    }
    for format in ["tree", "json", "mermaid", "dot", "svg"] {
        runs.push(vec!["lineage", "orders", "--format", format]);
        runs.push(vec!["lineage", id, "--format", format]);
    }
    let mut told = Vec::new();
    for args in runs {
        let run = run(&folder, &args);
        // Lines of CSV end in CR and LF (RFC 4180).
        let out = run.out.replace("\r\n", "\n");
        for (stream, text) in [("out", &out), ("err", &run.err)] {
            let bad = text.chars().find(|c| matches!(c, '\u{1b}' | '\r' | '\u{7}' | '\u{202e}'));
            let forged = text.lines().any(|line| line.trim_start().starts_with("::error::forged"));
            if bad.is_some() || forged {
                told.push(format!("{args:?}, {stream}: {bad:?}{}", if forged { " and a forged line" } else { "" }));
            }
        }
    }
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn a_closed_pipe_is_no_failure() {
    use std::process::Stdio;

    let folder = registry(CLEAN);
    let mut child = command(folder.path(), &["explain", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn help_texts_are_kept() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let top = run(&folder, &["--help"]).code(0);
    assert_eq!(top.err, "");
    assert_kept("tests/suite/help/meshfolio.txt", &top.out);
    assert_kept("tests/suite/help/version.txt", &run(&folder, &["--version"]).code(0).out);
    for name in [
        "check",
        "diff",
        "build",
        "serve",
        "list",
        "search",
        "show",
        "lineage",
        "impact",
        "access",
        "codeowners",
        "reviewers",
        "mv",
        "explain",
        "schema",
        "completions",
    ] {
        let help = run(&folder, &[name, "--help"]).code(0);
        assert_kept(&format!("tests/suite/help/{name}.txt"), &help.out);
        assert!(help.out.lines().all(|line| line.chars().count() <= 100), "{name} is wider than the terminal");
    }
}

/// A filter that is none, or that nothing passes, is told with what is meant.
#[test]
fn search_tells_filters_that_find_nothing() {
    let folder = registry(CLEAN);
    for (query, told) in [
        ("domain:slaes", "note: nothing has `domain:slaes`; did you mean `domain:sales`?"),
        (
            "domian:sales orders",
            "note: `domian:` is no filter, and is looked for as a word; did you mean `domain:sales`?",
        ),
        ("status:gone", "note: nothing has `status:gone`; there are "),
        ("gov001", "note: GOV001 is a built-in rule; `meshfolio explain GOV001` explains it"),
    ] {
        let said = run(&folder, &["search", query]).code(0).err;
        assert!(said.contains(told), "{query}: {said}");
    }
    for query in ["domain:sales", "product:orders", "https://example.com", "orders status:active"] {
        let said = run(&folder, &["search", query]).code(0).err;
        assert!(!said.contains("note:"), "{query}: {said}");
    }
}
