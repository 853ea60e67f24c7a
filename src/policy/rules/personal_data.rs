//! Columns that look like personal data.

use std::collections::{BTreeMap, HashMap};

use crate::declare_rule;
use crate::diagnostic::{Fix, Sink};
use crate::graph::{Contract, Mesh};
use crate::model::{Property, Term, Traits, ValueType};
use crate::policy::personal::{Belongs, Detectors};
use crate::policy::{Context, PolicyRule};

pub(super) const RULES: &[PolicyRule] = &[
    PolicyRule { meta: &UNCLASSIFIED_PERSONAL_DATA, run: unclassified_personal_data },
    PolicyRule { meta: &PERSONAL_DATA_IN_OTHER_CLASS, run: personal_data_in_other_class },
];

declare_rule! {
    /// ## What it finds
    /// A column that looks like personal data and has no `classification`: by its name (English, German, French and
    /// Spanish words), by what it is part of (`name` in `customers`), by its type (a time is no e-mail address), by
    /// its examples (e-mail addresses, bank accounts with right check digits, ...) or by the glossary term it is
    /// bound to. The message says which detector found it and why.
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
    ///     classification: personal
    ///     logicalType: string
    /// ```
    /// `meshfolio check --fix` writes that line. A class on the whole, such as an object of which the column is a
    /// part, is enough.
    ///
    /// ## Configuration
    /// Any word counts as a classification, `public` too: then somebody has decided. `personalData` in
    /// `meshfolio.yaml` says which class is suggested, which detectors are off (`email`, `phone`, `person-name`,
    /// `address`, `iban`, `ip`, `birth-date`, `national-id`, `payment-card`, `trait`), which names are personal data
    /// here, and which are none. `check.levels` takes `unclassified-personal-data: error`.
    pub static UNCLASSIFIED_PERSONAL_DATA = {
        code: "GOV004", name: "unclassified-personal-data", severity: Warning, since: "0.1.0"
    }
}

declare_rule! {
    /// ## What it finds
    /// A column that looks like personal data and whose class is none of `personalData.classes`. Without that list in
    /// `meshfolio.yaml` nothing is found.
    ///
    /// ## Why it matters
    /// An e-mail address that is classified `public` is read by everybody.
    ///
    /// ## Example
    /// ```yaml
    /// properties:
    ///   - name: email
    ///     classification: public
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// properties:
    ///   - name: email
    ///     classification: personal
    /// ```
    ///
    /// ## Configuration
    /// `personalData: {classes: [personal, sensitive]}` names the classes of personal data; the first of them is suggested
    /// and written, unless `classification` names another one of them. Where a detector is wrong,
    /// `personalData.ignore` takes the words of the name, and a waiver excuses the contract.
    pub static PERSONAL_DATA_IN_OTHER_CLASS = {
        code: "GOV030", name: "personal-data-in-other-class", severity: Warning, since: "0.1.0"
    }
}

fn unclassified_personal_data(context: &Context<'_>, sink: &mut Sink) {
    let config = context.personal_data;
    each_suspect(context, &|class| class.is_none(), &mut |suspect| {
        let Suspect { path, why, .. } = suspect;
        let class = suspect.class.clone().unwrap_or_else(|| config.classification.clone());
        let message = format!("the column `{path}` looks like personal data ({why}) and has no classification");
        let help = match suspect.detector {
            Some(detector) => format!(
                "add `classification: {class}`, or the class that fits, as `meshfolio check --fix` does; the detector is `{detector}`"
            ),
            None => format!("add `classification: {class}`, or the class that fits, as `meshfolio check --fix` does"),
        };
        let header = &suspect.contract.descriptor.header;
        sink.push(
            UNCLASSIFIED_PERSONAL_DATA
                .at(header.file, suspect.column.span(), message)
                .help(help)
                .fix(Fix::Entry { key: "classification", value: class })
                .subject(header.reference()),
        );
    });
}

fn personal_data_in_other_class(context: &Context<'_>, sink: &mut Sink) {
    let config = context.personal_data;
    if config.classes.is_empty() {
        return;
    }
    let is_other = |class: &str| {
        let class = class.trim();
        !config.own_classes().any(|known| known.eq_ignore_ascii_case(class))
    };
    each_suspect(context, &|class| class.is_some_and(is_other), &mut |suspect| {
        let Suspect { path, why, .. } = suspect;
        let class = suspect.written.unwrap_or_default();
        // The class that its term or an own pattern asks for is the right one, whatever else it is.
        if suspect.class.as_ref().is_some_and(|asked| asked.trim().eq_ignore_ascii_case(class.trim())) {
            return;
        }
        let message = format!("the column `{path}` looks like personal data ({why}) and is classified `{class}`");
        let help = format!(
            "classify it `{}`, or add words of its name to `personalData.ignore` in `meshfolio.yaml`",
            suspect.class.as_ref().unwrap_or(&config.classification)
        );
        let header = &suspect.contract.descriptor.header;
        sink.push(
            PERSONAL_DATA_IN_OTHER_CLASS
                .at(header.file, suspect.column.span(), message)
                .help(help)
                .subject(header.reference()),
        );
    });
}

/// A column that looks like personal data.
struct Suspect<'a> {
    contract: &'a Contract,
    column: &'a Property,
    /// `object.column`.
    path: String,
    /// What it looks like, and by what.
    why: String,
    /// The detector; `None` for a term that is classified so.
    detector: Option<&'a str>,
    /// The class that the term or an own pattern asks for.
    class: Option<String>,
    /// The class that it has, of its own or of what it is part of.
    written: Option<&'a str>,
}

/// Reports every column that looks like personal data and whose class, of its own or of what it is part of, matters.
fn each_suspect<'a>(
    context: &Context<'a>,
    matters: &dyn Fn(Option<&str>) -> bool,
    report: &mut dyn FnMut(Suspect<'a>),
) {
    let mesh = context.mesh;
    let mut detectors = Detectors::new(context.personal_data);
    let terms = personal_terms(mesh, &mut detectors);
    for (contract_idx, contract) in mesh.contracts.iter().enumerate() {
        if contract.descriptor.header.is_broken() {
            continue;
        }
        let bound = terms.get(&contract_idx);
        for object in &contract.descriptor.objects {
            let belongs = detectors.belongs(&object.name.value);
            let mut walk = Walk { contract, bound, detectors: &mut detectors, matters, report };
            let mut path = object.name.value.to_string();
            for column in &object.properties {
                walk.visit(column, belongs, None, &mut path);
            }
        }
    }
}

/// Why columns of a contract are personal data by the terms they are bound to, by their paths.
type Bound<'a> = HashMap<&'a str, (String, Option<String>)>;

struct Walk<'w, 'a> {
    contract: &'a Contract,
    bound: Option<&'w Bound<'a>>,
    detectors: &'w mut Detectors<'a>,
    matters: &'w dyn Fn(Option<&str>) -> bool,
    report: &'w mut dyn FnMut(Suspect<'a>),
}

impl<'a> Walk<'_, 'a> {
    /// What a column holds, its parts hold too: one class on the whole is enough, and one finding.
    fn visit(&mut self, column: &'a Property, belongs: Belongs, above: Option<&'a str>, path: &mut String) {
        let class = column.classification().filter(|class| !class.trim().is_empty()).or(above);
        let length = path.len();
        path.push('.');
        path.push_str(&column.name);
        let is_found = (self.matters)(class) && self.suspect(column, belongs, class, path);
        if !is_found {
            let children = column.children();
            let inner = if children.is_empty() { belongs } else { self.inner(column, belongs) };
            for child in children {
                self.visit(child, inner, class, path);
            }
        }
        path.truncate(length);
    }

    /// The items of a list belong to whom the list belongs.
    fn inner(&mut self, column: &Property, belongs: Belongs) -> Belongs {
        match self.detectors.belongs(&column.name) {
            Belongs::Unknown => belongs,
            known => known,
        }
    }

    fn suspect(&mut self, column: &'a Property, belongs: Belongs, class: Option<&'a str>, path: &str) -> bool {
        // When something about a person happened is not told by the term of the thing.
        let is_fact = matches!(column.traits.value_type(), ValueType::Time | ValueType::Boolean);
        let bound = self.bound.and_then(|bound| bound.get(path)).filter(|_| !is_fact);
        let (why, detector, asked) = if let Some(found) = self.detectors.recognise(&column.name, belongs, column.traits)
        {
            let class = found.class.map(str::to_owned).or_else(|| bound.and_then(|(_, class)| class.clone()));
            (format!("{}, {}", found.title, found.by.words()), Some(found.detector), class)
        } else if let Some((why, class)) = bound {
            (why.clone(), None, class.clone())
        } else {
            return false;
        };
        let path = path.to_owned();
        (self.report)(Suspect { contract: self.contract, column, path, why, detector, class: asked, written: class });
        true
    }
}

/// Finds the terms that are personal data, by their class or name, and what is bound to them.
fn personal_terms<'a>(mesh: &'a Mesh, detectors: &mut Detectors<'_>) -> BTreeMap<usize, Bound<'a>> {
    let mut bound: BTreeMap<usize, Bound<'a>> = BTreeMap::new();
    for node in mesh.terms.iter().filter(|node| !node.bindings.is_empty()) {
        let Some((why, class)) = personal_term(mesh, &node.id, mesh.term(node), detectors) else { continue };
        for binding in &node.bindings {
            let of_contract = bound.entry(binding.contract_idx).or_default();
            of_contract.entry(&binding.path).or_insert_with(|| (why.clone(), class.clone()));
        }
    }
    bound
}

fn personal_term(
    mesh: &Mesh,
    id: &str,
    term: &Term,
    detectors: &mut Detectors<'_>,
) -> Option<(String, Option<String>)> {
    let class = term.classification.as_ref().map(|class| class.trim().to_owned()).filter(|class| !class.is_empty());
    if let Some(class) = class.as_ref().filter(|class| mesh.is_personal(class)) {
        return Some((format!("by its term `{id}`, which is classified `{class}`"), Some(class.clone())));
    }
    let names = [term.name.as_deref(), Some(term.id.value.as_str())];
    let found = names.into_iter().flatten().find_map(|name| {
        let found = detectors.recognise(name, Belongs::Unknown, Traits::default())?;
        Some(found.title.to_owned())
    })?;
    Some((format!("{found}, by its term `{id}`"), class))
}
