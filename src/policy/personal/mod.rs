//! Which columns look like data about a person, and why. Takes names, types and examples of columns and the
//! configuration; gives the detector that knows them. Each name is read once, word by word: no pattern is tried
//! on it, so that the time is that of reading it, however many detectors there are.

mod lexicon;
mod read;
mod spell;
mod words;

use std::collections::HashMap;

use crate::config::PersonalDataConfig;
use crate::model::{ExampleForm, Traits, ValueType};
use read::{Needs, Reading};
use spell::Speller;
pub(super) use words::fold;

/// What recognises one sort of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Detector {
    /// E-mail addresses.
    Email,
    /// Phone numbers.
    Phone,
    /// Names of persons.
    PersonName,
    /// Where somebody lives, and parts of it.
    Address,
    /// Bank accounts.
    Iban,
    /// Addresses of the Internet Protocol.
    Ip,
    /// Birth dates and places.
    BirthDate,
    /// Numbers that a state or an insurance gives to persons, and documents of identity.
    NationalId,
    /// Payment cards.
    Card,
    /// What somebody is or earns: gender, religion, salary.
    Trait,
}

impl Detector {
    /// All detectors.
    pub const ALL: [Detector; 10] = [
        Detector::Email,
        Detector::Phone,
        Detector::PersonName,
        Detector::Address,
        Detector::Iban,
        Detector::Ip,
        Detector::BirthDate,
        Detector::NationalId,
        Detector::Card,
        Detector::Trait,
    ];

    /// Returns its name, as `personalData.off` takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Detector::Email => "email",
            Detector::Phone => "phone",
            Detector::PersonName => "person-name",
            Detector::Address => "address",
            Detector::Iban => "iban",
            Detector::Ip => "ip",
            Detector::BirthDate => "birth-date",
            Detector::NationalId => "national-id",
            Detector::Card => "payment-card",
            Detector::Trait => "trait",
        }
    }

    /// Returns what it finds, in words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Detector::Email => "an e-mail address",
            Detector::Phone => "a phone number",
            Detector::PersonName => "a person's name",
            Detector::Address => "a postal address",
            Detector::Iban => "a bank account",
            Detector::Ip => "an IP address",
            Detector::BirthDate => "a birth date or place",
            Detector::NationalId => "an identity number",
            Detector::Card => "a payment card",
            Detector::Trait => "a trait of a person",
        }
    }
}

/// By what something was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Its own name.
    Name,
    /// Its name, because of the object or column it is part of.
    NameIn,
    /// Its name and its examples.
    NameAndExamples,
    /// Its examples alone.
    Examples,
}

impl By {
    /// Returns it in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            By::Name => "by its name",
            By::NameIn => "by its name and what it is part of",
            By::NameAndExamples => "by its name and examples",
            By::Examples => "by its examples",
        }
    }
}

/// What was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised<'d> {
    /// The name of the detector: one of ours, or the `name` of an own pattern.
    pub detector: &'d str,
    /// What it is, in words.
    pub title: &'d str,
    /// By what.
    pub by: By,
    /// The class that an own pattern asks for.
    pub class: Option<&'d str>,
}

/// What a name says about whom the things in it belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Belongs {
    /// Nothing is known.
    #[default]
    Unknown,
    /// To persons: `customers`.
    Person,
    /// To a company, a place of business or a machine: `stores`.
    Organisation,
}

/// The detectors of one run. What a name says is kept: the same names come again and again.
pub struct Detectors<'c> {
    config: &'c PersonalDataConfig,
    /// The words of each of its patterns.
    patterns: Vec<Vec<Vec<String>>>,
    /// The words of names that it takes for none.
    ignored: Vec<Vec<String>>,
    speller: Speller,
    names: HashMap<String, NameSays>,
    owners: HashMap<String, Belongs>,
}

#[derive(Clone, Copy)]
struct NameSays {
    reading: Reading,
    /// Position of an own pattern.
    own: Option<usize>,
    is_ignored: bool,
}

impl<'c> Detectors<'c> {
    /// Makes them ready.
    #[must_use]
    pub fn new(config: &'c PersonalDataConfig) -> Detectors<'c> {
        let split = |written: &[String]| written.iter().map(|one| pattern_words(one)).collect::<Vec<_>>();
        Detectors {
            config,
            patterns: config.patterns.iter().map(|pattern| split(&pattern.columns)).collect(),
            ignored: split(&config.ignore),
            speller: Speller::new(),
            names: HashMap::new(),
            owners: HashMap::new(),
        }
    }

    /// Says to whom the columns of an object, or the parts of a column, belong by its name.
    pub fn belongs(&mut self, name: &str) -> Belongs {
        if let Some(known) = self.owners.get(name) {
            return *known;
        }
        let belongs = read::belongs(&self.speller.read(&words::words(name)));
        self.owners.insert(name.to_owned(), belongs);
        belongs
    }

    /// Recognises a column: its name, to whom it belongs by what it is part of, and its type and examples.
    pub fn recognise(&mut self, name: &str, belongs: Belongs, traits: Traits) -> Option<Recognised<'c>> {
        let says = self.says(name);
        if says.is_ignored {
            return None;
        }
        if let Some(own) = says.own {
            let pattern = &self.config.patterns[own];
            return Some(Recognised {
                detector: &pattern.name,
                title: &pattern.name,
                by: By::Name,
                class: pattern.classification.as_deref(),
            });
        }
        let (detector, by) = judge(says.reading, belongs, traits)?;
        if self.config.off.iter().any(|off| off == detector.name()) {
            return None;
        }
        Some(Recognised { detector: detector.name(), title: detector.title(), by, class: None })
    }

    fn says(&mut self, name: &str) -> NameSays {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let words = words::words(name);
        let says = NameSays {
            reading: read::read(&self.speller.read(&words)),
            own: self.patterns.iter().position(|pattern| pattern.iter().any(|one| holds(&words, one))),
            is_ignored: self.ignored.iter().any(|one| holds(&words, one)),
        };
        self.names.insert(name.to_owned(), says);
        says
    }
}

/// Says whether these words follow each other in a name; `kunden*` is any word that begins so.
fn holds(words: &[String], wanted: &[String]) -> bool {
    let is_word = |(word, wanted): (&String, &String)| match wanted.strip_suffix('*') {
        Some(start) => word.starts_with(start),
        None => word == wanted,
    };
    !wanted.is_empty() && words.windows(wanted.len()).any(|window| window.iter().zip(wanted).all(is_word))
}

/// Splits what the configuration writes into words as names are split; a star may end each.
fn pattern_words(written: &str) -> Vec<String> {
    let part = |part: &str| {
        let mut words = words::words(part);
        if part.ends_with('*')
            && let Some(last) = words.last_mut()
        {
            last.push('*');
        }
        words
    };
    written.split(|c: char| c.is_whitespace() || c == '_' || c == '-').flat_map(part).collect()
}

/// Weighs what the name says against type and examples.
fn judge(reading: Reading, belongs: Belongs, traits: Traits) -> Option<(Detector, By)> {
    let (value_type, examples) = (traits.value_type(), traits.examples());
    if value_type == ValueType::Boolean || examples == ExampleForm::Hidden {
        return None;
    }
    if let Some((detector, needs)) = reading.found {
        let fits = match needs {
            Needs::Nothing => true,
            Needs::NoOrganisation => belongs != Belongs::Organisation,
            Needs::Person => belongs == Belongs::Person,
        };
        if fits && allows(value_type, detector, reading.is_plural) {
            match proof(examples, detector) {
                Proof::For => return Some((detector, By::NameAndExamples)),
                Proof::None if needs == Needs::Person => return Some((detector, By::NameIn)),
                Proof::None => return Some((detector, By::Name)),
                Proof::Against => {}
            }
        }
    }
    let by_examples = match examples {
        ExampleForm::Iban => Detector::Iban,
        ExampleForm::Email if !reading.is_about => Detector::Email,
        ExampleForm::Phone if !reading.is_about => Detector::Phone,
        ExampleForm::NationalId => Detector::NationalId,
        ExampleForm::Card if value_type != ValueType::Number && !reading.is_about => Detector::Card,
        // Versions of software look like addresses.
        ExampleForm::Ip if !reading.is_about => Detector::Ip,
        _ => return None,
    };
    let is_organisation = belongs == Belongs::Organisation || reading.is_organisation;
    (!is_organisation).then_some((by_examples, By::Examples))
}

/// Says whether values of a type can be what a name says.
fn allows(value_type: ValueType, detector: Detector, is_plural: bool) -> bool {
    match value_type {
        ValueType::Unknown | ValueType::Text => true,
        ValueType::Boolean => false,
        ValueType::Composite => detector != Detector::Trait,
        ValueType::Time => detector == Detector::BirthDate,
        // Several of something as one number is how many there are.
        ValueType::Number => !is_plural && !matches!(detector, Detector::Email | Detector::PersonName | Detector::Ip),
    }
}

enum Proof {
    For,
    None,
    Against,
}

/// Says what examples tell about a name's claim.
fn proof(examples: ExampleForm, detector: Detector) -> Proof {
    use ExampleForm as Form;
    match (detector, examples) {
        (Detector::Email, Form::Email)
        | (Detector::Phone, Form::Phone)
        | (Detector::Iban, Form::Iban)
        | (Detector::Ip, Form::Ip)
        | (Detector::Card, Form::Card)
        | (Detector::NationalId, Form::NationalId)
        | (Detector::BirthDate, Form::Day)
        | (Detector::PersonName, Form::Words) => Proof::For,
        // Local numbers, old accounts and foreign identity numbers are numbers like others; towns are words, and
        // house numbers short ones.
        (_, Form::None)
        | (Detector::Trait, _)
        | (Detector::PersonName, Form::Mixed)
        | (Detector::Phone | Detector::Card, Form::LongNumber | Form::Card | Form::NationalId)
        | (Detector::Iban, Form::LongNumber | Form::Card | Form::NationalId | Form::Mixed)
        | (Detector::NationalId, Form::LongNumber | Form::Card | Form::Mixed | Form::ShortNumber)
        | (Detector::Address | Detector::BirthDate, Form::Words | Form::Mixed | Form::ShortNumber) => Proof::None,
        _ => Proof::Against,
    }
}
