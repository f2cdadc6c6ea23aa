//! What a filter asks of a row, written so that it never draws the database to another index than the look's own.

use sea_orm::Iden;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use super::Search;
use crate::models::kinds::FailureCode;
use crate::models::transfers::Column;

/// One thing, or everything but it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick<T> {
    Is(T),
    Not(T),
}

/// A part of a filter: what leads a look is not asked of its rows once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Kind,
    State,
    Failure,
    Partner,
    Bank,
    Amount,
    Time,
    Tag,
}

/// A column as a value: the plus changes nothing, and no index of SQLite's is looked for by it. On MySQL a look names its
/// index.
pub(super) fn unled(column: Column) -> Expr {
    Expr::cust(format!("+{}", column.unquoted()))
}

/// The bank of a row's account. As a value, so that no database begins with the accounts.
fn bank_of_row() -> Expr {
    Expr::cust("(SELECT bank_accounts.bank_code FROM bank_accounts WHERE bank_accounts.id = account_id)")
}

/// Whether staff marked a row with a word: at most one entry of the tags' key. As a value, so that no database begins there.
fn tag_of_row(word: &str) -> Expr {
    let tagged = "(SELECT transfer_tags.word FROM transfer_tags \
                  WHERE transfer_tags.transfer_id = id AND transfer_tags.word = ?)";
    Expr::cust_with_values(tagged, [word])
}

/// All parts of the filter that `led` does not name.
pub(super) fn rest(search: &Search, led: &[Part]) -> Condition {
    let open = |part: Part| !led.contains(&part);
    let mut all = Condition::all();
    if let Some(kind) = search.kind.filter(|_| open(Part::Kind)) {
        all = all.add(unled(Column::Kind).eq(kind.as_str()));
    }
    if let Some(states) = search.states.as_ref().filter(|_| open(Part::State)) {
        let words = states.iter().map(|state| state.as_str());
        all = all.add(unled(Column::State).is_in(words));
    }
    if let Some(failures) = search.failures.as_ref().filter(|_| open(Part::Failure)) {
        let words = failures.iter().copied().map(FailureCode::as_str);
        all = all.add(unled(Column::FailureCode).is_in(words));
    }
    match search.partner.as_ref().filter(|_| open(Part::Partner)) {
        Some(Pick::Is(partner)) => all = all.add(unled(Column::PartnerId).eq(partner.0)),
        Some(Pick::Not(partner)) => all = all.add(unled(Column::PartnerId).ne(partner.0)),
        None => {}
    }
    match search.bank.as_ref().filter(|_| open(Part::Bank)) {
        Some(Pick::Is(code)) => all = all.add(bank_of_row().eq(code.as_str())),
        Some(Pick::Not(code)) => all = all.add(bank_of_row().ne(code.as_str())),
        None => {}
    }
    match search.tag.as_ref().filter(|_| open(Part::Tag)) {
        Some(Pick::Is(word)) => all = all.add(tag_of_row(word).is_not_null()),
        Some(Pick::Not(word)) => all = all.add(tag_of_row(word).is_null()),
        None => {}
    }
    if let Some(amount) = search.amount.filter(|_| open(Part::Amount)) {
        let column = || unled(Column::AmountWon);
        all = all.add_option(amount.least.map(|least| column().gte(least)));
        all = all.add_option(amount.most.map(|most| column().lte(most)));
    }
    if open(Part::Time) {
        let column = || unled(Column::CreatedAt);
        all = all.add_option(search.from.map(|from| column().gte(from)));
        all = all.add_option(search.before.map(|before| column().lt(before)));
    }
    all
}

/// The columns that [`rest`] reads beside those that every look has.
pub(super) fn columns_of_rest(search: &Search, led: &[Part]) -> Vec<Column> {
    let asked = [
        (Part::Failure, search.failures.is_some(), Column::FailureCode),
        (Part::Partner, search.partner.is_some(), Column::PartnerId),
        (Part::Bank, search.bank.is_some(), Column::AccountId),
        (Part::Time, search.from.or(search.before).is_some(), Column::CreatedAt),
        (Part::Tag, search.tag.is_some(), Column::Id),
    ];
    let open = asked
        .into_iter()
        .filter(|(part, is_asked, _)| *is_asked && !led.contains(part));
    open.map(|(.., column)| column).collect()
}
