//! The rules that are built in: what each finds, why it matters, what to do, and where it finds something in this
//! registry. One page lists all of them, one page a family explains them, with an anchor a code.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::{page, policy};
use crate::diagnostic::{Configured, Diagnostic, Family, RuleMeta, Severity};
use crate::diff::Level;
use crate::diff::rules::changes;
use crate::graph::Found;
use crate::model::{Kind, Ref};
use crate::render::parts::{self, Anchor, Frame, Linker, Piece, Sign};
use crate::render::sheets::escaped;
use crate::render::site::Site;
use crate::render::{Page, RenderError, address, markdown};

/// Findings of one rule on its page.
const FOUND: usize = 20;

/// Kinds that have to have an owner, of which the page says where none is stated.
const OWNED: [Kind; 5] =
    [Kind::DataProduct, Kind::DataContract, Kind::Domain, Kind::SourceSystem, Kind::SemanticDefinition];

/// Characters of a message.
const MESSAGE: usize = 400;

/// Bytes of all findings of a page, about.
const BYTES: usize = 90_000;

#[derive(Serialize)]
struct RulesPage<'a> {
    frame: Frame<'a>,
    n: usize,
    families: Vec<FamilyRows<'a>>,
}

#[derive(Serialize)]
struct FamilyRows<'a> {
    title: String,
    id: &'static str,
    page: Anchor<'a>,
    /// Its rules compare two versions: there is nothing that they find in one state of the registry.
    is_of_change: bool,
    rows: Vec<RuleRow<'a>>,
}

#[derive(Serialize)]
struct RuleRow<'a> {
    rule: Anchor<'a>,
    code: &'static str,
    finds: Vec<Piece>,
    level: Sign<'static>,
    tally: Tally,
}

/// How many findings of a rule there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Tally {
    n_standing: usize,
    n_waived: usize,
}

#[derive(Serialize)]
struct FamilyPage<'a> {
    frame: Frame<'a>,
    title: String,
    rules: Vec<RuleSection<'a>>,
    /// Its rules compare two versions: what they find is on the pages of those.
    is_of_change: bool,
}

#[derive(Serialize)]
struct RuleSection<'a> {
    code: &'static str,
    /// Its name in words.
    title: String,
    /// Its name as files and the command line write it.
    name: &'static str,
    level: Sign<'static>,
    /// What it counts as without configuration, where this registry has it otherwise.
    built_in: Option<&'static str>,
    /// It is switched off: what it would find is not known.
    is_off: bool,
    /// Other levels, each with the paths that it holds for.
    overrides: Vec<Piece>,
    finds: String,
    why: String,
    example: String,
    instead: String,
    configuration: String,
    tally: Tally,
    /// Findings of policies, which stand on the pages of those.
    policies: Option<Anchor<'a>>,
    rows: Vec<FoundRow<'a>>,
    n_more: usize,
}

#[derive(Serialize)]
struct FoundRow<'a> {
    thing: Anchor<'a>,
    owner: Option<Anchor<'a>>,
    /// It is a thing that has to have an owner.
    is_owned: bool,
    message: Vec<Piece>,
    sign: Sign<'static>,
    is_waived: bool,
}

impl FoundRow<'_> {
    /// The bytes of the row, about.
    fn n_bytes(&self) -> usize {
        let anchor = |anchor: &Anchor<'_>| escaped(&anchor.text) + anchor.href.as_deref().map_or(0, escaped);
        let words: usize = self.message.iter().map(|piece| escaped(&piece.text) + 13).sum();
        320 + anchor(&self.thing) + self.owner.as_ref().map_or(0, anchor) + words
    }
}

pub(super) fn pages(_site: &Site) -> Vec<Page<Site>> {
    let mut pages: Vec<Page<Site>> = page(address::RULES, 0, index).into_iter().collect();
    for (idx, family) in Family::ALL.into_iter().enumerate() {
        pages.extend(page(&family.page(), idx, html));
    }
    pages
}

/// A link to a rule by its name in words.
pub(super) fn anchor<'a>(rule: &RuleMeta, linker: Linker<'a>) -> Anchor<'a> {
    linker.to(title(rule), &rule.page())
}

/// A link to all rules that are built in.
pub(super) fn all_of_them<'a>(site: &Site, linker: Linker<'a>) -> Anchor<'a> {
    linker.to(format!("The {} that are built in", parts::count(site.outcome.rules.len(), "rule")), address::RULES)
}

fn title(rule: &RuleMeta) -> String {
    let words = parts::words(rule.name);
    let word = |word: &str| if word == "yaml" { "YAML".to_owned() } else { word.to_owned() };
    parts::sentence(&words.split(' ').map(word).collect::<Vec<_>>().join(" "))
}

fn of_family(site: &Site, family: Family) -> impl Iterator<Item = &'static RuleMeta> {
    site.outcome.rules.iter().copied().filter(move |rule| Family::of(rule.code) == Some(family))
}

fn tallies(site: &Site) -> BTreeMap<&'static str, Tally> {
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    for finding in &site.outcome.findings.diagnostics {
        let tally = tallies.entry(finding.rule.code).or_default();
        match finding.waived_by {
            Some(_) => tally.n_waived += 1,
            None => tally.n_standing += 1,
        }
    }
    tallies
}

fn index(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let linker = Linker { site, depth: 1 };
    let mut frame = Frame::new(site, address::RULES, "policies", "Built-in rules");
    frame.description =
        String::from("What is checked in every registry: what each rule finds, and how much it counts.");
    frame = frame.crumb(linker.to("Policies", "policies/index.html"));
    let tallies = tallies(site);
    let row = |rule: &'static RuleMeta| RuleRow {
        rule: anchor(rule, linker),
        code: rule.code,
        finds: parts::spoken(&parts::first_sentence(&rule.section(RuleMeta::HEADINGS[0]))),
        level: level(site, rule),
        tally: tallies.get(rule.code).copied().unwrap_or_default(),
    };
    let family = |family: Family| FamilyRows {
        title: parts::sentence(family.title()),
        id: family.word(),
        page: linker.to("explained", &family.page()),
        is_of_change: family == Family::Brk,
        rows: of_family(site, family).map(row).collect(),
    };
    let families = Family::ALL.map(family).into();
    site.theme.render("rules.html", &RulesPage { frame, n: site.outcome.rules.len(), families })
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let family = Family::ALL[idx as usize];
    let linker = Linker { site, depth: 1 };
    let title = parts::sentence(family.title());
    let mut frame = Frame::new(site, &family.page(), "policies", &title);
    frame.description = format!("Built-in rules about {}: what each finds, why, and what to do.", family.title());
    frame =
        frame.crumb(linker.to("Policies", "policies/index.html")).crumb(linker.to("Built-in rules", address::RULES));
    let mut found: BTreeMap<&'static str, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in &site.outcome.findings.diagnostics {
        if Family::of(finding.rule.code) == Some(family) {
            found.entry(finding.rule.code).or_default().push(finding);
        }
    }
    let mut room = BYTES;
    let mut rules = Vec::new();
    for rule in of_family(site, family) {
        let mut section = section(linker, rule, found.remove(rule.code).unwrap_or_default());
        section.n_more += parts::keep_within(&mut section.rows, FOUND, room, FoundRow::n_bytes);
        room = room.saturating_sub(section.rows.iter().map(FoundRow::n_bytes).sum());
        rules.push(section);
    }
    site.theme.render("rule-family.html", &FamilyPage { frame, title, rules, is_of_change: family == Family::Brk })
}

fn section<'a>(linker: Linker<'a>, rule: &'static RuleMeta, mut found: Vec<&'a Diagnostic>) -> RuleSection<'a> {
    let site = linker.site;
    let grading = &site.outcome.config.check.grading;
    let text = |heading: usize| markdown::text(site, &rule.section(RuleMeta::HEADINGS[heading]), linker.depth);
    let n_waived = found.iter().filter(|finding| finding.waived_by.is_some()).count();
    let tally = Tally { n_standing: found.len() - n_waived, n_waived };
    let n_of_policies = found.iter().filter(|finding| finding.policy.is_some()).count();
    let policies = (n_of_policies > 0).then(|| linker.to("the policies that are not met", "policies/index.html"));
    found.retain(|finding| finding.policy.is_none());
    found.sort_by_key(|finding| (finding.waived_by.is_some(), Reverse(finding.severity)));
    let n_more = found.len().saturating_sub(FOUND);
    let unconfigured = unconfigured(site, rule);
    let configured = grading.in_general(rule, None);
    let is_other = configured != Configured::Nothing && configured != Configured::As(unconfigured);
    RuleSection {
        code: rule.code,
        title: title(rule),
        name: rule.name,
        level: level(site, rule),
        built_in: is_other.then(|| unconfigured.word()),
        is_off: configured == Configured::Off,
        overrides: overrides(site, (rule, None)),
        finds: text(0),
        why: text(1),
        example: text(2),
        instead: text(3),
        configuration: text(4),
        tally,
        policies,
        rows: found.into_iter().take(FOUND).map(|finding| row(linker, finding)).collect(),
        n_more,
    }
}

fn row<'a>(linker: Linker<'a>, finding: &'a Diagnostic) -> FoundRow<'a> {
    let site = linker.site;
    let found = about(site, finding);
    let mut thing = match found {
        Some(found) => policy::subject(site, found, linker),
        None => Anchor::default(),
    };
    // A review and an agreement stand on the page of their product.
    match found {
        Some(Found { kind: Kind::Review, idx }) => {
            thing.href = linker.reference(&site.mesh().reviews[idx].subject.value).href;
        }
        Some(Found { kind: Kind::AccessAgreement, idx }) => {
            let product = site.mesh().products.iter().position(|product| product.agreements.contains(&idx));
            thing.href = product.and_then(|product| linker.product(product).href);
        }
        _ => {}
    }
    if thing.href.is_none() {
        thing = place(linker, finding, thing);
    }
    let sign = match (&finding.waived_by, finding.severity) {
        (Some(_), _) => Sign::new("", "", "Waived"),
        (None, severity) => parts::severity(severity),
    };
    FoundRow {
        thing,
        owner: found.and_then(|found| policy::owner(found, linker)),
        is_owned: found.is_some_and(|found| OWNED.contains(&found.kind)),
        message: parts::spoken(&parts::shortened(&finding.message, MESSAGE)),
        sign,
        is_waived: finding.waived_by.is_some(),
    }
}

/// The thing that a finding is about; of several versions of a contract the one whose file it is in.
fn about(site: &Site, finding: &Diagnostic) -> Option<Found> {
    let mesh = site.mesh();
    let found = mesh.find(&Ref::parse(finding.subject.as_deref()?).ok()?);
    match found.as_slice() {
        [only] => Some(*only),
        several => several.iter().copied().find(|found| mesh.header(*found).file == finding.location.file),
    }
}

/// A thing that has no page of its own, else the file that a finding is in: a link to the page that shows that file,
/// else to the file.
fn place<'a>(linker: Linker<'a>, finding: &Diagnostic, thing: Anchor<'a>) -> Anchor<'a> {
    let site = linker.site;
    let file = finding.location.file;
    let path = site.outcome.sources.path(file);
    let text = match (thing.text.is_empty(), path.is_empty()) {
        (false, _) => thing.text,
        (true, true) => return Anchor::plain("The registry"),
        (true, false) => path.into(),
    };
    match site.page_of_file.get(&file) {
        Some(page) => linker.to(text, page),
        None => Anchor { text, href: site.forge_url(file, site.line_of(finding.location), false) },
    }
}

/// What a rule counts as without a level of its own. How much a change weighs depends on whose promise is asked about.
fn unconfigured(site: &Site, rule: &RuleMeta) -> Severity {
    let Some(change) = changes().find(|change| change.meta.code == rule.code) else { return rule.severity };
    match change.direction.level(site.outcome.config.check.perspective) {
        Level::Breaking => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Compatible | Level::Info => Severity::Info,
    }
}

fn level(site: &Site, rule: &RuleMeta) -> Sign<'static> {
    match site.outcome.config.check.grading.in_general(rule, None) {
        Configured::Nothing => parts::severity(unconfigured(site, rule)),
        Configured::As(severity) => parts::severity(severity),
        Configured::Off => Sign::new("retired", "", "Off"),
    }
}

/// Says which paths have another level of a rule, or of a policy, the first few of them.
pub(super) fn overrides(site: &Site, rule: (&RuleMeta, Option<&str>)) -> Vec<Piece> {
    const NAMED: usize = 4;
    const PATTERN: usize = 120;
    let mut said = Vec::new();
    for (at, (level, paths)) in site.outcome.config.check.grading.overrides_of(rule).enumerate() {
        let word = level.map_or("off", Severity::word);
        let plain = |text: String| Piece { text, is_code: false, href: None };
        said.push(plain(format!("{}{word} for ", if at == 0 { "" } else { "; " })));
        for (at, pattern) in paths.iter().take(NAMED).enumerate() {
            if at > 0 {
                said.push(plain(", ".to_owned()));
            }
            let text = parts::shortened(pattern, PATTERN).into_owned();
            said.push(Piece { text, is_code: true, href: None });
        }
        if paths.len() > NAMED {
            said.push(plain(format!(" and {} more", paths.len() - NAMED)));
        }
        if at + 1 == NAMED {
            break;
        }
    }
    said
}
