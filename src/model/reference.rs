//! Names for things: `product:orders`, `contract:orders@2.1.0`, `column:orders@2.1.0#orders.amount`
//! inside the mesh, `urn:mesh:...` outside.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

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
    /// It begins as the name of a thing of a mesh and goes on otherwise.
    #[error("`{0}` is no name of a thing: write `urn:mesh:<mesh>:<kind>:<id>`, with `:<version>` for a contract")]
    BadUrn(String),
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Urn {
    /// The id of the mesh.
    pub mesh: String,
    /// What it names there.
    pub reference: Ref,
}

impl Urn {
    /// Reads what [`Urn::of`] writes; `None` when the text does not begin with `urn:mesh:`.
    ///
    /// # Errors
    /// When it goes on otherwise.
    pub fn parse(text: &str) -> Result<Option<Urn>, RefError> {
        let text = text.trim();
        let Some(rest) = text.get(..9).filter(|head| head.eq_ignore_ascii_case("urn:mesh:")).and(text.get(9..)) else {
            return Ok(None);
        };
        let bad = || RefError::BadUrn(text.to_owned());
        let decode = |part: &str| percent_decode_str(part).decode_utf8().map(std::borrow::Cow::into_owned);
        let parts: Result<Vec<String>, _> = rest.split(':').map(decode).collect();
        let parts = parts.map_err(|_| bad())?;
        let (mesh, word, id, version) = match parts.as_slice() {
            [mesh, word, id] => (mesh, word, id, None),
            [mesh, word, id, version] => (mesh, word, id, Some(version.clone())),
            _ => return Err(bad()),
        };
        let kind = Kind::from_word(word).filter(|kind| version.is_none() || *kind == Kind::DataContract);
        match kind {
            Some(kind) if !id.is_empty() => {
                let reference = Ref { kind: Some(kind), id: id.clone(), version, column: None };
                Ok(Some(Urn { mesh: mesh.clone(), reference }))
            }
            _ => Err(bad()),
        }
    }

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
    fn a_urn_is_read_as_it_is_written() {
        let urn = Urn::of("acme", Kind::DataContract, "a b/ü:1", Some("1.0"));
        let read = Urn::parse(&urn).expect("it is one").expect("it is one");
        assert_eq!((read.mesh.as_str(), read.reference.id.as_str()), ("acme", "a b/ü:1"));
        assert_eq!(read.reference.version.as_deref(), Some("1.0"));
        assert_eq!(Urn::parse("product:orders"), Ok(None));
        assert_eq!(Urn::parse("urn:other:x"), Ok(None));
        for bad in
            ["urn:mesh:", "urn:mesh:a:product", "urn:mesh:a:thing:x", "urn:mesh:a:product:x:1", "urn:mesh:a:team:%ff"]
        {
            assert_eq!(Urn::parse(bad), Err(RefError::BadUrn(bad.to_owned())), "{bad}");
        }
    }

    #[test]
    fn parts_of_a_urn_are_encoded() {
        assert_eq!(
            Urn::of("acme", Kind::DataContract, "a b/ü", Some("1.0")),
            "urn:mesh:acme:contract:a%20b%2F%C3%BC:1.0"
        );
    }
}
