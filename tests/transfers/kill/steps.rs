//! The steps at which the program is killed, and how each transfer ends that was in hand there.

/// An amount, whose last digits choose what the bank does (`docs/api.md`), and the status that it must end in.
pub type Fate = (i64, &'static str);

/// One step of the matrix.
pub struct Step {
    /// The fault points to pass in this order; the process dies at the last. None: it is killed from outside while the
    /// bank has the request and has not answered.
    pub points: &'static [&'static str],
    /// One after the other, over and over.
    pub fates: &'static [Fate],
    /// After the start the transfer goes on at once, past the same points or to the bank: the next kill waits for its
    /// end, so that each transfer is killed once. The others lie still until their lease is over.
    pub alone: bool,
    /// It stays claimed with nobody to settle it, and is found when its lease is over.
    pub abandoned: bool,
    /// A worker may have taken it by then, or have been slower than its lease. Then it is abandoned, and ends as the bank's
    /// books say.
    pub at_large: bool,
    /// The broker delivers its message again after the start, and this is what the worker says that it found.
    pub found: Option<&'static str>,
}

/// What a worker says of a transfer that is not queued.
const NOTHING: &str = "nothing to do";

impl Step {
    pub fn name(&self) -> String {
        match self.points {
            [] => "call: the bank has it, no answer yet".to_owned(),
            points => points.join(" > "),
        }
    }

    /// Whether the promise was durable when the program died before it could answer; `None` at the steps where it may
    /// have answered.
    pub fn is_promised(&self) -> Option<bool> {
        let (first, last) = (self.points.first()?, self.points.last()?);
        let accepting = ["accept.", "refund.", "confirm."]
            .iter()
            .any(|verb| first.starts_with(verb));
        accepting.then(|| last.ends_with(".after_commit") || last.ends_with(".before_answer"))
    }

    /// What the run that died must have said of the transfer by then. Also other messages pass these points: rung a second
    /// time for one that is done, or for an inquiry. Where one of them came first, another step was hit than is told.
    pub fn said_before(&self) -> Option<&'static str> {
        match *self.points.first()? {
            "consumer.delivered" => Some("a message is in hand"),
            "consumer.done" | "consumer.acked" => Some("settled"),
            _ => None,
        }
    }

    const fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    const fn at_large(mut self) -> Self {
        self.at_large = true;
        self
    }

    const fn found(mut self, found: &'static str) -> Self {
        self.found = Some(found);
        self
    }

    const fn abandoned(mut self) -> Self {
        self.abandoned = true;
        self
    }
}

const fn at(points: &'static [&'static str], fates: &'static [Fate]) -> Step {
    Step {
        points,
        fates,
        alone: false,
        abandoned: false,
        at_large: false,
        found: None,
    }
}

/// The call is made after the next start, and the bank does as asked.
const DONE: &[Fate] = &[(12_300, "succeeded")];
/// The call was never made, and never is.
const NEVER_SENT: &[Fate] = &[(12_300, "failed")];
/// The call was made: the bank did it, or refused it.
const ANSWERED: &[Fate] = &[(12_300, "succeeded"), (9_001, "failed")];
/// As [`ANSWERED`], or the bank said that it does not know; the inquiry then tells.
const SETTLED: &[Fate] = &[(12_300, "succeeded"), (9_001, "failed"), (9_041, "succeeded")];
/// No answer comes: moved, not moved, never heard of.
const SILENT: &[Fate] = &[(9_021, "succeeded"), (9_022, "failed"), (9_099, "failed")];
/// Unknown, and the inquiry says: moved, not moved, no such transaction.
const UNKNOWN: &[Fate] = &[(9_041, "succeeded"), (9_042, "failed"), (9_099, "failed")];
const CANCELED: &[Fate] = &[(12_300, "canceled")];
const EXPIRED: &[Fate] = &[(12_300, "expired")];

pub const ACCEPT: &[Step] = &[
    at(&["accept.before_write"], DONE).alone(),
    at(&["accept.before_commit"], DONE).alone(),
    at(&["accept.before_commit", "writer.before_commit"], DONE).alone(),
    at(&["accept.before_commit", "writer.after_commit"], DONE)
        .alone()
        .at_large(),
    at(&["accept.after_commit"], DONE).alone().at_large(),
    at(&["accept.before_answer"], DONE).alone().at_large(),
];

pub const REFUND: &[Step] = &[
    at(&["refund.before_write"], DONE).alone(),
    at(&["refund.before_commit"], DONE).alone(),
    at(&["refund.before_commit", "writer.before_commit"], DONE).alone(),
    at(&["refund.before_commit", "writer.after_commit"], DONE)
        .alone()
        .at_large(),
    at(&["refund.after_commit"], DONE).alone().at_large(),
    at(&["refund.before_answer"], DONE).alone().at_large(),
];

/// A member confirms a checkout.
pub const CONFIRM: &[Step] = &[
    at(&["confirm.before_write"], DONE).alone(),
    at(&["confirm.before_commit"], DONE).alone(),
    at(&["confirm.before_commit", "writer.before_commit"], DONE).alone(),
    at(&["confirm.before_commit", "writer.after_commit"], DONE)
        .alone()
        .at_large(),
    at(&["confirm.after_commit"], DONE).alone().at_large(),
    at(&["confirm.before_answer"], DONE).alone().at_large(),
];

/// From the claim to the settled transfer: a withdrawal or a deposit.
pub const EXECUTE: &[Step] = &[
    at(&["claim.before_commit"], DONE).alone(),
    at(&["claim.before_commit", "writer.before_commit"], DONE).alone(),
    at(&["claim.before_commit", "writer.after_commit"], NEVER_SENT).abandoned(),
    at(&["claim.after_commit"], NEVER_SENT).abandoned(),
    at(&["call.before_send"], NEVER_SENT).abandoned(),
    at(&[], SILENT).abandoned(),
    at(&["call.after_answer"], ANSWERED).abandoned(),
    at(&["settle.before_commit"], SETTLED).abandoned(),
    at(&["settle.before_commit", "writer.before_commit"], SETTLED).abandoned(),
    at(&["settle.before_commit", "writer.after_commit"], SETTLED),
    at(&["settle.after_commit"], SETTLED),
];

/// What makes an executing transfer unknown whose worker died.
pub const ABANDON: &[Step] = &[
    at(&["abandon.before_commit"], SILENT).abandoned(),
    at(&["abandon.before_commit", "writer.before_commit"], SILENT).abandoned(),
    at(&["abandon.before_commit", "writer.after_commit"], SILENT).abandoned(),
    at(&["abandon.after_commit"], SILENT).abandoned(),
];

pub const INQUIRE: &[Step] = &[
    at(&["inquiry.before_plan"], UNKNOWN).alone().at_large(),
    at(&["inquiry.before_plan", "writer.before_commit"], UNKNOWN)
        .alone()
        .at_large(),
    at(&["inquiry.before_plan", "writer.after_commit"], UNKNOWN)
        .alone()
        .at_large(),
    at(&["inquiry.planned"], UNKNOWN).alone().at_large(),
    at(&["inquiry.after_answer"], UNKNOWN).alone().at_large(),
    at(&["inquiry.before_commit"], UNKNOWN).alone().at_large(),
    at(&["inquiry.before_commit", "writer.before_commit"], UNKNOWN)
        .alone()
        .at_large(),
    at(&["inquiry.before_commit", "writer.after_commit"], UNKNOWN)
        .alone()
        .at_large(),
    at(&["inquiry.after_commit"], UNKNOWN).alone().at_large(),
];

pub const CANCEL: &[Step] = &[
    at(&["cancel.before_commit"], CANCELED),
    at(&["cancel.before_commit", "writer.before_commit"], CANCELED),
    at(&["cancel.before_commit", "writer.after_commit"], CANCELED),
    at(&["cancel.after_commit"], CANCELED),
];

pub const EXPIRE: &[Step] = &[
    at(&["expire.before_commit"], EXPIRED),
    at(&["expire.before_commit", "writer.before_commit"], EXPIRED),
    at(&["expire.before_commit", "writer.after_commit"], EXPIRED),
    at(&["expire.after_commit"], EXPIRED),
];

/// With RabbitMQ between: from the ring to the mark on the row.
pub const PUBLISH: &[Step] = &[
    at(&["publisher.before_publish"], DONE).alone(),
    at(&["publisher.sent"], DONE).alone().at_large(),
    at(&["publisher.confirmed"], DONE).alone().at_large(),
    at(&["publisher.marked"], DONE).alone().at_large(),
];

/// With RabbitMQ between: from the delivery to the ack. What leads to an inquiry comes last: its messages pass the
/// first points, too.
pub const CONSUME: &[Step] = &[
    at(&["consumer.delivered"], DONE).alone().found("settled"),
    at(&["consumer.done"], ANSWERED).alone().found(NOTHING),
    at(&["consumer.acked"], ANSWERED).alone(),
    at(&["claim.after_commit"], NEVER_SENT).abandoned().found(NOTHING),
    at(&["call.after_answer"], ANSWERED).abandoned().found(NOTHING),
];

/// Passed by who is told of a transfer that nobody knows: `on_servers/poison.rs`.
pub const NOBODY_KNOWS_IT: &str = "execute.nobody_knows_it";

pub const ALL: &[&[Step]] = &[
    ACCEPT, CONFIRM, REFUND, EXECUTE, ABANDON, INQUIRE, CANCEL, EXPIRE, PUBLISH, CONSUME,
];
