//! Roles and what they may do: the one table of permissions.

use std::{collections::BTreeSet, fmt};

/// What a person is in the shop. Everybody who has an account is a customer at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Buys.
    Customer,
    /// Answers customers: reads all profiles and orders, cancels orders.
    Support,
    /// Keeps the catalog and its stock.
    CatalogManager,
    /// Runs orders from payment to return.
    OrderManager,
    /// May do everything.
    Admin,
}

/// One thing that staff may do to what is not their own, written `resource:action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See drafts, archived products and who changed a price.
    ProductsRead,
    /// Make, change and delete products, variants and prices.
    ProductsWrite,
    /// Make, change and delete categories.
    CategoriesWrite,
    /// See stock levels and the ledger.
    InventoryRead,
    /// Adjust and count stock.
    InventoryWrite,
    /// See all orders.
    OrdersRead,
    /// Cancel anybody's order.
    OrdersCancel,
    /// Confirm an order before it is paid.
    OrdersConfirm,
    /// Record payments, fulfillments, returns and refunds.
    OrdersFulfill,
    /// See all users' profiles.
    UsersRead,
    /// Change users' roles.
    UsersWrite,
    /// Read the audit log.
    AuditRead,
    /// Read the event log.
    EventsRead,
}

/// No such role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of customer, support, catalog_manager, order_manager, admin")]
pub struct ParseRoleError;

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] =
        [Self::Customer, Self::Support, Self::CatalogManager, Self::OrderManager, Self::Admin];

    /// What the role may do beyond its bearer's own things.
    #[must_use]
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::Customer => &[],
            Self::Support => &[P::UsersRead, P::OrdersRead, P::OrdersCancel],
            Self::CatalogManager => {
                &[P::ProductsRead, P::ProductsWrite, P::CategoriesWrite, P::InventoryRead, P::InventoryWrite]
            }
            Self::OrderManager => &[
                P::OrdersRead,
                P::OrdersCancel,
                P::OrdersConfirm,
                P::OrdersFulfill,
                P::InventoryRead,
                P::InventoryWrite,
            ],
            Self::Admin => &Permission::ALL,
        }
    }

    /// The role's name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Support => "support",
            Self::CatalogManager => "catalog_manager",
            Self::OrderManager => "order_manager",
            Self::Admin => "admin",
        }
    }

    /// Reads a role's name.
    ///
    /// # Errors
    /// [`ParseRoleError`] when there is none of that name.
    pub fn parse(name: &str) -> Result<Self, ParseRoleError> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or(ParseRoleError)
    }
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 13] = [
        Self::ProductsRead,
        Self::ProductsWrite,
        Self::CategoriesWrite,
        Self::InventoryRead,
        Self::InventoryWrite,
        Self::OrdersRead,
        Self::OrdersCancel,
        Self::OrdersConfirm,
        Self::OrdersFulfill,
        Self::UsersRead,
        Self::UsersWrite,
        Self::AuditRead,
        Self::EventsRead,
    ];

    /// The permission's name, `resource:action`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProductsRead => "products:read",
            Self::ProductsWrite => "products:write",
            Self::CategoriesWrite => "categories:write",
            Self::InventoryRead => "inventory:read",
            Self::InventoryWrite => "inventory:write",
            Self::OrdersRead => "orders:read",
            Self::OrdersCancel => "orders:cancel",
            Self::OrdersConfirm => "orders:confirm",
            Self::OrdersFulfill => "orders:fulfill",
            Self::UsersRead => "users:read",
            Self::UsersWrite => "users:write",
            Self::AuditRead => "audit:read",
            Self::EventsRead => "events:read",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The roles of one person; `customer` is always among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

impl Roles {
    /// A customer and nothing more.
    #[must_use]
    pub fn customer() -> Self {
        Self::from_iter([])
    }

    /// Whether any of the roles has `permission`.
    #[must_use]
    pub fn allow(&self, permission: Permission) -> bool {
        self.0.iter().any(|role| role.permissions().contains(&permission))
    }

    /// Whether `role` is among them.
    #[must_use]
    pub fn contains(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// The roles, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = Role> {
        self.0.iter().copied()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().chain([Role::Customer]).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.name()), Ok(role));
        }
        assert_eq!(Role::parse("root"), Err(ParseRoleError));
    }

    #[test]
    fn an_admin_may_do_everything_and_a_customer_nothing() {
        for permission in Permission::ALL {
            assert!(Roles::from_iter([Role::Admin]).allow(permission));
            assert!(!Roles::customer().allow(permission));
        }
    }

    #[test]
    fn each_role_may_do_what_the_contract_says_and_nothing_else() {
        // R022: the table of roles in the contract
        let table = [
            (Role::Customer, ""),
            (Role::Support, "orders:cancel orders:read users:read"),
            (
                Role::CatalogManager,
                "categories:write inventory:read inventory:write products:read products:write",
            ),
            (
                Role::OrderManager,
                "inventory:read inventory:write orders:cancel orders:confirm orders:fulfill orders:read",
            ),
            (
                Role::Admin,
                "audit:read categories:write events:read inventory:read inventory:write orders:cancel orders:confirm \
                 orders:fulfill orders:read products:read products:write users:read users:write",
            ),
        ];
        assert_eq!(table.map(|(role, _)| role), Role::ALL);
        for (role, expected) in table {
            let mut names: Vec<_> = role.permissions().iter().map(|permission| permission.name()).collect();
            names.sort_unstable();
            assert_eq!(names.join(" "), expected, "{role}");
        }
    }
}
