//! Who can log in.

use crate::{failure::Failure, interrupt::Interrupt, server::Home};

const ADMIN_EMAIL: &str = "bench@stoa.example";
const ADMIN_PASSWORD: &str = "kelp-anchor-mosaic-41";

/// Accounts of the shop under test.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Accounts {
    pub(crate) admin_email: String,
    pub(crate) admin_password: String,
    pub(crate) customer_emails: Vec<String>,
    /// The same for all customers.
    pub(crate) customer_password: String,
}

impl Accounts {
    /// Fills an empty shop with products and customers, and makes an administrator.
    ///
    /// # Errors
    /// When a command fails, or somebody interrupts.
    pub(crate) fn make(
        home: &Home,
        products: u32,
        customers: u32,
        interrupt: &Interrupt,
    ) -> Result<Self, Failure> {
        let (products, users) = (products.to_string(), customers.to_string());
        let printed = home.run(&["seed", "--products", &products, "--users", &users], None, interrupt)?;
        let create = ["admin", "create", "--email", ADMIN_EMAIL, "--password-stdin"];
        home.run(&create, Some(&format!("{ADMIN_PASSWORD}\n")), interrupt)?;
        Self::of(&printed, customers)
    }

    /// What `seed` said about the customers: they are numbered from 1, and one line ends with the password
    /// of all.
    fn of(printed: &str, customers: u32) -> Result<Self, Failure> {
        let line = printed.lines().find(|line| line.contains("password"));
        let password = line.and_then(|line| line.split_whitespace().last());
        let Some(password) = password else {
            return Err(Failure::say(format_args!("seed does not tell the customers' password: {printed}")));
        };
        Ok(Self {
            admin_email: ADMIN_EMAIL.to_owned(),
            admin_password: ADMIN_PASSWORD.to_owned(),
            customer_emails: (1..=customers).map(|number| format!("user{number}@example.com")).collect(),
            customer_password: password.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "10000 products with 34972 variants in 7.8 s
2 demonstration accounts in 0.0 s
user1@example.com to user2@example.com, each with the password open-sesame
";

    #[test]
    fn the_customers_are_those_that_seed_tells_of() {
        let accounts = Accounts::of(PRINTED, 2).unwrap();

        assert_eq!(accounts.customer_emails, ["user1@example.com", "user2@example.com"]);
        assert_eq!(accounts.customer_password, "open-sesame");
        assert!(Accounts::of("10 products", 2).is_err());
    }
}
