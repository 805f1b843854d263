//! Mails that are owed.

pub mod deliver_mail;

pub use deliver_mail::{DeliverMail, Delivery, Undelivered};
