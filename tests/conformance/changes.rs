//! The pair of versions with which the datacontract CLI tests its change log, judged by our rules. What differs
//! from the rule table: nothing; the table has no row for the end of a major, which our gate adds (BRK059).

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
    let tree = |version: u32| {
        let text = read(&folder.join(format!("changelog_integration_v{version}.yaml")));
        MemoryTree::new([("registry/orders.odcs.yaml", text)])
    };
    let (base, head) = (tree(1), tree(2));
    let options = Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: jiff::civil::date(2026, 11, 21),
        detail: Detail::Rules,
        observations: None,
    };
    let base = Base { tree: &base, owners: CodeOwners::default(), is_transitive: false, prefix: String::new() };
    let compared = pipeline::run_pair(&head, &base, &Schemas::embedded(), &options).expect("trees in memory");
    let found = compared.changes.changes.iter();
    let mut found: Vec<String> = found
        .map(|change| {
            format!("{} {} {} {}", change.rule.meta.code, change.rule.meta.name, change.path, change.level.word())
        })
        .collect();
    found.sort();
    let expected = [
        "BRK001 removed-column schema.orders.customer_id breaking",
        "BRK005 added-column schema.orders.region compatible",
        "BRK007 added-object schema.customers compatible",
        "BRK009 logical-type-changed schema.orders.order_date.logicalType breaking",
        "BRK018 column-made-required schema.orders.total_amount.required compatible",
        "BRK037 service-level-lowered slaProperties.availability breaking",
        "BRK052 meaning-reworded schema.orders.order_id info",
        "BRK059 removed-major version breaking",
    ];
    assert_eq!(found, expected);
}
