//! Runs: warmed up, alternating between the targets, and the median of them.

use std::{path::PathBuf, time::Duration};

use crate::{
    crowd::{Crowd, LogIns},
    failure::Failure,
    interrupt::Interrupt,
    machine::{Usage, Watched},
    request::Request,
    target::Target,
    workloads::Workload,
    wrk::{Errors, Outcome, Wrk},
};

/// A machine is calm when others use less than this of one second, summed over the processors.
const CALM: Duration = Duration::from_millis(300);

/// How to measure.
#[derive(Debug)]
pub(crate) struct Measure {
    pub(crate) wrk: Wrk,
    /// Seconds before each run that do not count.
    pub(crate) warm_up: u32,
    /// Seconds of each run.
    pub(crate) seconds: u32,
    /// Runs, of which the median counts.
    pub(crate) rounds: u32,
    /// How many seconds to wait, at most, for others to leave the machine alone.
    pub(crate) calm: u32,
    pub(crate) interrupt: Interrupt,
}

/// One run, or the median of several, value by value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figures {
    /// Good answers in a second.
    pub(crate) rate: f64,
    /// In microseconds.
    pub(crate) p50: f64,
    /// In microseconds.
    pub(crate) p99: f64,
    /// In microseconds.
    pub(crate) max: f64,
    /// Processor time of the server for each answer, in microseconds.
    pub(crate) server: Option<f64>,
    /// Processor time of its database for each answer, in microseconds.
    pub(crate) database: Option<f64>,
    /// Processors that wrk used.
    pub(crate) generator: f64,
    /// Processors that were used by anybody else.
    pub(crate) others: f64,
}

/// A workload on one target.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) target: String,
    pub(crate) rounds: Vec<Figures>,
    /// Of all rounds.
    pub(crate) errors: Errors,
    /// What became of those who logged in meanwhile, in all rounds; `None` when nobody did.
    pub(crate) crowd: Option<LogIns>,
}

/// A target with the file of its requests.
struct Lane<'t> {
    host: String,
    watched: Watched,
    deck: PathBuf,
    /// How many log in meanwhile, and their requests.
    crowd: Option<(usize, Vec<Request>)>,
    series: Series,
    target: &'t Target,
}

impl Measure {
    /// Measures a workload on every target that knows it, in turn: who is first changes with each round.
    ///
    /// # Errors
    /// When a target refuses the workload, wrk fails, or somebody interrupts.
    pub(crate) fn workload(
        &self,
        workload: Workload,
        targets: &[Target],
        random: &mut fastrand::Rng,
    ) -> Result<Vec<Series>, Failure> {
        let able = targets.iter().filter(|target| target.knows(workload));
        let mut lanes = Vec::new();
        for target in able {
            lanes.push(self.lane(workload, target, random)?);
            if workload.crowd().is_some() {
                let mut alone = self.lane(workload.measured(), target, random)?;
                "alone".clone_into(&mut alone.series.target);
                lanes.push(alone);
            }
        }
        let order: Vec<PathBuf> = lanes.iter().map(|lane| lane.deck.clone()).collect();
        for round in 0..self.rounds {
            let seed = random.usize(..1_000_000);
            for lane in &mut lanes {
                self.wait_for_calm()?;
                self.run(lane, seed)?;
            }
            if round + 1 < self.rounds {
                lanes.reverse();
            }
        }
        // In the order of the targets again.
        lanes.sort_by_key(|lane| order.iter().position(|deck| *deck == lane.deck));
        Ok(lanes.into_iter().map(|lane| lane.series).collect())
    }

    /// Prepares the requests, and sees one of them succeed.
    fn lane<'t>(
        &self,
        workload: Workload,
        target: &'t Target,
        random: &mut fastrand::Rng,
    ) -> Result<Lane<'t>, Failure> {
        let deck = target.deck(workload, random)?;
        if let Some(request) = random.choice(&deck) {
            target.wire.demand(request)?;
        }
        let host = target.wire.address().to_string();
        let deck = self.wrk.keep(&format!("{}-{workload}", target.wire.address().port()), &deck, &host)?;
        let crowd = match workload.crowd() {
            Some(people) => Some((people, target.deck(Workload::LogIn, random)?)),
            None => None,
        };
        let series = Series {
            target: target.name.clone(),
            rounds: Vec::new(),
            errors: Errors::default(),
            crowd: crowd.as_ref().map(|_| LogIns::default()),
        };
        Ok(Lane { host, watched: target.watched, deck, crowd, series, target })
    }

    fn run(&self, lane: &mut Lane<'_>, seed: usize) -> Result<(), Failure> {
        let load = |seconds, seed| self.wrk.run(&lane.host, &lane.deck, seconds, seed, &self.interrupt);
        let crowd = lane.crowd.as_ref().map(|(people, deck)| Crowd::gather(&lane.target.wire, deck, *people));
        if self.warm_up > 0 {
            load(self.warm_up, seed + 1)?;
        }
        let before = Usage::now(lane.watched);
        let outcome = load(self.seconds, seed)?;
        let used = Usage::now(lane.watched).since(&before);
        if let (Some(crowd), Some(counted)) = (crowd, &mut lane.series.crowd) {
            *counted = counted.and(crowd.disperse());
        }
        lane.series.rounds.push(Figures::of(&outcome, &used));
        lane.series.errors = lane.series.errors.and(outcome.errors);
        Ok(())
    }

    fn wait_for_calm(&self) -> Result<(), Failure> {
        for _ in 0..self.calm {
            let before = Usage::now(Watched::default());
            self.interrupt.sleep(Duration::from_secs(1))?;
            if Usage::now(Watched::default()).since(&before).others() < CALM {
                break;
            }
        }
        Ok(())
    }
}

impl Figures {
    fn of(outcome: &Outcome, used: &Usage) -> Self {
        let seconds = outcome.microseconds / 1e6;
        let each =
            |time: Duration| (outcome.answers > 0.0).then(|| time.as_secs_f64() * 1e6 / outcome.answers);
        let processors = |time: Duration| if seconds > 0.0 { time.as_secs_f64() / seconds } else { 0.0 };
        Self {
            rate: outcome.rate(),
            p50: outcome.p50,
            p99: outcome.p99,
            max: outcome.max,
            server: used.server.and_then(each),
            database: used.database.and_then(each),
            generator: processors(used.generator),
            others: processors(used.others()),
        }
    }
}

impl Series {
    /// The median of each value; `None` without a round.
    pub(crate) fn median(&self) -> Option<Figures> {
        let of = |value: fn(&Figures) -> f64| median(self.rounds.iter().map(value).collect());
        let of_some =
            |value: fn(&Figures) -> Option<f64>| median(self.rounds.iter().filter_map(value).collect());
        Some(Figures {
            rate: of(|round| round.rate)?,
            p50: of(|round| round.p50)?,
            p99: of(|round| round.p99)?,
            max: of(|round| round.max)?,
            server: of_some(|round| round.server),
            database: of_some(|round| round.database),
            generator: of(|round| round.generator)?,
            others: of(|round| round.others)?,
        })
    }
}

/// The middle one, or the mean of the two in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get((values.len() / 2).checked_sub(1)?)?;
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 9.0]), Some(3.0));
        assert_eq!(median(Vec::new()), None);
    }

    #[test]
    fn processor_time_is_spread_over_the_answers() {
        let outcome = Outcome {
            answers: 1000.0,
            microseconds: 2e6,
            p50: 1.0,
            p99: 2.0,
            max: 3.0,
            errors: Errors::default(),
        };
        let used = Usage {
            server: Some(Duration::from_millis(50)),
            database: None,
            generator: Duration::from_secs(1),
            everybody: Duration::from_millis(2050),
        };

        let figures = Figures::of(&outcome, &used);

        assert_eq!((figures.rate, figures.server, figures.database), (500.0, Some(50.0), None));
        assert_eq!((figures.generator, figures.others), (0.5, 0.5));
    }
}
