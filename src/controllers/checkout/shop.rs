//! Who asks and who looks: the shop around a hosted page, and the member before it.

use sea_orm::EntityTrait;

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

/// The member who looks, if one is signed in. Staff and partners are nobody here, and the page tells them so.
pub fn member(visit: &Visit) -> Option<&users::Model> {
    let signed_in = visit.visitor.signed_in()?;
    (signed_in.user.role == Role::Member).then_some(&signed_in.user)
}
