//! The schemas of the files for machines, `schema/v1/*.json`. A twin says by `version` and `kind` which
//! is its own. They are written by hand; a test holds every file of a site against them.

use rust_embed::Embed;

use super::page;
use crate::render::site::Site;
use crate::render::{Page, RenderError};

#[derive(Embed)]
#[folder = "schemas/site/v1/"]
#[include = "*.json"]
struct Files;

pub(super) fn pages(_site: &Site) -> Vec<Page<Site>> {
    names().iter().enumerate().filter_map(|(idx, name)| page(&format!("schema/v1/{name}"), idx, schema)).collect()
}

fn names() -> Vec<String> {
    let mut names: Vec<String> = Files::iter().map(std::borrow::Cow::into_owned).collect();
    names.sort();
    names
}

fn schema(_site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let name = names().into_iter().nth(idx as usize);
    Ok(name.and_then(|name| Files::get(&name)).map(|file| file.data.into_owned()).unwrap_or_default())
}
