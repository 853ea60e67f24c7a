//! A request for access: an agreement in the golden path, made from what a person wants.

use anyhow::{Context, bail};
use jiff::civil::Date;

use super::gather::Gather;
use super::{NewArgs, own_templates, verify};
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::graph::{Closed, Lifecycle, version_slug};
use crate::model::{DataContract, Header, Kind};
use crate::pipeline::Outcome;
use crate::render::scaffold::{self, Answers, Place, id_of};
use crate::serve::write_new_files;
use crate::source::join;
use crate::yaml::did_you_mean;

/// What is asked for; what is left out is asked at a terminal, or follows.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Wish {
    pub(in crate::cli) product: Option<String>,
    pub(in crate::cli) port: Option<String>,
    pub(in crate::cli) consumer: Option<String>,
    pub(in crate::cli) user: Option<String>,
    pub(in crate::cli) purpose: Option<String>,
    pub(in crate::cli) usage: Option<String>,
    pub(in crate::cli) until: Option<Date>,
    pub(in crate::cli) environment: Option<String>,
    pub(in crate::cli) classes: Vec<String>,
    pub(in crate::cli) roles: Vec<String>,
    pub(in crate::cli) id: Option<String>,
    pub(in crate::cli) path: Option<String>,
}

/// An agreement that was written.
pub(in crate::cli) struct Written {
    pub(in crate::cli) id: String,
    /// Its file.
    pub(in crate::cli) path: String,
    /// The name of its file, without the ending.
    pub(in crate::cli) stem: String,
    /// Id of the product.
    pub(in crate::cli) product: String,
    pub(in crate::cli) product_idx: usize,
    /// Name of the output port.
    pub(in crate::cli) port: String,
    /// The contract version behind the port.
    pub(in crate::cli) contract_idx: Option<usize>,
    /// Classes of its columns that were not asked for.
    pub(in crate::cli) left_out: Vec<String>,
    /// What whoever asks should know of what is read: that it ends, or is not finished.
    pub(in crate::cli) notes: Vec<String>,
}

/// Refuses what nobody can be given any more, and says what is read instead.
fn refuse_retired(outcome: &Outcome, product_idx: usize) -> anyhow::Result<()> {
    let Some(end) = outcome.mesh.retirement(product_idx) else { return Ok(()) };
    let id = &outcome.mesh.products[product_idx].descriptor.header.id.value;
    let instead = match end.replaced_by {
        Some(by) => format!("ask for what replaces it: `{by}`"),
        None => "its page says what is known of its end".to_owned(),
    };
    bail!("the data product `{id}` is retired, so that nobody is given access any more; {instead}")
}

/// Refuses a port that readers may not begin with, as the page of the product does, and says why.
fn refuse_closed(outcome: &Outcome, product_idx: usize, port: &str, notes: &[String]) -> anyhow::Result<()> {
    let (mesh, today) = (&outcome.mesh, outcome.today);
    let product = &mesh.products[product_idx].descriptor;
    let ports = || product.output_ports.iter().enumerate();
    let Some((port_idx, _)) = ports().find(|(_, known)| *known.name == *port) else { return Ok(()) };
    let Some(closed) = mesh.port_closed(product_idx, port_idx, today) else { return Ok(()) };
    let why = match (closed, notes) {
        (Closed::NoContract, _) | (_, []) => "it names no contract of this registry".to_owned(),
        (_, notes) => notes.join(", and "),
    };
    let is_open = |(idx, _): &(usize, _)| mesh.port_closed(product_idx, *idx, today).is_none();
    let open: Vec<&str> = ports().filter(is_open).map(|(_, known)| known.name.as_str()).collect();
    let instead = match (open.as_slice(), product.header.successor()) {
        ([], Some(by)) => format!("ask for what replaces it: `{by}`"),
        ([], None) => "ask its owner".to_owned(),
        (open, _) => format!("ask for {}", quoted(open)),
    };
    bail!("access to the port `{port}` of `{}` cannot be asked for: {why}; {instead}", product.header.id.value)
}

/// Says what whoever asks should know of a product, its port and the contract behind it: that it ends, or may still
/// change.
fn notes(outcome: &Outcome, product_idx: usize, port: &str, contract_idx: Option<usize>) -> Vec<String> {
    let mesh = &outcome.mesh;
    let product = &mesh.products[product_idx].descriptor;
    let (header, id) = (&product.header, &product.header.id.value);
    let mut notes = Vec::new();
    let is_deprecated = product.is_on_its_way_out();
    let unfinished = |header: &Header| match header.status_word() {
        "draft" => "a draft",
        _ => "only proposed",
    };
    if is_deprecated {
        let instead = header.successor().map(|by| format!("; its successor is `{by}`")).unwrap_or_default();
        notes.push(format!("the data product `{id}` is deprecated{instead}"));
    } else if header.is_unfinished() {
        let what = unfinished(header);
        notes.push(format!("the data product `{id}` is {what}: what it gives may still change, or never come"));
    }
    let is_ending = |known: &&crate::model::OutputPort| *known.name == *port && known.is_deprecated;
    if product.output_ports.iter().any(|port| is_ending(&port)) {
        let others: Vec<&str> =
            product.output_ports.iter().filter(|port| !port.is_deprecated).map(|port| port.name.as_str()).collect();
        let instead = match others.as_slice() {
            [] => String::new(),
            others => format!("; not so {}", quoted(others)),
        };
        notes.push(format!("the port `{port}` is deprecated{instead}"));
    }
    let Some(contract_idx) = contract_idx else { return notes };
    let contract = &mesh.contracts[contract_idx].descriptor;
    let (lifecycle, name) = (Lifecycle::of(contract), mesh.contract_version(contract_idx));
    let past = |end: Option<Date>| end.filter(|end| *end < outcome.today);
    if lifecycle.status == "retired" {
        notes.push(format!("the contract `{name}` is retired: nobody promises this data any more"));
    } else if let Some(end) = past(lifecycle.end_of_life) {
        notes.push(format!("the contract `{name}` ended on {end}"));
    } else if let Some(end) = past(lifecycle.end_of_support) {
        notes.push(format!("the contract `{name}` has had no support since {end}"));
    } else if lifecycle.status == "deprecated" {
        let until = lifecycle.sunset().map(|end| format!(", supported until {end}")).unwrap_or_default();
        notes.push(format!("the contract `{name}` is deprecated{until}"));
    } else if contract.header.is_unfinished() && !header.is_unfinished() {
        notes.push(format!("the contract `{name}` is {}: nobody promises it yet", unfinished(&contract.header)));
    }
    notes
}

/// Returns the contract version that an agreement of these answers is about.
pub(super) fn contract_of(outcome: &Outcome, answers: &Answers) -> Option<usize> {
    let id = answers.contract.as_ref()?;
    let exact = answers.contract_version.as_ref().and_then(|version| outcome.mesh.contract(id, version));
    exact.or_else(|| outcome.mesh.current_version(id))
}

/// Fills in what an agreement about a contract can name, for whoever completes it by hand.
pub(super) fn fill_known(answers: &mut Answers, contract: Option<&DataContract>) {
    /// Of a longer list whoever reads the file needs the contract.
    const SHOWN: usize = 12;
    let cut = |mut words: Vec<String>| {
        words.truncate(SHOWN);
        words
    };
    let roles = contract.iter().flat_map(|contract| contract.role_names());
    answers.known_roles = cut(roles.map(str::to_owned).collect());
    answers.known_environments = cut(environments(contract).into_iter().map(str::to_owned).collect());
    answers.known_classes = cut(classes(contract));
}

/// Writes the agreement that somebody asks for.
pub(in crate::cli) fn request(
    session: &Session,
    outcome: &Outcome,
    wish: &Wish,
    terminal: &Terminal,
) -> anyhow::Result<Written> {
    let kind = Kind::AccessAgreement;
    let mut args = NewArgs {
        product: wish.product.clone(),
        port: wish.port.clone(),
        consumer: wish.consumer.clone(),
        user: wish.user.clone(),
        purpose: wish.purpose.clone(),
        until: wish.until,
        ..NewArgs::default()
    };
    if wish.product.is_none() && !terminal.can_ask() {
        bail!(
            "name the product that is read, such as `meshfolio access request orders`; `meshfolio list products` shows what there is"
        );
    }
    // Said before anything is asked at the terminal.
    let named = wish.product.as_deref().map(|id| id.strip_prefix("product:").unwrap_or(id));
    if let Some(idx) = named.and_then(|id| outcome.mesh.product(id)) {
        refuse_retired(outcome, idx)?;
    }
    let gather = Gather { args: &args, outcome, terminal };
    let mut answers = Answers {
        version: "1.0.0".to_owned(),
        today: outcome.today.to_string(),
        usage: wish.usage.clone(),
        ..Answers::default()
    };
    let root = outcome.config.roots.first().cloned().unwrap_or_default();
    let mut place = Place { root, ..Place::default() };
    gather.agreement(&mut answers, &mut place)?;
    let product = answers.product.clone().context("an agreement is about a product")?;
    let port = answers.port.clone().context("an agreement is about a port")?;
    let product_idx = outcome.mesh.product(&product).context("the product was found")?;
    refuse_retired(outcome, product_idx)?;
    let contract_idx = contract_of(outcome, &answers);
    let notes = notes(outcome, product_idx, &port, contract_idx);
    refuse_closed(outcome, product_idx, &port, &notes)?;

    let contract = contract_idx.map(|idx| &*outcome.mesh.contracts[idx].descriptor);
    answers.environment = wish.environment.as_deref().map(|word| environment(contract, word)).transpose()?;
    answers.roles = wish.roles.iter().map(|word| role(contract, word)).collect::<Result<_, _>>()?;
    let known = classes(contract);
    answers.classes = wish.classes.iter().map(|word| class(contract, &known, word)).collect::<Result<_, _>>()?;
    let is_left_out = |class: &&String| *class != "public" && !answers.classes.contains(class);
    let left_out = known.iter().filter(is_left_out).cloned().collect();

    place.stem = free_stem(outcome, &place, &port)?;
    answers.id = match &wish.id {
        Some(id) => id.clone(),
        None => free_id(outcome, &place.stem, &product, &port),
    };
    args.id.clone_from(&answers.id);
    let gather = Gather { args: &args, outcome, terminal };
    gather.refuse_known(kind)?;
    if let Some(path) = &wish.path {
        let inside = join("", &path.replace('\\', "/")).filter(|_| !path.starts_with('/'));
        place.path = Some(inside.with_context(|| format!("`{path}` is outside the registry's folder"))?);
    }
    let files = scaffold::new(kind, &answers, &place, &own_templates(session, kind)?)?;
    gather.refuse_place(&files[0].0)?;
    verify(kind, &answers, &files[0], session, outcome)?;
    write_new_files(session.tree.root(), &files)?;
    let path = files[0].0.clone();
    Ok(Written { id: answers.id, path, stem: place.stem, product, product_idx, port, contract_idx, left_out, notes })
}

/// Refuses to ask for what is agreed or asked for already.
pub(super) fn refuse_known(outcome: &Outcome, product_idx: usize, answers: &Answers) -> anyhow::Result<()> {
    let mesh = &outcome.mesh;
    let port = answers.port.as_deref().unwrap_or_default();
    let product = &mesh.products[product_idx];
    let known = &product.descriptor.output_ports;
    let is_port = |written: &str| known.iter().any(|known| *known.name == *port && known.is_named(written));
    for agreement in product.agreements.iter().map(|idx| &mesh.agreements[*idx]) {
        let consumer = &agreement.consumer;
        let is_same = match (&answers.consumer_product, &answers.consumer_team, &answers.consumer_user) {
            (Some(product), _, _) => consumer.product.as_ref().is_some_and(|id| *id.value == **product),
            (None, Some(team), _) => {
                consumer.product.is_none()
                    && consumer.team.as_ref().is_some_and(|id| mesh.team(id) == mesh.team(team) || *id.value == **team)
            }
            (None, None, Some(user)) => consumer.user.as_ref().is_some_and(|id| **id == **user),
            (None, None, None) => false,
        };
        let is_live = agreement.is_open() && !agreement.has_ended(outcome.today);
        if is_same && is_live && agreement.provider.port.as_ref().is_some_and(|written| is_port(written)) {
            let file = outcome.sources.path(agreement.header.file);
            let word = agreement.standing(outcome.today).word();
            bail!("there is such an agreement already ({word}): {file}; change that file to change what is agreed");
        }
    }
    Ok(())
}

/// Returns a name for the file that is not taken: that of the consumer, else with the port behind it.
fn free_stem(outcome: &Outcome, place: &Place, port: &str) -> anyhow::Result<String> {
    let folder = place.product.as_deref().unwrap_or(&place.root);
    let path = |stem: &str| format!("{folder}/access/{stem}.oaas.yaml").trim_start_matches('/').to_owned();
    let own = place.stem.clone();
    let with_port = format!("{own}-{}", id_of(port).unwrap_or_else(|| version_slug(port)));
    let is_free = |stem: &&String| outcome.sources.id(&path(stem)).is_none();
    match [&own, &with_port].into_iter().find(is_free) {
        Some(stem) => Ok(stem.clone()),
        None => bail!("`{}` and `{}` exist already; name another file with `--path`", path(&own), path(&with_port)),
    }
}

fn free_id(outcome: &Outcome, stem: &str, product: &str, port: &str) -> String {
    let slug = |text: &str| id_of(text).unwrap_or_else(|| version_slug(text));
    let cut = |text: String| text.chars().take(80).collect::<String>().trim_end_matches('-').to_owned();
    let plain = cut(format!("{}-reads-{}", slug(stem), slug(product)));
    let is_taken = outcome.mesh.agreements.iter().any(|agreement| *agreement.header.id.value == *plain);
    if is_taken { cut(format!("{plain}-{}", slug(port))) } else { plain }
}

/// Returns the environments of the servers of a contract, sorted.
fn environments(contract: Option<&DataContract>) -> Vec<&str> {
    let servers = contract.map_or(&[][..], |contract| contract.servers.as_slice());
    let mut known: Vec<&str> = servers.iter().filter_map(|server| server.environment.as_deref()).collect();
    known.sort_unstable();
    known.dedup();
    known
}

fn environment(contract: Option<&DataContract>, word: &str) -> anyhow::Result<String> {
    let known = environments(contract);
    if known.is_empty() || known.iter().any(|known| known.eq_ignore_ascii_case(word)) {
        return Ok(word.to_owned());
    }
    let hint = did_you_mean(word, known.iter().copied(), || format!("its servers are in {}", quoted(&known)));
    bail!("the contract has no server in the environment `{word}`; {hint}")
}

fn role(contract: Option<&DataContract>, word: &str) -> anyhow::Result<String> {
    let known = contract.map(DataContract::role_names).unwrap_or_default();
    if known.contains(&word) {
        return Ok(word.to_owned());
    }
    let hint = did_you_mean(word, known.iter().copied(), || match known.as_slice() {
        [] => "it defines none; leave `--role` out".to_owned(),
        known => format!("it has {}", quoted(known)),
    });
    bail!("the contract has no role `{word}`; {hint}")
}

/// Returns the classes of the columns of a contract, sorted.
fn classes(contract: Option<&DataContract>) -> Vec<String> {
    let mut classes: Vec<String> = contract
        .iter()
        .flat_map(|contract| contract.columns())
        .filter_map(|(_, path)| path.last()?.classification().map(|class| class.trim().to_lowercase()))
        .filter(|class| !class.is_empty())
        .collect();
    classes.sort();
    classes.dedup();
    classes
}

fn class(contract: Option<&DataContract>, known: &[String], word: &str) -> anyhow::Result<String> {
    let lower = word.trim().to_lowercase();
    // A contract that classifies nothing says nothing against any word.
    if contract.is_none() || known.is_empty() || known.contains(&lower) {
        return Ok(lower);
    }
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let hint = did_you_mean(&lower, names.iter().copied(), || format!("it has {}", quoted(&names)));
    bail!("no column of the contract has the class `{word}`; {hint}")
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
