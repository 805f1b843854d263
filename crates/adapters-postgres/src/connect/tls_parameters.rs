//! The parameters of an address that are about TLS, which the driver knows only in part.

use std::path::PathBuf;

use tokio_postgres::config::SslMode;

use super::SettingsError;

/// What an address says about TLS.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TlsParameters {
    /// Whether to encrypt.
    pub(super) mode: SslMode,
    /// Whether the server must prove who it is. As in libpq, `require` only encrypts.
    pub(super) verify: bool,
    /// A file with the certificates to trust, instead of the system's.
    pub(super) root_certificates: Option<PathBuf>,
}

impl TlsParameters {
    /// Takes `sslmode` and `sslrootcert` out of an address in either of libpq's forms, and gives back the rest of it.
    ///
    /// # Errors
    /// [`SettingsError::SslMode`] when the mode is none of libpq's.
    pub(super) fn take_from(address: &str) -> Result<(String, Self), SettingsError> {
        let is_url = address.starts_with("postgres://") || address.starts_with("postgresql://");
        let (head, pairs, separator) = match address.split_once('?') {
            Some((head, query)) if is_url => (format!("{head}?"), query, '&'),
            _ if is_url => (address.to_owned(), "", '&'),
            _ => (String::new(), address, ' '),
        };
        let mut parameters = Self { mode: SslMode::Prefer, verify: false, root_certificates: None };
        let mut rest = Vec::new();
        for pair in pairs.split(separator) {
            match pair.split_once('=') {
                Some(("sslmode", mode)) => (parameters.mode, parameters.verify) = parse_mode(mode)?,
                Some(("sslrootcert", path)) => {
                    let path = if is_url { percent_decoded(path) } else { path.to_owned() };
                    parameters.root_certificates = Some(path.into());
                }
                _ => rest.push(pair),
            }
        }
        let rest = rest.join(&separator.to_string());
        Ok((format!("{head}{rest}").trim_end_matches('?').to_owned(), parameters))
    }
}

/// The names of libpq. `verify-ca` is taken as the stricter `verify-full`; `allow` as `prefer`, which is no weaker.
fn parse_mode(mode: &str) -> Result<(SslMode, bool), SettingsError> {
    match mode {
        "disable" => Ok((SslMode::Disable, false)),
        "allow" | "prefer" => Ok((SslMode::Prefer, false)),
        "require" => Ok((SslMode::Require, false)),
        "verify-ca" | "verify-full" => Ok((SslMode::Require, true)),
        unknown => Err(SettingsError::SslMode(unknown.to_owned())),
    }
}

/// `%41` becomes `A`; what is no escape stays as it is.
fn percent_decoded(raw: &str) -> String {
    let mut pieces = raw.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let escape = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (escape, piece.get(2..)) {
            (Some(byte), Some(rest)) => {
                bytes.push(byte);
                bytes.extend_from_slice(rest.as_bytes());
            }
            _ => {
                bytes.push(b'%');
                bytes.extend_from_slice(piece.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(address: &str) -> (String, SslMode, bool, Option<PathBuf>) {
        let (rest, tls) = TlsParameters::take_from(address).unwrap();
        (rest, tls.mode, tls.verify, tls.root_certificates)
    }

    #[test]
    fn an_address_that_says_nothing_prefers_tls() {
        let url = "postgres://stoa@db/stoa";
        assert_eq!(taken(url), (url.to_owned(), SslMode::Prefer, false, None));
        assert_eq!(
            taken("host=/run user=stoa"),
            ("host=/run user=stoa".into(), SslMode::Prefer, false, None)
        );
    }

    #[test]
    fn tls_parameters_are_taken_out_of_a_url() {
        let (rest, mode, verify, roots) = taken(
            "postgres://stoa@db/stoa?sslmode=verify-full&application_name=x&sslrootcert=%2Fetc%2Fca%20of%20mine.pem",
        );
        assert_eq!(rest, "postgres://stoa@db/stoa?application_name=x");
        assert_eq!((mode, verify, roots), (SslMode::Require, true, Some("/etc/ca of mine.pem".into())));
        assert_eq!(taken("postgres://db?sslmode=disable").0, "postgres://db");
    }

    #[test]
    fn tls_parameters_are_taken_out_of_pairs() {
        let (rest, mode, verify, _) = taken("host=db sslmode=require user=stoa");
        assert_eq!((rest.as_str(), mode, verify), ("host=db user=stoa", SslMode::Require, false));
    }

    #[test]
    fn an_unknown_mode_is_refused() {
        let refusal = TlsParameters::take_from("host=db sslmode=maybe").unwrap_err();
        assert!(matches!(refusal, SettingsError::SslMode(mode) if mode == "maybe"));
    }

    #[test]
    fn a_percent_sign_that_escapes_nothing_stays() {
        assert_eq!(percent_decoded("100%/%zz%41%c3%a4"), "100%/%zzAä");
    }
}
