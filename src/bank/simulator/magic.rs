//! The amounts and account numbers that make the bank misbehave, one table each. Any other amount succeeds, any other
//! account links at once.

use std::time::Duration;

use crate::bank::nh::codes;

/// The bank's inquiry says this of a transfer that it took back. NH's own code is not public; the relay reads any
/// code it does not know as "nothing is proven".
pub(super) const TAKEN_BACK: &str = "ZZ008";
/// How long after a transfer that ends in 9071 the bank takes it back, by its own clock.
pub(super) const TAKEN_BACK_AFTER_MINUTES: i64 = 10;
/// How often the inquiry says "processing" of a transfer that ends in 9081.
pub(super) const PROCESSING_ANSWERS: i64 = 3;
/// How often an account that ends in 9011 is "still issuing".
pub(super) const ISSUING_ANSWERS: i64 = 2;

/// Whose every account is that nothing else is said of.
const HOLDER: &str = "김민지";
/// Accounts whose number begins so are of somebody else.
const HOLDERS: &[(&str, &str)] = &[("3029", "이준호"), ("3519", "이준호")];
/// The end of an account that is of neither.
const STRANGERS_ENDING: &str = "9031";
const STRANGER: &str = "윤시우";

/// The holder of an account, unless the books name another.
pub(super) fn holder_of(number: &str) -> &'static str {
    if number.ends_with(STRANGERS_ENDING) {
        return STRANGER;
    }
    HOLDERS
        .iter()
        .find(|(beginning, _)| number.starts_with(beginning))
        .map_or(HOLDER, |(_, holder)| holder)
}

/// What the books do with a transfer that nothing else stands against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Moved,
    /// Moved, one won less than was asked; the answer names the amount that moved.
    MovedOneWonLess,
    MovedAndTakenBack,
    MovedAndProcessing,
    /// Not moved; the inquiry tells this code.
    Refused(&'static str),
    /// Not moved, and the inquiry knows nothing of it.
    Lost,
}

/// How an answer leaves the bank, if it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    Now,
    After(Duration),
    /// The connection stays open until the caller leaves or the bank stops.
    Never,
    /// The connection is closed without a status line.
    Cut,
    BadGateway,
    BrokenJson,
}

impl Delivery {
    /// How the record of calls names it: the code where one was told.
    pub(super) fn word(self, code: &str) -> String {
        match self {
            Self::Now => code.to_owned(),
            Self::After(delay) => format!("{code} after {} ms", delay.as_millis()),
            Self::Never => "never answered".to_owned(),
            Self::Cut => "connection cut".to_owned(),
            Self::BadGateway => "HTTP 502".to_owned(),
            Self::BrokenJson => "broken JSON".to_owned(),
        }
    }
}

/// A row of the table: what happens to a withdrawal or deposit whose amount ends so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Script {
    ending: i64,
    pub fate: Fate,
    /// Told instead of the true code.
    pub says: Option<&'static str>,
    pub delivery: Delivery,
}

const fn script(ending: i64, fate: Fate, says: Option<&'static str>, delivery: Delivery) -> Script {
    Script {
        ending,
        fate,
        says,
        delivery,
    }
}

const THREE_SECONDS: Delivery = Delivery::After(Duration::from_secs(3));
/// Why the transfers did not move that the bank never properly answered.
const NOT_MOVED: Fate = Fate::Refused(codes::INSUFFICIENT_BALANCE);
const TIMED_OUT: Option<&str> = Some(codes::TIMED_OUT_INSIDE);

/// Every ordinary amount.
const ORDINARY: Script = script(0, Fate::Moved, None, Delivery::Now);

const AMOUNTS: &[Script] = &[
    script(9001, Fate::Refused(codes::INSUFFICIENT_BALANCE), None, Delivery::Now),
    script(9002, Fate::Refused(codes::ACCOUNT_UNUSABLE), None, Delivery::Now),
    script(9003, Fate::Refused(codes::OVER_BANK_LIMIT), None, Delivery::Now),
    script(9011, Fate::Moved, None, THREE_SECONDS),
    script(9021, Fate::Moved, None, Delivery::Never),
    script(9022, NOT_MOVED, None, Delivery::Never),
    script(9031, Fate::Moved, None, Delivery::Cut),
    script(9032, NOT_MOVED, None, Delivery::Cut),
    script(9041, Fate::Moved, TIMED_OUT, Delivery::Now),
    script(9042, NOT_MOVED, TIMED_OUT, Delivery::Now),
    script(9051, Fate::Moved, None, Delivery::BadGateway),
    script(9052, NOT_MOVED, None, Delivery::BadGateway),
    script(9061, Fate::Moved, None, Delivery::BrokenJson),
    script(9071, Fate::MovedAndTakenBack, None, Delivery::Now),
    script(9081, Fate::MovedAndProcessing, None, Delivery::Now),
    script(9091, Fate::MovedOneWonLess, None, Delivery::Now),
    script(9099, Fate::Lost, None, Delivery::Never),
];

/// What happens to a transfer of this amount.
pub(super) fn of_amount(amount_won: i64) -> Script {
    AMOUNTS
        .iter()
        .find(|script| script.ending == amount_won % 10_000)
        .copied()
        .unwrap_or(ORDINARY)
}

/// A refusal of any amount.
pub(super) const fn refusing(code: &'static str) -> Script {
    script(0, Fate::Refused(code), None, Delivery::Now)
}

/// What happens when an account with such a number is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Linking {
    AtOnce,
    NoSuchAccount,
    AlreadyRegistered,
    /// Links; its balance and statement ask for a new consent.
    ConsentExpired,
    BirthDateMismatch,
    OutOfServiceHours,
    /// Refused until the holder consents at the bank.
    ConsentMissing,
    Refused,
    IssuingForAWhile,
    /// Issued, and the first opening is told that it is still in progress.
    InProgressAtOpen,
    HangsAtOpen,
    HangsAtCheck,
    /// Issued, and the first answer is `AT999`; a repeat tells the register number.
    TimesOutAtOpen,
    /// Never issued: the platform's own error.
    PlatformErrorAtOpen,
    BadGatewayAtOpen,
}

impl Linking {
    /// The code that an opening is refused with before anything is done.
    pub(super) const fn refusal(self) -> Option<&'static str> {
        match self {
            Self::NoSuchAccount => Some(codes::ACCOUNT_UNUSABLE),
            Self::AlreadyRegistered => Some(codes::ALREADY_REGISTERED),
            Self::BirthDateMismatch => Some(codes::HOLDER_MISMATCH),
            Self::OutOfServiceHours => Some(codes::OUT_OF_SERVICE_HOURS),
            Self::ConsentMissing => Some(codes::CONSENT_MISSING),
            Self::Refused => Some(codes::BAD_FIELD),
            Self::PlatformErrorAtOpen => Some(codes::PLATFORM_ERROR_ALSO),
            _ => None,
        }
    }

    /// The code that the first opening is answered with though the account is issued.
    pub(super) const fn first_answer(self) -> Option<&'static str> {
        match self {
            Self::TimesOutAtOpen => Some(codes::TIMED_OUT_INSIDE),
            Self::InProgressAtOpen => Some(codes::ISSUE_IN_PROGRESS),
            _ => None,
        }
    }
}

const ACCOUNTS: &[(&str, Linking)] = &[
    ("9001", Linking::NoSuchAccount),
    ("9002", Linking::AlreadyRegistered),
    ("9003", Linking::ConsentExpired),
    ("9004", Linking::BirthDateMismatch),
    ("9005", Linking::OutOfServiceHours),
    ("9006", Linking::ConsentMissing),
    ("9007", Linking::Refused),
    ("9011", Linking::IssuingForAWhile),
    ("9012", Linking::InProgressAtOpen),
    ("9021", Linking::HangsAtOpen),
    ("9022", Linking::HangsAtCheck),
    ("9041", Linking::TimesOutAtOpen),
    ("9042", Linking::PlatformErrorAtOpen),
    ("9051", Linking::BadGatewayAtOpen),
];

/// How this account number behaves.
pub(super) fn of_account(number: &str) -> Linking {
    ACCOUNTS
        .iter()
        .find(|(ending, _)| number.ends_with(ending))
        .map_or(Linking::AtOnce, |(_, linking)| *linking)
}
