//! Nothing is left, and nothing is lost, when the program is killed.

use std::env;
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use embedded_postgres::Cluster;
use rustix::process::Signal;

use crate::workshop::{
    Directory, Holder, kill, lives, main_process, parent, processes_of, query, soon, try_query,
};

const QUICKLY: Duration = Duration::from_secs(5);

#[test]
fn a_killed_program_takes_its_server_along_and_keeps_what_was_committed() {
    let directory = Directory::new();
    let (holder, url) = Holder::serving(&directory);
    query(&url, "create table t as select 1 as n");

    holder.kill();

    soon("no process is left", QUICKLY, || processes_of(&directory.0).is_empty());
    let cluster = Cluster::start(&directory.0).unwrap();
    assert_eq!(query(&cluster.url("postgres"), "select n from t"), "1");
    // The server had the time to end in good order.
    let log = fs::read_to_string(cluster.log()).unwrap();
    assert!(log.contains("received fast shutdown request"), "{log}");
    assert!(!log.contains("was not properly shut down"), "{log}");
}

#[test]
fn the_next_start_may_come_before_the_killed_programs_server_is_gone() {
    let directory = Directory::new();
    let (holder, url) = Holder::serving(&directory);
    query(&url, "create table t as select 1 as n");
    holder.kill();

    let cluster = Cluster::start(&directory.0).unwrap();

    assert_eq!(query(&cluster.url("postgres"), "select n from t"), "1");
}

#[test]
fn a_server_whose_leash_was_killed_too_is_replaced() {
    let directory = Directory::new();
    let (holder, url) = Holder::serving(&directory);
    query(&url, "create table t as select 1 as n");
    let orphan = main_process(&directory.data()).unwrap();
    kill(parent(orphan), Signal::KILL);
    holder.kill();
    thread::sleep(Duration::from_millis(300));
    assert!(lives(orphan), "without a leash the server stays");

    let cluster = Cluster::start(&directory.0).unwrap();

    assert!(!lives(orphan));
    assert_ne!(cluster.server_pid(), orphan);
    assert_eq!(query(&cluster.url("postgres"), "select n from t"), "1");
}

#[test]
fn everything_killed_amid_writes_recovers_with_every_acknowledged_row() {
    let directory = Directory::new();
    let (holder, url) = Holder::serving(&directory);
    query(&url, "create table t (n int)");
    let writer = thread::spawn(move || {
        (0..10_000).take_while(|n| try_query(&url, &format!("insert into t values ({n})")).is_ok()).count()
    });
    thread::sleep(Duration::from_secs(1));
    let server = main_process(&directory.data()).unwrap();
    let leash = parent(server);
    kill(leash, Signal::KILL);
    kill(server, Signal::KILL);
    holder.kill();
    let acknowledged = writer.join().unwrap();

    let cluster = Cluster::start(&directory.0).unwrap();

    let kept: usize = query(&cluster.url("postgres"), "select count(*) from t").parse().unwrap();
    assert!(acknowledged > 0);
    // The last one may have been written down without its answer arriving.
    assert!(kept == acknowledged || kept == acknowledged + 1, "{kept} of {acknowledged}");
}

#[test]
fn the_leash_alone_killed_does_not_stop_the_stop() {
    let directory = Directory::new();
    let cluster = Cluster::start(&directory.0).unwrap();
    let server = cluster.server_pid();
    kill(parent(server), Signal::KILL);

    cluster.stop();

    assert!(!lives(server));
    assert_eq!(processes_of(&directory.0), []);
}

#[test]
fn signals_to_the_servers_process_group_do_not_end_the_leash() {
    let directory = Directory::new();
    let cluster = Cluster::start(&directory.0).unwrap();
    let leash = parent(cluster.server_pid());

    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT] {
        kill(leash, signal);
    }

    thread::sleep(Duration::from_millis(200));
    assert!(lives(leash));
    assert_eq!(query(&cluster.url("postgres"), "select 1"), "1");
}

#[test]
fn a_pid_file_that_names_a_stranger_is_stale() {
    let directory = Directory::new();
    Cluster::start(&directory.0).unwrap().stop();
    let file = format!("{}\n{}\n0\n5432\n\n\n\nready\n", std::process::id(), directory.data().display());
    fs::write(directory.data().join("postmaster.pid"), file).unwrap();
    let socket_lock = directory.0.join("run/.s.PGSQL.5432.lock");
    fs::write(socket_lock, format!("{}\n", std::process::id())).unwrap();
    assert_eq!(Cluster::locate(&directory.0, "postgres"), None);

    let cluster = Cluster::start(&directory.0).unwrap();

    assert_eq!(query(&cluster.url("postgres"), "select 1"), "1");
}

#[test]
fn a_half_made_cluster_is_made_anew() {
    let directory = Directory::new();
    let half_made = directory.0.join("data.new");
    fs::create_dir_all(half_made.join("base")).unwrap();
    fs::write(half_made.join("PG_VERSION"), "15\n").unwrap();

    let cluster = Cluster::start(&directory.0).unwrap();

    assert_eq!(query(&cluster.url("postgres"), "select 1"), "1");
    assert!(!half_made.exists());
}

#[test]
fn a_program_killed_during_initdb_is_in_nobodys_way() {
    let directory = Directory::new();
    let holder = Holder::spawn(Some(&directory.0), &env::temp_dir());
    let half_made = directory.0.join("data.new");
    soon("initdb runs", QUICKLY, || half_made.join("PG_VERSION").exists());
    holder.kill();

    let cluster = Cluster::start(&directory.0).unwrap();

    assert_eq!(query(&cluster.url("postgres"), "select 1"), "1");
    assert!(!half_made.exists());
    cluster.stop();
    assert_eq!(processes_of(&directory.0), []);
}

#[test]
fn a_client_that_never_ends_does_not_hold_the_server() {
    let directory = Directory::new();
    let cluster = Cluster::start(&directory.0).unwrap();
    let url = cluster.url("postgres");
    let mut client =
        Command::new("psql").args(["-c", "select pg_sleep(60)", &url]).stderr(Stdio::null()).spawn().unwrap();
    soon("the client sleeps", QUICKLY, || {
        query(&url, "select count(*) from pg_stat_activity where query like '%sleep(60)'") == "1"
    });

    cluster.stop();

    assert!(!client.wait().unwrap().success());
    assert_eq!(processes_of(&directory.data()), []);
}
