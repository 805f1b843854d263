//! The event log: what the rest of the world may know of each command.

use uuid::Uuid;

use crate::{
    Instant,
    actor::Origination,
    ids::{CategoryId, EventId, PriceId, ProductId, VariantId},
    inventory::StockFigures,
    money::Money,
    orders::{OrderEvent, OrderStatus},
};

/// One thing that happened. It holds ids and figures and nothing personal, so that it never has to be rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Identity.
    pub id: EventId,
    /// What it happened to.
    pub aggregate_id: Uuid,
    /// The version of that thing after it happened.
    pub aggregate_version: i32,
    /// What happened.
    pub data: EventData,
    /// Who, in which request, when.
    pub origination: Origination,
}

/// What happened, with its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventData {
    /// Somebody has an account now.
    UserRegistered {
        /// The roles that the account starts with.
        roles: Vec<String>,
    },
    /// Somebody has edited their profile.
    UserUpdated {
        /// Which fields are different; not what is in them.
        fields: Vec<&'static str>,
    },
    /// Somebody has other roles.
    UserRolesChanged {
        /// Every role from now on.
        roles: Vec<String>,
    },
    /// Somebody has shown that the account's address is theirs.
    UserEmailVerified,
    /// An account has another address.
    UserEmailChanged,
    /// An account has another password.
    UserPasswordChanged,
    /// A person's data was erased.
    UserErased,
    /// A category was made.
    CategoryCreated {
        /// The category above it.
        parent_id: Option<CategoryId>,
    },
    /// A category was edited where it stands.
    CategoryUpdated {
        /// The names of the fields that changed.
        fields: Vec<&'static str>,
        /// Where it stands among its sisters now.
        position: u32,
    },
    /// A category stands elsewhere in the tree.
    CategoryMoved {
        /// What it stood below.
        from: Option<CategoryId>,
        /// What it stands below now.
        to: Option<CategoryId>,
        /// The names of all fields that changed.
        fields: Vec<&'static str>,
        /// Where it stands among its sisters now.
        position: u32,
    },
    /// A category was deleted.
    CategoryDeleted {
        /// What it stood below.
        parent_id: Option<CategoryId>,
    },
    /// A product was made, with its variants.
    ProductCreated {
        /// Its variants, in their order.
        variant_ids: Vec<VariantId>,
    },
    /// A product was edited.
    ProductUpdated {
        /// The names of the fields that changed.
        fields: Vec<&'static str>,
        /// The variants that changed with it.
        variant_ids: Vec<VariantId>,
    },
    /// A product was deleted.
    ProductDeleted {
        /// The variants that went with it.
        variant_ids: Vec<VariantId>,
    },
    /// A deleted product came back.
    ProductRestored {
        /// The variants that came back with it.
        variant_ids: Vec<VariantId>,
    },
    /// A product has one variant more.
    VariantCreated(VariantOf),
    /// A variant was edited.
    VariantUpdated {
        /// Whose variant.
        of: VariantOf,
        /// The names of the fields that changed.
        fields: Vec<&'static str>,
    },
    /// A product has one variant less.
    VariantDeleted(VariantOf),
    /// A variant costs something else from now on.
    PriceChanged(PriceFact),
    /// A variant will cost something else.
    PriceScheduled(PriceFact),
    /// A price that had not begun was called off.
    PriceCancelled(PriceFact),
    /// Stock was changed by hand.
    StockAdjusted(StockFigures),
    /// Stock was lost that orders hold.
    StockShort(StockFigures),
    /// An order was placed, and its stock reserved.
    OrderPlaced {
        /// The number that people call it by.
        number: i64,
        /// Where it stands: pending, or confirmed at once when it is free.
        status: OrderStatus,
        /// What it costs.
        total: Money,
        /// What was bought: variant and quantity.
        lines: Vec<(VariantId, u32)>,
    },
    /// Something became of an order.
    OrderChanged(OrderEvent),
}

/// The product that a variant belongs to, and its version now: an edit of a variant is one of its product too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VariantOf {
    /// The product.
    pub product_id: ProductId,
    /// The product's version.
    pub product_version: i32,
}

/// One period of a variant's price, for events of its product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceFact {
    /// The variant.
    pub variant_id: VariantId,
    /// The variant's version after it happened.
    pub variant_version: i32,
    /// The period.
    pub price_id: PriceId,
    /// The price.
    pub price: Money,
    /// From when on it is in force, or would have been.
    pub valid_from: Instant,
    /// When it ends; `None` for as long as nothing replaces it.
    pub valid_to: Option<Instant>,
}

impl Event {
    /// Puts an event together.
    #[must_use]
    pub const fn new(
        id: EventId,
        aggregate_id: Uuid,
        aggregate_version: i32,
        data: EventData,
        origination: Origination,
    ) -> Self {
        Self { id, aggregate_id, aggregate_version, data, origination }
    }
}

impl EventData {
    /// The event's type, such as `order.placed`.
    #[must_use]
    pub const fn event_type(&self) -> &'static str {
        match self {
            Self::UserRegistered { .. } => "user.registered",
            Self::UserUpdated { .. } => "user.updated",
            Self::UserRolesChanged { .. } => "user.roles_changed",
            Self::UserEmailVerified => "user.email_verified",
            Self::UserEmailChanged => "user.email_changed",
            Self::UserPasswordChanged => "user.password_changed",
            Self::UserErased => "user.erased",
            Self::CategoryCreated { .. } => "category.created",
            Self::CategoryUpdated { .. } => "category.updated",
            Self::CategoryMoved { .. } => "category.moved",
            Self::CategoryDeleted { .. } => "category.deleted",
            Self::ProductCreated { .. } => "product.created",
            Self::ProductUpdated { .. } => "product.updated",
            Self::ProductDeleted { .. } => "product.deleted",
            Self::ProductRestored { .. } => "product.restored",
            Self::VariantCreated(_) => "variant.created",
            Self::VariantUpdated { .. } => "variant.updated",
            Self::VariantDeleted(_) => "variant.deleted",
            Self::PriceChanged(_) => "price.changed",
            Self::PriceScheduled(_) => "price.scheduled",
            Self::PriceCancelled(_) => "price.cancelled",
            Self::StockAdjusted(_) => "stock.adjusted",
            Self::StockShort(_) => "stock.short",
            Self::OrderPlaced { .. } => "order.placed",
            Self::OrderChanged(event) => event.event_type(),
        }
    }

    /// What kind of thing it happened to.
    #[must_use]
    pub const fn aggregate_type(&self) -> &'static str {
        match self {
            Self::UserRegistered { .. }
            | Self::UserUpdated { .. }
            | Self::UserRolesChanged { .. }
            | Self::UserEmailVerified
            | Self::UserEmailChanged
            | Self::UserPasswordChanged
            | Self::UserErased => "user",
            Self::CategoryCreated { .. }
            | Self::CategoryUpdated { .. }
            | Self::CategoryMoved { .. }
            | Self::CategoryDeleted { .. } => "category",
            Self::ProductCreated { .. }
            | Self::ProductUpdated { .. }
            | Self::ProductDeleted { .. }
            | Self::ProductRestored { .. }
            | Self::PriceChanged(_)
            | Self::PriceScheduled(_)
            | Self::PriceCancelled(_) => "product",
            Self::VariantCreated(_) | Self::VariantUpdated { .. } | Self::VariantDeleted(_) => "variant",
            Self::StockAdjusted(_) | Self::StockShort(_) => "stock",
            Self::OrderPlaced { .. } | Self::OrderChanged(_) => "order",
        }
    }
}
