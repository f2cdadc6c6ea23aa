//! The transfer as it is now, above the form of a deed.

use uuid::Uuid;

use super::super::StaffVisit;
use super::typed::{Typed, new_dialog};
use crate::controllers::pages::PageError;
use crate::controllers::web::rows;
use crate::members::history::{Entry, with_partner_names};
use crate::models::transfers;
use crate::money::Won;
use crate::transfers::refund;
use crate::views::cs::actions::ActionHead;

/// The head of a page that is opened now, or that comes back with what was typed: then it is the same dialog still, for
/// it did nothing.
pub async fn head(visit: &StaffVisit, transfer: transfers::Model, typed: &Typed) -> Result<ActionHead, PageError> {
    let dialog = Some(typed.dialog.clone()).filter(|dialog| is_dialog(dialog));
    let mut entries = with_partner_names(visit.db(), vec![transfer]).await?;
    let entry = entries.pop().ok_or(PageError::not_found())?;
    Ok(of(entry, dialog.unwrap_or_else(new_dialog), visit))
}

fn is_dialog(text: &str) -> bool {
    Uuid::try_parse(text).is_ok()
}

fn of(entry: Entry, dialog: String, visit: &StaffVisit) -> ActionHead {
    let transfer = &entry.transfer;
    ActionHead {
        version: transfer.version,
        dialog,
        refunded: Won::new(transfer.refunded_won),
        refund_reserved: Won::new(transfer.refund_reserved_won),
        refundable: refund::remaining(transfer),
        as_of: visit.services.clock.now(),
        transfer: rows::transfer_row(entry),
    }
}
