//! Names for things: `product:orders`, `contract:orders@2.1.0`, `column:orders@2.1.0#orders.amount`
//! inside the mesh, `urn:mesh:...` outside.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Kind;

/// A reference as a person writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref {
    /// The kind, when it is written.
    pub kind: Option<Kind>,
    /// The id; for a term `<domain>/<id>`.
    pub id: String,
    /// `@version` of a contract.
    pub version: Option<String>,
    /// `#object.column`, for the kind word `column`.
    pub column: Option<String>,
}

/// A reference that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefError {
    /// There is nothing in it.
    #[error("a reference is empty: write `kind:id`, such as `product:orders`")]
    Empty,
    /// The word before the colon is no kind.
    #[error(
        "`{0}` is no kind: write product, contract, domain, team, term, policy, source, agreement, review, waiver, acknowledgement or column"
    )]
    UnknownKind(String),
}

impl Ref {
    /// Reads a reference.
    ///
    /// # Errors
    /// See [`RefError`].
    pub fn parse(text: &str) -> Result<Ref, RefError> {
        let text = text.trim();
        let (kind, rest, is_column) = match text.split_once(':') {
            Some(("column", rest)) => (Some(Kind::DataContract), rest, true),
            Some((word, rest)) => match Kind::from_word(word) {
                Some(kind) => (Some(kind), rest, false),
                // An id may hold a colon, as a URN does.
                None if word == "urn" => (None, text, false),
                None => return Err(RefError::UnknownKind(word.to_owned())),
            },
            None => (None, text, false),
        };
        let (rest, column) = match rest.split_once('#') {
            Some((rest, column)) if is_column => (rest, Some(column.to_owned())),
            _ => (rest, None),
        };
        let may_have_version = kind.is_none_or(|kind| kind == Kind::DataContract);
        let (id, version) = match rest.rsplit_once('@') {
            Some((id, version)) if may_have_version && !id.is_empty() => (id, Some(version.to_owned())),
            _ => (rest, None),
        };
        if id.is_empty() {
            return Err(RefError::Empty);
        }
        let kind = if version.is_some() { kind.or(Some(Kind::DataContract)) } else { kind };
        Ok(Ref { kind, id: id.to_owned(), version, column })
    }
}

/// What stays as it is in a part of a URN.
const URN_PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The name of a thing outside the mesh.
pub struct Urn;

impl Urn {
    /// Writes `urn:mesh:<mesh id>:<kind>:<id>[:<version>]`, each part percent-encoded.
    #[must_use]
    pub fn of(mesh_id: &str, kind: Kind, id: &str, version: Option<&str>) -> String {
        let part = |text: &str| utf8_percent_encode(text, URN_PART).to_string();
        let mut urn = format!("urn:mesh:{}:{}:{}", part(mesh_id), kind.word(), part(id));
        if let Some(version) = version {
            urn.push(':');
            urn.push_str(&part(version));
        }
        urn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_people_write_them() {
        let read = |text: &str| Ref::parse(text).map(|found| (found.kind, found.id, found.version, found.column));
        assert_eq!(read("orders"), Ok((None, "orders".into(), None, None)));
        assert_eq!(read("Products:orders"), Ok((Some(Kind::DataProduct), "orders".into(), None, None)));
        assert_eq!(
            read("contract:orders@2.1.0"),
            Ok((Some(Kind::DataContract), "orders".into(), Some("2.1.0".into()), None))
        );
        assert_eq!(
            read("column:orders@2.1.0#orders.amount"),
            Ok((Some(Kind::DataContract), "orders".into(), Some("2.1.0".into()), Some("orders.amount".into())))
        );
        assert_eq!(read("term:sales/order"), Ok((Some(Kind::SemanticDefinition), "sales/order".into(), None, None)));
        assert_eq!(read("thing:x"), Err(RefError::UnknownKind("thing".into())));
        assert_eq!(read("product:"), Err(RefError::Empty));
    }

    #[test]
    fn parts_of_a_urn_are_encoded() {
        assert_eq!(
            Urn::of("acme", Kind::DataContract, "a b/ü", Some("1.0")),
            "urn:mesh:acme:contract:a%20b%2F%C3%BC:1.0"
        );
    }
}
