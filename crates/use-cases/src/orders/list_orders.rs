//! Somebody looks through orders: the own ones, or as staff all.

use std::sync::Arc;

use domain::{
    Instant,
    accounts::{Caller, Email, Forbidden, Permission},
    ids::UserId,
    orders::{FulfillmentStatus, Order, OrderStatus, PaymentStatus},
};
use ports::{
    orders::{OrderQuery, OrderReader},
    pagination::{Page, PageRequest},
    storage::StorageError,
};

/// Whose orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// The caller's own.
    #[default]
    Own,
    /// Everybody's; for staff.
    All,
}

/// Which orders somebody wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Whose.
    pub scope: Scope,
    /// This customer's; for staff.
    pub customer_id: Option<UserId>,
    /// This address's; for staff.
    pub email: Option<Email>,
    /// The one with this number; for staff.
    pub number: Option<i64>,
    /// Those that stand here.
    pub status: Option<OrderStatus>,
    /// Those whose money stands here.
    pub payment_status: Option<PaymentStatus>,
    /// Those whose goods stand here.
    pub fulfillment_status: Option<FulfillmentStatus>,
    /// Those placed after this instant.
    pub created_after: Option<Instant>,
    /// Those placed before this instant.
    pub created_before: Option<Instant>,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListOrdersError {
    /// The filter is for staff.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Lists orders, newest first.
#[derive(Clone)]
pub struct ListOrders {
    /// Shows orders.
    pub orders: Arc<dyn OrderReader>,
}

impl ListOrders {
    /// A page of orders.
    ///
    /// # Errors
    /// [`ListOrdersError`].
    pub async fn run(
        &self,
        caller: &Caller,
        filter: OrderFilter,
        page: PageRequest,
    ) -> Result<Page<Order>, ListOrdersError> {
        if filter.is_for_staff() {
            caller.require(Permission::OrdersRead)?;
        }
        let customer_id = if filter.is_for_staff() { filter.customer_id } else { Some(caller.user_id) };
        let query = OrderQuery {
            customer_id,
            email: filter.email,
            status: filter.status,
            payment_status: filter.payment_status,
            fulfillment_status: filter.fulfillment_status,
            created_after: filter.created_after,
            created_before: filter.created_before,
            number: filter.number,
            page,
        };
        Ok(self.orders.list(&query).await?)
    }
}

impl OrderFilter {
    /// Whether it reaches beyond the caller's own orders.
    fn is_for_staff(&self) -> bool {
        self.scope == Scope::All
            || self.customer_id.is_some()
            || self.email.is_some()
            || self.number.is_some()
    }
}
