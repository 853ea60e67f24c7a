//! What product pages say of ports: their descriptions, inputs that lead to nothing, and which are deprecated.

use std::fs;

use super::cli::{registry, run};

const ABROAD: (&str, &str) = (
    "registry/abroad/product.odps.yaml",
    "apiVersion: v1.1.0\nkind: DataProduct\nid: abroad\nname: Abroad\nversion: \"1.0.0\"\nstatus: draft\ndomain: sales\n\
     team: {name: order-platform}\ninputPorts:\n  - {name: payments, contractId: pay-1, version: \"2.0.0\", deprecated: true, \
     description: \"Replaced by <cards>.\"}\n  - {name: weather}\noutputPorts:\n  - {name: tables, description: \"DEPRECATED: use files.\"}\n\
     managementPorts:\n  - {name: control, content: control, type: rest, url: \"https://x.example/\", deprecated: true, description: Starts runs.}\n",
);

#[test]
fn every_port_stands_on_the_page_with_what_it_says_of_itself() {
    let folder = registry(&[ABROAD]);
    run(&folder, &["build", "--allow-errors"]).code(0);
    let page = fs::read_to_string(folder.path().join("site/products/abroad.html")).expect("a page");
    assert!(page.contains("<small>DEPRECATED: use files.</small>"), "the output port");
    let inputs = page.split("id=\"inputs-c\"").nth(1).and_then(|rest| rest.split("</table>").next()).expect("a table");
    assert!(inputs.contains("payments<small>Replaced by &lt;cards&gt;.</small>"), "{inputs}");
    assert!(
        inputs.contains("pay-1 2.0.0<small>not in this registry</small>") && inputs.contains("Deprecated"),
        "{inputs}"
    );
    assert!(inputs.contains("weather") && inputs.contains("not stated"), "{inputs}");
    let management = page.split("<dt>Control</dt>").nth(1).and_then(|rest| rest.split("</dd>").next()).expect("a port");
    assert!(management.contains("Deprecated") && management.contains("Starts runs."), "{management}");
    assert!(
        page.contains("2 unknown") && page.contains("Takes from outside"),
        "the picture knows that there is an input"
    );
    assert!(!page.contains("no input stated"));
}
