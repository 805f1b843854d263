//! The HTTP contract on Actix and paperclip: parse, run, answer.
//!
//! What is the same for every route stands in the files beside this one; an area (`accounts`, `catalog`,
//! `orders`, …) is a folder with `routes.rs`, its wire types in `dto.rs`, `errors.rs` and `notes.rs`, and one line
//! each in `routes.rs`.
//!
//! # How to add a route
//!
//! **1. Wire types** in `dto.rs`. They derive serde and [`schemars::JsonSchema`]; the schema is what the
//! OpenAPI document shows *and* what checks the input, so every limit is an attribute. Names are unique in the
//! whole crate: one name, one schema.
//!
//! ```
//! # use adapters_http::{Faults, IntoCommand, ListQuery, plain_command};
//! # use schemars::JsonSchema;
//! # use serde::{Deserialize, Serialize};
//! use domain::{catalog::Sku, text::Name};
//!
//! /// A gadget, as it is made.
//! #[derive(Deserialize, Serialize, JsonSchema)]
//! #[serde(deny_unknown_fields)]
//! pub struct NewGadgetBody {
//!     /// Shown to customers.
//!     #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
//!     pub name: String,
//!     #[schemars(extend("format" = "sku"), length(min = 1, max = 64))]
//!     pub sku: String,
//!     #[schemars(range(min = 1, max = 999))]
//!     pub quantity: u32,
//! }
//!
//! /// What the use case takes.
//! pub struct NewGadget { name: Name, sku: Sku, quantity: u32 }
//!
//! impl IntoCommand for NewGadgetBody {
//!     type Command = NewGadget;
//!
//!     fn into_command(self, faults: &mut Faults) -> Option<NewGadget> {
//!         let name = faults.field("/name", Name::parse(&self.name));
//!         let sku = faults.field("/sku", Sku::parse(&self.sku));
//!         // Every field is parsed before the first `?`, so that every fault is found.
//!         Some(NewGadget { name: name?, sku: sku?, quantity: self.quantity })
//!     }
//! }
//!
//! /// Filters of the list; `limit` and `cursor` come with [`Paged`].
//! #[derive(Deserialize, JsonSchema)]
//! #[serde(deny_unknown_fields)]
//! pub struct GadgetFilter {
//!     /// Only this SKU
//!     #[schemars(extend("format" = "sku"))]
//!     pub sku: Option<String>,
//! }
//!
//! plain_command!(GadgetFilter); // its own command: nothing to parse
//!
//! impl ListQuery for GadgetFilter {
//!     type Position = ports::pagination::Position;
//!     const PRIVATE: bool = false; // true: the list differs from caller to caller
//! }
//! ```
//!
//! `faults.within("/price", |faults| …)` reads a nested part, `faults.each("/lines", lines, |line, faults| …)` a
//! list, `faults.optional("/email", email, parse)` a field that may be absent. Formats of the domain
//! (`email`, `currency`, `country`, `sku`, `slug`, `money-amount`, `image-address`, `not-blank`) stand in `schema/formats.rs`.
//!
//! Enumerations of the domain go over the wire by their names: `Named<ProductStatus>` in `named.rs`. Examples share the
//! ids and instants of `samples.rs`.
//!
//! **2. Handlers** in `routes.rs`: parse, run, present. Arguments in this order: caller, context, path, headers,
//! then query or body; whoever may not is told so before anything else is looked at.
//!
//! ```ignore
//! /// Make a gadget
//! #[api_v2_operation(tags("Catalog"), operation_id = "createGadget")]
//! async fn create_gadget(
//!     caller: Allowed<may::ProductsWrite>,   // or SignedIn, or Visitor
//!     context: Context,
//!     key: Idempotent,
//!     body: Body<NewGadgetBody>,
//!     gadgets: Data<Gadgets>,
//! ) -> Result<Answered<GadgetView, 201>, ApiError> {
//!     let keyed = key.call(&caller, |gadget| created(gadget).answer())?;
//!     let outcome = gadgets.create.run(&caller, body.0, keyed, context.0).await?;
//!     Ok(Answered::to(outcome, created))
//! }
//!
//! fn created(gadget: &Gadget) -> Reply<GadgetView, 201> {
//!     Reply::created(format!("/gadgets/{}", gadget.id), GadgetView::from(gadget)).version(gadget.version)
//! }
//!
//! /// List gadgets
//! #[api_v2_operation(tags("Catalog"), operation_id = "listGadgets")]
//! async fn list_gadgets(
//!     list: Paged<GadgetFilter>,
//!     gadgets: Data<Gadgets>,
//! ) -> Result<Reply<Page<GadgetView>>, ApiError> {
//!     let page = gadgets.list.run(&list.filter, list.page()).await?;
//!     list.show(page, |gadget| GadgetView::from(&gadget)).map(Reply::public)
//! }
//!
//! pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
//!     config.service(resource("/gadgets").route(get().to(list_gadgets)).route(post().to(create_gadget)));
//! }
//!
//! pub(crate) fn notes(notes: &mut Notes) {
//!     notes.tag("Catalog", "What the shop sells.");
//!     notes.order(&["listGadgets", "createGadget"]);
//!     notes.tagged(&["listGadgets", "createGadget"]); // their answers have an ETag
//!     notes.errors("createGadget", &[Code::SkuTaken]);
//!     notes.request("createGadget", "lamp", "A lamp", &sample_body());
//!     notes.reply("createGadget", 201, "lamp", "The new lamp", &sample());
//! }
//!
//! impl From<CreateGadgetError> for ApiError {
//!     fn from(error: CreateGadgetError) -> Self {
//!         match error {
//!             CreateGadgetError::SkuTaken(sku) => Self::new(Code::SkuTaken).detail(format!("{sku} is taken")),
//!             CreateGadgetError::Forbidden(error) => error.into(),
//!             CreateGadgetError::KeyReused(error) => error.into(),
//!             CreateGadgetError::Key(error) => error.into(),
//!             CreateGadgetError::Storage(error) => error.into(),
//!         }
//!     }
//! }
//! ```
//!
//! **3. One line each** for the area in `routes.rs`: `catalog::routes(config)` and `catalog::notes(notes)`. The
//! use cases come in as `web::Data` through [`app`]'s third argument.
//!
//! Everything else happens by itself: 404, 405 with `Allow`, HEAD, 415, 413, 400, one 422 with every fault, the
//! deadline, load shedding, panics, a write that goes on when its client hangs up, `no-store`, ETags and 304,
//! compression, CORS, the request's id, the log line, metrics, and the OpenAPI document with the problems that
//! follow from an operation's shape.
//!
//! | wanted | write |
//! | --- | --- |
//! | a path | `Path<ById>`, or a flat type of one's own; what can't be read is 404 |
//! | a query | `Query<T>`; of a list: `Paged<T>`; without any parameter: `Query<NoQuery>` |
//! | a body | `Body<T>`; a merge patch: `Patch<T>` with [`Change`] and [`Edit`] fields; streamed in: [`Upload`] |
//! | no body needed | `const BODY_OPTIONAL: bool = true` in `IntoCommand` |
//! | `If-Match` | [`IfMatch`]; the use case takes its [`Precondition`](domain::version::Precondition) |
//! | what guests do, too | [`Asked`]`<CartToken>` or `<OrderToken>` as the caller; `key.asked_call(&asked, present)?` |
//! | a guest's token beside [`SignedIn`] | [`Shown`]`<CartToken>` |
//! | a secret in an answer that has a key | `.secret_if(…)`: it is kept sealed |
//! | an answer | `Reply::new(view)`, `.version(n)` for an ETag, `.public()` for what everybody may keep |
//! | no body in the answer | `NoContent`, `Accepted`: `Ok(Done)` |
//! | a stream | [`Stream`] of a [`Media`], `flow::paced` |
//! | a problem | `ApiError::new(Code::…)`, `.detail(…)`, `.member("lines", …)`, `.retry_after(seconds)` |
//!
//! Resources are made with [`resource`], never with `web::resource`; handlers are never `#[get]` functions.

mod accounts;
mod asked;
mod caller;
mod carts;
mod catalog;
mod context;
mod csv;
mod etag;
mod events;
mod flow;
mod http;
mod idempotency;
mod input;
mod instant;
mod inventory;
mod json;
mod limits;
mod lines;
mod middleware;
mod money;
mod named;
mod openapi;
mod operations;
mod orders;
mod pagination;
mod problem;
mod reply;
mod routes;
mod routing;
mod samples;
mod schema;
mod server;
mod shop;
mod storage;

pub use self::{
    asked::{Asked, CartToken, GuestToken, OrderToken, Shown},
    caller::{Allowed, Need, SignedIn, Visitor, may},
    catalog::exchange::{Format, ImportStopped, ImportSummary, ProductFileWriter, ProductIntake, RowReport},
    context::{Context, Network, ParseNetworkError, client_address},
    etag::IfMatch,
    http::{Http, Ports, PublicKeys, Settings},
    idempotency::Idempotent,
    input::{BODY_LIMIT, Body, ById, Change, Edit, IntoCommand, NoQuery, Patch, Path, Query, Upload},
    limits::RateLimits,
    middleware::observe::{REQUEST_SECONDS, REQUESTS},
    openapi::{Notes, document, openapi_document},
    orders::{ORDERS_PLACED, ORDERS_REFUSED},
    pagination::{ListQuery, Page, Paged, Place},
    problem::{ApiError, Code, Fault, Faults, PROBLEM_JSON, Problem},
    reply::{Accepted, Answered, Done, Media, NoContent, Reply, Stream},
    routes::{API, Api},
    routing::{Resource, ServiceConfig, delete, get, patch, post, put, resource},
    server::app,
    shop::{
        AccountPorts, Accounts, CartPorts, Carts, Catalog, CatalogPorts, Events, Inventory, InventoryPorts,
        OrderPorts, Orders, Shop,
    },
};
