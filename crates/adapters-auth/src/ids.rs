//! Identifiers of version 7 (RFC 9562, section 5.7).

use ports::ids::IdGenerator;
use uuid::Uuid;

/// Makes UUIDs of version 7. Within the process each one sorts after those before it, also when the system's clock
/// is set back: a counter takes over.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidV7;

impl IdGenerator for UuidV7 {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the adapter of the port that all others go through"
    )]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let ids: Vec<Uuid> = (0..10_000).map(|_| UuidV7.next()).collect();
        assert!(ids.is_sorted_by(|earlier, later| earlier < later));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
