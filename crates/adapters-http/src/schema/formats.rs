//! The `format`s of the contract beside JSON Schema's own: rules of the domain for one text field, checked in
//! the same pass as its length. A DTO asks for one with `#[schemars(extend("format" = "sku"))]`.

use domain::{
    accounts::Email,
    catalog::{Image, Sku, Slug},
    money::{Currency, Money},
    orders::CountryCode,
};
use jsonschema::ValidationOptions;

/// One rule for a text.
struct Format {
    /// Its name in schemas, which is the fault's code too.
    name: &'static str,
    /// What it asks for, for people.
    message: &'static str,
    check: fn(&str) -> bool,
}

const FORMATS: &[Format] = &[
    Format {
        name: "email",
        message: "must be an e-mail address such as ada@example.com",
        check: |text| Email::parse(text).is_ok(),
    },
    Format {
        name: "currency",
        message: "must be a currency code of ISO 4217 in upper case, such as EUR",
        check: |text| Currency::parse(text).is_ok(),
    },
    Format {
        name: "country",
        message: "must be a country code of ISO 3166-1 in upper case, such as DE",
        check: |text| CountryCode::parse(text).is_some(),
    },
    Format {
        name: "sku",
        message: "must have 1 to 64 characters, without white space or control characters",
        check: |text| Sku::parse(text).is_ok(),
    },
    Format {
        name: "slug",
        message: "must be words of a-z and 0-9 with single hyphens between them, at most 200 characters",
        check: |text| Slug::parse(text).is_ok(),
    },
    Format {
        name: "money-amount",
        message: "must be a decimal number such as \"19.99\", at most 999999999999, without sign or exponent",
        check: is_amount,
    },
    Format {
        name: "image-address",
        message: "must be an absolute address with http or https",
        check: Image::is_address,
    },
    Format { name: "not-blank", message: "must not be blank", check: |text| !text.trim().is_empty() },
];

/// The currencies of ISO 4217 with most and with fewest minor digits: an amount that fits neither fits none.
const EXTREMES: [&str; 3] = ["CLF", "KWD", "JPY"];

/// Whether some currency has such an amount; whether its own has is a rule across two fields.
pub(super) fn is_amount(text: &str) -> bool {
    EXTREMES.into_iter().filter_map(|code| Currency::parse(code).ok()).any(|c| Money::parse(text, c).is_ok())
}

/// Teaches the validator these formats.
pub(super) fn register<'i>(options: ValidationOptions<'i>) -> ValidationOptions<'i> {
    FORMATS.iter().fold(options, |options, format| options.with_format(format.name, format.check))
}

/// What a format asks for, for people.
pub(super) fn message(name: &str) -> String {
    if let Some(format) = FORMATS.iter().find(|format| format.name == name) {
        return format.message.to_owned();
    }
    match name {
        "uuid" => "must be a UUID such as 018f4d9e-0000-7000-8000-000000000000".to_owned(),
        "date-time" => "must be an instant of RFC 3339 such as 2026-01-31T12:00:00Z".to_owned(),
        "date" => "must be a date of RFC 3339 such as 2026-01-31".to_owned(),
        "uri" => "must be a URI with a scheme".to_owned(),
        name => format!("must have the format {name}"),
    }
}
