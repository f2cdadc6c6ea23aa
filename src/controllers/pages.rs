//! What all pages share: errors written as pages of the site, the chosen language kept, a notice told once.

use axum::extract::{FromRequestParts, Request};
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use sea_orm::DbErr;

use super::cookies;
use super::csrf::refuse_other_sites;
use super::extractors::frame::{frame_of, language_in_address};
use super::extractors::htmx::{self, HX_RESWAP};
use super::extractors::session::{Visitor, VisitorCell};
use super::notice::NOTICE_COOKIE;
use crate::models::kinds::MoneyMoved;
use crate::services::Services;
use crate::views::errors::{ErrorKind, ErrorPage};
use crate::views::frame::PageFrame;
use crate::views::i18n::LANGUAGE_COOKIE;
use crate::views::page::Page;
use crate::views::templates::{TemplateError, Templates};

const LANGUAGE_KEPT_SECS: i64 = 365 * 24 * 3600;
/// A database that is away is looked for again this soon.
const UNAVAILABLE_RETRY_SECS: HeaderValue = HeaderValue::from_static("2");

/// Why a page cannot be shown. Its page says whether money moved: none did, unless whoever answers with it says that it may
/// have, see [`PageError::money_in_question`].
#[derive(Clone, Copy, Debug)]
pub struct PageError {
    kind: ErrorKind,
    money_moved: MoneyMoved,
}

impl PageError {
    #[must_use]
    pub const fn not_found() -> Self {
        Self::of(ErrorKind::NotFound)
    }

    const fn of(kind: ErrorKind) -> Self {
        Self {
            kind,
            money_moved: MoneyMoved::No,
        }
    }

    /// The answer to a deed that moves money, where its own answer was lost: it may be durable all the same. What was
    /// refused was not done, and says so still.
    #[must_use]
    pub const fn money_in_question(self) -> Self {
        match self.kind {
            ErrorKind::Internal | ErrorKind::Unavailable => Self {
                money_moved: MoneyMoved::Unknown,
                ..self
            },
            _ => self,
        }
    }

    #[must_use]
    pub const fn forbidden() -> Self {
        Self::of(ErrorKind::Forbidden)
    }

    /// A fault of ours, told to the log where it is found.
    #[must_use]
    pub fn internal(error: &dyn std::error::Error) -> Self {
        let source = error.source().map(ToString::to_string);
        tracing::error!(%error, source, "a page met a fault of ours");
        Self::of(ErrorKind::Internal)
    }

    /// The application did not put its services beside the request.
    #[must_use]
    pub fn not_wired() -> Self {
        tracing::error!("the services or templates are not wired to this route");
        Self::of(ErrorKind::Internal)
    }
}

impl From<DbErr> for PageError {
    fn from(error: DbErr) -> Self {
        tracing::error!(%error, "the database did not do what a page needs");
        Self::of(ErrorKind::Unavailable)
    }
}

impl From<TemplateError> for PageError {
    fn from(error: TemplateError) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for PageError {
    /// The status with the error beside it; [`finish_pages`] makes a page of it.
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A page in its frame.
///
/// # Errors
/// When the template does not render.
pub fn render<P: Page>(templates: &Templates, frame: &PageFrame, page: &P) -> Result<Response, PageError> {
    Ok(templates.page(page, frame)?.into_response())
}

/// A form that was refused, with what was typed.
///
/// # Errors
/// When the template does not render.
pub fn render_refused<P: Page>(
    templates: &Templates,
    frame: &PageFrame,
    page: &P,
    status: StatusCode,
) -> Result<Response, PageError> {
    let mut response = render(templates, frame, page)?;
    *response.status_mut() = status;
    Ok(response)
}

/// Routes whose answers are pages: no other site's forms, and every error in the site's own frame.
#[must_use]
pub fn pages(routes: Routes) -> Routes {
    routes.layer(from_fn(refuse_other_sites)).layer(from_fn(finish_pages))
}

/// The answer for a path that leads nowhere.
pub async fn no_such_page(request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let mut response = error_page(&mut parts, PageError::not_found()).await;
    set_shared_cookies(&parts, &mut response);
    response
}

/// Makes pages of errors, the framework's own included, and sets the cookies that pages share.
pub async fn finish_pages(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // One look at the session's row, shared by the handler and by an error page.
    parts.extensions.insert(VisitorCell::default());
    let mut kept = parts.clone();
    let mut response = next.run(Request::from_parts(parts, body)).await;

    if let Some(error) = error_to_write(&response) {
        let allow = response.headers().get(ALLOW).cloned();
        response = error_page(&mut kept, error).await;
        if let Some(allow) = allow {
            response.headers_mut().insert(ALLOW, allow);
        }
    }
    set_shared_cookies(&kept, &mut response);
    response
}

/// Which error page takes the answer's place: none where the handler wrote a page itself.
fn error_to_write(response: &Response) -> Option<PageError> {
    if let Some(error) = response.extensions().get::<PageError>() {
        return Some(*error);
    }
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_page = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|content_type| content_type.as_bytes().starts_with(b"text/html"));
    (is_error && !is_page).then(|| PageError::of(ErrorKind::of(status)))
}

async fn error_page(parts: &mut Parts, PageError { kind, money_moved }: PageError) -> Response {
    let (services, templates) = (
        parts.extensions.get::<Services>().cloned(),
        parts.extensions.get::<Templates>().cloned(),
    );
    let (Some(services), Some(templates)) = (services, templates) else {
        return kind.status().into_response();
    };
    // Who looks is of no matter to the error, and with the database away it cannot be told.
    let visitor = Visitor::from_request_parts(parts, &()).await.unwrap_or(Visitor::Nobody);
    let frame = frame_of(parts, &services, &visitor);
    let mut response = match templates.page(&ErrorPage { kind, money_moved }, &frame) {
        Ok(html) => html.into_response(),
        Err(error) => {
            tracing::error!(%error, "the error page does not render");
            return kind.status().into_response();
        }
    };
    *response.status_mut() = kind.status();
    if kind == ErrorKind::Unavailable {
        response.headers_mut().insert(RETRY_AFTER, UNAVAILABLE_RETRY_SECS);
    }
    if htmx::asks_for_fragment(&parts.headers) {
        response
            .headers_mut()
            .insert(HX_RESWAP, HeaderValue::from_static("none"));
    }
    response
}

fn set_shared_cookies(parts: &Parts, response: &mut Response) {
    let Some(services) = parts.extensions.get::<Services>() else {
        return;
    };
    let cell = parts.extensions.get::<VisitorCell>();
    if let Some(tokens) = cell.and_then(VisitorCell::renewed) {
        cookies::keep_renewed_session(response, services, tokens);
    }
    if let Some(language) = language_in_address(parts) {
        let code = language.code().to_owned();
        cookies::set(response, services, LANGUAGE_COOKIE, code, LANGUAGE_KEPT_SECS);
    }
    // Shown by this page; one that goes elsewhere or is a fragment has not shown it.
    let was_shown = !response.status().is_redirection() && !htmx::asks_for_fragment(&parts.headers);
    if was_shown && cookies::value(&parts.headers, NOTICE_COOKIE).is_some() {
        cookies::forget(response, services, NOTICE_COOKIE);
    }
}
