//! The word of those who read what ends: which acknowledgements are about it, and which of them cannot be theirs where
//! they lie.

use std::collections::{BTreeMap, HashMap};

use super::mesh::Mesh;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{AcknowledgedChanges, Acknowledgement, Kind, Ref, SpannedText, major, same_version};
use crate::source::{FileId, SourceMap, parent};

/// What is said of an acknowledgement beside an input that reads what has ended.
pub const ACKNOWLEDGED: &str = "it has acknowledged that the old one ends";

/// The changes by which what is read ends, as acknowledgements name them.
const ENDINGS: [(&str, &str); 6] = [
    ("BRK055", "retired-contract"),
    ("BRK058", "removed-contract"),
    ("BRK059", "removed-major"),
    ("BRK061", "removed-output-port"),
    ("BRK074", "retired-product"),
    ("BRK075", "withdrawn-product"),
];

/// Makes a finding about an input of a product a warning where the product, or its team, has acknowledged for one of
/// the majors that what it reads of the contract ends. Each such word is shown: one that does not count is told there.
pub(super) fn soften(
    mesh: &Mesh,
    product_idx: usize,
    contract_id: &str,
    versions: &[&str],
    mut finding: Diagnostic,
) -> Diagnostic {
    for acknowledgement in &mesh.acknowledgements {
        let is_meant = |to: &SpannedText| versions.iter().any(|version| major(version) == major(to));
        if is_about_the_end(acknowledgement)
            && acknowledgement.to_version.as_ref().is_none_or(is_meant)
            && is_about(acknowledgement, contract_id)
            && Consumer::of(mesh, acknowledgement).is_some_and(|consumer| consumer.speaks_for(mesh, product_idx))
        {
            finding.severity = Severity::Warning;
            let header = &acknowledgement.header;
            finding = finding.related(header.file, header.id.span, ACKNOWLEDGED);
        }
    }
    finding
}

/// Says whether an acknowledgement agrees that what is read ends.
fn is_about_the_end(acknowledgement: &Acknowledgement) -> bool {
    let is_ending = |code: &str| ENDINGS.iter().any(|(known, name)| code == *known || code == *name);
    match &acknowledgement.changes {
        AcknowledgedChanges::All => true,
        AcknowledgedChanges::Listed(listed) => listed.iter().any(|change| is_ending(&change.code)),
    }
}

fn is_about(acknowledgement: &Acknowledgement, contract_id: &str) -> bool {
    Ref::parse(&acknowledgement.subject)
        .is_ok_and(|subject| subject.kind == Some(Kind::DataContract) && subject.id == contract_id)
}

/// Who speaks in an acknowledgement.
#[derive(Clone, Copy)]
struct Consumer {
    product_idx: Option<usize>,
    team_idx: Option<usize>,
}

impl Consumer {
    fn of(mesh: &Mesh, acknowledgement: &Acknowledgement) -> Option<Consumer> {
        let consumer = Ref::parse(acknowledgement.consumer.as_ref()?).ok()?;
        match consumer.kind {
            Some(Kind::DataProduct) => {
                let idx = mesh.product(&consumer.id)?;
                Some(Consumer { product_idx: Some(idx), team_idx: mesh.products[idx].owner_idx })
            }
            Some(Kind::Team) => Some(Consumer { product_idx: None, team_idx: Some(mesh.team(&consumer.id)?) }),
            _ => None,
        }
    }

    /// Says whether it is the product, or the team that owns it.
    fn speaks_for(self, mesh: &Mesh, product_idx: usize) -> bool {
        match self.product_idx {
            Some(idx) => idx == product_idx,
            None => self.team_idx.is_some() && self.team_idx == mesh.products[product_idx].owner_idx,
        }
    }

    fn is_team(self, team_idx: Option<usize>) -> bool {
        team_idx.is_some() && team_idx == self.team_idx
    }

    /// Says whether a folder with the file of this product or domain is a place of the consumer.
    fn is_home(self, mesh: &Mesh, resident: Resident) -> bool {
        match resident {
            Resident::Product(idx) => self.product_idx == Some(idx) || self.is_team(mesh.products[idx].owner_idx),
            Resident::Domain(idx) => {
                let product = self.product_idx.and_then(|product| mesh.products[product].domain_idx);
                let team = self.team_idx.and_then(|team| mesh.teams[team].domain_idx);
                self.is_team(mesh.domains[idx].owner_idx)
                    || [product, team].into_iter().flatten().any(|own| is_within(mesh, own, idx))
            }
        }
    }
}

/// Says whether a domain is another one or below it.
fn is_within(mesh: &Mesh, domain_idx: usize, above: usize) -> bool {
    // Domains may stand in a circle.
    let parents = std::iter::successors(Some(domain_idx), |idx| mesh.domains[*idx].parent_idx);
    parents.take(mesh.domains.len()).any(|idx| idx == above)
}

/// Whose file lies in a folder.
#[derive(Clone, Copy)]
enum Resident {
    Product(usize),
    Domain(usize),
}

/// Who speaks for readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Speaker {
    /// A product, for itself.
    Product(usize),
    /// A team, for what it owns.
    Team(usize),
}

impl Speaker {
    /// Returns those whose word is that of a product: itself, and the team that owns it.
    pub fn of(mesh: &Mesh, product_idx: usize) -> impl Iterator<Item = Speaker> {
        let team = mesh.products[product_idx].owner_idx.map(Speaker::Team);
        [Some(Speaker::Product(product_idx)), team].into_iter().flatten()
    }
}

/// An acknowledgement, and who speaks in it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its position in the mesh.
    pub position: usize,
    /// Who speaks.
    pub speaker: Speaker,
    /// Whose folder it lies in, as `product:orders`, where that is somebody else's: it may not count.
    pub lies_with: Option<String>,
    /// Why it does not count wherever it lies, in words.
    pub uncounted: Option<String>,
}

impl Answer {
    /// Says whether it is its speaker's word, as far as that is known without a base.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.lies_with.is_none() && self.uncounted.is_none()
    }

    /// Says whether it counts, and agrees that what is read ends.
    #[must_use]
    pub fn agrees_to_the_end(&self, mesh: &Mesh) -> bool {
        self.counts() && is_about_the_end(&mesh.acknowledgements[self.position])
    }
}

/// All acknowledgements whose speaker is known, by the contract that they are about.
#[derive(Debug, Default)]
pub struct Answers {
    by_contract: BTreeMap<String, Vec<Answer>>,
}

impl Answers {
    /// Gathers them; `uncounted` says by file which do not count, and why.
    #[must_use]
    pub fn of(mesh: &Mesh, sources: &SourceMap, uncounted: &BTreeMap<FileId, String>) -> Answers {
        let mut elsewhere: HashMap<usize, String> = misplaced(mesh, sources).into_iter().collect();
        let mut answers = Answers::default();
        for (position, acknowledgement) in mesh.acknowledgements.iter().enumerate() {
            let subject = Ref::parse(&acknowledgement.subject).ok();
            let subject = subject.filter(|subject| subject.kind == Some(Kind::DataContract));
            let (Some(subject), Some(consumer)) = (subject, Consumer::of(mesh, acknowledgement)) else { continue };
            let speaker = match (consumer.product_idx, consumer.team_idx) {
                (Some(idx), _) => Speaker::Product(idx),
                (None, Some(idx)) => Speaker::Team(idx),
                (None, None) => continue,
            };
            let uncounted = uncounted.get(&acknowledgement.header.file).cloned();
            let answer = Answer { position, speaker, lies_with: elsewhere.remove(&position), uncounted };
            answers.by_contract.entry(subject.id).or_default().push(answer);
        }
        answers
    }

    /// Returns all with the contract that each is about, by contract and in the order of the mesh.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.by_contract.iter().flat_map(|(id, answers)| answers.iter().map(|answer| (id.as_str(), answer)))
    }

    /// Returns those about a contract that agree to a version, in the order of the mesh.
    pub fn to<'s>(&'s self, mesh: &'s Mesh, contract_id: &str, version: &'s str) -> impl Iterator<Item = &'s Answer> {
        let all = self.by_contract.get(contract_id).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(move |answer| {
            let to = mesh.acknowledgements[answer.position].to_version.as_ref();
            to.is_some_and(|to| same_version(to, version))
        })
    }
}

/// Returns the positions of the acknowledgements that lie in the folder of somebody else, each with whose folder it is,
/// as `product:orders`. What lies outside the folders of products and domains may be anybody's.
#[must_use]
pub fn misplaced(mesh: &Mesh, sources: &SourceMap) -> Vec<(usize, String)> {
    if mesh.acknowledgements.is_empty() {
        return Vec::new();
    }
    let mut residents: HashMap<&str, Vec<Resident>> = HashMap::new();
    let folder = |file| parent(sources.path(file));
    for (idx, product) in mesh.products.iter().enumerate() {
        residents.entry(folder(product.descriptor.header.file)).or_default().push(Resident::Product(idx));
    }
    for (idx, domain) in mesh.domains.iter().enumerate() {
        residents.entry(folder(domain.descriptor.header.file)).or_default().push(Resident::Domain(idx));
    }
    let mut found = Vec::new();
    for (position, acknowledgement) in mesh.acknowledgements.iter().enumerate() {
        let Some(consumer) = Consumer::of(mesh, acknowledgement) else { continue };
        let own = folder(acknowledgement.header.file);
        let mut folders = std::iter::successors(Some(own), |folder| (!folder.is_empty()).then(|| parent(folder)));
        let Some(nearest) = folders.find_map(|folder| residents.get(folder)) else { continue };
        if nearest.iter().any(|resident| consumer.is_home(mesh, *resident)) {
            continue;
        }
        let whose = nearest.first().map(|resident| match resident {
            Resident::Product(idx) => mesh.products[*idx].descriptor.header.reference(),
            Resident::Domain(idx) => mesh.domains[*idx].descriptor.header.reference(),
        });
        found.extend(whose.map(|whose| (position, whose)));
    }
    found
}
