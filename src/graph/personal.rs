//! Which classes say that data is personal.

use super::mesh::Mesh;
use crate::model::DataContract;

impl Mesh {
    /// Says whether a classification means personal data. The standard leaves the words open; these are those of the
    /// configuration, and the ones that say it in any of their usual forms.
    #[must_use]
    pub fn is_personal(&self, class: &str) -> bool {
        let word = class.trim();
        self.personal_classes.iter().any(|own| own.trim().eq_ignore_ascii_case(word)) || is_usual(word)
    }

    /// Says whether a column of a contract is classified as personal.
    #[must_use]
    pub fn has_personal_data(&self, contract: &DataContract) -> bool {
        contract.objects.iter().any(|object| object.classifications().into_iter().any(|class| self.is_personal(class)))
    }
}

fn is_usual(class: &str) -> bool {
    let class = match class {
        "public" | "internal" | "confidential" | "restricted" => return false,
        "personal" | "sensitive" | "pii" => return true,
        class => class.to_lowercase(),
    };
    let is_denied = class.starts_with("non") || class.starts_with("no ") || class.starts_with("not ");
    !is_denied && ["personal", "pii", "sensitive", "special"].iter().any(|word| class.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_personal_in_its_usual_forms_and_by_its_own_words() {
        let mesh = Mesh { personal_classes: vec!["GDPR".to_owned()], ..Mesh::default() };
        for class in ["personal", "PII", "Special category", "personal data", "gdpr "] {
            assert!(mesh.is_personal(class), "{class}");
        }
        for class in ["internal", "non-personal", "Not personal", "secret", "gdprx"] {
            assert!(!mesh.is_personal(class), "{class}");
        }
    }
}
