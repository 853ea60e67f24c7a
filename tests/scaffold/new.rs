//! `new`: every kind.

use super::Folder;

#[test]
fn a_domain_grows_from_nothing_without_a_finding() {
    let folder = Folder::empty();
    folder.good(&["init", "--name", "Acme", "--minimal"]);
    let steps: [(&[&str], &[&str]); 7] = [
        (&["team", "growth"], &["registry/teams/growth.yaml"]),
        (
            &["domain", "marketing", "--owner", "growth"],
            &["registry/domains/marketing/domain.yaml", "registry/domains/marketing/README.md"],
        ),
        (&["source", "crm", "--owner", "Growth", "--domain", "marketing"], &["registry/sources/crm.yaml"]),
        (
            &["product", "campaigns", "--domain", "marketing", "--owner", "growth", "--purpose", "Who was told what."],
            &[
                "registry/domains/marketing/campaigns/product.odps.yaml",
                "registry/domains/marketing/campaigns/README.md",
            ],
        ),
        (
            &["contract", "campaigns", "--product", "campaigns"],
            &["registry/domains/marketing/campaigns/contracts/campaigns.odcs.yaml"],
        ),
        (
            &["policy", "has-tags", "--owner", "data-governance", "--domain", "marketing"],
            &["registry/policies/has-tags.yaml", "registry/policies/has-tags.md"],
        ),
        (&["term", "marketing/lead", "--name", "Lead"], &["registry/glossary/marketing.osds.yaml"]),
    ];
    for (args, paths) in steps {
        let run = folder.good(&[&["new"], args].concat());
        assert_eq!(run.out.lines().collect::<Vec<_>>(), paths);
        assert!(run.err.contains("Next"), "{}", run.err);
        folder.is_clean();
    }
    let product = folder.yaml("registry/domains/marketing/campaigns/product.odps.yaml");
    assert_eq!((product["status"].as_str(), product["team"]["name"].as_str()), (Some("draft"), Some("growth")));
    let contract = folder.yaml("registry/domains/marketing/campaigns/contracts/campaigns.odcs.yaml");
    assert_eq!(contract["domain"], "marketing");
    assert_eq!(contract["team"]["name"], "growth");
    assert_eq!(contract["version"], "0.1.0");
}

#[test]
fn what_is_said_about_others_passes_check() {
    let folder = Folder::registry();
    folder.good(&["new", "product", "margin", "--domain", "sales", "--owner", "data-governance"]);
    let orders = "registry/domains/sales/orders";
    let steps: [(&[&str], String); 8] = [
        (
            &[
                "agreement",
                "margin-reads-orders",
                "--product",
                "orders",
                "--consumer",
                "margin",
                "--purpose",
                "margin per basket",
            ],
            format!("{orders}/access/margin.oaas.yaml"),
        ),
        (
            &[
                "agreement",
                "team-reads",
                "--product",
                "orders",
                "--consumer",
                "team:data-governance",
                "--purpose",
                "to audit",
            ],
            format!("{orders}/access/data-governance.oaas.yaml"),
        ),
        (
            &[
                "review",
                "orders-good",
                "--for",
                "orders",
                "--by",
                "product:margin",
                "--rating",
                "5",
                "--version",
                "1.0.0",
            ],
            format!("{orders}/reviews/orders-good.yaml"),
        ),
        (
            &[
                "waiver",
                "w1",
                "--for",
                "product:orders",
                "--rule",
                "GOV003",
                "--by",
                "data-governance",
                "--purpose",
                "x",
            ],
            "registry/waivers/w1.yaml".to_owned(),
        ),
        (
            &["acknowledgement", "a1", "--for", "orders@2.0.0", "--consumer", "margin"],
            "registry/domains/sales/margin/acknowledgements/orders-2.yaml".to_owned(),
        ),
        (
            &[
                "acknowledgement",
                "a2",
                "--for",
                "contract:orders",
                "--version",
                "2.1.0",
                "--consumer",
                "team:order-platform",
            ],
            "registry/acknowledgements/a2.yaml".to_owned(),
        ),
        (&["scorecard", "acme", "--purpose", "What we ask"], "registry/scorecards/acme.yaml".to_owned()),
        (&["maturity-model", "steps"], "registry/maturity/steps.omms.yaml".to_owned()),
    ];
    for (args, path) in steps {
        assert_eq!(folder.good(&[&["new"], args].concat()).out, format!("{path}\n"));
        if args[0] == "waiver" {
            // Nothing is wrong here that it could excuse, and it says so.
            assert!(folder.good(&["check"]).out.contains("GOV017"));
            assert_eq!(folder.yaml(&path)["expires"], "2027-02-19");
            std::fs::remove_file(folder.path(&path)).expect("it can be removed");
        }
        folder.is_clean();
    }
    let agreement = folder.yaml(&format!("{orders}/access/margin.oaas.yaml"));
    assert_eq!(agreement["provider"]["teamId"], "order-platform");
    assert_eq!(agreement["provider"]["outputPortId"], "tables");
    assert_eq!(agreement["provider"]["dataContractVersion"], "1.0.0");
    assert_eq!(agreement["consumer"]["teamId"], "data-governance");
    assert_eq!(agreement["name"], "Margin reads Orders");
    assert_eq!(agreement["endTimestamp"], "2027-11-21T23:59:59Z");
    let review = folder.yaml(&format!("{orders}/reviews/orders-good.yaml"));
    assert_eq!((&review["date"], &review["reviewer"]), (&"2026-11-21".into(), &"margin".into()));
}

#[test]
fn a_contract_gets_its_next_version_only_when_asked() {
    let folder = Folder::registry();
    folder.refused(&["new", "contract", "orders", "--product", "orders"], &["exists already", "orders.odcs.yaml"]);
    folder.refused(&["new", "contract", "orders", "--product", "orders", "--version", "v1.0.0"], &["exists already"]);
    let run = folder.good(&["new", "contract", "orders", "--product", "orders", "--version", "2.0.0"]);
    assert_eq!(run.out, "registry/domains/sales/orders/contracts/orders-2.0.0.odcs.yaml\n");
    assert!(run.err.contains("contractId: orders"), "{}", run.err);
    folder.is_clean();
}

#[test]
fn a_term_of_a_glossary_that_is_there_is_printed() {
    let folder = Folder::registry();
    let run = folder.run(&["new", "term", "sales/refund", "--purpose", "Money given back: all or a part."]);
    assert_eq!(run.code, 2);
    assert_eq!(run.out, "  - id: refund\n    name: Refund\n    description: \"Money given back: all or a part.\"\n");
    assert!(run.err.contains("registry/glossary/sales.osds.yaml"), "{}", run.err);
    let glossary = folder.read("registry/glossary/sales.osds.yaml") + &run.out;
    folder.write("registry/glossary/sales.osds.yaml", &glossary);
    folder.is_clean();
    folder.refused(&["new", "term", "sales/refund"], &["the term `sales/refund` exists already"]);
}

#[test]
fn things_join_the_layout_that_is_there() {
    let folder = Folder::empty();
    folder.write("meshfolio.yaml", "roots: [data]\n");
    folder.write("data/teams.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: t\n");
    folder.write("data/areas/A-1/domain.yaml", "apiVersion: meshfolio/v1\nkind: Domain\nid: A-1\nowner: t\n");
    let run = folder.good(&["new", "product", "p", "--domain", "a-1", "--owner", "T"]);
    assert_eq!(run.out.lines().next(), Some("data/areas/A-1/p/product.odps.yaml"));
    assert_eq!(folder.yaml("data/areas/A-1/p/product.odps.yaml")["domain"], "A-1");
    let run = folder.good(&["new", "contract", "c", "--product", "p", "--path", "data/flat/c.odcs.yaml"]);
    assert_eq!(run.out, "data/flat/c.odcs.yaml\n");
    folder.is_clean();
}

#[test]
fn prose_that_is_there_stays() {
    let folder = Folder::registry();
    folder.write("registry/domains/sales/refunds/README.md", "# Mine\n");
    let run = folder.good(&["new", "product", "refunds", "--domain", "sales", "--owner", "order-platform"]);
    assert_eq!(run.out, "registry/domains/sales/refunds/product.odps.yaml\n");
    assert_eq!(folder.read("registry/domains/sales/refunds/README.md"), "# Mine\n");
}

#[test]
fn a_policy_of_a_domain_binds_that_domain() {
    let folder = Folder::registry();
    folder.good(&["new", "policy", "p", "--owner", "order-platform"]);
    assert_eq!(folder.yaml("registry/policies/p.yaml")["scope"]["domains"][0], "sales");
    folder.good(&["new", "policy", "q", "--owner", "data-governance"]);
    assert!(folder.yaml("registry/policies/q.yaml")["scope"].get("domains").is_none());
    folder.good(&["check"]);
}
