//! A small resource that uses every convention, and an application around it.

use std::{sync::Arc, time::Duration};

use actix_web::{
    App, Error,
    body::{BoxBody, to_bytes},
    dev::{Service, ServiceResponse},
    http::{Method, StatusCode, header::HeaderMap},
    test::{TestRequest, init_service},
    web::Data,
};
use adapters_http::{
    Allowed, Answered, Api, ApiError, Asked, Body, ById, CartToken, Change, Code, Context, Edit, Faults,
    Http, Idempotent, IfMatch, IntoCommand, ListQuery, NoContent, Notes, Page, Paged, Patch, Path, Ports,
    Query, Reply, ServiceConfig, Settings, SignedIn, Visitor, app, delete, get, may, patch, post, resource,
};
use async_trait::async_trait;
use domain::{
    Instant,
    accounts::{Caller, Role, Roles},
    asker::Asker,
    idempotency::Answer,
};
use paperclip::actix::api_v2_operation;
use ports::{
    clock::Clock,
    ids::IdGenerator,
    pagination::Position,
    readiness::{NotReady, Readiness},
    security::{
        AccessToken, AccessTokens, AdmissionError, CallerRegistry, SecretToken, SecretTokens, TokenError,
    },
    storage::Cause,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Notify;
use use_cases::Outcome;
use uuid::Uuid;

pub(crate) const ID: Uuid = Uuid::from_u128(0x018f4d9e_0000_7000_8000_000000000000);
pub(crate) const API: Api = Api { routes, notes };

fn routes(config: &mut ServiceConfig<'_>) {
    (adapters_http::API.routes)(config);
    config
        .service(resource("/things").route(get().to(list_things)).route(post().to(create_thing)))
        .service(
            resource("/things/{id}")
                .route(get().to(get_thing))
                .route(patch().to(change_thing))
                .route(delete().to(delete_thing)),
        )
        .service(resource("/mine").route(get().to(list_mine)))
        .service(resource("/search").route(get().to(search)))
        .service(resource("/boom").route(get().to(boom)).route(post().to(boom)))
        .service(resource("/slow").route(get().to(slow)).route(post().to(slow)))
        .service(resource("/touch").route(post().to(touch)))
        .service(resource("/who").route(post().to(who_asks)));
}

fn notes(notes: &mut Notes) {
    (adapters_http::API.notes)(notes);
    notes.tag("Things", "What these tests are about.");
    notes.errors("createThing", &[Code::SkuTaken]);
    notes.request("createThing", "mug", "A mug", &sample_body());
    notes.reply("createThing", 201, "mug", "The new mug", &sample());
    notes.reply("getThing", 200, "mug", "A mug", &sample());
    let page = Page { data: vec![sample()], next_cursor: None };
    notes.reply("listThings", 200, "last", "The last page", &page);
}

/// A thing, as it is shown.
#[derive(Debug, Deserialize, JsonSchema, Serialize)]
pub(crate) struct Thing {
    /// Identity.
    pub(crate) id: Uuid,
    pub(crate) sku: String,
    pub(crate) quantity: u32,
    pub(crate) version: i64,
}

/// A thing, as it is made.
#[derive(Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
struct ThingBody {
    #[schemars(extend("format" = "sku"), length(min = 1, max = 64))]
    sku: String,
    /// How many.
    #[schemars(range(min = 1, max = 999))]
    quantity: u32,
    #[schemars(length(max = 3), inner(length(min = 1, max = 5)))]
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    price: Option<PriceBody>,
    /// Whatever number fits.
    #[serde(default)]
    serial: Option<i64>,
}

#[derive(Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
struct PriceBody {
    #[schemars(extend("format" = "money-amount"))]
    amount: String,
    #[schemars(extend("format" = "currency"))]
    currency: String,
}

impl IntoCommand for ThingBody {
    type Command = NewThing;

    fn into_command(self, faults: &mut Faults) -> Option<NewThing> {
        if self.tags.contains(&self.sku) {
            faults.add("/tags", "repeats-sku", "must not repeat the SKU");
        }
        Some(NewThing { sku: self.sku, quantity: self.quantity })
    }
}

#[derive(Debug)]
struct NewThing {
    sku: String,
    quantity: u32,
}

#[derive(Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
struct ThingPatch {
    #[schemars(range(min = 1, max = 999))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    quantity: Edit<u32>,
    #[schemars(length(max = 10))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    note: Change<String>,
}

#[derive(Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
struct ThingFilter {
    /// Only this SKU
    #[schemars(extend("format" = "sku"))]
    sku: Option<String>,
    /// Only what is in stock
    in_stock: Option<bool>,
    sort: Option<Sort>,
}

#[derive(Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    Name,
    Price,
}

#[derive(Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
struct MineFilter {}

#[derive(Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
struct SearchQuery {
    #[schemars(length(min = 1, max = 5))]
    q: String,
    #[schemars(range(max = 5))]
    depth: Option<u8>,
}

#[derive(Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
struct TouchBody {
    reason: Option<String>,
}

impl IntoCommand for TouchBody {
    type Command = Self;
    const BODY_OPTIONAL: bool = true;

    fn into_command(self, _: &mut Faults) -> Option<Self> {
        Some(self)
    }
}

adapters_http::plain_command!(ThingPatch, ThingFilter, MineFilter, SearchQuery);

impl ListQuery for ThingFilter {
    type Position = Position;
    const PRIVATE: bool = false;
}

impl ListQuery for MineFilter {
    type Position = Position;
    const PRIVATE: bool = true;
}

pub(crate) fn sample() -> Thing {
    Thing { id: ID, sku: "MUG-1".to_owned(), quantity: 3, version: 7 }
}

fn sample_body() -> ThingBody {
    let price = PriceBody { amount: "19.99".to_owned(), currency: "EUR".to_owned() };
    ThingBody {
        sku: "MUG-1".to_owned(),
        quantity: 3,
        tags: vec!["red".to_owned()],
        price: Some(price),
        serial: None,
    }
}

/// What the handlers need.
#[derive(Default)]
pub(crate) struct Shop {
    pub(crate) writes_done: std::sync::Mutex<u32>,
    pub(crate) finish: Notify,
    pub(crate) answers: std::sync::Mutex<Vec<(domain::idempotency::KeyedCall, Answer)>>,
}

/// Make a thing
#[api_v2_operation(tags("Things"), operation_id = "createThing")]
async fn create_thing(
    caller: Allowed<may::ProductsWrite>,
    key: Idempotent,
    body: Body<ThingBody>,
    shop: Data<Shop>,
) -> Result<Answered<Thing, 201>, ApiError> {
    let keyed = key.call(&caller, |thing: &Thing| created(thing).answer())?;
    let outcome = shop.create(body.0, keyed)?;
    Ok(Answered::to(outcome, created))
}

fn created(thing: &Thing) -> Reply<Thing, 201> {
    Reply::created(format!("/things/{}", thing.id), Thing { sku: thing.sku.clone(), ..*thing })
        .version(thing.version)
}

impl Shop {
    fn create(
        &self,
        new: NewThing,
        keyed: Option<use_cases::Keyed<Thing>>,
    ) -> Result<Outcome<Thing>, ApiError> {
        if new.sku == "TAKEN" {
            return Err(ApiError::new(Code::SkuTaken));
        }
        let mut answers = self.answers.lock().unwrap();
        let thing = Thing { id: ID, sku: new.sku, quantity: new.quantity, version: 1 };
        let Some(keyed) = keyed else { return Ok(Outcome::Done { value: thing, answer: None }) };
        let known =
            answers.iter().find(|(call, _)| call.caller == keyed.call.caller && call.key == keyed.call.key);
        match known {
            Some((call, _)) if call.digest != keyed.call.digest => {
                Err(ApiError::new(Code::IdempotencyKeyReused))
            }
            Some((_, answer)) => Ok(Outcome::Replayed(answer.clone())),
            None => {
                let answer = (keyed.present)(&thing);
                answers.push((keyed.call, answer.clone()));
                *self.writes_done.lock().unwrap() += 1;
                Ok(Outcome::Done { value: thing, answer: Some(answer) })
            }
        }
    }
}

/// List things
#[api_v2_operation(tags("Things"), operation_id = "listThings")]
async fn list_things(list: Paged<ThingFilter>) -> Result<Reply<Page<Thing>>, ApiError> {
    let last = list.after.is_some();
    let next =
        (!last).then(|| Position { at: Instant::from_timestamp(1_700_000_000, 1_000).unwrap(), id: ID });
    assert!(list.after.is_none_or(|after| after.id == ID && after.at.timestamp() == 1_700_000_000));
    let rows = (0..list.limit).map(|_| sample()).collect();
    list.show(ports::pagination::Page { rows, next }, |thing| thing).map(Reply::public)
}

/// List my things
#[api_v2_operation(tags("Things"), operation_id = "listMine")]
async fn list_mine(_caller: SignedIn, list: Paged<MineFilter>) -> Result<Reply<Page<Thing>>, ApiError> {
    list.reply(vec![], Some(Position { at: Instant::UNIX_EPOCH, id: ID }))
}

/// Get a thing
#[api_v2_operation(tags("Things"), operation_id = "getThing")]
async fn get_thing(visitor: Visitor, path: Path<ById>) -> Result<Reply<Thing>, ApiError> {
    if path.0.id != ID {
        return Err(ApiError::not_found());
    }
    let reply = Reply::new(sample()).version(7);
    Ok(if visitor.0.is_none() { reply.public() } else { reply })
}

/// Change a thing
#[api_v2_operation(tags("Things"), operation_id = "changeThing")]
async fn change_thing(
    _caller: Allowed<may::ProductsWrite>,
    path: Path<ById>,
    condition: IfMatch,
    change: Patch<ThingPatch>,
) -> Result<Reply<Thing>, ApiError> {
    condition.0.check(7)?;
    let mut thing = Thing { id: path.0.id, ..sample() };
    thing.quantity = change.0.quantity.into_option().unwrap_or(thing.quantity);
    thing.sku = match change.0.note {
        Change::Keep => thing.sku,
        Change::Clear => "cleared".to_owned(),
        Change::Set(note) => note,
    };
    Ok(Reply::new(thing).version(8))
}

/// Delete a thing
#[api_v2_operation(tags("Things"), operation_id = "deleteThing")]
async fn delete_thing(_caller: SignedIn, _path: Path<ById>) -> Result<NoContent, ApiError> {
    Ok(adapters_http::Done)
}

/// Search
#[api_v2_operation(tags("Things"), operation_id = "searchThings")]
async fn search(query: Query<SearchQuery>) -> Result<Reply<String>, ApiError> {
    Ok(Reply::new(format!("{} {:?}", query.0.q, query.0.depth)))
}

/// Panic
#[api_v2_operation(tags("Things"), operation_id = "boom")]
async fn boom() -> Result<NoContent, ApiError> {
    panic!("a secret that must not show")
}

/// Wait for a signal
#[api_v2_operation(tags("Things"), operation_id = "slow")]
async fn slow(shop: Data<Shop>) -> Result<NoContent, ApiError> {
    shop.finish.notified().await;
    *shop.writes_done.lock().unwrap() += 1;
    Ok(adapters_http::Done)
}

/// Touch: the body may be left out
#[api_v2_operation(tags("Things"), operation_id = "touch")]
async fn touch(
    asked: Asked<CartToken>,
    context: Context,
    key: Idempotent,
    body: Body<TouchBody>,
) -> Result<Reply<String>, ApiError> {
    let call = key.asked_call::<_, ()>(&asked, |()| unreachable!("nothing is presented"))?;
    assert!(context.0.request_id.is_some());
    Ok(Reply::new(format!("{:?} {}", body.0.reason, call.is_some())))
}

/// Who asks, and by which caller's name a key of theirs goes
#[api_v2_operation(tags("Things"), operation_id = "whoAsks")]
async fn who_asks(asked: Asked<CartToken>, key: Idempotent) -> Result<Reply<Value>, ApiError> {
    let call = key.asked_call::<_, ()>(&asked, |()| unreachable!("nothing is presented"))?;
    let asker = match asked.asker() {
        Some(Asker::User(caller)) => format!("user {}", caller.user_id),
        Some(Asker::Guest(digest)) => format!("guest {}", digest[0]),
        Some(Asker::System) | None => "nobody".to_owned(),
    };
    Ok(Reply::new(serde_json::json!([asker, call.map(|keyed| keyed.call.caller.to_string())])))
}

struct Fakes;

impl IdGenerator for Fakes {
    fn next(&self) -> Uuid {
        ID
    }
}

impl Clock for Fakes {
    fn now(&self) -> Instant {
        Instant::UNIX_EPOCH
    }
}

impl AccessTokens for Fakes {
    fn issue(&self, _: &Caller, _: Instant) -> Result<AccessToken, Cause> {
        Err("these tests issue no tokens".into())
    }

    /// Tokens are `<role>` or `<role>-<number of the user>`.
    fn verify(&self, token: &str, _: Instant) -> Result<Caller, TokenError> {
        let (role, number) = token.split_once('-').unwrap_or((token, "1"));
        match (role, Role::parse(role), number.parse()) {
            ("expired", ..) => Err(TokenError::Expired),
            (_, Ok(role), Ok(number)) => Ok(Caller {
                user_id: Uuid::from_u128(number).into(),
                session_id: ID.into(),
                roles: Roles::from_iter([role]),
            }),
            _ => Err(TokenError::Invalid),
        }
    }
}

impl CallerRegistry for Fakes {
    /// The sessions of user 404 were ended; whether those of user 503 were, nobody knows.
    fn admit(&self, caller: Caller) -> Result<Caller, AdmissionError> {
        match caller.user_id.uuid().as_u128() {
            404 => Err(AdmissionError::Ended),
            503 => Err(AdmissionError::NotKnown),
            _ => Ok(caller),
        }
    }
}

impl SecretTokens for Fakes {
    fn generate(&self) -> Result<SecretToken, Cause> {
        Err("these tests make no secrets".into())
    }

    /// The first byte, again and again.
    fn digest(&self, secret: &str) -> [u8; 32] {
        [secret.bytes().next().unwrap_or(0); 32]
    }
}

#[async_trait]
impl Readiness for Fakes {
    async fn check(&self) -> Result<(), NotReady> {
        Err(NotReady::Migrations)
    }

    fn was_ready(&self) -> bool {
        true
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        public_url: "https://shop.example".to_owned(),
        version: "1.2.3".to_owned(),
        cors_origins: vec!["https://app.example".to_owned()],
        max_in_flight: 100,
        request_deadline: Duration::from_secs(5),
        idempotency_ttl: Duration::from_secs(60),
        trusted_proxies: vec![],
        rate_limits: None,
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of a problem, after looking at all its members.
    pub(crate) fn code(&self) -> String {
        let problem = self.json();
        let code = problem["code"].as_str().unwrap();
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["type"], format!("https://shop.example/problems/{code}"));
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        assert_eq!(self.header("cache-control"), "no-store");
        code.to_owned()
    }

    /// Every fault as `place code`, sorted.
    pub(crate) fn faults(&self) -> Vec<String> {
        assert_eq!(self.code(), "validation-failed", "{self:?}");
        let problem = self.json();
        let mut faults: Vec<String> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| {
                let place = ["pointer", "parameter", "header"]
                    .iter()
                    .find_map(|place| fault[place].as_str())
                    .unwrap();
                assert!(!fault["message"].as_str().unwrap().is_empty());
                format!("{place} {}", fault["code"].as_str().unwrap())
            })
            .collect();
        faults.sort();
        faults
    }
}

/// The application, ready for calls.
pub(crate) struct Server<S> {
    pub(crate) service: S,
    pub(crate) shop: Data<Shop>,
    pub(crate) http: Arc<Http>,
}

pub(crate) async fn server()
-> Server<impl Service<actix_http::Request, Response = ServiceResponse<BoxBody>, Error = Error>> {
    server_with(settings()).await
}

pub(crate) async fn server_with(
    settings: Settings,
) -> Server<impl Service<actix_http::Request, Response = ServiceResponse<BoxBody>, Error = Error>> {
    server_of(settings, &API, |_| {}).await
}

/// The application of `api`, whose handlers find what `data` adds.
pub(crate) async fn server_of(
    settings: Settings,
    api: &'static Api,
    data: impl FnOnce(&mut actix_web::web::ServiceConfig) + 'static,
) -> Server<impl Service<actix_http::Request, Response = ServiceResponse<BoxBody>, Error = Error>> {
    let fakes = Arc::new(Fakes);
    let ports = Ports {
        ids: fakes.clone(),
        clock: fakes.clone(),
        tokens: fakes.clone(),
        callers: fakes.clone(),
        secrets: fakes.clone(),
        public_keys: Arc::new(|| serde_json::json!({ "keys": [{ "kty": "OKP", "kid": "k1" }] })),
        readiness: fakes,
    };
    let http = Arc::new(Http::new(settings, ports, api, b"a secret of these tests"));
    let shop = Data::new(Shop::default());
    let demo = shop.clone();
    let app: App<_> = app(http.clone(), api, |config| {
        config.app_data(demo);
        data(config);
    });
    Server { service: init_service(app).await, shop, http }
}

impl<S: Service<actix_http::Request, Response = ServiceResponse<BoxBody>, Error = Error>> Server<S> {
    pub(crate) async fn call(&self, request: TestRequest) -> Got {
        let response = self.service.call(request.to_request()).await.unwrap();
        let (_, response) = response.into_parts();
        let (status, headers) = (response.status(), response.headers().clone());
        Got { status, headers, bytes: to_bytes(response.into_body()).await.unwrap_or_default().to_vec() }
    }

    pub(crate) async fn get(&self, path: &str) -> Got {
        self.call(request(Method::GET, path)).await
    }

    /// A POST of JSON text by somebody who may write products.
    pub(crate) async fn post(&self, path: &str, body: impl Into<Vec<u8>>) -> Got {
        self.call(json(Method::POST, path, body)).await
    }
}

pub(crate) fn request(method: Method, path: &str) -> TestRequest {
    TestRequest::with_uri(path).method(method)
}

pub(crate) fn json(method: Method, path: &str, body: impl Into<Vec<u8>>) -> TestRequest {
    as_who("catalog_manager", method, path)
        .insert_header(("content-type", "application/json"))
        .set_payload(body.into())
}

/// A request by somebody with this role, such as `customer`, or `customer-2` for another one.
pub(crate) fn as_who(who: &str, method: Method, path: &str) -> TestRequest {
    request(method, path).insert_header(("authorization", format!("Bearer {who}")))
}

/// A POST of JSON by somebody, or by nobody.
pub(crate) fn post_as(who: Option<&str>, path: &str, body: &Value) -> TestRequest {
    let call = match who {
        Some(who) => as_who(who, Method::POST, path),
        None => request(Method::POST, path),
    };
    call.insert_header(("content-type", "application/json")).set_payload(body.to_string())
}
