//! The pair of versions with which the datacontract CLI tests its change log, judged by our rules from each
//! perspective. What differs from the rule table: nothing. The table has no row for the end of a major, which our gate
//! adds (BRK059), and none for the address of a version whose major is gone (BRK069).

use std::collections::BTreeMap;

use meshfolio::check::Detail;
use meshfolio::diff::CodeOwners;
use meshfolio::pipeline::{self, Base, Options};
use meshfolio::source::MemoryTree;
use meshfolio::yaml::Schemas;

use super::corpora::{read, shared};

#[test]
fn the_pair_of_the_datacontract_cli_is_judged() {
    let folder = "standards/datacontract+datacontract-cli/tests/fixtures/changelog/integration";
    let Some(folder) = shared(folder) else { return };
    let options = Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: jiff::civil::date(2026, 11, 21),
        detail: Detail::Rules,
        observations: None,
    };
    let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for perspective in ["consumer", "producer", "full"] {
        let tree = |version: u32| {
            let text = read(&folder.join(format!("changelog_integration_v{version}.yaml")));
            let config = format!("check: {{perspective: {perspective}}}\n");
            MemoryTree::new([("registry/orders.odcs.yaml", text), ("meshfolio.yaml", config)])
        };
        let (base, head) = (tree(1), tree(2));
        let owners = CodeOwners::default();
        let base = Base { tree: &base, owners, is_transitive: false, prefix: String::new(), policies: None };
        let compared = pipeline::run_pair(&head, &base, &Schemas::embedded(), &options).expect("trees in memory");
        for change in &compared.changes.changes {
            let meta = &change.rule.meta;
            let levels = found.entry(format!("{} {} {}", meta.code, meta.name, change.path)).or_default();
            levels.push(change.level.word());
        }
    }
    let found: Vec<String> =
        found.into_iter().map(|(change, levels)| format!("{change}: {}", levels.join(" "))).collect();
    let expected = [
        "BRK001 removed-column schema.orders.customer_id: breaking compatible breaking",
        "BRK005 added-column schema.orders.region: compatible compatible compatible",
        "BRK007 added-object schema.customers: compatible compatible compatible",
        "BRK009 logical-type-changed schema.orders.order_date.logicalType: breaking breaking breaking",
        "BRK018 column-made-required schema.orders.total_amount.required: compatible breaking breaking",
        "BRK037 service-level-lowered slaProperties.availability: breaking compatible breaking",
        "BRK052 meaning-reworded schema.orders.order_id: info info info",
        "BRK059 removed-major version: breaking compatible breaking",
        "BRK069 lost-version-address address.1.0.0: warning warning warning",
    ];
    assert_eq!(found, expected);
}
