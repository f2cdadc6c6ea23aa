//! Who asks and who looks: the shop around a hosted page, and the member before it.

use axum::response::Response;
use sea_orm::EntityTrait;

use crate::controllers::extractors::htmx;
use crate::controllers::extractors::session::home_of;
use crate::controllers::pages::PageError;
use crate::controllers::web::context::Visit;
use crate::ids::PartnerId;
use crate::models::kinds::{Mode, Role};
use crate::models::{partners, users};
use crate::partners::return_urls;
use crate::partners::standing::{self, Standing};
use crate::views::checkout::Asked;
use crate::views::checkout::over::Why;

/// The shop as a page names it, and its way back with an answer.
pub async fn asked(
    visit: &Visit,
    (partner, mode): (PartnerId, Mode),
    path: String,
    back: Option<(&str, &[(&str, &str)])>,
) -> Result<Asked, PageError> {
    let shop = partners::Entity::find_by_id(partner).one(visit.db()).await?;
    Ok(Asked {
        path,
        shop: shop.ok_or(PageError::not_found())?.name,
        is_test: mode == Mode::Test,
        back: back.and_then(|(url, answer)| return_urls::with_answer(url, answer)),
    })
}

/// Why nothing can be asked of a member for the shop just now, if so.
pub async fn closed(visit: &Visit, of: (PartnerId, Mode)) -> Result<Option<Why>, PageError> {
    let standing = standing::of(visit.db(), of, visit.services.clock.now()).await?;
    Ok(match standing {
        Standing::Open => None,
        Standing::NoKey => Some(Why::ShopClosed),
        Standing::Stopped => Some(Why::ShopStopped),
    })
}

/// The member who looks, if one is signed in. Staff and partners are shown to their own pages.
pub fn member(visit: &Visit) -> Result<Option<&users::Model>, Elsewhere> {
    match visit.visitor.signed_in() {
        None => Ok(None),
        Some(signed_in) if signed_in.user.role == Role::Member => Ok(Some(&signed_in.user)),
        Some(signed_in) => Err(Elsewhere(home_of(signed_in.user.role))),
    }
}

/// Where somebody who is no member begins.
pub struct Elsewhere(&'static str);

impl Elsewhere {
    pub fn go(self, visit: &Visit) -> Response {
        htmx::redirect(&visit.headers, self.0)
    }
}
