//! Connection URLs of a server that listens on a unix socket.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The superuser that every cluster of this crate has.
pub(crate) const SUPERUSER: &str = "postgres";

/// `postgresql:///database?host=/socket/directory&user=postgres`, understood by libpq's programs
/// and by tokio-postgres. Bytes that mean something in a URL are percent-encoded.
pub(crate) fn of(sockets: &Path, database: &str) -> String {
    let database = encode(database.as_bytes(), b"");
    let host = encode(sockets.as_os_str().as_bytes(), b"/");
    format!("postgresql:///{database}?host={host}&user={SUPERUSER}")
}

fn encode(raw: &[u8], allowed: &[u8]) -> String {
    raw.iter().fold(String::with_capacity(raw.len()), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) || allowed.contains(byte) {
            text.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_stay_readable_and_odd_ones_are_encoded() {
        assert_eq!(of(Path::new("/tmp/x/run"), "shop"), "postgresql:///shop?host=/tmp/x/run&user=postgres");
        assert_eq!(
            of(Path::new("/tmp/my shop&co/run"), "a?b"),
            "postgresql:///a%3Fb?host=/tmp/my%20shop%26co/run&user=postgres"
        );
    }
}
