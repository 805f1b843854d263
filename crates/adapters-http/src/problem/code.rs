//! Every problem code of the contract: its status, its title, and the words that explain it.

use actix_web::http::StatusCode;

/// Declares [`Code`] from one table, so that a code can't lack its status, title or explanation.
macro_rules! codes {
    ($($variant:ident $status:ident $name:literal $title:literal $explanation:literal)+) => {
        /// What went wrong, in the words of the contract; clients may switch on it.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Code { $(#[doc = $title] $variant,)+ }

        impl Code {
            /// Every code, in the order of the contract's table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as it stands on the wire and in the problem's address.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The one status that goes with this code.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }

            /// A short sentence, the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// What the problem's page tells a developer: why it happens, and what to do.
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)+ }
            }
        }
    };
}

codes! {
    MalformedJson BAD_REQUEST "malformed-json" "The body is not well-formed JSON"
        "The body could not be read as one JSON text in UTF-8. Besides plain syntax errors this covers bytes after the text, names that occur twice in one object, lone surrogates, and more than 127 levels of nesting."
    BadRequest BAD_REQUEST "bad-request" "The request could not be understood"
        "The request breaks the rules of HTTP itself, for instance a body that is not what its Content-Encoding says, or one that did not arrive in time. Correct it before sending it again."
    Unauthenticated UNAUTHORIZED "unauthenticated" "Sign in first"
        "The route needs an access token, and the request has none that is valid. Send 'Authorization: Bearer <access token>' with a token from POST /auth/login."
    InvalidCredentials UNAUTHORIZED "invalid-credentials" "E-mail address or password is wrong"
        "No account has this e-mail address with this password. Which of the two is wrong is never told."
    TokenExpired UNAUTHORIZED "token-expired" "The access token has expired"
        "Access tokens live for minutes. Exchange the refresh token for a new pair at POST /auth/refresh and repeat the request."
    RefreshTokenReused UNAUTHORIZED "refresh-token-reused" "The refresh token was used before"
        "A refresh token works once. Because a second use may mean theft, the whole session has been ended; sign in again."
    Forbidden FORBIDDEN "forbidden" "Not allowed"
        "None of the caller's roles has the permission that this route, or one of its parameters, needs."
    WrongPassword FORBIDDEN "wrong-password" "The current password is wrong"
        "Changes to credentials, and the deletion of an account, need the current password. It counts as a failed log-in."
    NotFound NOT_FOUND "not-found" "Nothing here"
        "There is no such route, or no such resource, or it is somebody else's: which of these is never told."
    MethodNotAllowed METHOD_NOT_ALLOWED "method-not-allowed" "The resource has no such method"
        "The resource exists, but not with this method. The 'Allow' header lists the methods it has."
    EmailTaken CONFLICT "email-taken" "The e-mail address is taken"
        "Another account has this e-mail address, perhaps in another spelling of the same address."
    SlugTaken CONFLICT "slug-taken" "The slug is taken"
        "Another product or category that is not deleted has this slug."
    SkuTaken CONFLICT "sku-taken" "The SKU is taken"
        "Another variant that is not deleted has this SKU."
    InsufficientStock CONFLICT "insufficient-stock" "Not enough in stock"
        "At least one line asks for more than is available. The member 'lines' names every such line with 'sku', 'requested' and 'available'. Nothing has been changed."
    QuoteChanged CONFLICT "quote-changed" "Prices are not as expected"
        "The total or a price differs from what the request expected. The member 'lines' names each changed line with 'sku', 'expected' and 'actual'. Nothing has been changed."
    CartAlreadyOrdered CONFLICT "cart-already-ordered" "The cart has been ordered"
        "A cart gives one order at most. The member 'order_id' names the order that came of it."
    CartEmpty CONFLICT "cart-empty" "The cart is empty"
        "An order needs at least one line. Add what is to be bought to the cart first."
    CartExpired CONFLICT "cart-expired" "The cart has expired"
        "The cart was not touched for too long. Open a new one."
    IllegalTransition CONFLICT "illegal-transition" "Not possible in this state"
        "The order's state does not take this command. The member 'from' is the state, 'command' what was asked, 'allowed' the commands that the state takes."
    LastAdmin CONFLICT "last-admin" "The last administrator stays"
        "At least one account keeps the role 'admin'. Give the role to somebody else first."
    LastVariant CONFLICT "last-variant" "The last variant stays"
        "A product has at least one variant. Delete the product instead, or add another variant first."
    CategoryCycle CONFLICT "category-cycle" "A category can't stand below itself"
        "The new parent is the category itself or one of its descendants."
    CategoryInUse CONFLICT "category-in-use" "The category is in use"
        "The category has products or children. Move them first."
    PriceInForce CONFLICT "price-in-force" "The price is in force"
        "Only a price that has not begun can be deleted; what was in force is history. Set another price instead."
    PaymentReferenceTaken CONFLICT "payment-reference-taken" "The payment is recorded already"
        "A payment of this method with this reference has been recorded."
    OpenOrders CONFLICT "open-orders" "Orders are still open"
        "An account can't be deleted while an order of it is pending or confirmed."
    RefreshSuperseded CONFLICT "refresh-superseded" "The refresh token was just used"
        "Another request exchanged this refresh token a moment ago. Use the pair which that request was given."
    IdempotencyInProgress CONFLICT "idempotency-in-progress" "The same request is still running"
        "A request with this Idempotency-Key has not been answered yet. Repeat it after the time that 'Retry-After' names."
    VersionMismatch PRECONDITION_FAILED "version-mismatch" "The resource has been changed"
        "The version in 'If-Match' is not the current one. Read the resource again, apply the change to what it is now, and send its new ETag."
    PayloadTooLarge PAYLOAD_TOO_LARGE "payload-too-large" "The body is too large"
        "A body may have 262,144 bytes at most, before and after decompression."
    UnsupportedMediaType UNSUPPORTED_MEDIA_TYPE "unsupported-media-type" "The body's type is not supported"
        "Send 'Content-Type: application/json' (for PATCH 'application/merge-patch+json' works too), and either no Content-Encoding or gzip or br."
    ValidationFailed UNPROCESSABLE_ENTITY "validation-failed" "The request breaks a rule"
        "The request is well-formed, but at least one value is not acceptable. The member 'errors' names every fault with its place, a code and a sentence."
    CurrencyMismatch UNPROCESSABLE_ENTITY "currency-mismatch" "The currencies differ"
        "An amount is in another currency than the thing it belongs to, or the variant has no price in the currency that was asked for."
    IdempotencyKeyReused UNPROCESSABLE_ENTITY "idempotency-key-reused" "The Idempotency-Key belongs to another request"
        "A request with this key, but with another path or body, has been answered before. Use a new key for each new request."
    RateLimited TOO_MANY_REQUESTS "rate-limited" "Too many requests"
        "The quota is used up. Wait for the time that 'Retry-After' names."
    TooManyOpenOrders TOO_MANY_REQUESTS "too-many-open-orders" "Too many unpaid orders"
        "Too many orders of this caller, e-mail address or network address are open and unpaid. Pay or cancel one, or wait until they expire."
    Internal INTERNAL_SERVER_ERROR "internal" "Something went wrong here"
        "The fault is the server's, and it has been recorded under the 'request_id'. A change that was asked for either happened whole or not at all; repeat it with the same Idempotency-Key to learn which."
    Overloaded SERVICE_UNAVAILABLE "overloaded" "Too busy at the moment"
        "The server has more work than it can do in time. Repeat the request, with the same Idempotency-Key, after the time that 'Retry-After' names."
    DatabaseUnavailable SERVICE_UNAVAILABLE "database-unavailable" "The database can't be reached"
        "The server is up, its database is not. Repeat the request, with the same Idempotency-Key, after the time that 'Retry-After' names."
}

impl Code {
    /// The code of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }

    /// The code that says no more than the status does: for answers that the framework made.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthenticated,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::SERVICE_UNAVAILABLE => Self::Overloaded,
            status if status.is_server_error() => Self::Internal,
            _ => Self::BadRequest,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_parse_back() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(Code::ALL.iter().all(|code| Code::parse(code.as_str()) == Some(*code)));
        assert_eq!(Code::parse("no-such-code"), None);
    }
}
