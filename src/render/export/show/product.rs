//! What a reader asks of a product first, for a terminal: where is it, can I rely on it, who approves access. The same
//! facts as in the panels of its page.

use super::layout::{Cell, Look, Rows, Tone, cell, one_line};
use crate::graph::{EvidenceSummary, Mesh, PromiseKind, PromiseResult, Verdict};
use crate::model::Header;
use crate::policy::Outcome;
use crate::render::answers::{self, Place, Promise, Published};
use crate::render::approvers::{ApproverOrigin, FileOwners};
use crate::render::health::{self, Seen};
use crate::render::history::Authors;
use crate::render::{parts, servers};

/// Missed rules that are named.
const MISSED: usize = 3;

/// Writes the head of a product and the three answers.
pub(super) fn write(out: &mut String, outcome: &Outcome, idx: usize, owners: Option<&FileOwners>, look: Look) {
    let asked =
        Asked { outcome, mesh: &outcome.mesh, idx, header: &outcome.mesh.products[idx].descriptor.header, look };
    asked.head(out);
    if outcome.mesh.is_retired(idx) {
        asked.end(out);
        return;
    }
    let published = Published::of(&outcome.mesh, &outcome.mesh.products[idx]);
    let mut part = |title: &str, rows: Rows| {
        out.push_str(&format!("\n{}\n", look.paint(title, Tone::Head)));
        rows.write(out, look);
    };
    part("Where is it?", asked.places(&published));
    part("Can I rely on it?", asked.promises(&published));
    part("Who approves access?", asked.approvers(&published, owners));
}

struct Asked<'a> {
    outcome: &'a Outcome,
    mesh: &'a Mesh,
    idx: usize,
    header: &'a Header,
    look: Look,
}

impl<'a> Asked<'a> {
    fn owner(&self) -> Option<String> {
        let product = &self.mesh.products[self.idx];
        let registered = product.owner_idx.map(|idx| self.mesh.teams[idx].descriptor.header.title().to_owned());
        registered.or_else(|| self.mesh.product_owner(product))
    }

    /// What it is for, in a sentence, and what stands beside the name on its page.
    fn head(&self, out: &mut String) {
        let product = &self.mesh.products[self.idx];
        let purpose = self.header.description.purpose.as_deref().filter(|purpose| !purpose.trim().is_empty());
        let purpose = purpose.map_or_else(|| "purpose not stated".to_owned(), parts::first_sentence);
        self.look.hang(out, "", 0, &one_line(&purpose));
        let status = in_a_sentence(&parts::status_of(self.header).word);
        let domain = self.mesh.domain_title(product.domain_idx).map(str::to_owned);
        let domain = domain.or_else(|| product.descriptor.domain.as_ref().map(|domain| domain.value.to_string()));
        let checks = self.outcome.checks(self.idx).tally();
        let facts = [
            Some(status),
            Some(self.owner().map_or("no owner stated".to_owned(), |owner| format!("owned by {owner}"))),
            domain.map(|domain| format!("in {domain}")),
            Some(answers::consumers(self.mesh, self.idx)),
            Some(format!("{} of {} checks pass", checks.n_passed, checks.n_total)),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        self.look.hang(out, "", 0, &one_line(&facts.join(", ")));
        if let Some(next) = self.header.successor().filter(|_| !self.mesh.is_retired(self.idx)) {
            let status = in_a_sentence(&parts::status_of(self.header).word);
            let line = one_line(&format!("It is {status}: use {next} instead."));
            out.push_str(&format!("{}\n", self.look.paint(&line, Tone::Warn)));
        }
    }

    /// What is said of a product that is no more.
    fn end(&self, out: &mut String) {
        let end = self.mesh.retirement(self.idx);
        let day = end.as_ref().and_then(|end| end.date);
        let day = day.map(|day| format!(" since {}", parts::day_text(day))).unwrap_or_default();
        let next = end
            .and_then(|end| end.replaced_by)
            .map_or_else(|| "; nobody said what replaces it".to_owned(), |next| format!("; use {next} instead"));
        let line = one_line(&format!("It is retired{day} and promises nothing any more{next}."));
        out.push('\n');
        for line in self.look.wrapped(&line, 0) {
            out.push_str(&format!("{}\n", self.look.paint(&line, Tone::Warn)));
        }
    }

    /// Each place with the port that leads there, and what to paste to read it.
    fn places(&self, published: &Published) -> Rows {
        let mut rows = Rows::default();
        let (places, n_more) =
            answers::places(self.mesh, self.outcome.today, (&self.mesh.products[self.idx], &published.live));
        for place in &places {
            let note = place.note.as_ref().map(|note| in_a_sentence(&note.word));
            let port = self.ports_of(place);
            let database = place.database.map(|name| format!("database {name}"));
            let is_twice = |other: &&Place<'_>| other.label == place.label && other.code == place.code;
            let server = (places.iter().filter(is_twice).count() > 1).then(|| place.server.to_owned());
            let said: Vec<String> = database.into_iter().chain(server).chain(port).chain(note.clone()).collect();
            let tone = if note.is_some() { Tone::Warn } else { Tone::Quiet };
            rows.add(vec![
                cell(&place.label, Tone::Plain),
                cell(&place.code, Tone::Head),
                cell(&said.join(", "), tone),
            ]);
            // What ends is read by those who know how.
            if let Some(snippet) = place.snippet.as_ref().filter(|_| note.is_none()) {
                rows.below(snippet.code.lines().map(|line| crate::diagnostic::visible(line).into_owned()));
            }
        }
        if n_more > 0 {
            rows.add(vec![
                cell("More", Tone::Plain),
                cell(&format!("{} more", parts::count(n_more, "place")), Tone::Quiet),
            ]);
        }
        if places.is_empty() {
            let has_port = !self.mesh.products[self.idx].descriptor.output_ports.is_empty();
            let (label, why) = if has_port {
                ("Server", "not stated")
            } else {
                ("Port", "not stated: nobody can read this product yet")
            };
            rows.add(vec![cell(label, Tone::Plain), cell(&self.with_ask(why, has_port), Tone::Quiet)]);
        }
        rows
    }

    /// The ports that lead to a place, by the contract that says where it is.
    fn ports_of(&self, place: &Place<'_>) -> Option<String> {
        let product = &self.mesh.products[self.idx];
        let ports = product.descriptor.output_ports.iter().zip(&product.outputs);
        let names: Vec<&str> =
            ports.filter(|(_, contract)| **contract == Some(place.contract_idx)).map(|(port, _)| &*port.name).collect();
        match names.as_slice() {
            [] => None,
            [one] => Some(format!("port {one}")),
            many => Some(format!("ports {}", many.join(" and "))),
        }
    }

    /// Adds whom to ask for what is not stated.
    fn with_ask(&self, why: &str, is_wanted: bool) -> String {
        let owner = self.owner().map(parts::Anchor::plain);
        match parts::ask(&self.header.support, owner.as_ref()).filter(|_| is_wanted) {
            Some(ask) => format!("{why}; ask {}", ask.text),
            None => why.to_owned(),
        }
    }

    /// What is promised beside what was observed, and what is neither.
    fn promises(&self, published: &Published) -> Rows {
        let evidence = self.outcome.evidence(self.idx);
        let promised = answers::promises(self.mesh, published, &evidence);
        let n_rules = published.n_rules(self.mesh);
        let others = answers::others(&promised, n_rules, &evidence);
        let quiet = |text: &str| cell(text, Tone::Quiet);
        let mut rows = Rows::default();
        rows.add(vec![quiet(""), quiet("promised"), quiet("observed")]);
        for promise in &promised {
            let name = cell(&promise.level.name, Tone::Plain);
            rows.add(vec![name, cell(&promise.level.value, Tone::Plain), self.observed(promise)]);
        }
        if let Some(run) = health::last_run(&evidence) {
            let (word, tone) = if run.is_good { ("succeeded", Tone::Good) } else { ("failed", Tone::Bad) };
            let said = cell(&format!("{word}, {}", run.day.text), tone);
            rows.add(vec![cell("Last run", Tone::Plain), quiet("-"), self.signed(said)]);
        }
        if !evidence.schema_misses.is_empty() {
            let said = format!("missed: {} failed", parts::count(evidence.schema_misses.len(), "test"));
            rows.add(vec![
                cell("Schema", Tone::Plain),
                cell("stated", Tone::Plain),
                self.signed(cell(&said, Tone::Bad)),
            ]);
        }
        self.rules(&mut rows, n_rules, &evidence);
        for fact in answers::facts_seen(&evidence) {
            let unit = fact.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
            let said = format!("{}{unit}, {}", fact.value, fact.day.text);
            rows.add(vec![cell(&fact.name, Tone::Plain), quiet("-"), cell(&said, Tone::Plain)]);
        }
        if others.n > 0 {
            let kept = if others.n_kept > 0 { format!("{} kept", others.n_kept) } else { "no result".to_owned() };
            rows.add(vec![
                cell("Others", Tone::Plain),
                cell(&format!("{} more", others.n), Tone::Plain),
                cell(&kept, Tone::Plain),
            ]);
        }
        for name in parts::unstated(&published.contracts(self.mesh)) {
            rows.add(vec![cell(name, Tone::Plain), quiet(&self.with_ask("not stated", true))]);
        }
        let standing = health::tally_text(&evidence, &[]);
        if !standing.is_empty() {
            rows.add(vec![cell("In all", Tone::Plain), cell(&standing, Tone::Plain)]);
        }
        rows
    }

    fn observed(&self, promise: &Promise<'a>) -> Cell {
        let by =
            promise.contract_idx.map(|idx| format!(", by {}", self.mesh.contract_version(idx))).unwrap_or_default();
        let Some(Seen { value, is_kept, day, ago, message, .. }) = &promise.level.seen else {
            return cell(&format!("no result file{by}"), Tone::Quiet);
        };
        let (word, tone) = match (is_kept, ago) {
            (false, _) => ("missed", Tone::Bad),
            (true, Some(_)) => ("kept", Tone::Warn),
            (true, None) => ("kept", Tone::Good),
        };
        let ago = ago.as_ref().map(|ago| format!(", {ago}")).unwrap_or_default();
        let message = message.map(|message| format!("; {message}")).unwrap_or_default();
        self.signed(cell(&format!("{word}: {value}, {}{ago}{by}{message}", day.text), tone))
    }

    /// Puts a sign before what was observed.
    fn signed(&self, (text, tone): Cell) -> Cell {
        let sign = match tone {
            Tone::Good | Tone::Warn => "✓ ",
            Tone::Bad => "✗ ",
            Tone::Plain | Tone::Head | Tone::Quiet => "",
        };
        if self.look.is_unicode { (format!("{sign}{text}"), tone) } else { (text, tone) }
    }

    /// How many quality rules there are, and what results say of them.
    fn rules(&self, rows: &mut Rows, n_rules: usize, evidence: &EvidenceSummary<'_>) {
        let name = || cell("Quality", Tone::Plain);
        if n_rules == 0 {
            rows.add(vec![name(), cell("not stated", Tone::Quiet)]);
            return;
        }
        let (n_kept, n_missed) = evidence.quality();
        let is_rule = |result: &&&PromiseResult| result.promise.kind == PromiseKind::QualityRule;
        let rules: Vec<&PromiseResult> = evidence.results.iter().filter(is_rule).copied().collect();
        let aged = health::aged(rules.iter().copied());
        let missed: Vec<&str> = rules
            .iter()
            .filter(|result| result.verdict == Verdict::Missed)
            .map(|result| result.promise.name.as_str())
            .collect();
        let mut said: Vec<String> = Vec::new();
        if n_missed > 0 {
            let more = missed.len().saturating_sub(MISSED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            said.push(format!("{n_missed} missed ({}{more})", missed[..missed.len().min(MISSED)].join(", ")));
        }
        if n_kept > 0 {
            said.push(format!("{n_kept} kept{}", aged.as_ref().map(|aged| format!(", {aged}")).unwrap_or_default()));
        }
        match n_rules.saturating_sub(n_kept + n_missed) {
            0 => {}
            n if n == n_rules => said.push("no result file".to_owned()),
            n => said.push(format!("{n} without a result")),
        }
        let day = evidence.latest.filter(|_| n_kept + n_missed > 0);
        said.extend(day.map(parts::day_text));
        let tone = match (n_missed, n_kept, aged) {
            (1.., _, _) => Tone::Bad,
            (0, 0, _) => Tone::Quiet,
            (0, _, Some(_)) => Tone::Warn,
            (0, _, None) => Tone::Good,
        };
        let promised = cell(&parts::count(n_rules, "rule"), Tone::Plain);
        rows.add(vec![name(), promised, self.signed(cell(&said.join(", "), tone))]);
    }

    /// Who is asked, and where each name comes from.
    fn approvers(&self, published: &Published, owners: Option<&FileOwners>) -> Rows {
        let mut rows = Rows::default();
        let file = answers::agreement_file(self.mesh, &self.outcome.sources, self.idx);
        let found = answers::approving(self.mesh, (self.idx, &published.promising), &file, owners);
        let is_ending = self.mesh.products[self.idx].descriptor.is_on_its_way_out();
        if is_ending {
            let next = self.header.successor().map(|next| format!("ask for {next} instead"));
            let next = next.unwrap_or_else(|| "it is deprecated, no successor stated".to_owned());
            let days = answers::last_days(self.mesh, &self.mesh.products[self.idx], self.outcome.today);
            let row = [cell("New access", Tone::Plain), cell(&next, Tone::Warn)];
            rows.add(row.into_iter().chain(days.map(|days| cell(&days, Tone::Quiet))).collect());
        }
        let members = Authors::of(self.mesh);
        for approver in found.iter().take(answers::APPROVERS) {
            let team = answers::team_of(self.mesh, approver);
            let name = team.map_or(&*approver.name, |idx| self.mesh.teams[idx].descriptor.header.title());
            let from = match approver.origin {
                ApproverOrigin::Role { contract_idx, role, level } => {
                    format!("{level} level, from role {role} of contract {}", self.mesh.contract_version(contract_idx))
                }
                ApproverOrigin::FileOwners => "no contract names one; from CODEOWNERS".to_owned(),
                ApproverOrigin::Owner => String::new(),
            };
            let is_known = team.is_some() || members.team_named(name).is_some() || parts::is_mail(name);
            let from = if is_known { from } else { format!("{from}; no team or member here has this name") };
            rows.add(vec![cell("Approver", Tone::Plain), cell(name, Tone::Head), cell(&from, Tone::Quiet)]);
        }
        for idx in answers::without_approver(self.mesh, &published.promising) {
            let says = format!("for contract {}; ask the owner", self.mesh.contract_version(idx));
            rows.add(vec![cell("Approver", Tone::Plain), cell("not stated", Tone::Quiet), cell(&says, Tone::Quiet)]);
        }
        let owner = self.owner();
        if found.is_empty() {
            let why = if owner.is_some() { "; no contract names one, so ask the owner" } else { "" };
            rows.add(vec![cell("Approver", Tone::Plain), cell(&format!("not stated{why}"), Tone::Quiet)]);
        }
        let tone = if owner.is_some() { Tone::Plain } else { Tone::Quiet };
        rows.add(vec![cell("Owner", Tone::Plain), cell(owner.as_deref().unwrap_or("not stated"), tone)]);
        let contacts = parts::contacts(&self.header.support);
        for contact in &contacts {
            let mut cells = vec![cell(contact.label, Tone::Plain), cell(&contact.channel.text, Tone::Plain)];
            let said: Vec<&str> = contact
                .channel
                .href
                .as_deref()
                .into_iter()
                .chain([&*contact.note])
                .filter(|text| !text.is_empty() && **text != *contact.channel.text)
                .collect();
            if !said.is_empty() {
                cells.push(cell(&said.join(", "), Tone::Quiet));
            }
            rows.add(cells);
        }
        if contacts.is_empty() {
            rows.add(vec![cell("Help", Tone::Plain), cell("not stated", Tone::Quiet)]);
        }
        if self.mesh.access_closed(self.idx, self.outcome.today).is_none() {
            let command = format!("meshfolio access request {}", servers::shell(&self.header.id.value));
            rows.add(vec![cell("To ask", Tone::Plain), cell(&command, Tone::Plain)]);
        }
        rows
    }
}

/// Returns a text as it stands inside a sentence.
fn in_a_sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |first| first.to_lowercase().chain(characters).collect())
}
