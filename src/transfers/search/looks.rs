//! Which index leads to the rows that filters leave, and what bounds the way.
//!
//! - By time (`newest`, `oldest`): one look for each state and kind that is asked for, in the order of its index, so a page
//!   ends at its last row. An amount is read out of the index itself. Where at most [`FEW`] rows have the amount, the
//!   amounts' index leads instead: a filter that leaves nothing is answered by that index alone. It does not where more than
//!   [`GATHERED`] have it at other times, for all of them lie on its way.
//! - By amount: where the period and the states hold at most [`GATHERED`] entries, these are sorted; else the amounts' index
//!   is walked in its order, its periods read out of it.
//! - By a reason of failure: only what failed has one, so one look for each kind and reason, out of an index of their own.
//! - By a tag: what has the word, in the order of time; in that of amounts where at most [`FEW`] rows have it.
//! - A bank with at most [`ACCOUNTS`] accounts is led by them; with more, it is asked of the rows on the way.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::filter::{Part, unled};
use super::page::enter;
use super::{Amounts, Pick, Search, named};
use crate::ids::{AccountId, PartnerId};
use crate::models::kinds::{FailureCode, TransferKind, TransferState};
use crate::models::transfers::Column;
use crate::models::{bank_accounts, partners, transfer_tags};

/// Rows that may be read one by one and sorted within a few milliseconds.
const FEW: u64 = 5_000;
/// Entries of an index that may be sorted for one page.
const GATHERED: u64 = 20_000;
/// Accounts that one query names.
const ACCOUNTS: u64 = 100;
/// Partners beside the one that is left out, each with looks of its own.
const OTHERS: u64 = 8;

pub(super) const BY_TIME: &str = "ix_transfers_created_at_id";
pub(super) const BY_CELL: &str = "ix_transfers_kind_state_created_at_id_amount_won";
pub(super) const BY_AMOUNT: &str = "ix_transfers_amount_won_created_at_id";
pub(super) const BY_PARTNER: &str = "ix_transfers_partner_id_created_at_id";
pub(super) const BY_PARTNERS_CELL: &str = "ix_transfers_partner_id_kind_state_created_at_id_amount_won";
pub(super) const BY_PARTNERS_AMOUNT: &str = "ix_transfers_partner_id_amount_won_created_at_id";
pub(super) const BY_ACCOUNT: &str = "ix_transfers_account_id_created_at_id";
/// Beside what it is entered by it holds the amount and the partner.
pub(super) const BY_FAILURE: &str = "ix_transfers_failures";
/// Of the tags; each entry leads to its transfer by the key.
pub(super) const BY_TAG: &str = "ix_transfer_tags_word_accepted_at_transfer_id";

/// One query for places, led by one index.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// For MySQL; `None` where a few rows are named and any plan is good.
    pub index: Option<&'static str>,
    /// What the index is entered by, and what its entries are asked.
    pub driver: Condition,
    /// The parts of the filter that the driver holds.
    pub led: &'static [Part],
    /// Whether the index goes in the order of the page.
    pub is_in_order: bool,
}

impl Look {
    /// Whether its entries may be counted before it is chosen.
    pub(super) fn is_counted(&self) -> bool {
        self.led.contains(&Part::State) || self.led.contains(&Part::Amount) || self.is_of_tags()
    }

    /// Whether it begins at the tags and not at the transfers.
    pub(super) fn is_of_tags(&self) -> bool {
        self.index == Some(BY_TAG)
    }

    /// Whether the index of a state and kind holds what is asked beside it.
    pub(super) fn holds(&self, column: Column) -> bool {
        self.index == Some(BY_FAILURE) && matches!(column, Column::PartnerId)
    }
}

/// The looks of a search.
pub(super) async fn of<C: ConnectionTrait>(db: &C, search: &Search) -> Result<Vec<Look>, DbErr> {
    if search.text.is_empty() {
        by_filters(db, search).await
    } else {
        named::looks(db, search).await
    }
}

/// The looks of a search without a text.
pub(super) async fn by_filters<C: ConnectionTrait>(db: &C, search: &Search) -> Result<Vec<Look>, DbErr> {
    let leading = match shortcut(db, search).await? {
        Shortcut::Looks(looks) => return Ok(looks),
        Shortcut::None(partners) => partners,
    };
    let partners = leading.as_deref();
    if search.sort.is_by_amount() {
        let cells = cells(search, partners, false);
        if entries(db, &cells, GATHERED).await? <= GATHERED {
            return Ok(cells);
        }
        return Ok(by_amount(search, partners, true));
    }
    let has_cells = search.kind.is_some() || search.states.is_some() || search.failures.is_some();
    Ok(match partners {
        _ if has_cells => cells(search, partners, true),
        Some(partners) => partners.iter().map(|partner| of_partner(search, *partner)).collect(),
        None => vec![Look {
            index: Some(BY_TIME),
            driver: in_period(search),
            led: &[Part::Time],
            is_in_order: true,
        }],
    })
}

/// The looks that count: each state and kind by itself, unless few rows come into question at all.
pub(super) async fn for_tally<C: ConnectionTrait>(db: &C, search: &Search) -> Result<Vec<Look>, DbErr> {
    Ok(match shortcut(db, search).await? {
        Shortcut::Looks(looks) => looks,
        Shortcut::None(partners) => cells(search, partners.as_deref(), false),
    })
}

/// What leads to few rows, or which partners are asked for.
enum Shortcut {
    Looks(Vec<Look>),
    None(Option<Vec<PartnerId>>),
}

async fn shortcut<C: ConnectionTrait>(db: &C, search: &Search) -> Result<Shortcut, DbErr> {
    if let Some(Pick::Is(word)) = &search.tag {
        let looks = vec![of_tag(search, word)];
        if !search.sort.is_by_amount() || entries(db, &looks, FEW).await? <= FEW {
            return Ok(Shortcut::Looks(looks));
        }
    }
    if let Some(bank) = &search.bank {
        let accounts = accounts_of(db, bank).await?;
        if accounts.len() as u64 <= ACCOUNTS {
            return Ok(Shortcut::Looks(of_accounts(search, accounts).into_iter().collect()));
        }
    }
    let partners = partners_of(db, search).await?;
    if search.amount.is_some() && !search.sort.is_by_amount() {
        let partners = partners.as_deref();
        let looks = by_amount(search, partners, false);
        if is_short_way(db, search, partners).await? && entries(db, &looks, FEW).await? <= FEW {
            return Ok(Shortcut::Looks(looks));
        }
    }
    Ok(Shortcut::None(partners))
}

/// Whether the amounts' index has few entries of the amount at any time. A period makes its way no shorter.
async fn is_short_way<C: ConnectionTrait>(
    db: &C,
    search: &Search,
    partners: Option<&[PartnerId]>,
) -> Result<bool, DbErr> {
    if search.from.or(search.before).is_none() {
        return Ok(true);
    }
    let whole = Search {
        from: None,
        before: None,
        ..search.clone()
    };
    Ok(entries(db, &by_amount(&whole, partners, false), GATHERED).await? <= GATHERED)
}

/// The partners that a look is led by; `None` where it is not led by any.
async fn partners_of<C: ConnectionTrait>(db: &C, search: &Search) -> Result<Option<Vec<PartnerId>>, DbErr> {
    match &search.partner {
        None => Ok(None),
        Some(Pick::Is(partner)) => Ok(Some(vec![*partner])),
        Some(Pick::Not(partner)) => {
            let others: Vec<PartnerId> = partners::Entity::find()
                .select_only()
                .column(partners::Column::Id)
                .filter(partners::Column::Id.ne(*partner))
                .limit(OTHERS + 1)
                .into_tuple()
                .all(db)
                .await?;
            Ok(Some(others).filter(|others| others.len() as u64 <= OTHERS))
        }
    }
}

/// The accounts at a bank, or at every other one, up to one more than [`ACCOUNTS`].
async fn accounts_of<C: ConnectionTrait>(db: &C, bank: &Pick<String>) -> Result<Vec<AccountId>, DbErr> {
    use bank_accounts::Column;
    let is_asked = match bank {
        Pick::Is(code) => Column::BankCode.eq(code.as_str()),
        // Two ranges, each of which an index can begin at.
        Pick::Not(code) => Column::BankCode
            .lt(code.as_str())
            .or(Column::BankCode.gt(code.as_str())),
    };
    bank_accounts::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(is_asked)
        .limit(ACCOUNTS + 1)
        .into_tuple()
        .all(db)
        .await
}

/// All transfers of these accounts, sorted where there are several. None where there is no account.
pub(super) fn of_accounts(search: &Search, accounts: Vec<AccountId>) -> Option<Look> {
    let is_in_order = accounts.len() == 1 && !search.sort.is_by_amount();
    (!accounts.is_empty()).then(|| Look {
        index: Some(BY_ACCOUNT),
        driver: in_period(search).add(Column::AccountId.is_in(accounts)),
        led: &[Part::Time, Part::Bank],
        is_in_order,
    })
}

/// What staff marked with a word, sorted where the order is not that of time.
fn of_tag(search: &Search, word: &str) -> Look {
    use transfer_tags::Column;
    let period = [
        search.from.map(|from| tagged(Column::AcceptedAt).gte(from)),
        search.before.map(|before| tagged(Column::AcceptedAt).lt(before)),
    ];
    let of_word = Condition::all().add(tagged(Column::Word).eq(word));
    Look {
        index: Some(BY_TAG),
        driver: period.into_iter().fold(of_word, Condition::add_option),
        led: &[Part::Tag, Part::Time],
        is_in_order: !search.sort.is_by_amount(),
    }
}

/// A column of the tags beside those of the transfers.
pub(super) fn tagged(column: transfer_tags::Column) -> Expr {
    Expr::col((transfer_tags::Entity, column))
}

fn of_partner(search: &Search, partner: PartnerId) -> Look {
    Look {
        index: Some(BY_PARTNER),
        driver: in_period(search).add(Column::PartnerId.eq(partner)),
        led: &[Part::Partner, Part::Time],
        is_in_order: true,
    }
}

/// One look for each state and kind that is asked for, and for each partner. Their index holds the amount as well.
fn cells(search: &Search, partners: Option<&[PartnerId]>, is_in_order: bool) -> Vec<Look> {
    if let Some(failures) = &search.failures {
        return cells_of_failures(search, failures, is_in_order);
    }
    let kinds = kinds_of(search);
    let states = search.states.as_deref().unwrap_or(TransferState::ALL);
    let cell = |kind: TransferKind, state: TransferState| {
        in_period(search)
            .add(Column::Kind.eq(kind))
            .add(Column::State.eq(state))
    };
    let mut looks = Vec::new();
    for (kind, state) in kinds.iter().flat_map(|kind| states.iter().map(|state| (*kind, *state))) {
        match partners {
            None => looks.push(Look {
                index: Some(BY_CELL),
                driver: cell(kind, state),
                led: &[Part::Kind, Part::State, Part::Time],
                is_in_order,
            }),
            Some(partners) => looks.extend(partners.iter().map(|partner| Look {
                index: Some(BY_PARTNERS_CELL),
                driver: cell(kind, state).add(Column::PartnerId.eq(*partner)),
                led: &[Part::Partner, Part::Kind, Part::State, Part::Time],
                is_in_order,
            })),
        }
    }
    looks
}

fn kinds_of(search: &Search) -> &[TransferKind] {
    search.kind.as_ref().map_or(TransferKind::ALL, std::slice::from_ref)
}

/// One look for each kind and reason. Nothing but what failed has a reason, so other states that are asked for have none.
fn cells_of_failures(search: &Search, failures: &[FailureCode], is_in_order: bool) -> Vec<Look> {
    const FAILED: TransferState = TransferState::Failed;
    if search.states.as_ref().is_some_and(|states| !states.contains(&FAILED)) {
        return Vec::new();
    }
    let cell = |kind: TransferKind, failure: FailureCode| Look {
        index: Some(BY_FAILURE),
        driver: in_period(search)
            .add(Column::FailureCode.eq(failure))
            .add(Column::Kind.eq(kind))
            .add(Column::State.eq(FAILED)),
        led: &[Part::Kind, Part::State, Part::Failure, Part::Time],
        is_in_order,
    };
    let of_kind = |kind: &TransferKind| failures.iter().map(|failure| cell(*kind, *failure)).collect::<Vec<_>>();
    kinds_of(search).iter().flat_map(of_kind).collect()
}

/// The rows with the amount that is asked for, or all in the order of their amounts.
pub(super) fn by_amount(search: &Search, partners: Option<&[PartnerId]>, is_in_order: bool) -> Vec<Look> {
    let amounts = search.amount.unwrap_or(Amounts::ANY);
    // Every row has one: SQLite goes by an index that it is given a bound of.
    let least = amounts.least.unwrap_or(0);
    let driver = || {
        let mut all = match amounts.exact() {
            Some(won) => Condition::all().add(Column::AmountWon.eq(won)),
            None => Condition::all().add(Column::AmountWon.gte(least)),
        };
        all = all.add_option(amounts.most.map(|most| Column::AmountWon.lte(most)));
        let period = [
            search.from.map(|from| unled(Column::CreatedAt).gte(from)),
            search.before.map(|before| unled(Column::CreatedAt).lt(before)),
        ];
        period.into_iter().fold(all, Condition::add_option)
    };
    match partners {
        None => vec![Look {
            index: Some(BY_AMOUNT),
            driver: driver(),
            led: &[Part::Amount, Part::Time],
            is_in_order,
        }],
        Some(partners) => partners
            .iter()
            .map(|partner| Look {
                index: Some(BY_PARTNERS_AMOUNT),
                driver: driver().add(Column::PartnerId.eq(*partner)),
                led: &[Part::Partner, Part::Amount, Part::Time],
                is_in_order,
            })
            .collect(),
    }
}

fn in_period(search: &Search) -> Condition {
    Condition::all()
        .add_option(search.from.map(|from| Column::CreatedAt.gte(from)))
        .add_option(search.before.map(|before| Column::CreatedAt.lt(before)))
}

/// How many entries the looks lead to together, counted up to one more than `most`.
async fn entries<C: ConnectionTrait>(db: &C, looks: &[Look], most: u64) -> Result<u64, DbErr> {
    let mut counted = 0;
    for look in looks {
        let row = db.query_one(&entries_of(look, most + 1 - counted)).await?;
        let more: i64 = row.map_or(Ok(0), |row| row.try_get("", "entries"))?;
        counted += more.unsigned_abs();
        if counted > most {
            break;
        }
    }
    Ok(counted)
}

/// Counts the entries of one look, out of its index alone.
pub(super) fn entries_of(look: &Look, most: u64) -> SelectStatement {
    let mut entries = Query::select();
    enter(&mut entries, look);
    let entry = if look.is_of_tags() {
        tagged(transfer_tags::Column::Word)
    } else {
        Expr::col(Column::AmountWon)
    };
    entries.expr_as(entry, "entry");
    entries.cond_where(look.driver.clone()).limit(most);
    Query::select()
        .expr_as(Expr::col("entry").count(), "entries")
        .from_subquery(entries, "some")
        .to_owned()
}
