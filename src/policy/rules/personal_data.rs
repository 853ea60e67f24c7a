//! Columns that look like personal data.

use crate::declare_rule;
use crate::diagnostic::Sink;
use crate::policy::{Context, PolicyRule};

pub(super) const RULES: &[PolicyRule] =
    &[PolicyRule { meta: &UNCLASSIFIED_PERSONAL_DATA, run: unclassified_personal_data }];

declare_rule! {
    /// ## What it finds
    /// A column whose name says that it holds personal data (an e-mail address, a phone number, a
    /// person's name, a birth date, a home address, a bank account, an identity number) and that has no
    /// `classification`.
    ///
    /// ## Why it matters
    /// Who may read a column, and how long it may be kept, follows from its class. A column without
    /// one is treated like any other.
    ///
    /// ## Example
    /// ```yaml
    /// properties:
    ///   - name: email
    ///     logicalType: string
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// properties:
    ///   - name: email
    ///     logicalType: string
    ///     classification: personal
    /// ```
    ///
    /// ## Configuration
    /// Any word counts as a classification, `public` too: then somebody has decided. `check.levels`
    /// takes `unclassified-personal-data: error`.
    pub static UNCLASSIFIED_PERSONAL_DATA = {
        code: "GOV004", name: "unclassified-personal-data", severity: Warning, since: "0.1.0"
    }
}

/// Words, and pairs of words that follow each other, of column names that hold data about a person.
const SINGLE: [&str; 24] = [
    "email",
    "mail",
    "phone",
    "telephone",
    "mobile",
    "firstname",
    "lastname",
    "surname",
    "fullname",
    "forename",
    "birthdate",
    "birthday",
    "dob",
    "iban",
    "ssn",
    "passport",
    "ipaddress",
    "salary",
    "gender",
    "ethnicity",
    "religion",
    "nationality",
    "msisdn",
    "imsi",
];
const PAIRS: [(&str, &str); 24] = [
    ("first", "name"),
    ("last", "name"),
    ("full", "name"),
    ("given", "name"),
    ("family", "name"),
    ("maiden", "name"),
    ("middle", "name"),
    ("birth", "date"),
    ("date", "birth"),
    ("of", "birth"),
    ("phone", "number"),
    ("ip", "address"),
    ("home", "address"),
    ("street", "address"),
    ("postal", "address"),
    ("e", "mail"),
    ("credit", "card"),
    ("card", "number"),
    ("bank", "account"),
    ("account", "holder"),
    ("tax", "id"),
    ("social", "security"),
    ("customer", "name"),
    ("contact", "name"),
];
/// Words after which a name is no longer about the person but about the field: a flag, a count.
const HARMLESS: [&str; 14] = [
    "count",
    "flag",
    "hash",
    "hashed",
    "valid",
    "verified",
    "type",
    "status",
    "is",
    "has",
    "opt",
    "consent",
    "number_of",
    "template",
];

fn unclassified_personal_data(context: &Context<'_>, sink: &mut Sink) {
    for contract in &context.mesh.contracts {
        let header = &contract.descriptor.header;
        if header.is_broken() {
            continue;
        }
        for (object, columns) in contract.descriptor.columns() {
            // What a column holds, its parts hold too: one class on the whole is enough.
            if columns.iter().any(|column| column.classification().is_some_and(|class| !class.trim().is_empty())) {
                continue;
            }
            let Some(column) = columns.last().filter(|column| looks_personal(&column.name)) else { continue };
            let path: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            let message = format!(
                "the column `{}.{}` looks like personal data and has no classification",
                object.name.value,
                path.join(".")
            );
            sink.push(
                UNCLASSIFIED_PERSONAL_DATA
                    .at(header.file, column.span(), message)
                    .help("add `classification: personal`, or the class that fits")
                    .subject(header.reference()),
            );
        }
    }
}

fn looks_personal(name: &str) -> bool {
    let words = words(name);
    if words.iter().any(|word| HARMLESS.contains(&word.as_str())) {
        return false;
    }
    let single = |word: &String| SINGLE.contains(&word.as_str());
    let pair = |pair: &[String]| PAIRS.contains(&(pair[0].as_str(), pair[1].as_str()));
    words.iter().any(single) || words.windows(2).any(pair)
}

/// Splits `customerEmail_address2` into `customer email address`.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for character in name.chars() {
        let is_border = !character.is_alphabetic() || (character.is_uppercase() && was_lower);
        if is_border && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphabetic() {
            word.extend(character.to_lowercase());
        }
        was_lower = character.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::looks_personal;

    #[test]
    fn names_of_persons_are_seen_and_names_of_things_are_not() {
        for name in [
            "email",
            "customer_email",
            "emailAddress",
            "FIRST_NAME",
            "lastName",
            "date_of_birth",
            "phoneNumber",
            "iban",
            "home_address",
        ] {
            assert!(looks_personal(name), "{name}");
        }
        for name in [
            "name",
            "product_name",
            "email_count",
            "is_email_verified",
            "address_type",
            "order_id",
            "mailing_flag",
            "account_id",
        ] {
            assert!(!looks_personal(name), "{name}");
        }
    }
}
