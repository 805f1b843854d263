//! JSON text to tree, more strictly than serde_json reads it: RFC 8259 asks for names to be unique, and text
//! is stored in Unicode NFC. Whatever this module refuses is 400 `malformed-json`.

use std::{borrow::Cow, cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::problem::{ApiError, Code, Fault};

/// Floats below this stand for exactly one integer: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads one JSON text.
///
/// # Errors
/// 400 `malformed-json` for what is no JSON, invalid UTF-8, lone surrogates, duplicate names, numbers out of
/// range, trailing bytes, and nesting deeper than 127 levels.
pub(crate) fn read(bytes: &[u8], faults: &mut Vec<Fault>) -> Result<Value, ApiError> {
    let nul_seen = Cell::new(false);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Tree { nul_seen: &nul_seen }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| ApiError::new(Code::MalformedJson).detail(describe(&error)))?;
    if nul_seen.get() {
        find_nuls(&value, faults);
    }
    Ok(value)
}

/// Adds every NUL that `value` has.
pub(crate) fn find_nuls(value: &Value, faults: &mut Vec<Fault>) {
    find_nul(value, &mut String::new(), faults);
}

/// Text as it is stored: in NFC.
pub(crate) fn normalise(text: Cow<'_, str>) -> String {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text.into_owned()
    } else {
        text.nfc().collect()
    }
}

/// One step of a JSON Pointer (RFC 6901).
pub(crate) fn pointer_step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn describe(error: &serde_json::Error) -> String {
    let what = if error.to_string().starts_with(DUPLICATE) {
        "a name occurs twice in one object"
    } else if error.is_eof() {
        "the text ends too early"
    } else {
        "not JSON"
    };
    format!("{what}, at line {} column {}", error.line(), error.column())
}

fn find_nul(value: &Value, pointer: &mut String, faults: &mut Vec<Fault>) {
    let fault = |pointer: &str| Fault::at(pointer, "null-character", "must not contain the character U+0000");
    let at = pointer.len();
    match value {
        Value::String(text) if text.contains('\0') => faults.push(fault(pointer)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointer.push_str(&format!("/{index}"));
                find_nul(item, pointer, faults);
                pointer.truncate(at);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                pointer.push('/');
                pointer.push_str(&pointer_step(name));
                if name.contains('\0') {
                    faults.push(fault(pointer));
                }
                find_nul(member, pointer, faults);
                pointer.truncate(at);
            }
        }
        _ => {}
    }
}

const DUPLICATE: &str = "duplicate name";

#[derive(Clone, Copy)]
struct Tree<'a> {
    nul_seen: &'a Cell<bool>,
}

impl Tree<'_> {
    fn text(self, text: Cow<'_, str>) -> String {
        if text.contains('\0') {
            self.nul_seen.set(true);
        }
        normalise(text)
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    /// `1.0` and `1e3` are integers (JSON has one kind of number), but only where a float can't have been
    /// rounded; beyond that they stay floats, which no integer field takes.
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        if value.fract() == 0.0 && value.abs() < EXACT {
            return format!("{value:.0}").parse::<i64>().map(Value::from).map_err(E::custom);
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(self.text(Cow::Borrowed(text))))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(self.text(Cow::Owned(text))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<Cow<'_, str>>()? {
            let name = self.text(name);
            let value = members.next_value_seed(self)?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom(DUPLICATE));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tree(text: impl AsRef<[u8]>) -> Result<Value, Code> {
        read(text.as_ref(), &mut Vec::new()).map_err(|error| error.code())
    }

    #[test]
    fn what_is_not_one_json_text_is_malformed() {
        let deep = format!("{}{}", "[".repeat(129), "]".repeat(129));
        let cases: [&[u8]; 12] = [
            b"",
            b"{",
            b"{\"a\":1,}",
            b"{} {}",
            b"{\"a\":1,\"a\":2}",
            b"\"\xff\"",
            br#""\ud800""#,
            br#""\udc00x""#,
            b"1e400",
            b"01",
            b"NaN",
            deep.as_bytes(),
        ];
        for case in cases {
            assert_eq!(tree(case), Err(Code::MalformedJson), "{}", String::from_utf8_lossy(case));
        }
        assert_eq!(
            tree("{\"\\u0041\\u030A\":1,\"\\u00C5\":2}"),
            Err(Code::MalformedJson),
            "the same name in NFC"
        );
    }

    #[test]
    fn text_becomes_nfc() {
        assert_eq!(tree("{\"A\u{30A}\":\"A\u{30A}\"}"), Ok(json!({"\u{C5}": "\u{C5}"})));
        assert_eq!(tree("\"plain\""), Ok(json!("plain")));
    }

    #[test]
    fn no_number_is_rounded_into_an_integer() {
        assert_eq!(tree("[1, -1, 1.0, 1e3, 18446744073709551615]"), Ok(json!([1, -1, 1, 1000, u64::MAX])));
        for text in ["9007199254740993.0", "99999999999999999999", "1.5", "1e20"] {
            let value = tree(text).unwrap();
            assert!(value.as_i64().is_none() && value.as_u64().is_none(), "{text}");
        }
    }

    #[test]
    fn every_nul_is_a_fault_with_its_pointer() {
        let mut faults = Vec::new();
        read(br#"{"a":["x","\u0000"],"b/\u0000":1}"#, &mut faults).unwrap();
        let faults = serde_json::to_value(faults).unwrap();
        assert_eq!(faults[0]["pointer"], "/a/1");
        assert_eq!(faults[1]["pointer"], "/b~1\0");
        assert_eq!(faults[1]["code"], "null-character");
    }
}
