//! What staff do at the desk, each answer held against what the model expects: refunds alone and by two, cancellations,
//! questions to the bank, and pages that are sent again, alike or otherwise.

use futures::future::BoxFuture;
use naru::desk::action::{Act, ActionError, Done};
use naru::desk::approvals::{self, Asked};
use naru::desk::audit::By;
use naru::desk::refunds::{self, Ask, Given};
use naru::desk::{cancellations, inquiries};
use naru::ids::{ApprovalId, DialogId, TransferId};
use naru::models::kinds::{ApprovalState, TransferState};
use naru::money::Won;
use naru::transfers::state;

use super::desk_laws::{Due, Why};
use super::hand;
use super::laws::Permit;
use super::model::{Kind, Transfer};
use super::ops::{Cut, Deed, Part, Seen};
use super::run::Storm;

const REASON: &str = "고객 문의";
const OTHER_REASON: &str = "다른 문의";

/// What the desk did in a case.
#[derive(Default)]
pub struct Desk {
    /// Refunds that staff made, with whether one of them decided alone.
    pub(super) made: Vec<(usize, bool)>,
    pub(super) asks: Vec<Waiting>,
    pub(super) pages: Vec<Page>,
}

/// An ask for a second person.
pub(super) struct Waiting {
    pub(super) id: ApprovalId,
    pub(super) payment: usize,
    pub(super) won: i64,
    pub(super) asker: usize,
    pub(super) state: ApprovalState,
    pub(super) refund: Option<TransferId>,
}

/// An opened page as it is sent, with its answer when it did something.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) does: Does,
    pub(super) by: usize,
    pub(super) version: i64,
    pub(super) dialog: DialogId,
    pub(super) reason: &'static str,
    pub(super) answer: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Does {
    Give {
        of: usize,
        won: i64,
    },
    /// These name the ask.
    Approve(usize),
    Reject(usize),
    Withdraw(usize),
    Cancel(usize),
    AskBank(usize),
}

/// One of those that are offered, but for every fourth number.
fn one_of(offered: &[usize], number: usize) -> Option<usize> {
    let place = number
        .checked_rem(offered.len())
        .filter(|_| !number.is_multiple_of(4))?;
    offered.get(place).copied()
}

type Sent = BoxFuture<'static, Result<(String, bool), ActionError>>;

fn told<T>(done: Result<Done<T>, ActionError>) -> Result<(String, bool), ActionError> {
    done.map(|done| (done.answer, done.made.is_some()))
}

impl Storm<'_> {
    pub async fn at_the_desk(
        &mut self,
        deed: Deed,
        of: usize,
        (by, seen, cut): (usize, Seen, Cut),
    ) -> Result<Permit, String> {
        let (transfer, ask) = (self.target(deed, of), self.ask_for(of));
        let does = match (deed, transfer, ask) {
            (Deed::Give(part), Some(of), _) => {
                let won = match part {
                    Part::Rest => self.model.remaining(of),
                    Part::Won(won) => won,
                    Part::TooMuch => self.model.remaining(of) + 1,
                };
                Does::Give { of, won }
            }
            (Deed::Cancel, Some(of), _) => Does::Cancel(of),
            (Deed::AskBank, Some(of), _) => Does::AskBank(of),
            (Deed::Approve, _, Some(ask)) => Does::Approve(ask),
            (Deed::Reject, _, Some(ask)) => Does::Reject(ask),
            (Deed::Withdraw, _, Some(ask)) => Does::Withdraw(ask),
            _ => return Ok(Permit::Nothing),
        };
        let present = self.model.transfers[self.locked_by(does)].row.version;
        let page = Page {
            does,
            by,
            version: present - i64::from(matches!(seen, Seen::Stale)),
            dialog: DialogId::new(),
            reason: REASON,
            answer: None,
        };
        // The bank is asked in a task of its own, which no end of the request ends.
        let cut = cut.filter(|_| !matches!(does, Does::AskBank(_)));
        self.press(page, cut).await
    }

    /// A transfer, by any number: mostly one that the deed makes sense for, as the pages offer it.
    fn target(&self, deed: Deed, of: usize) -> Option<usize> {
        let makes_sense = |it: &Transfer| match deed {
            Deed::Give(_) => it.payment().is_none() && it.state() == TransferState::Succeeded,
            Deed::Cancel => it.payment().is_none() && it.state() == TransferState::Queued,
            Deed::AskBank => it.state() == TransferState::Unknown,
            Deed::Approve | Deed::Reject | Deed::Withdraw => false,
        };
        let all = self.model.transfers.iter().enumerate();
        let offered: Vec<usize> = all.filter(|(_, it)| makes_sense(it)).map(|(of, _)| of).collect();
        one_of(&offered, of).or_else(|| self.one(of))
    }

    /// An ask, by any number: mostly one that waits.
    fn ask_for(&self, of: usize) -> Option<usize> {
        let all = self.desk.asks.iter().enumerate();
        let waiting = all.filter(|(_, ask)| ask.state == ApprovalState::Waiting);
        let waiting: Vec<usize> = waiting.map(|(ask, _)| ask).collect();
        one_of(&waiting, of).or_else(|| of.checked_rem(self.desk.asks.len()))
    }

    /// An earlier page is sent again, with another reason where it is `otherwise`.
    pub async fn at_the_desk_again(&mut self, page: usize, otherwise: bool) -> Result<Permit, String> {
        let Some(page) = page.checked_rem(self.desk.pages.len()) else {
            return Ok(Permit::Nothing);
        };
        let mut page = self.desk.pages[page].clone();
        if otherwise {
            page.reason = if page.reason == REASON { OTHER_REASON } else { REASON };
        }
        self.press(page, None).await
    }

    /// The transfer that a deed locks, and whose version counts.
    pub(super) fn locked_by(&self, does: Does) -> usize {
        match does {
            Does::Give { of, .. } | Does::Cancel(of) | Does::AskBank(of) => of,
            Does::Approve(ask) | Does::Reject(ask) | Does::Withdraw(ask) => self.desk.asks[ask].payment,
        }
    }

    /// Sends a page. One that is cut off is sent once more: whether the first sending did it or not, it is done once.
    async fn press(&mut self, page: Page, cut: Cut) -> Result<Permit, String> {
        let due = self.due(&page);
        if let Some(polls) = cut {
            let mut sent = self.page_sent(&page);
            drop(hand::poll_times(&mut sent, polls).await);
            drop(sent);
            self.writes_are_over().await;
        }
        let (answer, is_new) = match self.page_sent(&page).await {
            Ok(done) => done,
            Err(error) => {
                let why = Why::of(&error).ok_or_else(|| format!("a fault: {error:?}"))?;
                ensure!(due == Due::Refused(why), "{due:?} was due of {page:?}, not {error:?}");
                self.world.count("desk: refused");
                if !matches!(due, Due::Refused(Why::SentOtherwise)) {
                    self.keep(page);
                }
                return Ok(Permit::Nothing);
            }
        };
        match due {
            Due::Refused(why) => Err(format!("{why:?} was due of {page:?}, not {answer}")),
            Due::Replayed(first) => {
                ensure!(!is_new && answer == first, "{first} was due of {page:?}, not {answer}");
                self.world.count("desk: replayed");
                Ok(Permit::Nothing)
            }
            Due::Done | Due::Asked => {
                ensure!(is_new || cut.is_some(), "{page:?} did nothing: {answer}");
                let permit = self.follow(&page, due == Due::Asked, &answer).await?;
                let answer = Some(answer);
                self.keep(Page { answer, ..page });
                Ok(permit)
            }
        }
    }

    fn keep(&mut self, page: Page) {
        match self.desk.pages.iter_mut().find(|known| known.dialog == page.dialog) {
            Some(known) => *known = page,
            None => self.desk.pages.push(page),
        }
    }

    fn page_sent(&self, page: &Page) -> Sent {
        let services = self.services.clone();
        let act = Act {
            by: By {
                staff: self.world.staff[page.by],
                request_id: None,
            },
            dialog: page.dialog,
            version: page.version,
            reason: page.reason.to_owned(),
        };
        let id = self.model.transfers[self.locked_by(page.does)].id;
        let asked = |ask: usize| Asked {
            payment_id: id,
            id: self.desk.asks[ask].id,
        };
        match page.does {
            Does::Give { won, .. } => {
                let ask = Ask {
                    payment_id: id,
                    amount: Won::new(won),
                    description: "폭풍".to_owned(),
                };
                Box::pin(async move { told(refunds::refund(&services, act, ask).await) })
            }
            Does::Approve(ask) => {
                let asked = asked(ask);
                Box::pin(async move { told(approvals::approve(&services, act, asked).await) })
            }
            Does::Reject(ask) => {
                let asked = asked(ask);
                Box::pin(async move { told(approvals::reject(&services, act, asked).await) })
            }
            Does::Withdraw(ask) => {
                let asked = asked(ask);
                Box::pin(async move { told(approvals::withdraw(&services, act, asked).await) })
            }
            Does::Cancel(_) => Box::pin(async move { told(cancellations::cancel(&services, act, id).await) }),
            Does::AskBank(_) => Box::pin(async move { told(inquiries::ask_now(&services, act, id).await) }),
        }
    }

    /// Takes an answer at its word.
    async fn follow(&mut self, page: &Page, is_asked: bool, answer: &str) -> Result<Permit, String> {
        match page.does {
            Does::Give { of, won } if is_asked => {
                ensure!(Given::parse(answer) == Given::Asked, "it was not asked for: {answer}");
                let waiting = approvals::waiting_for(self.services.db.read(), self.model.transfers[of].id).await;
                let waiting = waiting.map_err(|error| error.to_string())?.ok_or("nothing waits")?;
                ensure!(waiting.amount_won == won, "{won} won were asked for: {waiting:?}");
                self.desk.asks.push(Waiting {
                    id: waiting.id,
                    payment: of,
                    won,
                    asker: page.by,
                    state: ApprovalState::Waiting,
                    refund: None,
                });
                self.world.count("desk: asked");
                Ok(Permit::Nothing)
            }
            Does::Give { of, won } => {
                self.refund_promised(of, won, answer, true).await?;
                self.world.count("desk: refunded alone");
                Ok(Permit::Refund(of))
            }
            Does::Approve(ask) => {
                let (of, won) = (self.desk.asks[ask].payment, self.desk.asks[ask].won);
                let refund = self.refund_promised(of, won, answer, false).await?;
                self.desk.asks[ask].refund = Some(refund);
                self.decided(ask, ApprovalState::Approved);
                Ok(Permit::Refund(of))
            }
            Does::Reject(ask) => {
                self.decided(ask, ApprovalState::Rejected);
                Ok(Permit::Nothing)
            }
            Does::Withdraw(ask) => {
                self.decided(ask, ApprovalState::Withdrawn);
                Ok(Permit::Nothing)
            }
            Does::Cancel(of) => {
                self.world.count("desk: canceled");
                Ok(Permit::Cancel(of))
            }
            Does::AskBank(of) => {
                self.world.count("desk: asked the bank");
                Ok(Permit::Work(vec![of]))
            }
        }
    }

    fn decided(&mut self, ask: usize, state: ApprovalState) {
        self.desk.asks[ask].state = state;
        self.world.count(format!("desk: {}", state.as_str()));
    }

    async fn refund_promised(
        &mut self,
        of: usize,
        won: i64,
        answer: &str,
        is_alone: bool,
    ) -> Result<TransferId, String> {
        let Given::Made(id) = Given::parse(answer) else {
            return Err(format!("no refund was made: {answer}"));
        };
        ensure!(self.model.index(id).is_none(), "an old refund for a new page: {answer}");
        let row = state::load(self.services.db.read(), id).await;
        let row = row.map_err(|_| "a refund of staff is not there")?;
        ensure!(row.amount_won == won, "{won} won were to go back: {row:?}");
        self.desk.made.push((self.model.transfers.len(), is_alone));
        self.model.transfers.push(Transfer {
            id,
            kind: Kind::Refund { of },
            won,
            created_at: row.created_at,
            expires_at: row.expires_at,
            row,
            history: Vec::new(),
            corrected: false,
        });
        Ok(id)
    }
}
