//! `bench`: how fast the shop is, seen from outside.
//!
//! It knows the HTTP contract and the program's command line, and no crate of the shop.

mod accounts;
mod arguments;
mod crowd;
mod failure;
mod interrupt;
mod machine;
mod measure;
mod program;
mod report;
mod request;
mod server;
mod shop;
mod target;
mod template;
mod wire;
mod workloads;
mod wrk;

use std::{fmt, fs, process::ExitCode, time::Duration};

use clap::Parser;

use crate::{
    accounts::Accounts,
    arguments::Arguments,
    failure::Failure,
    interrupt::Interrupt,
    machine::Memory,
    measure::Measure,
    report::Report,
    server::{Home, Server},
    target::{Description, Target},
    wire::Wire,
    wrk::Wrk,
};

/// How the workloads look on the shop.
const STOA: &str = include_str!("stoa.toml");

/// Starts with data, of which the median is told.
const WARM_STARTS: usize = 3;

/// After a start, the server is idle when this has passed.
const SETTLED: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let interrupt = Interrupt::listen()?;
    let peer = arguments.against.as_deref().map(Target::read).transpose()?;
    let binary = match &arguments.server {
        Some(binary) => fs::canonicalize(binary).map_err(|error| Failure::new(binary.display(), error))?,
        None => server::build(&interrupt)?,
    };
    let home = Home::new(binary, arguments.settings())?;
    let measure = Measure {
        wrk: Wrk::new(home.directory(), arguments.connections, arguments.threads)?,
        warm_up: arguments.warm_up,
        seconds: arguments.seconds,
        rounds: arguments.rounds,
        calm: arguments.calm,
        interrupt: interrupt.clone(),
    };
    let report = measured(arguments, &home, &measure, peer)?;
    if let Some(file) = &arguments.json {
        let text = format!("{:#}\n", report.json(arguments));
        fs::write(file, text).map_err(|error| Failure::new(file.display(), error))?;
    }
    match report.errors() {
        0.0 => Ok(()),
        errors => Err(Failure::say(format_args!("{errors} requests failed"))),
    }
}

/// Starts, fills, and measures; everything that was started has ended when this returns.
fn measured(
    arguments: &Arguments,
    home: &Home,
    measure: &Measure,
    peer: Option<Target>,
) -> Result<Report, Failure> {
    let interrupt = &measure.interrupt;
    let mut random = fastrand::Rng::new();

    note("first start");
    let (server, first_start) = home.start(interrupt)?;
    note(format_args!("seeding {} products and {} customers", arguments.products, arguments.users));
    let accounts = Accounts::make(home, arguments.products, arguments.users, interrupt)?;
    drop(server);
    note("warm starts");
    let (server, warm_starts) = warm_starts(home, interrupt)?;
    interrupt.sleep(SETTLED)?;
    let idle = Memory::now(server.watched);

    note("preparing");
    let description = Description::parse(STOA, "the description of stoa")?;
    let mut stoa = Target::new(description, Wire::new(home.address()), server.watched);
    let skus = usize::try_from(arguments.products).map_err(|error| Failure::new("--products", error))?;
    let deepest_page = shop::prepare(&mut stoa, &accounts, skus, &mut random, interrupt)?;
    let mut targets = vec![stoa];
    if let Some(mut peer) = peer {
        peer.log_in(&mut random)?;
        targets.push(peer);
    }

    let mut workloads = Vec::new();
    say(report::head(arguments));
    for workload in arguments.workloads() {
        let series = measure.workload(workload, &targets, &mut random)?;
        say(report::lines(workload, &series));
        workloads.push((workload, series));
    }
    let loaded = targets.iter().map(|target| (target.name.clone(), Memory::now(target.watched))).collect();
    let report = Report { first_start, warm_starts, idle, loaded, deepest_page, workloads };
    say(format_args!("\n{}", report.foot()));
    Ok(report)
}

/// Starts the server several times; the last one goes on.
fn warm_starts(home: &Home, interrupt: &Interrupt) -> Result<(Server, Vec<Duration>), Failure> {
    let mut times = Vec::new();
    loop {
        let (server, time) = home.start(interrupt)?;
        times.push(time);
        if times.len() >= WARM_STARTS {
            return Ok((server, times));
        }
    }
}

/// The result, on standard output.
#[expect(clippy::print_stdout, reason = "this is what the program is for")]
fn say(text: impl fmt::Display) {
    println!("{text}");
}

/// What is going on, on standard error.
#[expect(clippy::print_stderr, reason = "whoever waits wants to know what for")]
fn note(text: impl fmt::Display) {
    eprintln!("… {text}");
}
