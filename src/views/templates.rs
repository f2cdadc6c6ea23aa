//! The template engine: Tera over the embedded `views/`, reloaded while developing when a file changed.

use std::sync::{Arc, PoisonError, RwLock};

use axum::response::Html;
use rust_embed::Embed;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, TeraResult};

use super::{
    assets, filters,
    frame::PageFrame,
    i18n::{self, Language, TextArgs},
    page::Page,
    spoken,
    stamp::{self, Stamp},
};

#[derive(Embed)]
#[folder = "views/"]
struct Sources;

/// A page that cannot be rendered: a mistake in a template or its context.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("template `{0}` is not UTF-8")]
    NotUtf8(String),
    #[error("the templates do not load")]
    Load(#[source] tera::Error),
    #[error("template `{name}` does not render")]
    Render { name: String, source: tera::Error },
}

/// All templates. They are parsed when the first page is rendered, or by [`Self::check`]. Cheap to clone.
#[derive(Clone, Default)]
pub struct Templates(Arc<RwLock<Option<Parsed>>>);

/// What `views/` was parsed to when it looked like this.
struct Parsed {
    of: Stamp,
    tera: Arc<Tera>,
}

impl Templates {
    /// Parses every template under `views/`, so that a mistake in one is told now, and the first page waits for none.
    pub fn check(&self) -> Result<(), TemplateError> {
        self.current().map(drop)
    }

    /// A page inside its frame.
    pub fn page<P: Page>(&self, page: &P, frame: &PageFrame) -> Result<Html<String>, TemplateError> {
        self.render(P::TEMPLATE, page, frame).map(Html)
    }

    /// As [`Self::page`] for a template named at run time. The context must be a struct or a map.
    pub fn render(&self, name: &str, context: &impl Serialize, frame: &PageFrame) -> Result<String, TemplateError> {
        let failed = |source| TemplateError::Render {
            name: name.to_owned(),
            source,
        };
        let mut variables = Context::from_serialize(context).map_err(failed)?;
        variables.insert("frame", frame);
        variables.insert("lang", frame.lang.code());
        variables.insert("other_lang", frame.lang.other().code());
        variables.insert("other_lang_url", &frame.url_in(frame.lang.other()));
        self.current()?.render(name, &variables).map_err(failed)
    }

    /// The names of all templates, for tests.
    #[must_use]
    pub fn names() -> Vec<String> {
        let mut names: Vec<String> = Sources::iter().map(String::from).collect();
        names.sort();
        names
    }

    /// The source of a template, for tests.
    #[must_use]
    pub fn source(name: &str) -> Option<String> {
        Sources::get(name).and_then(|file| String::from_utf8(file.data.into_owned()).ok())
    }

    fn current(&self) -> Result<Arc<Tera>, TemplateError> {
        let stamp = current_stamp();
        let fresh = |parsed: &Option<Parsed>| {
            let parsed = parsed.as_ref().filter(|parsed| parsed.of == stamp)?;
            Some(Arc::clone(&parsed.tera))
        };
        if let Some(tera) = fresh(&self.0.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(tera);
        }
        // Who comes meanwhile waits, and parses nothing.
        let mut parsed = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(tera) = fresh(&parsed) {
            return Ok(tera);
        }
        let tera = Arc::new(load()?);
        *parsed = Some(Parsed {
            of: stamp,
            tera: Arc::clone(&tera),
        });
        Ok(tera)
    }
}

/// Only development looks at the disk; a release has its templates inside.
fn current_stamp() -> Stamp {
    if cfg!(debug_assertions) {
        stamp::of("views")
    } else {
        Stamp::default()
    }
}

fn load() -> Result<Tera, TemplateError> {
    let mut tera = Tera::new();
    // Everything is escaped, whatever a template is called.
    tera.autoescape_on([""]);
    tera.register_function("t", translate);
    tera.register_function("asset", asset);
    filters::register(&mut tera);
    spoken::register(&mut tera);

    let mut sources = Vec::new();
    for name in Templates::names() {
        let source = Templates::source(&name).ok_or_else(|| TemplateError::NotUtf8(name.clone()))?;
        sources.push((name, source));
    }
    tera.add_raw_templates(sources).map_err(TemplateError::Load)?;
    Ok(tera)
}

/// The language of the page being rendered. A component must ask for it with an `@lang` argument.
pub(super) fn language(state: &State) -> TeraResult<Language> {
    let code = state.get::<String>("lang")?.unwrap_or_default();
    Language::parse(&code)
        .ok_or_else(|| tera::Error::message("`lang` is not set here; a component takes it as `@lang`"))
}

/// `t(key="…", …)`: a text with its placeholders filled.
#[expect(clippy::needless_pass_by_value, reason = "Tera hands the arguments over")]
fn translate(kwargs: Kwargs, state: &State) -> TeraResult<String> {
    let key = kwargs.must_get::<String>("key")?;
    let mut args = TextArgs::new();
    for (name, value) in kwargs.iter() {
        let name = name.to_string();
        if name == "key" {
            continue;
        }
        let value = match value.as_i64() {
            Some(number) => number.into(),
            None => value.to_string().into(),
        };
        args.insert(name.into(), value);
    }
    i18n::try_text(language(state)?, &key, &args).map_err(|error| tera::Error::message(error.to_string()))
}

/// `asset(path="static/app.css")`: where a page finds an embedded file.
#[expect(clippy::needless_pass_by_value, reason = "Tera hands the arguments over")]
fn asset(kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let path = kwargs.must_get::<String>("path")?;
    assets::url(&path).ok_or_else(|| tera::Error::message(format!("there is no asset `{path}`")))
}
