//! People with an account, for demonstrations.

use domain::{
    accounts::{Email, User},
    actor::Actor,
    events::Event,
    text::Name,
};
use ports::ids::IdGenerator;

use super::{months::Months, random::Random};
use crate::failure::Failure;

/// The password of every account that is made here. It is known to all the world, and meant to be.
pub(crate) const DEMO_PASSWORD: &str = "lanterns-on-a-quiet-quay";
/// Addresses are `user1@example.com` and so on: RFC 2606 keeps the domain free, so no mail reaches anybody.
pub(super) const LOCAL_PART: &str = "user";
/// See [`LOCAL_PART`].
pub(super) const DOMAIN: &str = "example.com";

const FIRST_NAMES: &[&str] = &[
    "Amira", "Anna", "Ben", "Carlos", "Chiara", "Daan", "Elif", "Emma", "Fatou", "Finn", "Giulia", "Hana",
    "Ida", "Jakub", "João", "Karim", "Lea", "Lina", "Luca", "Maja", "Mateo", "Mei", "Milan", "Nora", "Oskar",
    "Paula", "Priya", "Rosa", "Sami", "Sofia", "Théo", "Tomás", "Yuki", "Zoë",
];
const LAST_NAMES: &[&str] = &[
    "Albrecht",
    "Andersen",
    "Baker",
    "Bianchi",
    "Costa",
    "Demir",
    "Diallo",
    "Dubois",
    "Fischer",
    "García",
    "Haddad",
    "Hansen",
    "Horváth",
    "Ito",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Martin",
    "Moreau",
    "Müller",
    "Nowak",
    "O’Brien",
    "Okafor",
    "Patel",
    "Popescu",
    "Rossi",
    "Schmidt",
    "Silva",
    "Tanaka",
    "Virtanen",
    "Weber",
    "Wójcik",
];

/// The address of the person with this number.
pub(crate) fn address(number: u64) -> String {
    format!("{LOCAL_PART}{number}@{DOMAIN}")
}

/// Makes people.
pub(super) struct People<'a> {
    /// What their names are drawn from.
    pub seed: u64,
    /// When they registered.
    pub months: Months,
    /// Makes their ids.
    pub ids: &'a dyn IdGenerator,
}

impl People<'_> {
    /// The person with this index, of so many, whose number is that much above `last`.
    ///
    /// # Errors
    /// A sentence about a name that the shop does not take.
    pub(super) fn person(&self, index: u64, count: u64, last: u64) -> Result<(User, Event), Failure> {
        let number = last + 1 + index;
        let mut random = Random::of(self.seed ^ STREAM, number);
        let name = format!("{} {}", random.word(FIRST_NAMES), random.word(LAST_NAMES));
        let at = self.months.spread(index, count, &mut random);
        let user =
            User::register(self.ids.id(), Email::parse(&address(number))?, Some(Name::parse(&name)?), at);
        let event = user.registered(self.ids.id(), Actor::System, None);
        Ok((user, event))
    }
}

/// Keeps people's streams apart from those of products with the same numbers.
const STREAM: u64 = 0x7065_6f70_6c65;

#[cfg(test)]
mod tests {
    use domain::accounts::NewPassword;

    use super::*;
    use crate::seed::testing::{Counter, months};

    #[test]
    fn the_password_is_one_that_everybody_may_have() {
        let email = Email::parse(&address(1)).unwrap();
        assert!(NewPassword::parse(DEMO_PASSWORD, &email).is_ok());
    }

    #[test]
    fn people_have_numbered_addresses_and_the_same_names_again() {
        let people = |ids| People { seed: 1, months: months(), ids };
        let (first, second) = (Counter::default(), Counter::default());
        for index in 0..200 {
            let (user, event) = people(&first).person(index, 200, 5).unwrap();
            assert_eq!(user.email.as_str(), format!("user{}@example.com", index + 6));
            assert_eq!(event.origination.at, user.created_at);
            assert_eq!(people(&second).person(index, 200, 5).unwrap().0, user);
        }
    }
}
