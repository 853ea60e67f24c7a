//! What `new` refuses, with one clear sentence and no file written.

use super::Folder;

#[test]
fn what_is_missing_is_named() {
    let folder = Folder::registry();
    folder.refused(&["new", "product", "p"], &["a data product needs `--domain`", "`sales`"]);
    folder.refused(&["new", "product", "p", "--domain", "sales"], &["`--owner`", "`order-platform`"]);
    folder.refused(&["new", "contract", "c"], &["`--product`"]);
    folder.refused(&["new", "domain", "d"], &["`--owner`"]);
    folder.refused(&["new", "source", "s"], &["`--owner`"]);
    folder.refused(&["new", "policy", "p"], &["`--owner`"]);
    folder.refused(&["new", "agreement", "a"], &["an access agreement needs `--product`"]);
    folder.refused(&["new", "agreement", "a", "--product", "orders"], &["`--consumer`"]);
    folder
        .refused(&["new", "agreement", "a", "--product", "orders", "--consumer", "data-governance"], &["`--purpose`"]);
    folder.refused(&["new", "review", "r"], &["`--for`"]);
    folder.refused(&["new", "review", "r", "--for", "orders", "--by", "data-governance"], &["`--rating`"]);
    folder.refused(&["new", "waiver", "w", "--for", "orders"], &["`--rule`"]);
    folder.refused(&["new", "acknowledgement", "a", "--for", "orders"], &["`--version`"]);
    folder.refused(&["new", "term", "order"], &["names no domain", "`<domain>/<term>`"]);
    folder.refused(&["new", "term", "/order"], &["names no domain"]);
    folder.refused(&["new", "term", "sales/"], &["names no term"]);
    folder.refused(&["new", "term", "sales/a/b"], &["cannot be an id"]);
}

#[test]
fn what_is_unknown_is_offered() {
    let folder = Folder::registry();
    folder.refused(&["new", "produkt", "p"], &["did you mean `product`"]);
    folder.refused(&["new", "product", "p", "--domain", "slaes", "--owner", "x"], &["did you mean `sales`?"]);
    folder.refused(&["new", "product", "p", "--domain", "sales", "--owner", "orderplatform"], &["`order-platform`?"]);
    folder.refused(&["new", "contract", "c", "--product", "order"], &["did you mean `orders`?"]);
    folder.refused(
        &["new", "team", "t", "--domain", "zzz"],
        &["`domain:zzz` is not in this registry", "`meshfolio list domains`"],
    );
    folder.refused(&["new", "term", "slaes/x"], &["did you mean `sales`?"]);
    let agreement =
        ["new", "agreement", "a", "--product", "orders", "--consumer", "data-governance", "--purpose", "To audit"];
    folder.refused(&[&agreement[..], &["--port", "table"]].concat(), &["did you mean `tables`?"]);
    folder.refused(&[&agreement[..], &["--until", "2020-01-01"]].concat(), &["lies in the past"]);
    folder.refused(&[&agreement[..7], &["--purpose", "x"]].concat(), &["the purpose `x` says nothing"]);
    folder.refused(&[&agreement[..6], &["orders", "--purpose", "To audit"]].concat(), &["needs no access to itself"]);
    folder.refused(&["new", "waiver", "w", "--for", "orders", "--rule", "missing-ownr"], &["`missing-owner`?"]);
    folder.refused(&["new", "review", "r", "--for", "ordres"], &["did you mean"]);
    folder.refused(&["new", "review", "r", "--rating", "6"], &["--rating"]);
    let review = ["new", "review", "r", "--for", "orders", "--rating", "3", "--by"];
    folder.refused(
        &[&review[..], &["domain:sales"]].concat(),
        &["`domain:sales` is a domain", "a team or a data product"],
    );
    folder.refused(
        &[&review[..], &["product:ordres"]].concat(),
        &["`product:ordres` is not in this registry", "`orders`?"],
    );
    folder.refused(&[&review[..], &["urn:mesh:other:team:x"]].concat(), &["belongs to the mesh `other`"]);
    let team = ["new", "acknowledgement", "a", "--consumer", "team:data-governance", "--for"];
    folder.refused(
        &[&team[..], &["contract:orders@9.0.0"]].concat(),
        &["`9.0.0` is beyond the next major version of `contract:orders`", "it has ", "the next major is"],
    );
    folder.refused(&[&team[..], &["orders", "--version", "9"]].concat(), &["beyond the next major"]);
    folder.refused(
        &[&review[..], &["data-governance", "--version", "9.0.0"]].concat(),
        &["no contract of `product:orders` has the version `9.0.0`"],
    );
    folder.refused(
        &["new", "policy", "p", "--owner", "order-platform", "--domain", "other"],
        &["`domain:other` is not in this registry"],
    );
    folder.good(&["new", "domain", "other", "--owner", "data-governance"]);
    folder.refused(
        &["new", "policy", "p", "--owner", "order-platform", "--domain", "other"],
        &["`order-platform` is a team of the domain `sales`", "`--domain sales`"],
    );
    folder.refused(&["new", "term", "sales/x", "--owner", "y"], &["says nothing about a term"]);
    folder.refused(&["new", "waiver", "w", "--until", "tomorrow"], &["write a day of the calendar"]);
    folder.refused(&["new", "team", "t", "--rating", "5"], &["`--rating` says nothing about a team"]);
}

#[test]
fn what_is_taken_stays_as_it_is() {
    let folder = Folder::registry();
    let product = ["--domain", "sales", "--owner", "order-platform"];
    folder.refused(&[&["new", "product", "orders"], &product[..]].concat(), &["exists already", "product.odps.yaml"]);
    folder.refused(&["new", "team", "con"], &["`con` cannot be an id", "Windows keeps", "`con-team`"]);
    folder.refused(&["new", "team", "order-platform"], &["registry/teams/order-platform.yaml"]);
    folder.refused(&["new", "domain", "sales", "--owner", "order-platform"], &["registry/domains/sales/domain.yaml"]);
    folder.refused(&["new", "policy", "endings-are-announced", "--owner", "data-governance"], &["exists already"]);
    folder.refused(&["new", "source", "shop", "--owner", "order-platform"], &["registry/sources/shop.yaml"]);
    folder.refused(&["new", "term", "sales/order"], &["exists already", "registry/glossary/sales.osds.yaml"]);
    folder.refused(&["new", "term", "Sales/order"], &["exists already"]);
    folder.write("registry/aliases.yaml", "aliases:\n  - {from: product:sold, to: product:orders}\n");
    folder.refused(&[&["new", "product", "sold"], &product[..]].concat(), &["the old name of `product:orders`"]);
    folder.write("registry/teams/free.yaml", "this: is something else\n");
    folder.refused(&["new", "team", "free"], &["`registry/teams/free.yaml`"]);
}

#[test]
fn places_that_are_not_read_are_refused() {
    let folder = Folder::registry();
    for path in [
        "../x.yaml",
        "/tmp/x.yaml",
        "x.yaml",
        "registry/x.txt",
        "registry/.hidden/x.yaml",
        "site/x.yaml",
        ".git/x.yaml",
    ] {
        folder.refused(&["new", "team", "t", "--path", path], &[path]);
    }
    folder.good(&["new", "team", "t", "--path", "registry/people/t.yaml"]);
    folder.is_clean();
}
