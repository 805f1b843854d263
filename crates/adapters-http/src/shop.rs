//! What the shop can do, for the handlers.

use use_cases::{
    accounts::{EndSession, ListSessions, LogIn, LogOut, RefreshSession, Register},
    audit::{ListAuditLog, RecordDenial},
    catalog::{CreateCategory, CreateProduct, GetProduct, ListCategories, ListProducts},
    orders::{GetOrder, ListOrders, PlaceOrder},
};

/// Every use case that a route calls. Each worker has its own, on its own connections.
#[derive(Clone)]
pub struct Shop {
    /// POST /auth/register
    pub register: Register,
    /// POST /auth/login
    pub log_in: LogIn,
    /// POST /auth/refresh
    pub refresh_session: RefreshSession,
    /// POST /auth/logout
    pub log_out: LogOut,
    /// GET /auth/sessions
    pub list_sessions: ListSessions,
    /// DELETE /auth/sessions/{id}
    pub end_session: EndSession,
    /// GET /audit-log
    pub list_audit_log: ListAuditLog,
    /// Every 403
    pub record_denial: RecordDenial,
    /// POST /products
    pub create_product: CreateProduct,
    /// GET /products/{id}
    pub get_product: GetProduct,
    /// GET /products
    pub list_products: ListProducts,
    /// POST /categories
    pub create_category: CreateCategory,
    /// GET /categories
    pub list_categories: ListCategories,
    /// POST /orders
    pub place_order: PlaceOrder,
    /// GET /orders/{id}
    pub get_order: GetOrder,
    /// GET /orders
    pub list_orders: ListOrders,
}
