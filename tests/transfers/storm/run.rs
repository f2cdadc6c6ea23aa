//! One case: each thing happens to the program and to the model, and after each the laws are looked at.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::clock::{kst_date, kst_midnight};
use naru::ids::MandateId;
use naru::models::kinds::{EventType, TransferState};
use naru::models::{transfer_events, transfers};
use naru::services::Services;
use naru::transfers::TransferError;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::desk::Desk;
use super::hand::{self, Held};
use super::laws::{self, Permit};
use super::model::Model;
use super::ops::{Case, Job, Op, Wait};
use super::world::{PER_PAYMENT_WON, World};

/// More than a Naru of one machine would have in hand at its bank's gate.
const IN_HAND: usize = 4;
/// Between two things that happen.
const TICK: TimeDelta = TimeDelta::milliseconds(10);

pub struct Storm<'w> {
    pub world: &'w World,
    /// Of the process that lives now.
    pub services: Services,
    pub mandate: MandateId,
    pub model: Model,
    pub desk: Desk,
    /// Makes the keys and orders of this case its own.
    pub number: u64,
    held: Vec<Held>,
    log: Vec<String>,
}

/// Runs a case to its end. The error tells what broke, after the story until then.
pub async fn run(world: &World, case: Case) -> Result<(), String> {
    let (number, mandate) = world.begin(case.daily_won).await;
    let mut storm = Storm {
        world,
        services: world.app.services.clone(),
        mandate,
        model: Model {
            per_payment_won: PER_PAYMENT_WON,
            daily_won: case.daily_won,
            ..Model::default()
        },
        desk: Desk::default(),
        number,
        held: Vec::new(),
        log: Vec::new(),
    };
    let outcome = storm.live(case.ops).await;
    outcome.map_err(|broken| format!("{}\n=> {broken}", storm.log.join("\n")))
}

impl Storm<'_> {
    async fn live(&mut self, ops: Vec<Op>) -> Result<(), String> {
        for op in ops {
            self.log.push(format!("{op:?}"));
            self.world.app.clock.advance(TICK);
            let permit = self.happen(op).await?;
            self.look(&permit).await?;
        }
        self.come_to_rest().await
    }

    async fn happen(&mut self, op: Op) -> Result<Permit, String> {
        match op {
            Op::Pay {
                order,
                won,
                expires,
                cut,
            } => return self.pay(order, won, expires, cut).await,
            Op::Refund { of, by, won, seen, cut } => return self.refund(of, by, won, seen, cut).await,
            Op::Again { request } => return self.again(request).await,
            Op::Misuse { request } => return self.misuse(request).await,
            Op::Cancel { of, seen } => return self.cancel(of, seen).await,
            Op::Correct { of, succeeded, seen } => return self.correct(of, succeeded, seen).await,
            Op::Desk {
                deed,
                of,
                by,
                seen,
                cut,
            } => return self.at_the_desk(deed, of, (by, seen, cut)).await,
            Op::DeskAgain { page, otherwise } => return self.at_the_desk_again(page, otherwise).await,
            Op::Work(jobs) => return self.work(&jobs).await,
            Op::Hold { job, polls } => return self.hold(job, polls).await,
            Op::Resume { held } => return self.resume(held).await,
            Op::Crash { job, polls } => return self.crash(job, polls).await,
            Op::Restart => self.restart().await,
            Op::Bank { operation, mode } => self.world.set_mode(operation, mode).await,
            Op::BankAhead { minutes } => self.world.bank_ahead(minutes * 60).await,
            Op::Account { there } => self.world.set_account(there).await,
            Op::Wait(wait) => self.wait(wait).await,
        }
        Ok(Permit::Nothing)
    }

    /// A transfer that there is, by any number.
    pub fn one(&self, of: usize) -> Option<usize> {
        of.checked_rem(self.model.transfers.len())
    }

    pub async fn work(&mut self, jobs: &[Job]) -> Result<Permit, String> {
        let begun = jobs.iter().filter_map(|job| Some((self.one(job.of)?, job.what)));
        let (these, work): (Vec<_>, Vec<_>) = begun
            .map(|(of, what)| (of, hand::begin(&self.services, &self.model.transfers[of], what)))
            .unzip();
        for done in join_all(work).await {
            no_fault(done)?;
        }
        Ok(Permit::Work(these))
    }

    async fn hold(&mut self, job: Job, polls: usize) -> Result<Permit, String> {
        if !self.world.has_one_writer() {
            // A transaction that nobody polls would hold its locks for ever, which no process does.
            return self.crash(job, polls).await;
        }
        let Some(of) = self.one(job.of).filter(|_| self.held.len() < IN_HAND) else {
            return Ok(Permit::Nothing);
        };
        let mut work = hand::begin(&self.services, &self.model.transfers[of], job.what);
        match hand::poll_times(&mut work, polls).await {
            Some(done) => no_fault(done)?,
            None => self.held.push(Held { of, work }),
        }
        self.writes_are_over().await;
        Ok(Permit::Work(vec![of]))
    }

    async fn resume(&mut self, held: usize) -> Result<Permit, String> {
        let Some(held) = held.checked_rem(self.held.len()) else {
            return Ok(Permit::Nothing);
        };
        let Held { of, work } = self.held.remove(held);
        no_fault(work.await)?;
        Ok(Permit::Work(vec![of]))
    }

    async fn crash(&mut self, job: Job, polls: usize) -> Result<Permit, String> {
        let Some(of) = self.one(job.of) else {
            return Ok(Permit::Nothing);
        };
        let mut work = hand::begin(&self.services, &self.model.transfers[of], job.what);
        if let Some(done) = hand::poll_times(&mut work, polls).await {
            no_fault(done)?;
        }
        drop(work);
        self.writes_are_over().await;
        self.bank_is_over().await;
        Ok(Permit::Work(vec![of]))
    }

    pub async fn restart(&mut self) {
        self.held.clear();
        self.writes_are_over().await;
        self.bank_is_over().await;
        self.services = self.world.app.services_of_a_new_process().await;
    }

    /// Waits until every write that a dead or held caller had begun is made or undone.
    pub async fn writes_are_over(&self) {
        self.services.db.idle().await.expect("the database answers");
    }

    /// Waits until the bank has done what a dead caller had sent: behind it in the queue of the bank's one writer.
    async fn bank_is_over(&self) {
        for _ in 0..2 {
            self.world.bank_ahead(0).await;
        }
    }

    async fn wait(&self, wait: Wait) {
        let now = self.world.now();
        let by = match wait {
            Wait::Secs(secs) => TimeDelta::seconds(secs),
            Wait::Due(of) => self.one(of).and_then(|of| self.until_due(of)).unwrap_or_default(),
            Wait::BeforeMidnight => kst_midnight(kst_date(now) + TimeDelta::days(1)) - now - TICK,
        };
        self.world.wait(by.max(TimeDelta::zero())).await;
    }

    /// How long until the relay has something to do with it.
    pub fn until_due(&self, of: usize) -> Option<TimeDelta> {
        let row = &self.model.transfers[of].row;
        let due = match row.state {
            TransferState::Queued => row.expires_at,
            TransferState::Executing => row.lease_until,
            TransferState::Unknown => row.next_check_at,
            _ => None,
        };
        due.map(|at| at - self.world.now())
    }

    /// Looks at every transfer of the case, and holds what is new against the laws.
    pub async fn look(&mut self, permit: &Permit) -> Result<(), String> {
        let db = self.services.db.read();
        let ids: Vec<_> = self.model.transfers.iter().map(|transfer| transfer.id).collect();
        let rows = transfers::Entity::find().filter(transfers::Column::Id.is_in(ids.clone()));
        let rows = rows.all(db).await.expect("the database answers");
        let events = transfer_events::Entity::find()
            .filter(transfer_events::Column::TransferId.is_in(ids))
            .order_by_asc(transfer_events::Column::Version);
        let events = events.all(db).await.expect("the database answers");
        ensure!(rows.len() == self.model.transfers.len(), "a promised transfer is gone");
        let mut seen = Vec::new();
        for row in rows {
            let of = self.model.index(row.id).ok_or("a transfer of nobody")?;
            let known = self.model.transfers[of].history.len();
            let news: Vec<_> = events
                .iter()
                .filter(|it| it.transfer_id == row.id)
                .skip(known)
                .cloned()
                .collect();
            laws::judge_change(&self.model, of, &row, &news, permit).map_err(|broken| format!("#{of}: {broken}"))?;
            seen.push((of, row, news));
        }
        for (of, row, news) in seen {
            self.judge_evidence(of, &row, &news)
                .await
                .map_err(|broken| format!("#{of}: {broken}"))?;
            self.learn(of, row, news);
        }
        laws::judge_sums(&self.model)
    }

    async fn judge_evidence(
        &self,
        of: usize,
        row: &transfers::Model,
        news: &[transfer_events::Model],
    ) -> Result<(), String> {
        let ends = |event: &&transfer_events::Model| event.state != TransferState::Queued;
        if news.iter().find(ends).is_none() {
            return Ok(());
        }
        let entries = self.world.books.entries().await;
        let entry = entries
            .iter()
            .find(|entry| row.trace_number.as_ref() == Some(&entry.trace));
        let mut before = self.model.transfers[of].history.clone();
        for event in news {
            laws::judge_evidence(&self.model.transfers[of], event, &before, entry)?;
            before.push(event.clone());
        }
        Ok(())
    }

    fn learn(&mut self, of: usize, row: transfers::Model, news: Vec<transfer_events::Model>) {
        let transfer = &mut self.model.transfers[of];
        for event in &news {
            self.log.push(format!(
                "    #{of} {} {:?} at {}",
                event.event_type.as_str(),
                event.state,
                event.at
            ));
            self.world.count(event.event_type.as_str());
            transfer.corrected |= event.event_type == EventType::Corrected;
        }
        transfer.row = row;
        transfer.history.extend(news);
    }
}

/// A worker has nobody to answer to: whatever it meets, it ends well.
fn no_fault(done: Result<(), TransferError>) -> Result<(), String> {
    done.map_err(|fault| format!("a worker met a fault: {fault:?}"))
}
