//! What was measured: a table for people, and JSON for programs.

use std::{num::NonZero, thread::available_parallelism, time::Duration};

use serde_json::{Value, json};

use crate::{
    arguments::Arguments,
    machine::Memory,
    measure::{Figures, Series, median},
    workloads::Workload,
};

/// Everything that is told.
#[derive(Debug)]
pub(crate) struct Report {
    /// From exec to the first answer of /readyz, when there was no data yet.
    pub(crate) first_start: Duration,
    /// The same with data, in several starts.
    pub(crate) warm_starts: Vec<Duration>,
    /// Before the load.
    pub(crate) idle: Memory,
    /// After the load, of each target.
    pub(crate) loaded: Vec<(String, Memory)>,
    /// The number of the catalog's deepest page, from 1.
    pub(crate) deepest_page: usize,
    pub(crate) workloads: Vec<(Workload, Vec<Series>)>,
}

/// What was done, and the head of the table of workloads.
pub(crate) fn head(arguments: &Arguments) -> String {
    let Arguments { connections, rounds, seconds, warm_up, bcrypt_cost, .. } = arguments;
    let processors = available_parallelism().map_or(1, NonZero::get);
    let titles = format!(
        "{:<6} {:<28} {:<8} {:>11} {:>6} {:>9} {:>9} {:>9} {:>7} {:>9} {:>11} {:>7}",
        "",
        "",
        "",
        "requests/s",
        "ratio",
        "p50 ms",
        "p99 ms",
        "max ms",
        "errors",
        "server µs",
        "database µs",
        "others"
    );
    format!(
        "{connections} connections; medians of {rounds} rounds of {seconds} s, each after {warm_up} s of warm-up; \
         bcrypt cost {bcrypt_cost}; {processors} processors\n\n{titles}\n{}",
        "-".repeat(titles.chars().count())
    )
}

/// The lines of one workload: a target each, and its ratio to the second one, if there is one.
pub(crate) fn lines(workload: Workload, series: &[Series]) -> String {
    let mut lines = Vec::new();
    for (place, one) in series.iter().enumerate() {
        let Some(figures) = one.median() else { continue };
        let (name, about) = if place == 0 { (workload.name(), workload.about()) } else { ("", "") };
        let ratio = if place == 0 {
            ratio(series).map_or(String::new(), |ratio| format!("{ratio:.2}"))
        } else {
            String::new()
        };
        let Figures { rate, p50, p99, max, server, database, others, .. } = figures;
        lines.push(format!(
            "{name:<6} {about:<28} {:<8} {:>11} {ratio:>6} {:>9} {:>9} {:>9} {:>7} {:>9} {:>11} {others:>7.2}",
            one.target,
            grouped(rate),
            milliseconds(p50),
            milliseconds(p99),
            milliseconds(max),
            grouped(one.errors.total()),
            server.map_or_else(|| "-".to_owned(), grouped),
            database.map_or_else(|| "-".to_owned(), grouped),
        ));
        if rate == 0.0 {
            lines.push(format!("       {} gave no good answer; perhaps the runs are too short", one.target));
        }
        if let Some(crowd) = &one.crowd {
            lines.push(format!(
                "       beside {}: {:.1} log-ins a second, {:.1} a second put off (503), {} failed",
                one.target,
                crowd.rate(crowd.done),
                crowd.rate(crowd.put_off),
                crowd.failed
            ));
        }
        if one.errors.total() > 0.0 {
            lines.push(format!("       errors of {}: {}", one.target, one.errors.words()));
        }
    }
    lines.join("\n")
}

/// How many times as many requests as the second target's the first one answers: the ratio of the medians.
fn ratio(series: &[Series]) -> Option<f64> {
    let [first, second] = series else { return None };
    let (first, second) = (first.median()?.rate, second.median()?.rate);
    (second > 0.0).then(|| first / second)
}

impl Report {
    /// Requests that failed, of all targets.
    pub(crate) fn errors(&self) -> f64 {
        self.workloads.iter().flat_map(|(_, series)| series).map(|series| series.errors.total()).sum()
    }

    /// What stands below the table.
    pub(crate) fn foot(&self) -> String {
        let mut foot = format!(
            "start to the first 200 of /readyz: {} ms without a database, {} ms with one\n\
             memory of stoa when idle: {}, its database {}",
            self.first_start.as_millis(),
            milliseconds(self.warm_start() * 1e6).trim(),
            megabytes(self.idle.server),
            megabytes(self.idle.database),
        );
        for (name, memory) in &self.loaded {
            foot.push_str(&format!(
                "\nmemory of {name} after the load: {}, peak {}, its database {}",
                megabytes(memory.server),
                megabytes(memory.server_peak),
                megabytes(memory.database),
            ));
        }
        if let Some(depth) = self.depth() {
            foot.push_str(&format!("\n{depth}"));
        }
        foot
    }

    /// What the deepest page of the catalog costs, and the first one, when both were measured.
    fn depth(&self) -> Option<String> {
        let median = |wanted| {
            let (_, series) = self.workloads.iter().find(|(workload, _)| *workload == wanted)?;
            series.first()?.median()
        };
        let (first, deepest) = (median(Workload::FirstPage)?, median(Workload::DeepestPage)?);
        let cost = |figures: &Figures| Some(figures.server? + figures.database?);
        let (one, other) = (cost(&first)?, cost(&deepest)?);
        Some(format!(
            "page 1 takes {} µs of the server's and the database's processors, page {} takes {} µs: {:.2} times as much; \
             p50 {} and {} ms",
            grouped(one).trim(),
            self.deepest_page,
            grouped(other).trim(),
            other / one,
            milliseconds(first.p50).trim(),
            milliseconds(deepest.p50).trim(),
        ))
    }

    /// The whole of it, with every round.
    pub(crate) fn json(&self, arguments: &Arguments) -> Value {
        let workloads: Vec<Value> = self
            .workloads
            .iter()
            .map(|(workload, series)| {
                json!({
                    "workload": workload.name(),
                    "about": workload.about(),
                    "ratio": ratio(series),
                    "targets": series.iter().map(series_json).collect::<Vec<_>>(),
                })
            })
            .collect();
        let loaded: Vec<Value> = self
            .loaded
            .iter()
            .map(|(name, memory)| json!({ "target": name, "memory": memory_json(memory) }))
            .collect();
        json!({
            "settings": {
                "connections": arguments.connections,
                "threads": arguments.threads,
                "seconds": arguments.seconds,
                "warm_up_seconds": arguments.warm_up,
                "rounds": arguments.rounds,
                "products": arguments.products,
                "users": arguments.users,
                "bcrypt_cost": arguments.bcrypt_cost,
            },
            "deepest_page": self.deepest_page,
            "first_start_seconds": self.first_start.as_secs_f64(),
            "warm_start_seconds": self.warm_start(),
            "idle": memory_json(&self.idle),
            "loaded": loaded,
            "workloads": workloads,
        })
    }

    /// The median, in seconds.
    fn warm_start(&self) -> f64 {
        median(self.warm_starts.iter().map(Duration::as_secs_f64).collect()).unwrap_or_default()
    }
}

fn series_json(series: &Series) -> Value {
    json!({
        "target": series.target,
        "errors": series.errors.total(),
        "log_ins_per_second_beside": series.crowd.map(|crowd| crowd.rate(crowd.done)),
        "median": series.median().as_ref().map(figures_json),
        "rounds": series.rounds.iter().map(figures_json).collect::<Vec<_>>(),
    })
}

fn figures_json(figures: &Figures) -> Value {
    json!({
        "requests_per_second": figures.rate,
        "p50_microseconds": figures.p50,
        "p99_microseconds": figures.p99,
        "max_microseconds": figures.max,
        "server_cpu_microseconds_per_request": figures.server,
        "database_cpu_microseconds_per_request": figures.database,
        "generator_processors": figures.generator,
        "other_processors": figures.others,
    })
}

fn memory_json(memory: &Memory) -> Value {
    json!({
        "server_bytes": memory.server,
        "server_peak_bytes": memory.server_peak,
        "database_bytes": memory.database,
    })
}

/// Microseconds as milliseconds, to about three digits.
fn milliseconds(microseconds: f64) -> String {
    let value = microseconds / 1e3;
    if value < 10.0 {
        format!("{value:.2}")
    } else if value < 100.0 {
        format!("{value:.1}")
    } else {
        grouped(value)
    }
}

/// A whole number with a comma before each three digits; below ten, with one digit more.
fn grouped(value: f64) -> String {
    if value > 0.0 && value < 10.0 && value.fract() != 0.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn megabytes(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "unknown".to_owned(), |bytes| format!("{} MB", bytes.div_ceil(1 << 20)))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::wrk::Errors;

    fn series(target: &str, rates: &[f64]) -> Series {
        let round = |rate: &f64| Figures {
            rate: *rate,
            p50: 1_402.0,
            p99: 45_210.0,
            max: 1_021_160.0,
            server: Some(33.4),
            database: None,
            generator: 0.4,
            others: 0.05,
        };
        Series {
            target: target.to_owned(),
            rounds: rates.iter().map(round).collect(),
            errors: Errors::default(),
            crowd: None,
        }
    }

    #[test]
    fn the_ratio_is_that_of_the_medians() {
        let both = [series("stoa", &[900.0, 3000.0, 2000.0]), series("peer", &[1000.0, 500.0, 9000.0])];

        assert_eq!(ratio(&both), Some(2.0));
        assert_eq!(ratio(&both[..1]), None);
    }

    #[test]
    fn a_line_has_a_cell_for_each_title() {
        let head = head(&Arguments::parse_from(["bench"]));
        let lines = lines(Workload::Product, &[series("stoa", &[21_034.4]), series("peer", &[10_517.2])]);
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        let lines: Vec<&str> = lines.lines().collect();

        assert_eq!(words(lines[0]), "W1 get a product stoa 21,034 2.00 1.40 45.2 1,021 0 33 - 0.05");
        assert_eq!(words(lines[1]), "peer 10,517 1.40 45.2 1,021 0 33 - 0.05");
        assert!(
            lines.iter().all(|line| line.chars().count() == head.lines().last().unwrap().chars().count())
        );
    }

    #[test]
    fn numbers_are_grouped_by_three_digits() {
        let texts = [0.0, 7.0, 7.26, 999.4, 1000.0, 1_234_567.0].map(grouped);

        assert_eq!(texts, ["0", "7", "7.3", "999", "1,000", "1,234,567"]);
    }
}
