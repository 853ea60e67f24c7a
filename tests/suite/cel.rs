//! Our expressions beside those of the `cel` crate: what both can say, both must answer alike. Each
//! expression is the validation of a policy with one test case, so that everything between YAML and
//! the answer takes part.

use std::panic::catch_unwind;

use cel::{Context, Program, Value};
use meshfolio::check::Detail;
use meshfolio::pipeline::{self, Options};
use meshfolio::source::MemoryTree;
use meshfolio::yaml::Schemas;
use serde_json::json;

/// Expressions over what `given` gives; each is true, false or an error.
const EXPRESSIONS: &[&str] = &[
    "true",
    "!true",
    "!!true",
    "true && false",
    "true || false",
    "false || false || true",
    "false && (1 / 0 == 1)",
    "(1 / 0 == 1) && false",
    "true || (1 / 0 == 1)",
    "(1 / 0 == 1) || true",
    "(1 / 0 == 1) || false",
    "1 + 2 * 3 == 7",
    "(1 + 2) * 3 == 9",
    "7 / 2 == 3",
    "-7 / 2 == -3",
    "-7 % 3 == -1",
    "7 % 0 == 0",
    "1 - 2 - 3 == -4",
    "2 * -3 == -6",
    "--2 == 2",
    "9223372036854775807 + 1 > 0",
    "-9223372036854775807 - 2 < 0",
    "0x10 == 16",
    "1.5 + 1.5 == 3.0",
    "1e3 == 1000.0",
    ".5 == 0.5",
    "1 < 2 && 2 <= 2 && 3 > 2 && 2 >= 2",
    "1 == 1.0",
    "2 > 1.5",
    "'a' < 'b'",
    "'a' == 'a' && 'a' != 'b'",
    "\"a\" == 'a'",
    "'''a'b''' == \"a'b\"",
    "'a' + 'b' == 'ab'",
    "'\\n'.size() == 1",
    "r'\\n'.size() == 2",
    "'\\u00e4' == 'ä'",
    "'\\x41\\101' == 'AA'",
    "'grün'.size() == 4",
    "size('grün') == 4",
    "'abc'.contains('b')",
    "'abc'.startsWith('a') && 'abc'.endsWith('c')",
    "'abc'.matches('^a.c$')",
    "'xabcx'.matches('b')",
    "'abc'.matches('^b')",
    "matches('abc', 'a+')",
    "[1, 2, 3].size() == 3",
    "size([]) == 0",
    "[1, 2] + [3] == [1, 2, 3]",
    "[1, 2] == [2, 1]",
    "[1, [2, 3]] == [1, [2, 3]]",
    "[1, 2, 3][1] == 2",
    "[1, 2, 3][5] == 2",
    "2 in [1, 2]",
    "3 in [1, 2]",
    "'a' in ['a', 'b']",
    "'a' in {'a': 1}",
    "'b' in {'a': 1}",
    "{'a': 1}.a == 1",
    "{'a': 1}['a'] == 1",
    "size({'a': 1, 'b': 2}) == 2",
    "[1, 2, 3].all(x, x > 0)",
    "[1, 2, 3].all(x, x > 1)",
    "[1, 2, 3].exists(x, x == 2)",
    "[1, 2, 3].exists(x, x == 5)",
    "[1, 2, 3].exists_one(x, x > 2)",
    "[1, 2, 3].exists_one(x, x > 1)",
    "[1, 2, 3].filter(x, x > 1) == [2, 3]",
    "[1, 2, 3].map(x, x * 2) == [2, 4, 6]",
    "[1, 2, 3].map(x, x > 1, x * 2) == [4, 6]",
    "[].all(x, false)",
    "[].exists(x, true)",
    "[0, 1].all(x, 1 / x > 0)",
    "[0, 1, 2].exists(x, 2 / x == 1)",
    "[0, 2].all(x, 2 / x == 5)",
    "[[1], [2, 3]].all(x, x.exists(y, y > 0))",
    "[1, 2].all(x, [3, 4].all(x, x > 2))",
    "{'a': 1, 'b': 2}.all(k, k in ['a', 'b'])",
    "true ? 1 == 1 : 1 / 0 == 1",
    "false ? 1 / 0 == 1 : 2 == 2",
    "true ? false ? false : true : false",
    "1 == 2 ? 'a' == 'b' : 'c' == 'c'",
    "int('42') == 42",
    "int('x') == 42",
    "int(2.9) == 2",
    "int(-2.9) == -2",
    "double('1.5') == 1.5",
    "double(1) == 1.0",
    "string(42) == '42'",
    "string('a') == 'a'",
    "null == null",
    "null != 1",
    "null == 'a'",
    "contract.customProperties[0].value.level == 'a'",
    "contract.customProperties[0].value.level != 'a'",
    "1 < 'a'",
    "'a' + 1 == 'a1'",
    "[1] + 'a' == [1]",
    "true + true == 2",
    "!1",
    "-'a' == 'a'",
    "'a' && true",
    "1 ? true : false",
    "contract.price.priceAmount == 12",
    "contract.price.priceAmount > 10 && contract.price.priceAmount < 20",
    "contract.tags.exists(t, t == 'gold')",
    "contract.tags.all(t, t.matches('^[a-z]+$'))",
    "contract.schema[0].properties.filter(p, p.logicalType == 'string').map(p, p.name) == ['id', 'email']",
    "contract.schema.all(o, o.properties.exists(p, p.name == 'id'))",
    "contract.schema.map(o, o.properties.size()) == [3]",
    "contract.customProperties[0].value.level == 3",
    "contract.customProperties[0].value['level'] == 3",
    "contract.customProperties[0].value.list.exists(x, x == 2.5)",
    "size(contract.customProperties[0].value) == 2",
    "'level' in contract.customProperties[0].value",
    "contract.id + '@' + contract.version == 'orders@2.1.0'",
    "contract.id in ['orders', 'lines']",
    "contract.id in ['lines']",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    None,
}

#[test]
fn both_answer_alike() {
    let given = json!({
        "id": "orders",
        "version": "2.1.0",
        "tags": ["gold", "daily"],
        "price": {"priceAmount": 12},
        "schema": [{"name": "orders", "properties": [
            {"name": "id", "logicalType": "string"},
            {"name": "email", "logicalType": "string"},
            {"name": "amount", "logicalType": "number"},
        ]}],
        "customProperties": [{"property": "more", "value": {"level": 3, "list": [1, 2.5]}}],
    });
    let files = EXPRESSIONS.iter().enumerate().map(|(position, expression)| {
        let policy = json!({
            "apiVersion": "meshfolio/v1", "kind": "Policy", "id": format!("case-{position:03}"), "stage": "proposed",
            "scope": {"kinds": ["DataContract"]},
            "validations": [{"expression": expression, "message": "no"}],
            "tests": [{"name": "it", "given": {"contract": given}, "expect": "pass"}],
        });
        (format!("registry/policies/case-{position:03}.yaml"), policy.to_string())
    });
    let options = Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: jiff::civil::date(2026, 11, 21),
        detail: Detail::Rules,
        observations: None,
    };
    let outcome = pipeline::run(&MemoryTree::new(files), &Schemas::embedded(), &options).expect("it can be read");
    let mut told = String::new();
    for (position, expression) in EXPRESSIONS.iter().enumerate() {
        let policy = outcome.governance.policy(&format!("case-{position:03}")).expect("every policy is read");
        // What ours tells before the run, and then has no outcome, the crate tells during it.
        let ours = match policy.tests.first() {
            Some(test) if test.failure.is_none() => Answer::Yes,
            Some(test) if test.found == ["no"] => Answer::No,
            _ => Answer::None,
        };
        let theirs = by_crate(expression, &given);
        if ours != theirs {
            told += &format!("`{expression}`: ours {ours:?}, the crate's {theirs:?}\n");
        }
    }
    assert!(told.is_empty(), "\n{told}");
}

fn by_crate(expression: &str, given: &serde_json::Value) -> Answer {
    let answer = catch_unwind(|| {
        let program = Program::compile(expression).ok()?;
        let mut context = Context::default();
        context.add_variable_from_value("contract", cel::to_value(given).ok()?);
        program.execute(&context).ok()
    });
    match answer {
        Ok(Some(Value::Bool(true))) => Answer::Yes,
        Ok(Some(Value::Bool(false))) => Answer::No,
        Ok(_) | Err(_) => Answer::None,
    }
}
