//! Random storms: partners, staff, workers, the bank and the clock do what they may in any order, cut off anywhere, and
//! after each thing a small model is held against the program and the bank's books.
//!
//! ```text
//!   ops.rs ──▶ run.rs ──▶ the verbs, in process ──HTTP──▶ the simulated bank
//!   (random)      │  people.rs, desk.rs, hand.rs (workers that are held, resumed, dropped)
//!                 ├──▶ model.rs, expect.rs, desk_laws.rs   what was promised, what must be answered
//!                 ├──▶ laws.rs               what must be true of every change
//!                 └──▶ rest.rs, books.rs     the end: at rest, and as the bank's books say
//! ```
//!
//! `NARU_STORM_CASES` is the number of cases of each storm, `NARU_STORM_SEED` the seed of the first; the next case has
//! the next seed, and a failure names its own. A failing case is made smaller before it is told.

/// Breaks the case off unless it holds.
macro_rules! ensure {
    ($holds:expr, $($told:tt)+) => {
        if !$holds {
            return Err(format!($($told)+));
        }
    };
}

mod books;
mod desk;
mod desk_laws;
mod expect;
mod hand;
mod laws;
mod model;
mod ops;
mod people;
mod rest;
mod run;
mod world;

use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

use naru::verify::Bank;
use ops::Weather;
use world::World;

const CASES: u64 = 500;

#[test]
fn whatever_people_ask_for_the_sums_are_right_and_the_banks_books_agree() {
    storm(Weather {
        people: 12,
        desk: 10,
        work: 8,
        crashes: 1,
        bank: 1,
        time: 4,
    });
}

#[test]
fn whatever_dies_or_stands_still_the_bank_is_called_once_and_nothing_is_lost() {
    storm(Weather {
        people: 6,
        desk: 3,
        work: 3,
        crashes: 12,
        bank: 2,
        time: 4,
    });
}

#[test]
fn whatever_the_bank_says_and_whenever_nothing_ends_otherwise_than_its_books() {
    storm(Weather {
        people: 6,
        desk: 3,
        work: 8,
        crashes: 2,
        bank: 7,
        time: 8,
    });
}

#[test]
fn all_of_it_at_once() {
    storm(Weather {
        people: 6,
        desk: 6,
        work: 6,
        crashes: 6,
        bank: 4,
        time: 6,
    });
}

fn storm(weather: Weather) {
    let (first, cases) = (
        setting("NARU_STORM_SEED").unwrap_or_else(random_seed),
        setting("NARU_STORM_CASES").unwrap_or(CASES),
    );
    println!("{cases} cases from NARU_STORM_SEED={first}: {weather:?}");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let _within = runtime.enter();
    let world = runtime.block_on(World::start());
    for seed in (first..).take(usize::try_from(cases).unwrap()) {
        let mut runner = TestRunner::new(one_case(seed));
        let outcome = runner.run(&ops::case(weather), |case| {
            runtime.block_on(run::run(&world, case)).map_err(TestCaseError::fail)
        });
        match outcome {
            Ok(()) => {}
            Err(TestError::Fail(story, _)) => panic!("NARU_STORM_SEED={seed} NARU_STORM_CASES=1\n{}", story.message()),
            Err(TestError::Abort(why)) => panic!("NARU_STORM_SEED={seed}: {why}"),
        }
    }
    println!("{:#?}", world.tally.borrow());
    // The bank forgets after each case; our own books hold all of them.
    let report = runtime.block_on(world.app.verify_beside(&Bank::Real));
    assert_eq!(report.findings, []);
}

fn one_case(seed: u64) -> Config {
    Config {
        cases: 1,
        rng_seed: RngSeed::Fixed(seed),
        // The seed is what is kept, and it is in the message.
        failure_persistence: None,
        max_shrink_iters: 1_000,
        max_shrink_time: 60_000,
        ..Config::default()
    }
}

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} must be a whole number")))
}

fn random_seed() -> u64 {
    u64::from(rand::random::<u32>())
}
