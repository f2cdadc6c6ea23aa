//! `naru task redrive`: puts dead letters to their queues again whose transfers still wait for them. `queue:payments` does it
//! for one queue alone. What cannot be followed stays, and each is told of.

use async_trait::async_trait;
use loco_rs::app::AppContext;
use loco_rs::task::{Task, TaskInfo, Vars};
use loco_rs::{Error, Result};

use super::Ended;
use super::dead_letters::{described, parts, queues};
use crate::relay::dead::{self, Fate};

pub struct Redrive;

#[async_trait]
impl Task for Redrive {
    fn task(&self) -> TaskInfo {
        TaskInfo {
            name: "redrive".to_owned(),
            detail: "Puts dead letters to their queues again: [queue:payments|refunds|inquiries]".to_owned(),
        }
    }

    #[expect(clippy::print_stdout, reason = "the report is for the person who asked for it")]
    async fn run(&self, ctx: &AppContext, vars: &Vars) -> Result<()> {
        let (services, broker) = parts(ctx)?;
        let mut left = 0;
        for queue in queues(vars)? {
            println!("{}.dead", queue.word());
            let redriven = dead::redrive(&services, &broker, queue, |letter, fate| {
                left += u64::from(stays(fate));
                println!("  {}: {}", described(letter), word(fate));
            });
            redriven.await.map_err(Error::wrap)?;
        }
        println!("{left} left");
        if left == 0 {
            return Ok(());
        }
        Err(Error::wrap(Ended::Found(left)))
    }
}

const fn stays(fate: &Fate) -> bool {
    matches!(fate, Fate::NotUnderstood | Fate::NobodyKnowsIt)
}

fn word(fate: &Fate) -> String {
    match fate {
        Fate::Again => "put to its queue again".to_owned(),
        Fate::Over(state) => format!("thrown away, for there is nothing to do: it is {}", state.as_str()),
        Fate::NotUnderstood => "left".to_owned(),
        Fate::NobodyKnowsIt => "left, for there is no such transfer".to_owned(),
    }
}
