//! The trend: what is sampled of the past, how long products took, what is kept, and what pages say of it.

use std::path::Path;

use serde_json::Value;

use super::history::{build, meshfolio, registry};
use super::repository::Repository;

fn product(id: &str, status: &str, more: &str) -> String {
    format!(
        "apiVersion: v1.0.0\nkind: DataProduct\nid: {id}\nname: {id}\nversion: 1.0.0\nstatus: {status}\ndomain: sales\nteam:\n  name: till\n{more}"
    )
}

/// Six months: a product is there from the first day, one is proposed on 5 January and active on 3 March, one
/// comes active, one is proposed and active in May, and April has no commit.
fn past() -> Repository {
    let mut repository = registry();
    repository.rest(3);
    repository.write("registry/a.odps.yaml", &product("a", "proposed", ""));
    repository.commit();
    repository.rest(27);
    repository.write("registry/a.odps.yaml", &product("a", "proposed", "tags: [x]\n"));
    repository.commit();
    repository.rest(25);
    repository.write("registry/a.odps.yaml", &product("a", "active", "tags: [x]\n"));
    repository.commit();
    repository.write("registry/b.odps.yaml", &product("b", "active", ""));
    repository.commit();
    // April.
    repository.rest(52);
    repository.write("registry/c.odps.yaml", &product("c", "draft", ""));
    repository.commit();
    repository.rest(9);
    repository.write("registry/c.odps.yaml", &product("c", "active", "tags: [x]\n"));
    repository.commit();
    repository.rest(28);
    repository.write("registry/domains/sales/orders/product.odps.yaml", &product("orders", "active", ""));
    std::fs::remove_file(repository.root().join("registry/b.odps.yaml")).expect("removed");
    repository.commit();
    repository
}

fn trend(root: &Path, cache: &Path, more: &[&str]) -> Value {
    let args = [&["score", "--trend", "--format", "json", "--today", "2026-06-30"], more].concat();
    let output = meshfolio(root, cache, &args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice::<Value>(&output.stdout).expect("JSON")["trend"].clone()
}

fn of(trend: &Value, key: &str) -> Vec<Value> {
    trend["points"].as_array().expect("points").iter().map(|point| point[key].clone()).collect()
}

#[test]
fn each_month_is_looked_at_once_and_told_with_its_numbers() {
    let repository = past();
    let cache = tempfile::tempdir().expect("a folder");
    let first = trend(repository.root(), cache.path(), &[]);
    let months = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"].map(Value::from);
    assert_eq!(of(&first, "month"), [months.as_slice(), &[Value::Null]].concat());
    assert_eq!(of(&first, "products"), [2, 2, 3, 3, 4, 3].map(Value::from));
    assert_eq!(of(&first, "withContract"), [1, 1, 1, 1, 1, 0].map(Value::from));
    // From 5 January to 3 March and 7 to 17 May, in the months of 28 days that the test makes.
    let days = of(&first, "daysToActive");
    assert_eq!(days[..2], [Value::Null, Value::Null]);
    assert_eq!(of(&first, "activated"), [0, 0, 1, 1, 2, 2].map(Value::from));
    let lead = days[2].as_u64().expect("known");
    assert!((50..=60).contains(&lead), "{lead}");
    assert_eq!((&days[3], &days[4]), (&Value::from(lead), &Value::from(10)), "of two the lower one");
    let commits = of(&first, "commit");
    assert_eq!(commits[2], commits[3], "April ended as March");
    assert!(first["note"].is_null());
    assert_eq!(trend(repository.root(), cache.path(), &[]), first, "what is kept does not show");
    let other = tempfile::tempdir().expect("a folder");
    assert_eq!(trend(repository.root(), other.path(), &["--no-cache"]), first);
    assert_eq!(super::files_below(other.path(), ""), Vec::<String>::new());
}

#[test]
fn csv_has_numbers_alone_and_one_table() {
    let repository = past();
    let cache = tempfile::tempdir().expect("a folder");
    let csv = |more: &[&str]| {
        let args = [&["score", "--trend", "--format", "csv", "--today", "2026-06-30"], more].concat();
        meshfolio(repository.root(), cache.path(), &args)
    };
    let text = String::from_utf8(csv(&[]).stdout).expect("UTF-8");
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some(
            "month,day,checks passed,checks total,products,retired products,products with contract,products with owner,products with promise,policies met,policies asked,readers,days to active,products activated"
        )
    );
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(
        rows.iter().map(|row| row[0]).collect::<Vec<_>>(),
        ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "now"]
    );
    assert_eq!(rows.iter().map(|row| row[4]).collect::<Vec<_>>(), ["2", "2", "3", "3", "4", "3"]);
    assert_eq!(rows.iter().map(|row| row[13]).collect::<Vec<_>>(), ["0", "0", "1", "1", "2", "2"]);
    // Nobody had become active by then, so that nothing is known.
    assert_eq!(rows[0][12], "");
    for row in &rows {
        assert_eq!(row.len(), 14);
        assert!(row[2..].iter().all(|cell| cell.bytes().all(|byte| byte.is_ascii_digit())), "{row:?}");
    }
    let both = csv(&["--base", "HEAD~1"]);
    assert_eq!(both.status.code(), Some(2));
    let said = String::from_utf8_lossy(&both.stderr);
    assert!(said.contains("holds the trend or what changed since `--base`, not both"), "{said}");
}

#[test]
fn pages_draw_lines_with_the_same_numbers_as_a_table_and_say_what_changed() {
    let mut repository = past();
    let cache = tempfile::tempdir().expect("a folder");
    let args = ["--today", "2026-06-30"];
    let (pages, said) = build(repository.root(), cache.path(), &args);
    assert!(said.contains("4 months looked at"), "{said}");
    // Of the four samples each file is read when it is new or has changed, and no more.
    assert!(said.contains("4 months looked at, 9 files read, 14 the same as before"), "{said}");
    let page = &pages["scorecard.html"];
    // There are no policies, so that nothing is known of whether they are met.
    assert_eq!(page.matches("<path class=\"ln\" ").count(), 7);
    assert!(page.contains("aria-label=\"Products: 2 in Jan 2026, 3 now\""), "{page}");
    assert!(page.contains("What changed since May 2026</h2><p>1 worse, 0 better, 1 gone or retired</p>"), "{page}");
    assert!(page.contains("Gone or retired: b."), "{page}");
    let (again, said) = build(repository.root(), cache.path(), &args);
    assert!(said.contains("0 months looked at") && again == pages, "{said}");
    // The month goes on: nothing old is looked at again.
    repository.write("registry/a.odps.yaml", &product("a", "active", ""));
    repository.commit();
    let (_, said) = build(repository.root(), cache.path(), &args);
    assert!(said.contains("0 months looked at"), "{said}");
    // Bytes that are damaged change nothing but the time.
    for file in super::files_below(cache.path(), "").iter().filter(|file| file.ends_with("/trend")) {
        std::fs::write(cache.path().join(file), b"meshfolio trend 1 0\nx").expect("written");
    }
    let (_, said) = build(repository.root(), cache.path(), &args);
    assert!(said.contains("4 months looked at"), "{said}");
    // Fewer months when the configuration says so, and none.
    let config = "mesh: {id: acme}\nsite: {trend: ";
    repository.write("meshfolio.yaml", &format!("{config}2}}\n"));
    let of_two = trend(repository.root(), cache.path(), &[]);
    assert_eq!(of(&of_two, "month"), [Value::from("2026-04"), Value::from("2026-05"), Value::Null]);
    repository.write("meshfolio.yaml", &format!("{config}0}}\n"));
    let (pages, _) = build(repository.root(), cache.path(), &args);
    assert!(pages["scorecard.html"].contains("asks for none"));
}

#[test]
fn what_is_not_known_of_the_past_is_said() {
    let mut repository = past();
    let cache = tempfile::tempdir().expect("a folder");
    let (_folder, clone) = repository.shallow(1);
    let note = |root: &Path| trend(root, cache.path(), &[])["note"].as_str().unwrap_or_default().to_owned();
    assert!(note(&clone).starts_with("This is a shallow clone"));
    // A month in which the registry could not be read is one with what could be.
    repository.rest(28);
    repository.write("registry/a.odps.yaml", "kind: DataProduct\nid: [\n");
    repository.commit();
    repository.rest(28);
    repository.write("registry/a.odps.yaml", &product("a", "active", ""));
    repository.commit();
    let told = trend(repository.root(), cache.path(), &[]);
    assert_eq!(of(&told, "month").len(), 8);
    std::fs::remove_dir_all(repository.root().join(".git")).expect("removed");
    assert!(note(repository.root()).contains("is not in git"));
    let (pages, _) = build(repository.root(), cache.path(), &[]);
    assert!(pages["scorecard.html"].contains("the registry is not in git"));
    let young = registry();
    assert!(note(young.root()).starts_with("There is no trend yet"));
}

#[test]
fn what_a_clone_left_out_is_in_no_number_of_the_past() {
    let repository = past();
    let cache = tempfile::tempdir().expect("a folder");
    let whole = trend(repository.root(), cache.path(), &["--no-cache"]);
    for option in ["--filter=blob:none", "--filter=tree:0"] {
        let (_folder, clone) = repository.cloned(option);
        let args = ["score", "--trend", "--format", "json", "--today", "2026-06-30", "--no-cache"];
        let output = meshfolio(&clone, cache.path(), &args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.contains("note: this clone left files of the past out"), "{said}");
        let told = &serde_json::from_slice::<Value>(&output.stdout).expect("JSON")["trend"];
        assert!(told["note"].as_str().is_some_and(|note| note.starts_with("This clone left files")), "{told}");
        // Every number that is told is one of the whole clone.
        let (months, products) = (of(told, "month"), of(told, "products"));
        let known: Vec<(Value, Value)> = of(&whole, "month").into_iter().zip(of(&whole, "products")).collect();
        assert!(months.len() < known.len(), "{told}");
        for pair in months.into_iter().zip(products) {
            assert!(known.contains(&pair), "{pair:?}");
        }
    }
}

#[test]
fn a_past_of_some_weeks_is_told_by_week() {
    let mut repository = registry();
    repository.write("registry/a.odps.yaml", &product("a", "proposed", ""));
    repository.commit();
    // From Thursday 1 January on: the next commit is on the Friday of the week after next.
    repository.rest(13);
    repository.write("registry/a.odps.yaml", &product("a", "active", ""));
    repository.commit();
    let cache = tempfile::tempdir().expect("a folder");
    let told = trend(repository.root(), cache.path(), &[]);
    assert_eq!(of(&told, "week"), ["2025-12-29".into(), "2026-01-05".into(), Value::Null]);
    assert_eq!(of(&told, "month"), ["2025-12".into(), "2026-01".into(), Value::Null]);
    assert_eq!(of(&told, "products"), [2, 2, 2].map(Value::from));
    assert!(told["note"].is_null(), "{told}");
    let (pages, said) = build(repository.root(), cache.path(), &["--today", "2026-01-17", "--no-cache"]);
    assert!(said.contains("1 week looked at"), "{said}");
    let page = &pages["scorecard.html"];
    assert!(
        page.contains("<p>from git, by week</p>") && page.contains("What changed since the week of 5 Jan 2026"),
        "{page}"
    );
    assert!(page.contains("aria-label=\"Products: 2 in 29 Dec 2025, 2 now\""), "{page}");
}
