//! Which orders somebody wants to see.

use domain::{
    Instant,
    accounts::Email,
    ids::UserId,
    orders::{FulfillmentStatus, OrderStatus, PaymentStatus},
};
use schemars::JsonSchema;
use serde::Deserialize;
use use_cases::orders::{OrderFilter, Scope};
use uuid::Uuid;

use crate::{Faults, IntoCommand, ListQuery, named::Named};

/// Which orders.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrdersQuery {
    /// Only those that stand here
    status: Option<Named<OrderStatus>>,
    /// Only those whose money stands here
    payment_status: Option<Named<PaymentStatus>>,
    /// Only those whose goods stand here
    fulfillment_status: Option<Named<FulfillmentStatus>>,
    /// Only those placed after this instant
    created_after: Option<Instant>,
    /// Only those placed before this instant
    created_before: Option<Instant>,
    /// Whose: the caller's `own`, or `all`, which needs the permission `orders:read`
    scope: Option<ScopeName>,
    /// Only those of this customer; needs the permission `orders:read`
    customer_id: Option<Uuid>,
    /// Only those of this address; needs the permission `orders:read`
    #[schemars(length(max = 254), extend("format" = "email"))]
    email: Option<String>,
    /// Only the one with this number; needs the permission `orders:read`
    #[schemars(regex(pattern = "^[0-9]{1,18}$"), extend("examples" = ["100042"]))]
    number: Option<String>,
}

/// Whose orders.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "OrderScope")]
enum ScopeName {
    /// The caller's
    Own,
    /// Everybody's
    All,
}

impl IntoCommand for OrdersQuery {
    type Command = OrderFilter;

    fn into_command(self, faults: &mut Faults) -> Option<OrderFilter> {
        let email = faults.optional("/email", self.email, |email| Email::parse(&email));
        let number = faults.optional("/number", self.number, |number| number.parse());
        Some(OrderFilter {
            scope: match self.scope {
                None | Some(ScopeName::Own) => Scope::Own,
                Some(ScopeName::All) => Scope::All,
            },
            customer_id: self.customer_id.map(UserId::from),
            email: email?,
            number: number?,
            status: self.status.map(|status| status.0),
            payment_status: self.payment_status.map(|status| status.0),
            fulfillment_status: self.fulfillment_status.map(|status| status.0),
            created_after: self.created_after,
            created_before: self.created_before,
        })
    }
}

impl ListQuery for OrdersQuery {
    type Position = ports::pagination::Position;
    const PRIVATE: bool = true;
}
