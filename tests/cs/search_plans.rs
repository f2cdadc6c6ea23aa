//! No documented search reads the table from end to end: each of its queries goes by the index that it names.

use chrono::{DateTime, NaiveDate, TimeDelta};
use migration::{Migrator, MigratorTrait};
use naru::accounts::numbers;
use naru::bank::AccountNumber;
use naru::ids::PartnerId;
use naru::members::phone::PhoneNumber;
use naru::models::kinds::{FailureCode, TransferKind, TransferState};
use naru::security::sealed::Sealer;
use naru::transfers::search::{self, Pick, Place, Search, Sort, amounts, understand};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

async fn plan_of(db: &DatabaseConnection, query: &SelectStatement) -> Vec<String> {
    let query = db.get_database_backend().build(query);
    let query = Statement {
        sql: format!("EXPLAIN QUERY PLAN {}", query.sql),
        ..query
    };
    let rows = db.query_all_raw(query).await.unwrap();
    rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect()
}

/// More than are sorted or read one by one for a page, so that each way of looking is met.
const TRANSFERS: usize = 21_000;
pub const PHONE: &str = "010-1234-5678";
pub const ACCOUNT: &str = "3020001234567";
pub const NOW: &str = "2026-11-26T00:00:00.000000000+00:00";

pub fn sealer() -> Sealer {
    Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into()).unwrap()
}

/// So many of one kind, state and reason of failure.
fn transfers(cell: &str, [member, account, partner]: [uuid::fmt::Simple; 3]) -> String {
    format!(
        "WITH RECURSIVE seq(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seq WHERE n < {TRANSFERS})
         INSERT INTO transfers (id, kind, state, failure_code, version, partner_id, member_id, account_id, amount_won,
         refund_reserved_won, refunded_won, description, short_code, history_hash, mode, created_at, updated_at, checks,
         not_found_answers)
         SELECT randomblob(16), {cell}, 3, x'{partner}', x'{member}', x'{account}', 1000 + n % 5000 * 10, 0, 0, '',
         hex(randomblob(6)), '', 'test', '{NOW}', '{NOW}', 0, 0 FROM seq"
    )
}

/// A database with transfers of one member, whose name, phone and account a text can name.
pub async fn database() -> DatabaseConnection {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    let phone = PhoneNumber::parse(PHONE).unwrap();
    let (whole, tail) = (phone.index(&sealer()).unwrap(), phone.tail_index(&sealer()).unwrap());
    let number = numbers::number_index(&sealer(), &AccountNumber::new(ACCOUNT)).unwrap();
    let [member, account, partner] = [(); 3].map(|()| uuid::Uuid::now_v7().simple());
    for sql in [
        format!(
            "INSERT INTO users (id, email, password_hash, role, name, created_at)
             VALUES (x'{member}', 'minji@naru.test', '', 'member', '김민지', '{NOW}')"
        ),
        format!(
            "INSERT INTO members (id, birth_date_sealed, phone_index, phone_tail_index, created_at)
             VALUES (x'{member}', '', '{whole}', '{tail}', '{NOW}')"
        ),
        format!(
            "INSERT INTO bank_accounts (id, member_id, bank_code, number_sealed, number_masked, number_index, nickname,
             state, version, created_at, updated_at)
             VALUES (x'{account}', x'{member}', '011', '', '', '{number}', '', 'active', 1, '{NOW}', '{NOW}')"
        ),
        format!("INSERT INTO partners (id, name, version, created_at) VALUES (x'{partner}', '나루상점', 1, '{NOW}')"),
        transfers("'payment', 'succeeded', NULL", [member, account, partner]),
        transfers(
            "'payment', 'failed', 'insufficient_balance'",
            [member, account, partner],
        ),
        "INSERT INTO transfer_tags (transfer_id, word, author_id, at, accepted_at)
         SELECT id, 'vip', member_id, created_at, created_at FROM transfers WHERE state = 'failed'"
            .to_owned(),
    ] {
        db.execute_unprepared(&sql).await.unwrap();
    }
    db
}

/// Every search of `searches` with each of these values.
fn with<T: Clone>(searches: &[Search], values: &[T], put: impl Fn(&mut Search, T)) -> Vec<Search> {
    let with_one = |search: &Search, value: &T| {
        let mut search = search.clone();
        put(&mut search, value.clone());
        search
    };
    let all = searches
        .iter()
        .flat_map(|search| values.iter().map(move |value| (search, value)));
    all.map(|(search, value)| with_one(search, value)).collect()
}

/// Each filter by itself, with each other, and in each order.
fn searches() -> Vec<Search> {
    use TransferState::{Failed, Queued, Unknown};
    let now = DateTime::parse_from_rfc3339(NOW).unwrap().to_utc();
    let states = [None, Some(vec![Failed]), Some(vec![Queued, Unknown])];
    let somebody = PartnerId::new();
    let partners = [None, Some(Pick::Is(somebody)), Some(Pick::Not(somebody))];
    let ranges = ["", "12300", "10000..12000", ">10000"].map(|range| amounts(range).ok());
    let bank = |code: &str| code.to_owned();
    let banks = [None, Some(Pick::Is(bank("011"))), Some(Pick::Not(bank("088")))];
    let periods = [(None, None), (Some(now - TimeDelta::days(7)), Some(now))];
    let all = with(&[Search::default()], &states, |search, states| search.states = states);
    let all = with(&all, &[None, Some(TransferKind::Refund)], |search, kind| {
        search.kind = kind;
    });
    let all = with(&all, &partners, |search, partner| search.partner = partner);
    let all = with(&all, &ranges, |search, amount| search.amount = amount);
    let all = with(&all, &banks, |search, bank| search.bank = bank);
    let all = with(&all, &periods, |search, (from, before)| {
        (search.from, search.before) = (from, before);
    });
    let all = with(&all, &Sort::ALL, |search, sort| search.sort = sort);
    let all = with(&all, &reasons(), |search, failures| search.failures = failures);
    let word = |word: &str| word.to_owned();
    // One that many have, one that nobody has, and one that is left out.
    let tags = [
        None,
        Some(Pick::Is(word("vip"))),
        Some(Pick::Is(word("new"))),
        Some(Pick::Not(word("vip"))),
    ];
    with(&all, &tags, |search, tag| search.tag = tag)
}

/// No reason, one that many have, and all but one.
fn reasons() -> [Option<Vec<FailureCode>>; 3] {
    let others = FailureCode::ALL.iter().copied();
    let others = others.filter(|failure| *failure != FailureCode::NotSent);
    [
        None,
        Some(vec![FailureCode::InsufficientBalance]),
        Some(others.collect()),
    ]
}

/// First the entries of the word, then the transfer of each by its key, unless only entries are counted. What is listed in
/// the order of time is not sorted.
fn expect_led_by_tags(search: &Search, index: &str, plan: &[String]) {
    let places: Vec<usize> = [
        format!("INDEX {index} (word=?"),
        "SEARCH transfers USING INDEX sqlite_autoindex".to_owned(),
    ]
    .iter()
    .filter_map(|part| plan.iter().position(|line| line.contains(part)))
    .collect();
    let others = plan.iter().filter(|line| line.contains(" transfers")).count();
    let is_led = match places.as_slice() {
        [_] => others == 0,
        [tags, transfers] => others == 1 && tags < transfers,
        _ => false,
    };
    let is_sorted = plan.iter().any(|line| line.contains("ORDER BY"));
    assert!(
        is_led && (search.sort.is_by_amount() || !is_sorted),
        "{search:?}\n{plan:?}"
    );
}

async fn expect_led(db: &DatabaseConnection, search: &Search) {
    for (index, query) in search::queries(db, search, 51).await.unwrap() {
        let plan = plan_of(db, &query).await;
        let is_scanned = plan.iter().any(|line| line.contains("SCAN transfer_tags"));
        assert!(!is_scanned, "{search:?}\n{plan:?}");
        if let Some(index) = index.filter(|index| index.contains("_transfer_tags_")) {
            expect_led_by_tags(search, index, &plan);
            continue;
        }
        let looks: Vec<&String> = plan.iter().filter(|line| line.contains(" transfers")).collect();
        assert_eq!(looks.len(), 1, "{plan:?}");
        // A list of everything is walked by its index, up to the end of the page.
        let is_led = looks[0].starts_with("SEARCH") || looks[0].contains("created_at_id") && looks[0].contains("INDEX");
        // Several indexes begin with the member, and any of them is good for what is sorted anyhow.
        let is_named = index.is_none_or(|index| {
            let of_member = index.contains("_member_id_") && looks[0].contains("(member_id=?");
            of_member || looks[0].contains(&format!("INDEX {index}"))
        });
        assert!(is_led && is_named, "{search:?}\n{index:?}\n{plan:?}");
    }
}

#[tokio::test]
async fn every_filter_goes_by_the_index_that_it_names_in_every_order() {
    let db = database().await;
    let place = Place {
        amount_won: 12_300,
        created_at: DateTime::parse_from_rfc3339(NOW).unwrap().to_utc(),
        id: uuid::Uuid::now_v7(),
    };
    // Every forty-third of some twenty thousand meets each value of each part beside each of every other.
    for search in searches().into_iter().step_by(43) {
        expect_led(&db, &search).await;
        let on = Search {
            after: Some(place),
            ..search
        };
        expect_led(&db, &on).await;
    }
}

/// The index of its amounts is walked from the bound of the amount on, whatever the period: a day of a year would cost a year.
#[tokio::test]
async fn an_amount_that_many_have_leads_nothing_where_the_period_has_few_of_them() {
    let db = database().await;
    let now = DateTime::parse_from_rfc3339(NOW).unwrap().to_utc();
    let led_by = async |range: &str, from| {
        let search = Search {
            amount: amounts(range).ok(),
            from,
            ..Search::default()
        };
        let queries = search::queries(&db, &search, 51).await.unwrap();
        queries.into_iter().map(|(index, _)| index.unwrap()).collect::<Vec<_>>()
    };
    let tomorrow = Some(now + TimeDelta::days(1));
    for (range, from, leads) in [
        ("12300", None, true),
        ("12300", tomorrow, true),
        (">45000", tomorrow, true),
        (">10000", None, false),
        (">10000", tomorrow, false),
    ] {
        let indexes = led_by(range, from).await;
        assert_eq!(
            indexes.contains(&"ix_transfers_amount_won_created_at_id"),
            leads,
            "{range} {from:?}: {indexes:?}"
        );
    }
}

#[tokio::test]
async fn every_text_goes_by_an_index_whatever_it_may_be() {
    let db = database().await;
    let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    for text in [
        "pay_019ac1f2a3b47c5d8e9f0a1b2c3d4e5f",
        "019ac1f2-a3b4-7c5d-8e9f-0a1b2c3d4e5f",
        "ref_019ac1f2a3b47c5d8e9f0a1b2c3d4e5f",
        "mem_019ac1f2a3b47c5d8e9f0a1b2c3d4e5f",
        "pay_…2c3d4e5f",
        "NARU NR7K2M9QX4AB",
        "order-1",
        "20261125000000004217",
        "req-0123456789abcdef",
        "minji@naru.test",
        "김민지",
        PHONE,
        "5678",
        ACCOUNT,
        "12,300",
        "2026-11-25",
        "어제",
    ] {
        for sort in Sort::ALL {
            for partner in [None, Some(Pick::Is(PartnerId::new()))] {
                let search = Search {
                    text: understand(text, today, &sealer()).unwrap(),
                    states: Some(vec![TransferState::Failed]),
                    failures: Some(vec![FailureCode::NotSent]),
                    tag: Some(Pick::Is("vip".to_owned())),
                    amount: amounts(">1000").ok(),
                    partner,
                    sort,
                    ..Search::default()
                };
                expect_led(&db, &search).await;
            }
        }
    }
}
