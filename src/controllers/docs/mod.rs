//! `/docs`, `/openapi.json` and `/llms.txt`: what a partner's developer reads. The same for everybody, so it may be kept.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;

use super::api::problem::{Code, origin};
use super::extractors::frame::{frame_of, language_in_address};
use super::extractors::session::Visitor;
use super::pages::{self, PageError};
use crate::controllers::routing::get;
use crate::openapi::{document, groups};
use crate::services::Services;
use crate::views::docs::guide::GuidePage;
use crate::views::docs::problems::{ProblemList, ProblemPage};
use crate::views::docs::reference::Reference;
use crate::views::docs::sandbox::Sandbox;
use crate::views::docs::{guides, llms};
use crate::views::frame::PageFrame;
use crate::views::i18n::Language;
use crate::views::page::Page;
use crate::views::templates::Templates;

const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// A choice of language comes with its cookie, which is one person's.
const KEPT_BY_ONE: HeaderValue = HeaderValue::from_static("private, max-age=300");
const VARIES_BY: HeaderValue = HeaderValue::from_static("Cookie, Accept-Language");

/// The pages.
pub fn routes() -> Routes {
    Routes::new()
        .add("/docs", get(start))
        .add("/docs/guides/{slug}", get(guide))
        .add("/docs/api/{group}", get(reference))
        .add("/docs/sandbox", get(sandbox))
        .add("/docs/problems", get(problems))
        .add("/docs/problems/{code}", get(problem))
}

/// What programs read.
pub fn files() -> Routes {
    Routes::new()
        .add("/openapi.json", get(openapi_ko))
        .add("/openapi.en.json", get(openapi_en))
        .add("/llms.txt", get(llms_txt))
}

/// A reader, who is nobody in particular: no name stands on a page that others are shown.
struct Reader {
    frame: PageFrame,
    templates: Templates,
    chose_language: bool,
    /// Where they see us.
    origin: String,
    simulator_port: u16,
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let services = Services::from_request_parts(parts, state).await?;
        let mut frame = frame_of(parts, &services, &Visitor::Nobody);
        frame.notices.clear();
        frame.request_id.clear();
        Ok(Self {
            frame,
            templates: Templates::from_request_parts(parts, state).await?,
            chose_language: language_in_address(parts).is_some(),
            origin: origin(&parts.headers, Some(&services)),
            simulator_port: services.settings.simulator.port,
        })
    }
}

impl Reader {
    fn show<P: Page>(&self, page: &P) -> Result<Response, PageError> {
        let mut response = pages::render(&self.templates, &self.frame, page)?;
        let kept = if self.chose_language { KEPT_BY_ONE } else { KEPT };
        response.headers_mut().insert(header::CACHE_CONTROL, kept);
        response.headers_mut().insert(header::VARY, VARIES_BY);
        Ok(response)
    }
}

async fn start(reader: Reader) -> Result<Response, PageError> {
    show_guide(&reader, "start")
}

async fn guide(reader: Reader, Path(slug): Path<String>) -> Result<Response, PageError> {
    show_guide(&reader, &slug)
}

fn show_guide(reader: &Reader, slug: &str) -> Result<Response, PageError> {
    let guide = guides::find(slug).ok_or(PageError::not_found())?;
    reader.show(&GuidePage::new(guide, &reader.origin))
}

async fn reference(reader: Reader, Path(name): Path<String>) -> Result<Response, PageError> {
    let group = groups::ALL
        .iter()
        .find(|group| group.name == name && !group.operations.is_empty());
    reader.show(&Reference::new(group.ok_or(PageError::not_found())?))
}

async fn sandbox(reader: Reader) -> Result<Response, PageError> {
    reader.show(&Sandbox::new(reader.simulator_port))
}

async fn problems(reader: Reader) -> Result<Response, PageError> {
    reader.show(&ProblemList::default())
}

async fn problem(reader: Reader, Path(word): Path<String>) -> Result<Response, PageError> {
    let code = Code::ALL.into_iter().find(|code| code.as_str() == word);
    let code = code.ok_or(PageError::not_found())?;
    reader.show(&ProblemPage::new(code, reader.frame.lang))
}

async fn openapi_ko() -> Response {
    openapi(Language::Ko)
}

async fn openapi_en() -> Response {
    openapi(Language::En)
}

fn openapi(language: Language) -> Response {
    let headers = [
        (header::CACHE_CONTROL, KEPT),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code())),
    ];
    (headers, axum::Json(document(language))).into_response()
}

async fn llms_txt() -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    (
        [(header::CACHE_CONTROL, KEPT), (header::CONTENT_TYPE, kind)],
        llms::text(),
    )
        .into_response()
}
