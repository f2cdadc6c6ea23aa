//! The desk: what staff see while a caller is on the line.

mod actions;
mod asked;
mod audit;
mod audit_row;
mod bank;
mod bank_limit;
mod bank_window;
mod correction;
mod dead_letters;
mod detail;
mod export;
mod export_file;
mod mandate;
mod me;
mod member_notes;
mod members;
mod mismatches;
mod notice_edit;
pub(super) mod notice_form;
mod notice_page;
mod notices;
mod overview;
mod overview_range;
mod partner;
mod partner_stop;
mod partners;
mod payments;
mod payments_cursor;
pub(super) mod payments_filter;
mod payments_links;
mod payments_newer;
mod payments_parts;
mod payments_typed;
mod review_approvals;
mod review_assignment;
mod review_letters;
mod review_lists;
mod reviews;
mod shortcuts;
mod staff;
mod staff_member;
mod story;
mod told;
mod unmask;
mod verdict;
mod verdict_mark;
mod visit;

use loco_rs::controller::Routes;

use super::pages::pages;
pub use visit::StaffVisit;

/// All routes of the desk.
#[must_use]
pub fn routes() -> Routes {
    let routes = overview::routes()
        .merge(payments::routes())
        .merge(payments_newer::routes())
        .merge(detail::routes())
        .merge(told::routes());
    pages(
        routes
            .merge(correction::routes())
            .merge(export::routes())
            .merge(actions::routes())
            .merge(members::routes())
            .merge(member_notes::routes())
            .merge(unmask::routes())
            .merge(mandate::routes())
            .merge(partners::routes())
            .merge(partner::routes())
            .merge(partner_stop::routes())
            .merge(audit::routes())
            .merge(notices::routes())
            .merge(bank::routes())
            .merge(bank_limit::routes())
            .merge(bank_window::routes())
            .merge(notice_edit::routes())
            .merge(reviews::routes())
            .merge(review_assignment::routes())
            .merge(dead_letters::routes())
            .merge(mismatches::routes())
            .merge(me::routes())
            .merge(shortcuts::routes())
            .merge(staff::routes())
            .merge(staff_member::routes()),
    )
}
