//! Mails that are owed go out.

use std::time::Duration;

use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};
use use_cases::mail::{DeliverMail, Undelivered};

use crate::failure::causes;

/// How often the outbox is looked into.
const LOOK: Duration = Duration::from_millis(500);

/// Sends what is owed, until the handle's task is ended.
pub(crate) fn deliver(deliver: DeliverMail) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match deliver.run().await {
                Ok(delivery) => {
                    count("sent", delivery.sent);
                    delivery.undelivered.iter().for_each(tell);
                }
                // What is owed stays owed.
                Err(error) => tracing::debug!(%error, "the outbox can't be looked into"),
            }
        }
    })
}

fn tell(mail: &Undelivered) {
    let (id, letter, attempts) = (mail.id, mail.letter.name(), mail.attempts);
    let cause = causes(&*mail.cause);
    match mail.again_after {
        Some(pause) => {
            count("postponed", 1);
            let seconds = pause.num_seconds();
            tracing::warn!(mail = %id, letter, attempts, "a mail could not be sent, next try in {seconds} s: {cause}");
        }
        None => {
            count("given_up", 1);
            tracing::error!(mail = %id, letter, attempts, "a mail was given up: {cause}");
        }
    }
}

fn count(outcome: &'static str, mails: usize) {
    metrics::counter!("mails_total", "outcome" => outcome)
        .increment(u64::try_from(mails).unwrap_or(u64::MAX));
}
