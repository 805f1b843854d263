//! Mails as they arrive.
#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod folder;
mod server;
mod smtp;

use adapters_mail::Sender;
use domain::{
    Instant,
    accounts::Email,
    mail::{Letter, Mail},
};
use uuid::Uuid;

fn sender() -> Sender {
    Sender::parse("The Shop <shop@shop.example>", "https://shop.example".to_owned()).unwrap()
}

fn mail() -> Mail {
    Mail {
        id: Uuid::from_u128(7).into(),
        user_id: Uuid::from_u128(8).into(),
        to: Email::parse("ada@example.com").unwrap(),
        letter: Letter::ResetPassword,
        sealed: None,
        at: Instant::from_timestamp(1_800_000_000, 0).unwrap(),
    }
}

#[test]
fn a_sender_is_an_address() {
    for wrong in ["", "shop", "Shop <shop>", "a@b.example, c@d.example"] {
        assert!(Sender::parse(wrong, String::new()).is_err(), "{wrong}");
    }
    assert!(Sender::parse("shop@shop.example", String::new()).is_ok());
}
