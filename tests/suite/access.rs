//! `access`: asking for access, who approves, the list, and what pages show of it.

use std::fs;

use super::cli::{registry, run};
use super::repository::Repository;

const ROLES: (&str, &str) = (
    "registry/sales/orders/orders.odcs.yaml",
    "apiVersion: v3.2.0\nkind: DataContract\nid: orders\nversion: \"2.1.0\"\nstatus: active\nservers:\n  \
     - {server: wh, type: postgres, environment: prod, host: h, port: 5432, database: d, schema: s}\nschema:\n  - name: orders\n    \
     properties:\n      - {name: id, logicalType: string, classification: internal}\n      \
     - {name: email, logicalType: string, classification: personal}\nroles:\n  \
     - {role: SALES_READ, access: read, firstLevelApprovers: order-platform, secondLevelApprovers: council}\n",
);
const READER: (&str, &str) = (
    "registry/sales/churn/product.odps.yaml",
    "apiVersion: v1.1.0\nkind: DataProduct\nid: churn\nname: Churn\nversion: \"1.0.0\"\nstatus: active\ndomain: sales\nteam: {name: growth}\n\
     inputPorts:\n  - {name: orders, contractId: orders, version: \"2.1.0\"}\n",
);
const GROWTH: (&str, &str) = (
    "registry/teams/growth.yaml",
    "apiVersion: meshfolio/v1\nkind: Team\nid: growth\nname: Growth\nforgeHandle: \"@acme/growth\"\nmembers: [{username: ada}]\n",
);
const ASK: [&str; 7] =
    ["access", "request", "orders", "--for", "churn", "--purpose", "Weekly churn features: counts \"and\" gaps"];
const FILE: &str = "registry/sales/orders/access/churn.oaas.yaml";

#[test]
fn a_request_is_a_file_that_passes_the_check_and_says_who_approves() {
    let folder = registry(&[ROLES, READER, GROWTH]);
    let more =
        ["--role", "SALES_READ", "--class", "internal,personal", "--environment", "prod", "--until", "2027-03-31"];
    let asked = run(&folder, &[ASK.as_slice(), &more].concat()).code(0);
    assert_eq!(asked.out, format!("{FILE}\n"));
    assert!(asked.err.contains("order-platform (first level, from the role SALES_READ of the contract orders@2.1.0)"));
    assert!(
        asked.err.contains("council (second level") && asked.err.contains(&format!("git add {FILE}")),
        "{}",
        asked.err
    );
    let text = fs::read_to_string(folder.path().join(FILE)).expect("it is written");
    for line in [
        "id: churn-reads-orders",
        "status: requested",
        "  purpose: \"Weekly churn features: counts \\\"and\\\" gaps\"",
        "endTimestamp: \"2027-03-31T23:59:59Z\"",
        "  dataContractVersion: \"2.1.0\"",
        "  dataProductId: churn",
        "  - role: SALES_READ",
        "    value: [internal, personal]",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    let check = run(&folder, &["check", "--format", "json"]).code(0).json();
    let codes: Vec<&str> =
        check["diagnostics"].as_array().expect("a list").iter().filter_map(|d| d["code"].as_str()).collect();
    assert_eq!(codes, ["GOV040"], "it is only asked for");

    let again = run(&folder, &ASK).code(2);
    assert!(
        again.err.contains("there is such an agreement already (requested)") && again.err.contains(FILE),
        "{}",
        again.err
    );
    // `new agreement` writes no second one beside it either.
    run(
        &folder,
        &["new", "agreement", "twice", "--product", "orders", "--consumer", "churn", "--purpose", "To read it"],
    )
    .refused("there is such an agreement already (requested)");
    fs::write(folder.path().join(FILE), text.replace("status: requested", "status: approved")).expect("written");
    let check = run(&folder, &["check", "--format", "json"]).code(0).json();
    assert_eq!(check["diagnostics"], serde_json::json!([]));
}

#[test]
fn what_cannot_be_asked_for_is_refused_with_what_can() {
    let folder = registry(&[ROLES, READER, GROWTH]);
    for (more, words) in [
        (["--role", "SALES_RAED"], "did you mean `SALES_READ`?"),
        (["--class", "persnal"], "did you mean `personal`?"),
        (["--environment", "prodd"], "did you mean `prod`?"),
        (["--until", "2026-11-20"], "lies in the past"),
        (["--port", "tabels"], "did you mean `tables`?"),
        (["--path", "../out.oaas.yaml"], "outside"),
        (["--id", "Not An Id"], "cannot be an id"),
    ] {
        run(&folder, &[ASK.as_slice(), &more].concat()).refused(words);
    }
    run(&folder, &["access", "request", "orders", "--for", "churn"]).refused("needs `--purpose`");
    run(&folder, &["access", "request", "ordres", "--for", "churn", "--purpose", "To read"])
        .refused("did you mean `orders`?");
    run(&folder, &["access", "request", "orders", "--consumer", "orders", "--purpose", "To read it"])
        .refused("needs no access to itself");
    // Only what can read is offered: the domain `sales` cannot.
    let lost = run(&folder, &["access", "request", "orders", "--consumer", "salse", "--purpose", "To read it"]);
    assert!(!lost.err.contains("sales"), "{}", lost.err);
    lost.refused("no product and no team of this registry is `salse`");
    run(&folder, &["access", "request", "orders", "--consumer", "chrun", "--purpose", "To read it"])
        .refused("did you mean `churn`?");
    run(&folder, &["access", "request", "orders", "--consumer", "team:order-platform", "--purpose", "To read it"])
        .refused("the team `order-platform` owns the product `orders` and needs no agreement to read it");
    // One of its products asks nobody else; one in another domain may be bound by other policies there.
    let own = |id: &str, domain: &str| {
        let text = READER.1.replace("id: churn", &format!("id: {id}")).replace("growth", "order-platform");
        super::change::write(&folder, &format!("registry/{id}.odps.yaml"), &text.replace("sales", domain));
        run(&folder, &["access", "request", "orders", "--consumer", id, "--purpose", "Daily margin per basket"])
    };
    own("margin", "sales")
        .refused("owns `margin` and the product `orders`, in one domain, and needs no agreement with");
    let domain = "apiVersion: meshfolio/v1\nkind: Domain\nid: stores\nname: Stores\nowner: growth\n";
    super::change::write(&folder, "registry/stores.yaml", domain);
    own("footfall", "stores").code(0);
    fs::remove_dir_all(folder.path().join("registry/sales/orders/access")).expect("it was written");
    for vague in ["Reporting.", "as discussed", "Business use", "We need the data", "à définir plus tard"] {
        run(&folder, &["access", "request", "orders", "--consumer", "churn", "--purpose", vague])
            .refused("says nothing: say in a sentence");
    }
    assert!(!folder.path().join("registry/sales/orders/access").exists());
}

#[test]
fn what_ends_or_is_not_finished_is_said_and_hints_are_those_of_the_contract() {
    let folder = registry(&[ROLES, READER, GROWTH]);
    let product = "registry/sales/orders/product.odps.yaml";
    let plain = fs::read_to_string(folder.path().join(product)).expect("it is there");
    let ask = || {
        let asked = run(&folder, &ASK).code(0);
        let text = fs::read_to_string(folder.path().join(FILE)).expect("it is written");
        fs::remove_file(folder.path().join(FILE)).expect("it is there");
        (asked.err, text)
    };
    let (said, text) = ask();
    assert!(!said.contains("note:"), "{said}");
    for line in [
        "#   - {role: SALES_READ}",
        "#   - {property: environment, value: prod}",
        "#   - {property: dataClasses, value: [internal, personal]}",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    super::change::write(&folder, ROLES.0, &ROLES.1[..ROLES.1.find("roles:").expect("it has roles")]);
    let (_, text) = ask();
    assert!(!text.contains("role"), "{text}");

    let ending = plain.replace(
        "status: active",
        "status: deprecated\ncustomProperties: [{property: successor, value: product:sales}]",
    );
    // What the page calls closed is refused, with all that is known of its end.
    super::change::write(
        &folder,
        product,
        &ending.replace("- name: tables\n", "- name: tables\n    deprecated: true\n"),
    );
    super::change::replace(
        &folder,
        ROLES.0,
        "status: active",
        "status: deprecated\nslaProperties: [{property: endOfSupport, value: \"2027-01-31\"}]",
    );
    for words in [
        "access to the port `tables` of `orders` cannot be asked for: the data product `orders` is deprecated; its successor is `product:sales`",
        "the port `tables` is deprecated",
        "the contract `orders@2.1.0` is deprecated, supported until 2027-01-31; ask for what replaces it: `product:sales`",
    ] {
        run(&folder, &ASK).refused(words);
    }
    super::change::write(&folder, product, &plain);
    super::change::replace(&folder, ROLES.0, "status: deprecated", "status: draft");
    run(&folder, &ASK).refused("the contract `orders@2.1.0` is a draft: nobody promises it yet; ask its owner");
    let shown = run(&folder, &["show", "orders"]).code(0).out;
    assert!(!shown.contains("access request"), "{shown}");
    super::change::write(&folder, product, &plain.replace("status: active", "status: draft"));
    super::change::replace(&folder, ROLES.0, "status: draft", "status: active");
    super::change::replace(&folder, ROLES.0, "2027-01-31", "2026-01-31");
    let told = run(&folder, &[ASK.as_slice(), &["--format", "json"]].concat()).code(0).json();
    assert_eq!(
        told["notes"],
        serde_json::json!([
            "the data product `orders` is a draft: what it gives may still change, or never come",
            "the contract `orders@2.1.0` has had no support since 2026-01-31"
        ])
    );
}

#[test]
fn a_request_is_told_as_json_and_a_vague_one_is_found_at_its_purpose() {
    let folder = registry(&[ROLES, READER, GROWTH]);
    let more = ["--role", "SALES_READ", "--class", "internal", "--format", "json"];
    let asked = run(&folder, &[ASK.as_slice(), &more].concat()).code(0);
    assert_eq!(asked.err, "");
    let told = asked.json();
    assert_eq!((&told["version"], &told["id"]), (&1.into(), &"churn-reads-orders".into()));
    assert_eq!((&told["file"], &told["branch"]), (&FILE.into(), &"access/orders-churn".into()));
    assert_eq!((&told["contract"], &told["leftOut"]), (&"orders@2.1.0".into(), &serde_json::json!(["personal"])));
    assert_eq!(
        told["approvers"][0],
        serde_json::json!({"name": "order-platform", "from": "role", "contract": "orders@2.1.0", "role": "SALES_READ", "level": "first"})
    );
    let path = folder.path().join(FILE);
    let text = fs::read_to_string(&path).expect("it is written");
    let is_purpose = |line: &str| line.trim_start().starts_with("purpose:");
    let line = text.lines().position(is_purpose).expect("it has a purpose");
    let vague: Vec<&str> =
        text.lines().map(|known| if is_purpose(known) { "  purpose: Reporting" } else { known }).collect();
    fs::write(&path, vague.join("\n") + "\n").expect("written");
    let check = run(&folder, &["check", "--format", "json"]).code(0).json();
    let found = check["diagnostics"].as_array().expect("a list").iter().find(|found| found["code"] == "GOV044");
    let found = found.expect("it is told");
    assert_eq!((found["line"].as_u64(), found["column"].as_u64()), (Some(line as u64 + 1), Some(12)));
    // A standing is asked for as it is written.
    for word in ["in-force", "in force"] {
        run(&folder, &["access", "list", "--status", word]).code(0);
    }
}

#[test]
fn teams_and_people_may_ask_and_nothing_is_overwritten() {
    let folder = registry(&[ROLES, READER, GROWTH]);
    let ask = |who: [&str; 2]| {
        run(&folder, &[["access", "request", "orders", "--purpose", "Look at orders"].as_slice(), &who].concat())
    };
    assert_eq!(ask(["--for", "team:growth"]).code(0).out, "registry/sales/orders/access/growth.oaas.yaml\n");
    assert_eq!(ask(["--user", "Ada Lund"]).code(0).out, "registry/sales/orders/access/ada-lund.oaas.yaml\n");
    let text =
        fs::read_to_string(folder.path().join("registry/sales/orders/access/ada-lund.oaas.yaml")).expect("there");
    assert!(text.contains("  userId: Ada Lund\n") && !text.contains("dataProductId: churn"), "{text}");
    // A file of that name that is about something else stays.
    fs::write(folder.path().join(FILE), "mine\n").expect("written");
    assert_eq!(run(&folder, &ASK).code(0).out, "registry/sales/orders/access/churn-tables.oaas.yaml\n");
    assert_eq!(fs::read_to_string(folder.path().join(FILE)).expect("there"), "mine\n");
}

#[test]
fn approvers_come_from_roles_then_codeowners_then_the_owner() {
    let folder = registry(&[READER, GROWTH]);
    let err = run(&folder, &ASK).code(0).err;
    assert!(err.contains("order-platform (owns the product"), "{err}");
    fs::remove_file(folder.path().join(FILE)).expect("removed");
    fs::write(folder.path().join("CODEOWNERS"), "* @acme/all\n/registry/sales/orders/ @acme/growth\n")
        .expect("written");
    let err = run(&folder, &ASK).code(0).err;
    assert!(err.contains("@acme/growth (from CODEOWNERS"), "{err}");
    run(&folder, &["build"]).code(0);
    let page = fs::read_to_string(folder.path().join("site/products/orders.html")).expect("a page");
    assert!(page.contains("no contract names one; from CODEOWNERS"));
    assert!(page.contains("<dd><a href=\"../teams/growth.html\">Growth</a></dd>"), "the handle leads to its team");
}

fn agreement(id: &str, status: &str, end: &str, consumer: &str) -> (String, String) {
    (
        format!("registry/sales/orders/access/{id}.oaas.yaml"),
        format!(
            "apiVersion: v0.9.0\nkind: AccessAgreement\nid: {id}\nstatus: {status}\ndescription: {{purpose: \"=cmd <b>to read</b>\"}}\n\
             endTimestamp: \"{end}T23:59:59Z\"\nprovider: {{teamId: order-platform, dataProductId: orders, outputPortId: tables}}\n\
             consumer: {consumer}\n"
        ),
    )
}

fn several() -> tempfile::TempDir {
    let made = [
        agreement("ended", "approved", "2026-11-20", "{userId: bo}"),
        agreement("ending", "approved", "2026-12-01", "{teamId: growth, dataProductId: churn}"),
        agreement("held", "approved", "2027-12-01", "{teamId: growth}"),
        agreement("asked", "requested", "2027-12-01", "{userId: cleo}"),
    ];
    let files: Vec<(&str, &str)> = made.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    registry(&[[ROLES, READER, GROWTH].as_slice(), &files].concat())
}

#[test]
fn the_list_answers_who_may_read_what_until_when() {
    let folder = several();
    let ids = |flags: &[&str]| -> Vec<String> {
        let json = run(&folder, &[["access", "list", "--format", "json"].as_slice(), flags].concat()).code(0).json();
        assert_eq!(json["version"], 1);
        let rows = json["agreements"].as_array().expect("a list").iter();
        rows.map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
    };
    assert_eq!(ids(&[]), ["asked", "ended", "held", "ending"]);
    assert_eq!(ids(&["--status", "in-force"]), ["held", "ending"]);
    assert_eq!(ids(&["--status", "approved"]), ["ended", "held", "ending"]);
    assert_eq!(ids(&["--status", "requested", "--status", "ended"]), ["asked", "ended"]);
    assert_eq!(ids(&["--expiring"]), ["ending"]);
    assert_eq!(ids(&["--expiring", "9"]), Vec::<String>::new());
    assert_eq!(ids(&["--consumer", "churn"]), ["ending"]);
    assert_eq!(ids(&["--consumer", "team:growth"]), ["held", "ending"]);
    assert_eq!(ids(&["--product", "churn"]), Vec::<String>::new());
    run(&folder, &["access", "list", "--product", "team:growth"]).refused("a product gives access");
    let csv = run(&folder, &["access", "list", "--format", "csv", "--status", "ending"]).code(0).out;
    assert!(
        csv.contains("ending,orders,tables,,,churn,growth,approved,ending,,2026-12-01,,,,'=cmd <b>to read</b>,"),
        "{csv}"
    );
    let table = run(&folder, &["access", "list"]).code(0).out;
    assert!(table.starts_with("product  port    consumer  standing   until       purpose\n"), "{table}");
    // The list leaves out who a person is.
    assert!(table.contains("a person"), "{table}");
}

#[test]
fn the_register_shows_use_and_the_trail_of_commits() {
    let folder = several();
    run(&folder, &["build"]).code(0);
    let page = fs::read_to_string(folder.path().join("site/access.html")).expect("a page");
    assert!(page.contains("=cmd &lt;b&gt;to read&lt;/b&gt;") && !page.contains("<b>to read"));
    assert!(page.contains("Ran out") && page.contains("Who uses what"), "the end is known without git");
    assert!(page.contains("Who added and changed them is shown where the catalog is built from git."));
}

#[test]
fn the_trail_names_commits_and_their_teams() {
    let mut repository = Repository::new();
    let folder = several();
    for path in super::files_below(folder.path(), "") {
        repository.write(&path, &fs::read_to_string(folder.path().join(&path)).expect("text"));
    }
    let added = repository.commit_as("Bo", "bo@acme.example");
    let path = "registry/sales/orders/access/held.oaas.yaml";
    let text = repository.read(path);
    repository.write(path, &text.replace("2027-12-01", "2028-12-01"));
    let changed = repository.commit_as("Ada Lund", "ada@acme.example");
    let build = std::process::Command::new(env!("CARGO_BIN_EXE_meshfolio"))
        .current_dir(repository.root())
        .args(["build", "--today", "2026-11-21", "--no-cache"])
        .output()
        .expect("the binary runs");
    assert!(build.status.success(), "{build:?}");
    let page = repository.read("site/access.html");
    let trail = &page[page.find("id=\"trail\"").expect("there is a trail")..];
    let row = trail.split("<tr>").find(|row| row.contains(&changed[..7])).expect("the change is told");
    assert!(
        row.contains("held")
            && row.contains("<strong>Changed:</strong>")
            && row.contains("Growth")
            && !row.contains("Ada"),
        "{row}"
    );
    let row = trail.split("<tr>").find(|row| row.contains(&added[..7])).expect("the first commit is told");
    assert!(
        row.contains("<summary>Added 4 agreements</summary>") && trail.matches(&added[..7]).count() == 1,
        "one row: {row}"
    );
}

#[test]
fn new_file_links_hold_the_file_and_break_out_of_nothing() {
    let folder = registry(&[ROLES, READER, GROWTH]);
    for (kind, begins) in [
        (
            "github",
            "https://forge.example/acme/mesh/new/main?filename=registry/sales/orders/access/my-product.oaas.yaml&amp;value=apiVersion",
        ),
        ("gitlab", "https://forge.example/acme/mesh/-/new/main?file_name=registry"),
        ("gitea", "https://forge.example/acme/mesh/_new/main/?filename=registry"),
        ("bitbucket", ""),
        ("azure", ""),
    ] {
        let config = format!("forge: {{kind: {kind}, repository: \"https://forge.example/acme/mesh\"}}\n");
        fs::write(folder.path().join("meshfolio.yaml"), config).expect("written");
        run(&folder, &["build"]).code(0);
        let page = fs::read_to_string(folder.path().join("site/products/orders.html")).expect("a page");
        assert_eq!(page.contains("start it here"), !begins.is_empty(), "{kind}");
        assert!(page.contains(begins), "{kind}");
        let link = page.split("href=\"").find(|part| part.contains("my-product")).unwrap_or_default();
        let link = link.split('"').next().unwrap_or_default();
        assert!(link.len() <= 1_900 && !link.contains(['<', ' ', '\n']), "{link}");
    }
}

#[test]
fn a_request_past_its_own_end_says_so() {
    let (path, text) = agreement("late", "requested", "2026-11-20", "{teamId: growth}");
    let folder = registry(&[ROLES, READER, GROWTH, (path.as_str(), text.as_str())]);
    let table = run(&folder, &["access", "list"]).code(0).out;
    assert!(table.contains("requested, past its end"), "{table}");
    let json = run(&folder, &["access", "list", "--format", "json"]).code(0).json();
    assert_eq!(json["agreements"][0]["isLate"], true);
    assert_eq!(json["agreements"][0]["standing"], "requested");
    run(&folder, &["build", "--allow-errors"]).code(0);
    let page = |path: &str| fs::read_to_string(folder.path().join("site").join(path)).expect("a page");
    let register = page("access.html");
    assert!(
        register.contains("Its own end, <time datetime=\"2026-11-20\">20 Nov 2026</time>, has passed"),
        "{register}"
    );
    assert!(!register.contains("status: approved</code>"), "{register}");
    assert!(page("products/orders.html").contains("Requested, past its end"));
}
