//! Every client's window, in bounded memory.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use domain::{ids::UserId, network::ClientNetwork};

use super::window::{Taken, Window};

/// Parts of the map, each with a lock of its own, so that workers seldom wait for each other.
const SHARDS: usize = 32;
/// The most clients of one part: 65,536 clients in all, some 20 MB.
const CLIENTS: usize = 2_048;

/// Who is counted.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Client {
    Caller(UserId),
    Network(ClientNetwork),
}

pub(super) struct Counts {
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    windows: HashMap<Client, Window>,
    /// The second in which idle clients were looked for.
    swept: u64,
}

impl Counts {
    pub(super) fn new() -> Self {
        Self { hasher: RandomState::new(), shards: std::array::from_fn(|_| Mutex::default()) }
    }

    /// Takes one call of the client's quota.
    pub(super) fn take(&self, client: Client, now: Duration, quota: u32) -> Taken {
        let hash = usize::try_from(self.hasher.hash_one(client) >> 32).unwrap_or(0);
        match self.shards.get(hash % SHARDS) {
            Some(shard) => shard.lock().unwrap_or_else(PoisonError::into_inner).take(client, now, quota),
            None => Window::new().take(now, quota),
        }
    }
}

impl Shard {
    fn take(&mut self, client: Client, now: Duration, quota: u32) -> Taken {
        if let Some(window) = self.windows.get_mut(&client) {
            return window.take(now, quota);
        }
        if self.windows.len() >= CLIENTS && self.swept < now.as_secs() {
            self.swept = now.as_secs();
            self.windows.retain(|_, window| !window.is_idle(now));
        }
        if self.windows.len() >= CLIENTS {
            // Whoever has that many addresses at hand is not held by a bound for each; the bound on requests in flight
            // stays.
            return Window::new().take(now, quota);
        }
        self.windows.entry(client).or_insert(Window::new()).take(now, quota)
    }
}

#[cfg(test)]
mod tests {
    use std::{net::Ipv4Addr, thread};

    use super::*;

    fn client(number: u32) -> Client {
        Client::Network(std::net::IpAddr::from(Ipv4Addr::from_bits(number)).into())
    }

    fn known(counts: &Counts) -> usize {
        counts.shards.iter().map(|shard| shard.lock().unwrap().windows.len()).sum()
    }

    #[test]
    fn many_threads_never_get_more_than_the_quota() {
        let counts = Counts::new();
        let passed: usize = thread::scope(|scope| {
            let counts = &counts;
            let take = || (0..500).filter(|_| counts.take(client(1), Duration::ZERO, 700).passed).count();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(take)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(passed, 700);
    }

    #[test]
    fn clients_are_counted_apart() {
        let counts = Counts::new();
        assert!(counts.take(client(1), Duration::ZERO, 1).passed);
        assert!(!counts.take(client(1), Duration::ZERO, 1).passed);
        assert!(counts.take(client(2), Duration::ZERO, 1).passed);
    }

    #[test]
    fn memory_is_bounded_and_idle_clients_make_room() {
        let counts = Counts::new();
        for number in 0..100_000 {
            assert!(counts.take(client(number), Duration::from_secs(1), 1).passed);
        }
        assert!(known(&counts) <= SHARDS * CLIENTS);
        for number in 200_000..201_000 {
            let now = Duration::from_secs(100);
            assert!(counts.take(client(number), now, 1).passed);
            assert!(!counts.take(client(number), now, 1).passed, "there is room to remember it");
        }
        assert!(known(&counts) < 10_000, "{}", known(&counts));
    }
}
