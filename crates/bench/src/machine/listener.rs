//! Who listens on a port.

use std::fs;

use super::process::Processes;

/// The state of a listening socket in the kernel's table.
const LISTENING: &str = "0A";

/// The main process of the program that listens on a TCP port; `None` when there is none, or it is another
/// user's and hidden from us.
pub(crate) fn listener(port: u16) -> Option<u32> {
    let tables =
        ["/proc/net/tcp", "/proc/net/tcp6"].map(|table| fs::read_to_string(table).unwrap_or_default());
    let links: Vec<String> = tables
        .iter()
        .flat_map(|table| sockets(table, port))
        .map(|number| format!("socket:[{number}]"))
        .collect();
    let holds = |id: u32| {
        let files = fs::read_dir(format!("/proc/{id}/fd")).into_iter().flatten().flatten();
        let mut targets = files.filter_map(|file| fs::read_link(file.path()).ok());
        targets.any(|target| target.to_str().is_some_and(|target| links.iter().any(|link| link == target)))
    };
    let processes = Processes::now();
    let holders: Vec<u32> = processes.ids().filter(|id| holds(*id)).collect();
    // Workers may have inherited it from the main process.
    let inherited = |id: u32| processes.find(id).is_some_and(|process| holders.contains(&process.parent));
    holders.iter().copied().find(|id| !inherited(*id))
}

/// The numbers of the sockets that listen on `port`, in the text of `/proc/net/tcp`.
fn sockets(table: &str, port: u16) -> Vec<&str> {
    let ending = format!(":{port:04X}");
    let rows = table.lines().skip(1).map(|row| row.split_whitespace().collect::<Vec<_>>());
    rows.filter_map(|row| {
        let listens = row.get(1)?.ends_with(&ending) && *row.get(3)? == LISTENING;
        if listens { row.get(9).copied() } else { None }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    const TABLE: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2329 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31337 1 0 100 0 0 10 0
   1: 0100007F:2329 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 31338 1 0 20 4 30 10 -1
   2: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31339 1 0 100 0 0 10 0
";

    #[test]
    fn only_listening_sockets_of_the_port_count() {
        assert_eq!(sockets(TABLE, 9001), ["31337"]);
        assert_eq!(sockets(TABLE, 80), Vec::<&str>::new());
    }

    #[test]
    fn this_process_is_found_by_its_port() {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();

        assert_eq!(listener(port), Some(std::process::id()));
        drop(socket);
        assert_eq!(listener(port), None);
    }
}
