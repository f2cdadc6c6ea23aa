//! `naru task dead_letters`: what nobody understood or nobody lived to acknowledge, and why. `queue:payments` looks at one
//! queue alone. Nothing is taken.

use async_trait::async_trait;
use loco_rs::app::AppContext;
use loco_rs::task::{Task, TaskInfo, Vars};
use loco_rs::{Error, Result};

use super::Ended;
use crate::ids::Prefix;
use crate::relay::dead::{self, DeadLetter};
use crate::relay::{Broker, Queue, Ring};
use crate::services::Services;

/// Messages that are shown of each queue; all are counted.
const SHOWN: usize = 20;

pub struct DeadLetters;

#[async_trait]
impl Task for DeadLetters {
    fn task(&self) -> TaskInfo {
        TaskInfo {
            name: "dead_letters".to_owned(),
            detail: "Shows what is in RabbitMQ's dead queues: [queue:payments|refunds|inquiries]".to_owned(),
        }
    }

    #[expect(clippy::print_stdout, reason = "the list is for the person who asked for it")]
    async fn run(&self, ctx: &AppContext, vars: &Vars) -> Result<()> {
        let (_, broker) = parts(ctx)?;
        let mut all = 0;
        for queue in queues(vars)? {
            let (count, letters) = dead::look(&broker, queue, 0..SHOWN).await.map_err(Error::wrap)?;
            println!("{}.dead {count}", queue.word());
            for letter in letters {
                println!("  {}", described(&letter));
            }
            all += u64::from(count);
        }
        println!("{all} dead letters");
        if all == 0 {
            return Ok(());
        }
        Err(Error::wrap(Ended::Found(all)))
    }
}

/// The services, and the broker that they use.
pub fn parts(ctx: &AppContext) -> Result<(Services, Broker)> {
    let missing = || Error::Message("the application is not wired".to_owned());
    let services = ctx.shared_store.get::<Services>().ok_or_else(missing)?;
    let no_broker = || Error::Message("`settings.relay.amqp_url` names no RabbitMQ".to_owned());
    let broker = services.settings.relay.broker().ok_or_else(no_broker)?;
    Ok((services, broker))
}

/// The queue that is named, or all.
pub fn queues(vars: &Vars) -> Result<Vec<Queue>> {
    let mut queues = Queue::ALL.to_vec();
    for (name, value) in &vars.cli {
        if name != "queue" {
            return Err(Error::Message(format!("there is no argument {name}:")));
        }
        queues.retain(|queue| queue.word() == value);
    }
    if queues.is_empty() {
        return Err(Error::Message("queue: is payments, refunds or inquiries".to_owned()));
    }
    Ok(queues)
}

/// Why it died, what it asks for, and its body where that is not understood.
pub fn described(letter: &DeadLetter) -> String {
    let (reason, times) = (letter.reason.as_str(), letter.times);
    let died = match reason {
        "" => "put there by hand".to_owned(),
        reason => format!("{reason} {times}x"),
    };
    match &letter.ring {
        Ok(Ring::Payment(id)) => format!("{died}: execute {}", Prefix::Payment.show(id.0)),
        Ok(Ring::Refund(id)) => format!("{died}: execute {}", Prefix::Refund.show(id.0)),
        Ok(Ring::Inquiry(id)) => format!("{died}: ask about {}", id.0),
        Err(why) => format!("{died}: {why}: {:?}", letter.body),
    }
}
