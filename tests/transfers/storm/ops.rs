//! What may happen in a storm, and how often each thing does in which weather. Transfers and requests are named by a
//! number that is taken modulo how many there are, so that a shorter sequence still means something.

use proptest::collection::vec;
use proptest::prelude::*;

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Op {
    /// A partner asks for a payment.
    Pay {
        order: Order,
        won: i64,
        expires: Expiry,
        cut: Cut,
    },
    /// A partner asks for money back, of a payment that may be nobody's, unfinished, or a refund itself.
    Refund {
        of: usize,
        by: Asker,
        won: Part,
        seen: Seen,
        cut: Cut,
    },
    /// A partner sends an earlier request again, with its key.
    Again {
        request: usize,
    },
    /// A partner sends another request with an earlier key.
    Misuse {
        request: usize,
    },
    Cancel {
        of: usize,
        seen: Seen,
    },
    /// A person decides how a transfer ended.
    Correct {
        of: usize,
        succeeded: bool,
        seen: Seen,
    },
    /// Staff open a page of the desk, and send it.
    Desk {
        deed: Deed,
        of: usize,
        by: usize,
        seen: Seen,
        cut: Cut,
    },
    /// Staff send an earlier page again, with something else filled in where it is `otherwise`.
    DeskAgain {
        page: usize,
        otherwise: bool,
    },
    /// Workers do these at the same time, each to its end.
    Work(Vec<Job>),
    /// A worker begins, and is not heard of until it is resumed: a slow machine, a process that was stopped.
    Hold {
        job: Job,
        polls: usize,
    },
    Resume {
        held: usize,
    },
    /// A worker begins, and its process dies.
    Crash {
        job: Job,
        polls: usize,
    },
    /// All that is in hand dies, and a new process opens the same database.
    Restart,
    Bank {
        operation: &'static str,
        mode: &'static str,
    },
    /// The bank's clock runs ahead of ours.
    BankAhead {
        minutes: i64,
    },
    /// The fin account of the member is lost, or there again.
    Account {
        there: bool,
    },
    Wait(Wait),
}

#[derive(Clone, Copy, Debug)]
pub enum Order {
    New,
    /// The order of an earlier payment.
    Of(usize),
}

#[derive(Clone, Copy, Debug)]
pub enum Expiry {
    Unsaid,
    InSecs(i64),
}

/// How much is asked back.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    Rest,
    Won(i64),
    /// One won more than remains.
    TooMuch,
}

/// What staff do: to a transfer, or to an ask for a second person.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    Give(Part),
    Approve,
    Reject,
    Withdraw,
    Cancel,
    AskBank,
}

#[derive(Clone, Copy, Debug)]
pub enum Asker {
    Owner,
    AnotherShop,
}

/// The version that the caller has seen.
#[derive(Clone, Copy, Debug)]
pub enum Seen {
    Unsaid,
    Present,
    Stale,
}

/// Whether the request's process dies, and after how many polls.
pub type Cut = Option<usize>;

#[derive(Clone, Copy, Debug)]
pub struct Job {
    pub what: What,
    pub of: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Whatever the relay would do with it now.
    Due,
    Execute,
    Inquire,
    Sweep,
}

#[derive(Clone, Copy, Debug)]
pub enum Wait {
    Secs(i64),
    /// Until the relay has something to do with this one.
    Due(usize),
    /// To the last moments of the Korean day.
    BeforeMidnight,
}

/// A whole case.
#[derive(Clone, Debug)]
pub struct Case {
    /// What the mandate allows on one Korean day.
    pub daily_won: i64,
    pub ops: Vec<Op>,
}

/// How often the kinds of things happen, relative to each other.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    pub people: u32,
    pub desk: u32,
    pub work: u32,
    pub crashes: u32,
    pub bank: u32,
    pub time: u32,
}

/// Calls that a worker makes wait for something this often at most, from its first look to its last write.
const POLLS_MAX: usize = 40;

pub fn case(weather: Weather) -> impl Strategy<Value = Case> {
    (200_000_i64..1_000_000, vec(op(weather), 1..45)).prop_map(|(daily_won, ops)| Case { daily_won, ops })
}

fn op(weather: Weather) -> impl Strategy<Value = Op> {
    prop_oneof![
        weather.people => people(),
        weather.desk => desk(),
        weather.work => work(),
        weather.time => wait(),
        weather.bank => bank(),
        weather.crashes => crashes(),
    ]
}

fn people() -> impl Strategy<Value = Op> {
    let cut = || prop_oneof![9 => Just(None), 1 => (1_usize..12).prop_map(Some)];
    prop_oneof![
        8 => (order(), paid(), expiry(), cut()).prop_map(|(order, won, expires, cut)| Op::Pay { order, won, expires, cut }),
        6 => (which(), asker(), part(), seen(), cut()).prop_map(|(of, by, won, seen, cut)| Op::Refund { of, by, won, seen, cut }),
        2 => which().prop_map(|request| Op::Again { request }),
        1 => which().prop_map(|request| Op::Misuse { request }),
        2 => (which(), seen()).prop_map(|(of, seen)| Op::Cancel { of, seen }),
        2 => (which(), any::<bool>(), seen()).prop_map(|(of, succeeded, seen)| Op::Correct { of, succeeded, seen }),
    ]
}

fn desk() -> impl Strategy<Value = Op> {
    let cut = || prop_oneof![9 => Just(None), 1 => (1_usize..12).prop_map(Some)];
    prop_oneof![
        8 => (deed(), which(), 0_usize..2, seen(), cut()).prop_map(|(deed, of, by, seen, cut)| Op::Desk { deed, of, by, seen, cut }),
        1 => (which(), any::<bool>()).prop_map(|(page, otherwise)| Op::DeskAgain { page, otherwise }),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => part().prop_map(Deed::Give),
        3 => Just(Deed::Approve),
        1 => Just(Deed::Reject),
        1 => Just(Deed::Withdraw),
        1 => Just(Deed::Cancel),
        1 => Just(Deed::AskBank),
    ]
}

fn work() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => due().prop_map(|job| Op::Work(vec![job])),
        2 => job().prop_map(|job| Op::Work(vec![job, job])),
        2 => vec(job(), 2..4).prop_map(Op::Work),
    ]
}

fn crashes() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (job(), 1..POLLS_MAX).prop_map(|(job, polls)| Op::Hold { job, polls }),
        3 => (0_usize..4).prop_map(|held| Op::Resume { held }),
        4 => (job(), 1..POLLS_MAX).prop_map(|(job, polls)| Op::Crash { job, polls }),
        1 => Just(Op::Restart),
    ]
}

fn bank() -> impl Strategy<Value = Op> {
    let operation = prop::sample::select(vec!["withdraw", "deposit", "inquire", "inquire"]);
    // A bank that hangs costs its whole deadline each time.
    let mode =
        prop_oneof![6 => Just("ok"), 3 => Just("refuse"), 3 => Just("down"), 1 => Just("slow"), 1 => Just("hang")];
    prop_oneof![
        8 => (operation, mode).prop_map(|(operation, mode)| Op::Bank { operation, mode }),
        3 => (1_i64..30).prop_map(|minutes| Op::BankAhead { minutes }),
        1 => Just(Op::Account { there: false }),
        2 => Just(Op::Account { there: true }),
    ]
}

fn wait() -> impl Strategy<Value = Op> {
    let secs = prop_oneof![4 => 1_i64..60, 4 => 60_i64..1_200, 2 => 1_200_i64..30_000, 1 => 30_000_i64..400_000];
    prop_oneof![
        6 => which().prop_map(Wait::Due),
        3 => secs.prop_map(Wait::Secs),
        1 => Just(Wait::BeforeMidnight),
    ]
    .prop_map(Op::Wait)
}

fn due() -> impl Strategy<Value = Job> {
    which().prop_map(|of| Job { what: What::Due, of })
}

fn job() -> impl Strategy<Value = Job> {
    let what = prop_oneof![
        6 => Just(What::Due),
        1 => Just(What::Execute),
        1 => Just(What::Inquire),
        1 => Just(What::Sweep),
    ];
    (what, which()).prop_map(|(what, of)| Job { what, of })
}

fn which() -> impl Strategy<Value = usize> {
    0_usize..12
}

fn order() -> impl Strategy<Value = Order> {
    prop_oneof![4 => Just(Order::New), 1 => which().prop_map(Order::Of)]
}

fn expiry() -> impl Strategy<Value = Expiry> {
    prop_oneof![4 => Just(Expiry::Unsaid), 1 => (-5_i64..3_000).prop_map(Expiry::InSecs)]
}

fn asker() -> impl Strategy<Value = Asker> {
    prop_oneof![12 => Just(Asker::Owner), 1 => Just(Asker::AnotherShop)]
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![2 => Just(Part::Rest), 8 => (0_i64..3, ending()).prop_map(|(tens, ending)| Part::Won(tens * 10_000 + ending)), 1 => Just(Part::TooMuch)]
}

fn seen() -> impl Strategy<Value = Seen> {
    prop_oneof![3 => Just(Seen::Unsaid), 4 => Just(Seen::Present), 1 => Just(Seen::Stale)]
}

fn paid() -> impl Strategy<Value = i64> {
    (prop::sample::select(vec![1_i64, 3, 6, 12]), ending()).prop_map(|(tens, ending)| tens * 10_000 + ending)
}

/// The last four digits, by which the bank decides. Those that are never answered cost a deadline each.
fn ending() -> impl Strategy<Value = i64> {
    let answered = vec![
        9_001_i64, 9_002, 9_003, 9_031, 9_032, 9_041, 9_042, 9_051, 9_052, 9_061, 9_071, 9_081, 9_091,
    ];
    let unanswered = vec![9_011_i64, 9_021, 9_022, 9_099];
    prop_oneof![
        8 => prop::sample::select(vec![1_000_i64, 2_345, 5_000]),
        7 => prop::sample::select(answered),
        1 => prop::sample::select(unanswered),
    ]
}
