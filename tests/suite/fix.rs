//! `check --fix`: findings that mend themselves are mended in the files, and nothing else in them changes.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::cli::run;

const HEAD: &str = "apiVersion: v3.2.0\nkind: DataContract\nid: customers\nversion: \"1.0.0\"\n";
const PATH: &str = "registry/customers.odcs.yaml";

fn registry(contract: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("registry")).expect("made");
    fs::write(folder.path().join(PATH), contract).expect("written");
    folder
}

fn contract(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join(PATH)).expect("read")
}

#[test]
fn what_mends_itself_is_written_and_the_rest_stays_byte_for_byte() {
    let before = "\u{feff}# The hub.\r\napiVersion: v3.2.0\r\nkind: DataContract\r\nid: customers   # never change\r\nversion: 1.10\r\nstaus: draft\r\nschema:\r\n- name:  customers\r\n  properties:\r\n  -   name: email   # of the account\r\n      logicalType: string\r\n  - {name: 'birth_date' , logicalType: date}\r\n  - name: amount\r\n    logicalTyp: number\r\n";
    let after = "\u{feff}# The hub.\r\napiVersion: v3.2.0\r\nkind: DataContract\r\nid: customers   # never change\r\nversion: \"1.10\"\r\nstatus: draft\r\nschema:\r\n- name:  customers\r\n  properties:\r\n  -   name: email   # of the account\r\n      classification: personal\r\n      logicalType: string\r\n  - {name: 'birth_date', classification: personal , logicalType: date}\r\n  - name: amount\r\n    logicalType: number\r\n";
    let folder = registry(before);
    let dry = run(&folder, &["check", "--fix", "--dry-run"]);
    assert_eq!(contract(&folder), before, "a dry run changes nothing");
    assert!(dry.out.contains("+      classification: personal"), "{}", dry.out);
    assert!(dry.err.contains("Would fix"), "{}", dry.err);
    assert_eq!(dry.code, Some(1), "the files as they are do not pass");
    let shown = run(&folder, &["check", "--fix", "--dry-run", "--format", "json"]).code(1).json();
    assert_eq!((&shown["version"], &shown["isWritten"]), (&1.into(), &false.into()));
    assert_eq!(shown["files"][0]["path"], PATH);
    assert_eq!(shown["files"][0]["difference"].as_str(), Some(dry.out.as_str()));
    run(&folder, &["check", "--fix", "--dry-run", "--format", "sarif"]).refused("prints a difference");
    let fixed = run(&folder, &["check", "--fix", "--format", "json"]);
    assert_eq!(contract(&folder), after);
    assert!(fixed.err.contains("Fixed"), "{}", fixed.err);
    let told = fixed.json();
    let codes: Vec<&str> =
        told["diagnostics"].as_array().expect("a list").iter().filter_map(|d| d["code"].as_str()).collect();
    assert!(!codes.iter().any(|code| ["GOV004", "SCH009", "SCH002"].contains(code)), "{codes:?}");
    let again = run(&folder, &["check", "--fix"]);
    assert_eq!(contract(&folder), after, "a second run changes nothing");
    assert!(again.err.contains("0 of"), "{}", again.err);
}

#[test]
fn only_what_is_asked_for_is_mended() {
    let text = format!("{HEAD}status: draft\nschema:\n  - name: customers\n    properties:\n      - name: email\n");
    let folder = registry(&text);
    fs::write(folder.path().join("registry/other.odcs.yaml"), text.replace("id: customers", "id: other"))
        .expect("written");
    // Only warnings can be mended here, and they fail no run that does not ask for it.
    run(&folder, &["check", "--fix", "--dry-run"]).code(0);
    run(&folder, &["check", "--fix", "--dry-run", "--deny", "warning"]).code(1);
    let told = run(&folder, &["check", "--fix", "registry/other.odcs.yaml"]);
    assert_eq!(contract(&folder), text);
    assert!(told.err.contains("in 1 file"), "{}", told.err);
    // A waiver is a decision.
    let waiver = "apiVersion: meshfolio/v1\nkind: Waiver\nid: w\nname: w\nstatus: active\ntarget: contract:customers\nrule: GOV004\nreason: test data\napprovedBy: council\nexpires: 2036-12-31\n";
    fs::write(folder.path().join("registry/waiver.yaml"), waiver).expect("written");
    let council = "apiVersion: meshfolio/v1\nkind: Team\nid: council\nname: Council\n";
    fs::write(folder.path().join("registry/council.yaml"), council).expect("written");
    run(&folder, &["check", "--fix"]);
    assert_eq!(contract(&folder), text);
}

#[test]
fn what_no_fix_can_mend_is_not_called_fixable() {
    let text = format!(
        "{HEAD}status: draft\nsatus: draft\nschema:\n  - name: customers\n    properties:\n      - name: number\n        unique: true\n        isUnique: true\n"
    );
    let folder = registry(&text);
    let team = "apiVersion: meshfolio/v1\nkind: Team\nid: crew\nname: Crew\ntype: 5\n";
    fs::write(folder.path().join("registry/crew.yaml"), team).expect("written");
    let told = run(&folder, &["check"]).code(1);
    assert!(told.err.contains("3 errors") && !told.err.contains("fixable"), "{}", told.err);
    assert!(told.out.contains("`unique` stands here already: remove `isUnique`"), "{}", told.out);
    run(&folder, &["check", "--fix"]).code(1);
    assert_eq!(contract(&folder), text);
    assert_eq!(fs::read_to_string(folder.path().join("registry/crew.yaml")).expect("read"), team);
}

#[test]
fn a_file_that_does_not_parse_is_left_alone() {
    let text =
        format!("{HEAD}status: draft\nschema:\n  - name: customers\n    properties:\n      - name: email\n    x: [\n");
    let folder = registry(&text);
    let told = run(&folder, &["check", "--fix"]);
    assert_eq!(told.code, Some(1));
    assert_eq!(contract(&folder), text);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let text = format!("{HEAD}status: draft\nschema:\n  - name: customers\n    properties:\n      - name: email\n");
    let folder = registry(&text);
    let outside = tempfile::tempdir().expect("a folder");
    let target = outside.path().join("contract.odcs.yaml");
    fs::write(&target, text.replace("id: customers", "id: linked")).expect("written");
    std::os::unix::fs::symlink(&target, folder.path().join("registry/linked.odcs.yaml")).expect("linked");
    let before = fs::read(&target).expect("read");
    run(&folder, &["check", "--fix"]);
    assert_eq!(fs::read(&target).expect("read"), before);
    assert!(contract(&folder).contains("classification: personal"));
    assert!(Path::new(&target).exists());
}

#[test]
fn the_class_of_the_configuration_is_written() {
    let text = format!(
        "{HEAD}status: draft\nschema:\n  - name: customers\n    properties:\n      - {{name: loyaltyNo}}\n      - {{name: email}}\n      - {{name: ip}}\n      - {{name: depot_phone_line}}\n"
    );
    let folder = registry(&text);
    let config = "personalData:\n  classification: pii\n  off: [ip]\n  ignore: [depot phone]\n  patterns: [{name: a loyalty number, columns: [loyalty no], classification: confidential}]\n";
    fs::write(folder.path().join("meshfolio.yaml"), config).expect("written");
    run(&folder, &["check", "--fix"]);
    let after = contract(&folder);
    assert!(after.contains("{name: loyaltyNo, classification: confidential}"), "{after}");
    assert!(after.contains("{name: email, classification: pii}"), "{after}");
    assert!(after.contains("{name: ip}") && after.contains("{name: depot_phone_line}"), "{after}");
}

/// A product that names a domain, a team, a contract and a source system, each with a slip.
const NAMES: [(&str, &str); 6] = [
    ("teams/order-platform.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: order-platform\nname: Order platform\n"),
    ("sales/domain.yaml", "apiVersion: meshfolio/v1\nkind: Domain\nid: sales\nname: Sales\nowner: order-platform\n"),
    ("teams/team-b.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: team-b\n"),
    (
        "sales/shop.yaml",
        "apiVersion: meshfolio/v1\nkind: SourceSystem\nid: web-shop\nname: Shop\nowner: order-platform\nassets:\n  - {id: order-lines, name: Lines}\n",
    ),
    (
        "sales/orders.odcs.yaml",
        "apiVersion: v3.2.0\nkind: DataContract\nid: orders\nversion: \"1.0.0\"\nstatus: active\n",
    ),
    (
        "sales/orders.odps.yaml",
        "apiVersion: v1.1.0\nkind: DataProduct\nid: orders\nstatus: active\ndomain: sales\nteam: {name: order-platform}\noutputPorts:\n  - {name: o, contractId: orders, version: \"1.0.0\"}\n",
    ),
];

#[test]
fn names_with_a_slip_are_mended_where_only_one_can_be_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join("registry").join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    for (path, text) in NAMES {
        write(path, text);
    }
    let reader = |team: &str, domain: &str, contract: &str, source: &str, asset: &str| {
        format!(
            "apiVersion: v1.1.0\nkind: DataProduct\nid: margin\nstatus: active\ndomain: {domain} # ours\nteam: {{name: '{team}'}}\ninputPorts:\n  - {{name: i, contractId: \"{contract}\", version: \"1.0.0\"}}\n  - name: s\n    customProperties:\n      - {{property: sourceSystemId, value: {source}}}\n      - {{property: sourceAssetId, value: {asset}}}\n"
        )
    };
    write("sales/margin.odps.yaml", &reader("order-platfrom", "slaes", "ordres", "web-shpo", "order-lnies"));
    let told = run(&folder, &["check", "--fix"]);
    let after = fs::read_to_string(folder.path().join("registry/sales/margin.odps.yaml")).expect("read");
    assert_eq!(after, reader("order-platform", "sales", "orders", "web-shop", "order-lines"), "{}", told.out);
    assert!(!told.out.contains("[REF"), "{}", told.out);

    // Another version, another name of the same form, a port that reads it already: nobody can be sure.
    let unsure = reader("team-a", "sales", "ordres", "web-shop", "order-lines").replace("1.0.0", "2.0.0");
    write("sales/margin.odps.yaml", &unsure);
    run(&folder, &["check", "--fix"]);
    let after = fs::read_to_string(folder.path().join("registry/sales/margin.odps.yaml")).expect("read");
    assert_eq!(after, unsure);
    // What excuses is never rewritten: whom it names is a decision.
    let waiver = "apiVersion: meshfolio/v1\nkind: Waiver\nid: w\nname: w\nstatus: active\ntarget: product:margin\nrule: GOV001\nreason: it is new\napprovedBy: order-platfrom\nexpires: 2036-12-31\n";
    write("waiver.yaml", waiver);
    run(&folder, &["check", "--fix"]);
    let after = fs::read_to_string(folder.path().join("registry/waiver.yaml")).expect("read");
    assert_eq!(after, waiver);
}

#[test]
fn a_value_is_mended_only_where_its_meaning_stays() {
    let mended = |kinds: &str| {
        let folder = registry(HEAD);
        let path = folder.path().join("registry/p.yaml");
        let policy = format!(
            "apiVersion: meshfolio/v1\nkind: Policy\nid: p\nscope: {{kinds: [{kinds}]}}\nvalidations: [{{expression: \"true\", message: m}}]\ntests: [{{name: t, given: {{}}, expect: fail}}]\n"
        );
        fs::write(&path, &policy).expect("written");
        let told = run(&folder, &["check"]).out;
        run(&folder, &["check", "--fix"]);
        (told, fs::read_to_string(path).expect("read").lines().nth(3).expect("a line").to_owned())
    };
    // The words of expressions and of the command line are kinds.
    let (told, scope) = mended("Term, contracts, datacontract");
    assert_eq!(scope, "scope: {kinds: [SemanticDefinition, DataContract, DataContract]}");
    assert!(told.contains("help: write `SemanticDefinition`") && !told.contains("`Team`"), "{told}");
    assert_eq!(mended("DataProdct").1, "scope: {kinds: [DataProduct]}");
    // Two slips in a short word may be another word.
    let (told, scope) = mended("Tam, Teem, Trem");
    assert_eq!(scope, "scope: {kinds: [Team, Team, Trem]}");
    assert!(told.contains("help: did you mean `Team`?"), "{told}");
    assert!(told.contains("help: write `pass` or `{message: ...}`"), "{told}");
}
