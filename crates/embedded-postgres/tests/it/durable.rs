//! Servers whose data stays.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Command;
use std::time::Duration;

use embedded_postgres::{Cluster, Settings};

use crate::workshop::{Directory, kill, lives, processes_of, query, soon};

#[test]
fn data_survives_a_stop_and_a_warm_start() {
    let directory = Directory::new();
    let cluster = Cluster::start(&directory.0).unwrap();
    query(&cluster.url("postgres"), "create table t as select 41 as n");
    cluster.stop();
    assert_eq!(processes_of(&directory.0), []);

    let cluster = Cluster::start(&directory.0).unwrap();

    assert_eq!(query(&cluster.url("postgres"), "update t set n = n + 1 returning n"), "42");
}

#[test]
fn a_server_is_durable_quiet_and_in_utc() {
    let directory = Directory::new();
    let cluster = Cluster::start(&directory.0).unwrap();
    let setting = |name: &str| query(&cluster.url("postgres"), &format!("show {name}"));

    for (name, value) in [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("listen_addresses", ""),
        ("max_connections", "200"),
        ("timezone", "UTC"),
        ("lc_messages", "C"),
        ("server_encoding", "UTF8"),
    ] {
        assert_eq!(setting(name), value, "{name}");
    }
    let collation = "select datcollate from pg_database where datname = 'postgres'";
    assert_eq!(query(&cluster.url("postgres"), collation), "C.UTF-8");
}

#[test]
fn only_the_servers_user_may_open_the_socket() {
    let directory = Directory::new();
    let cluster = Cluster::start(&directory.0).unwrap();
    let sockets = fs::metadata(cluster.socket_dir()).unwrap();
    let data = fs::metadata(directory.data()).unwrap();

    assert_eq!(sockets.permissions().mode() & 0o777, 0o700);
    assert_eq!(sockets.uid(), data.uid());
    assert_ne!(data.uid(), 0, "PostgreSQL does not run as root");
}

#[test]
fn settings_of_the_caller_win_but_not_over_where_it_listens() {
    let directory = Directory::new();
    let settings = Settings::new().set("max_connections", "17").set("listen_addresses", "*").set("port", "1");
    let cluster = settings.start(&directory.0).unwrap();

    assert_eq!(query(&cluster.url("postgres"), "show max_connections"), "17");
    assert_eq!(query(&cluster.url("postgres"), "show listen_addresses"), "");
}

#[test]
fn a_path_with_spaces_and_signs_works() {
    let directory = Directory::new();
    let odd = directory.0.join("my shop & co 100%");
    let cluster = Cluster::start(&odd).unwrap();

    assert_eq!(query(&cluster.url("postgres"), "select 1"), "1");
    assert_eq!(Cluster::locate(&odd, "postgres"), Some(cluster.url("postgres")));
}

#[test]
fn a_server_is_located_while_it_runs_and_only_then() {
    let directory = Directory::new();
    assert_eq!(Cluster::locate(&directory.0, "postgres"), None);
    let cluster = Cluster::start(&directory.0).unwrap();

    let url = Cluster::locate(&directory.0, "postgres").unwrap();

    assert_eq!(query(&url, "select current_user"), "postgres");
    assert!(cluster.is_running());
    cluster.stop();
    assert_eq!(Cluster::locate(&directory.0, "postgres"), None);
}

#[test]
fn a_server_that_ends_by_itself_is_noticed() {
    let directory = Directory::new();
    let cluster = Cluster::start(&directory.0).unwrap();

    kill(cluster.server_pid(), rustix::process::Signal::KILL);

    soon("the end is noticed", Duration::from_secs(10), || !cluster.is_running());
    assert_eq!(Cluster::locate(&directory.0, "postgres"), None);
    cluster.stop();
    assert_eq!(processes_of(&directory.0), []);
}

#[test]
fn the_other_programs_of_the_installation_are_at_hand() {
    let directory = Directory::new();
    let cluster = Cluster::start(&directory.0).unwrap();

    let answer = Command::new(cluster.program("postgres")).arg("--version").output().unwrap();

    assert!(String::from_utf8(answer.stdout).unwrap().contains("PostgreSQL"));
    assert!(lives(cluster.server_pid()));
    assert!(fs::read_to_string(cluster.log()).unwrap().contains("ready to accept connections"));
}

/// Below a directory like `/root` the server, which is another user then, could not reach its data.
#[test]
fn as_root_a_closed_directory_is_replaced_by_one_in_var_tmp() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let directory = Directory::new();
    fs::set_permissions(&directory.0, fs::Permissions::from_mode(0o700)).unwrap();
    let wished = directory.0.join("shop");
    let cluster = Cluster::start(&wished).unwrap();
    let used = cluster.socket_dir().parent().unwrap().to_owned();

    assert!(used.starts_with("/var/tmp"), "{}", used.display());
    assert_eq!(Cluster::locate(&wished, "postgres"), Some(cluster.url("postgres")));
    query(&cluster.url("postgres"), "create table t as select 1");
    cluster.stop();
    let again = Cluster::start(&wished).unwrap();
    assert_eq!(query(&again.url("postgres"), "select * from t"), "1");
    again.stop();
    fs::remove_dir_all(used).unwrap();
}
