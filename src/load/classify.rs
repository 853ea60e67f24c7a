//! Which YAML is a descriptor (DESIGN section 2): its name or its top-level keys say so.

use crate::model::Kind;
use crate::source::Span;
use crate::yaml::{NodeRef, nearest};

/// What a file is by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// YAML that may be a descriptor.
    Yaml,
    /// YAML whose name makes it a descriptor of this kind.
    NamedYaml(Kind),
    /// `aliases.yaml` directly below a root.
    Aliases,
    /// Markdown.
    Markdown,
    /// Anything else: only known by its path.
    Other,
}

/// Returns what a file is by its relative path. `roots` are the configured ones.
#[must_use]
pub fn file_kind(path: &str, roots: &[String]) -> FileKind {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    if lower.strip_suffix(".md").or_else(|| lower.strip_suffix(".markdown")).is_some() {
        return FileKind::Markdown;
    }
    let Some((stem, _)) = lower.rsplit_once('.').filter(|_| crate::source::is_yaml(name)) else {
        return FileKind::Other;
    };
    if stem == "aliases" && roots.iter().any(|root| root == crate::source::parent(path)) {
        return FileKind::Aliases;
    }
    let ending = stem.rsplit_once('.').map(|(_, ending)| ending);
    match ending {
        Some("odps") => FileKind::NamedYaml(Kind::DataProduct),
        Some("odcs") => FileKind::NamedYaml(Kind::DataContract),
        Some("oaas") => FileKind::NamedYaml(Kind::AccessAgreement),
        Some("osds") => FileKind::NamedYaml(Kind::SemanticDefinition),
        Some("omms") => FileKind::NamedYaml(Kind::MaturityModel),
        _ => FileKind::Yaml,
    }
}

/// Returns the kind that the name of a file says.
#[must_use]
pub fn kind_of(kind: FileKind) -> Option<Kind> {
    match kind {
        FileKind::NamedYaml(kind) => Some(kind),
        FileKind::Yaml | FileKind::Aliases | FileKind::Markdown | FileKind::Other => None,
    }
}

/// What a parsed YAML document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    /// A descriptor of a kind.
    Descriptor(Kind),
    /// A descriptor whose `kind` is missing, and what it should be where the name of the file or a misspelt
    /// key says so.
    MissingKind(Option<Kind>),
    /// A descriptor that says another kind than its file is named after.
    OtherName {
        /// What it says.
        stated: Kind,
        /// What the name of the file says.
        named: Kind,
        /// Where it says so.
        span: Span,
    },
    /// A descriptor whose `kind` is misspelt.
    MisspeltKind {
        /// What it says.
        found: String,
        /// What it most likely means.
        meant: Kind,
        /// The word is near to the kind; otherwise only the name of the file tells what is meant.
        is_near: bool,
        /// Where.
        span: Span,
    },
    /// A document with `kind` and `apiVersion` of another world, such as Kubernetes.
    OtherKind {
        /// What it says.
        found: String,
        /// Its `apiVersion`, where only that says that it is of another world: Backstage has a `Domain`, too.
        api_version: Option<String>,
        /// Where.
        span: Span,
    },
    /// A document of a data standard that is imported, not read.
    Foreign {
        /// The standard's name.
        standard: &'static str,
        /// Where the key stands that tells.
        span: Span,
    },
    /// Not a descriptor.
    None,
}

/// The top-level keys by which other data standards are known.
const FOREIGN: [(&str, &str); 4] = [
    ("dataContractSpecification", "Data Contract Specification"),
    ("dataProductSpecification", "Data Product Specification"),
    ("dataUsageAgreementSpecification", "Data Usage Agreement"),
    ("dataProductDescriptor", "Data Product Descriptor Specification (DPDS)"),
];

/// Says what a document is that is a map; nothing else is one.
#[must_use]
pub fn classify(named: Option<Kind>, root: NodeRef<'_>) -> Class {
    let kind = root.entry("kind");
    let has_api_version = root.entry("apiVersion").is_some();
    if let Some((key, value)) = kind {
        let span = if value.is_null() { key.span() } else { value.span() };
        let found = value.scalar_text().map(std::borrow::Cow::into_owned).unwrap_or_default();
        let exact = Kind::from_name(&found);
        if named.is_none()
            && let Some(api_version) = other_world(root)
        {
            let api_version = Some(api_version).filter(|_| exact.is_some() || misspelt(&found).is_some());
            return Class::OtherKind { found, api_version, span };
        }
        if named.is_some() || has_api_version {
            return match exact {
                Some(stated) => match named.filter(|named| *named != stated) {
                    Some(named) => Class::OtherName { stated, named, span },
                    None => Class::Descriptor(stated),
                },
                None => match (misspelt(&found), named) {
                    (Some(meant), _) => Class::MisspeltKind { found, meant, is_near: true, span },
                    (None, Some(meant)) => Class::MisspeltKind { found, meant, is_near: false, span },
                    (None, None) => Class::OtherKind { found, api_version: None, span },
                },
            };
        }
        // Without `apiVersion` only the exact word says enough: any YAML may have a key `kind`.
        if let Some(kind) = exact {
            return Class::Descriptor(kind);
        }
    }
    if let Some(foreign) = foreign(root) {
        return foreign;
    }
    if named.is_some() {
        return Class::MissingKind(named);
    }
    let is_misspelt = |key: NodeRef<'_>| key.as_str().is_some_and(|key| nearest(key, ["kind"]).is_some());
    let misspelt = root.entries().find(|(key, _)| is_misspelt(*key)).filter(|_| kind.is_none());
    let meant = misspelt.and_then(|(_, value)| Kind::from_name(&value.scalar_text()?));
    let is_ours = root.text("apiVersion").is_some_and(|version| version.starts_with(OWN_PREFIX));
    if kind.is_none() && ((meant.is_some() && has_api_version) || is_ours) {
        return Class::MissingKind(meant);
    }
    Class::None
}

/// What the `apiVersion` of our own kinds begins with.
const OWN_PREFIX: &str = "meshfolio/";

/// Returns the `apiVersion` of a document whose group is neither ours, or near to that, nor one of the standards' names:
/// `backstage.io/v1alpha1`, `apps/v1`.
fn other_world(root: NodeRef<'_>) -> Option<String> {
    let version = root.text("apiVersion")?.value.trim().to_owned();
    let group = version.split_once('/')?.0.to_lowercase();
    let own = OWN_PREFIX.trim_end_matches('/');
    let is_ours = group.contains(own) || nearest(&group, [own]).is_some();
    let is_standard = ["bitol", "odcs", "odps", "oaas", "osds", "contract"].iter().any(|known| group.contains(known));
    (!group.is_empty() && !is_ours && !is_standard).then_some(version)
}

/// Returns the ending by which files of a kind are known.
#[must_use]
pub fn ending_of(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::DataProduct => Some(".odps.yaml"),
        Kind::DataContract => Some(".odcs.yaml"),
        Kind::AccessAgreement => Some(".oaas.yaml"),
        Kind::SemanticDefinition => Some(".osds.yaml"),
        Kind::MaturityModel => Some(".omms.yaml"),
        _ => None,
    }
}

/// Says whether a document is one of a data standard that is not read.
fn foreign(root: NodeRef<'_>) -> Option<Class> {
    for (key, standard) in FOREIGN {
        if let Some((key, _)) = root.entry(key) {
            return Some(Class::Foreign { standard, span: key.span() });
        }
    }
    if let (Some((schema, value)), Some(_)) = (root.entry("schema"), root.entry("product"))
        && value.as_str().is_some()
    {
        let standard = "Open Data Product Specification of the Linux Foundation";
        return Some(Class::Foreign { standard, span: schema.span() });
    }
    None
}

fn misspelt(found: &str) -> Option<Kind> {
    let exact = Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(found));
    // A short word such as `Tea` is near to too much; a real slip keeps most of its letters.
    let near = || nearest(found, Kind::ALL.map(Kind::name)).filter(|name| strsim::levenshtein(name, found) <= 2);
    exact.or_else(|| near().and_then(Kind::from_name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sink;
    use crate::source::FileId;

    fn class(path: &str, text: &str) -> Class {
        let mut sink = Sink::default();
        let parsed = crate::yaml::parse(FileId(0), text, &mut sink);
        let named = match file_kind(path, &[]) {
            FileKind::NamedYaml(kind) => Some(kind),
            _ => None,
        };
        parsed.tree.as_ref().map_or(Class::None, |tree| classify(named, tree.root()))
    }

    #[test]
    fn names_and_keys_tell_what_a_file_is() {
        assert_eq!(class("a.yaml", "kind: Team\napiVersion: meshfolio/v1\n"), Class::Descriptor(Kind::Team));
        assert_eq!(class("a.yaml", "kind: Team\n"), Class::Descriptor(Kind::Team));
        assert_eq!(class("a.yaml", "kind: team\n"), Class::None);
        assert_eq!(class("a.odps.yaml", "id: x\n"), Class::MissingKind(Some(Kind::DataProduct)));
        assert!(matches!(
            class("a.yaml", "apiVersion: v1\nkind: DataProdct\n"),
            Class::MisspeltKind { meant: Kind::DataProduct, .. }
        ));
        assert_eq!(class("a.yaml", "apiVersion: meshfolio/v1\nKind: Team\n"), Class::MissingKind(Some(Kind::Team)));
        assert_eq!(class("a.yaml", "apiVersion: meshfolio/v1\nid: a\n"), Class::MissingKind(None));
        assert_eq!(class("a.yaml", "apiVersion: v1\nkinds: a\n"), Class::None);
        let odps = "schema: https://x/odps.yaml\nversion: 4.0\nproduct: {}\n";
        assert!(matches!(class("a.odps.yaml", odps), Class::Foreign { .. }));
        assert!(matches!(class("a.odps.yaml", "kind: DataContract\n"), Class::OtherName { .. }));
        assert!(matches!(class("a.yaml", "apiVersion: v1\nkind: ConfigMap\n"), Class::OtherKind { .. }));
        let backstage = "apiVersion: backstage.io/v1alpha1\nkind: Domain\n";
        assert!(matches!(class("a.yaml", backstage), Class::OtherKind { api_version: Some(_), .. }));
        assert!(matches!(class("a.odps.yaml", backstage), Class::OtherName { .. }));
        assert_eq!(class("a.yaml", "apiVersion: meshfollio/v1\nkind: Domain\n"), Class::Descriptor(Kind::Domain));
        assert!(matches!(class("a.yaml", "dataContractSpecification: 1.1.0\n"), Class::Foreign { .. }));
        assert!(matches!(class("a.yaml", "schema: https://x/odps.yaml\nproduct: {}\n"), Class::Foreign { .. }));
    }
}
