//! What is held on people: that nothing is forgotten, by the export, by the erasure, or by the list of both.

mod census;
mod person;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use adapters_postgres::{PgCallerRegistry, PgErasureStore, PgPersonalDataReader};
use ports::accounts::{ErasureStore, PersonalData, PersonalDataReader};
use tokio_postgres::Client;

use self::{
    census::{CENSUS, Erasure, Export, Held, SUSPECTS, What},
    person::{Person, arrive},
};
use crate::{erasure::erasure, shop::Shop};

/// The texts in a column.
async fn values(client: &Client, held: &Held) -> BTreeSet<String> {
    let (table, column) = held.at.split_once('.').unwrap();
    let sql = format!("SELECT DISTINCT {column}::text FROM {table} WHERE {column} IS NOT NULL");
    let text = |raw: String| match raw.strip_prefix("\\x") {
        Some(hex) => unhex(hex),
        None => raw,
    };
    client.query(&sql, &[]).await.unwrap().iter().map(|row| text(row.get(0))).collect()
}

fn unhex(hex: &str) -> String {
    let bytes =
        hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16));
    String::from_utf8_lossy(&bytes.map(Result::unwrap).collect::<Vec<_>>()).into_owned()
}

/// What stands in a column about somebody.
async fn about(person: &Person, client: &Client, held: &Held) -> BTreeSet<String> {
    values(client, held).await.into_iter().filter(|value| person.is_in(value)).collect()
}

/// Two people who are alike in everything but their names and addresses.
async fn two_people(shop: &Shop) -> (Person, Person) {
    (arrive(&shop.client, "qwada", "192.0.2.").await, arrive(&shop.client, "qwbob", "198.51.100.").await)
}

async fn export(shop: &Shop, person: &Person) -> PersonalData {
    PgPersonalDataReader::new(shop.pool.clone()).collect(person.id).await.unwrap().unwrap()
}

#[tokio::test]
async fn every_column_that_could_be_about_somebody_is_listed() {
    let shop = Shop::open().await;
    let rows = shop.client.query(SUSPECTS, &[]).await.unwrap();
    let suspects: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let listed: BTreeSet<String> = CENSUS.iter().map(|held| held.at.to_owned()).collect();
    let forgotten: Vec<_> = suspects.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&suspects).collect();
    assert!(
        forgotten.is_empty() && gone.is_empty(),
        "decide in personal_data/census.rs what export and erasure do with {forgotten:?}; not there any more: {gone:?}"
    );
    assert_eq!(listed.len(), CENSUS.len(), "each once");
    for held in CENSUS {
        let reasons = match &held.what {
            What::Nothing(reason) => vec![*reason],
            What::Personal { export, erasure } => {
                let withheld = match export {
                    Export::Withheld(reason) => Some(*reason),
                    Export::Shown => None,
                };
                let kept = match erasure {
                    Erasure::Kept(reason) => Some(*reason),
                    Erasure::Gone => None,
                };
                withheld.into_iter().chain(kept).collect()
            }
        };
        assert!(reasons.iter().all(|reason| !reason.is_empty()), "{}: why?", held.at);
    }
}

#[tokio::test]
async fn a_person_gets_everything_that_is_listed_as_shown_and_nothing_else() {
    let shop = Shop::open().await;
    let (ada, bob) = two_people(&shop).await;
    shop.assert_sound().await;
    let export = told(&export(&shop, &ada).await);
    assert!(!bob.is_in(&export), "something of somebody else");
    for held in CENSUS {
        let What::Personal { export: shown, .. } = held.what else { continue };
        let own = about(&ada, &shop.client, held).await;
        assert!(!own.is_empty(), "nothing stands in {}: let the person have something there", held.at);
        let parts = own.iter().flat_map(|value| marked_words(&ada, value));
        for part in parts {
            assert_eq!(export.contains(&part), shown == Export::Shown, "{}: {part}", held.at);
        }
    }
}

/// Everything that an export says; what hides itself from logs is asked for its text.
fn told(data: &PersonalData) -> String {
    let hidden = data.orders.iter().flat_map(|held| {
        let order = &held.order;
        let names = [&order.shipping_address, &order.billing_address].into_iter().flatten();
        let names = names.map(|address| address.name.as_str().to_owned());
        names.chain(order.email.as_ref().map(ToString::to_string))
    });
    let hidden: Vec<_> = hidden.chain([data.user.email.to_string()]).collect();
    format!("{data:?} {hidden:?}")
}

/// The pieces of a value by which it is recognised wherever it is shown: a part of an address, or all of a plain text.
fn marked_words(person: &Person, value: &str) -> Vec<String> {
    let pieces: Vec<&str> = if value.starts_with('{') { value.split('"').collect() } else { vec![value] };
    let bare = |piece: &str| piece.strip_suffix("/32").unwrap_or(piece).to_owned();
    pieces.into_iter().filter(|piece| person.is_in(piece)).map(bare).collect()
}

#[tokio::test]
async fn an_erased_person_leaves_nothing_that_is_not_listed_as_kept() {
    let shop = Shop::open().await;
    let (ada, bob) = two_people(&shop).await;
    let mut others = Vec::new();
    for held in CENSUS {
        others.push(about(&bob, &shop.client, held).await);
    }
    let store =
        PgErasureStore::new(shop.pool.clone(), Arc::new(PgCallerRegistry::new(Duration::from_secs(900))));
    let leaving = store.load(ada.id).await.unwrap().unwrap();
    store.commit_erasure(&erasure(&leaving)).await.unwrap();

    for (held, other) in CENSUS.iter().zip(others) {
        let left = about(&ada, &shop.client, held).await;
        let may_stay = matches!(held.what, What::Personal { erasure: Erasure::Kept(_), .. });
        assert_eq!(left.is_empty(), !may_stay, "{}: {left:?}", held.at);
        assert_eq!(about(&bob, &shop.client, held).await, other, "{}: somebody else's", held.at);
    }
    let whole = "SELECT orders.total_minor, orders.status, count(lines.id) FROM orders
        JOIN order_lines AS lines ON lines.order_id = orders.id WHERE orders.id = $1 AND erased_at IS NOT NULL
        GROUP BY orders.id";
    let row = shop.client.query_one(whole, &[&ada.order]).await.unwrap();
    assert_eq!((row.get(0), row.get(1), row.get(2)), (1000_i64, "completed", 1_i64), "what was bought stays");
    assert_eq!(PgPersonalDataReader::new(shop.pool.clone()).collect(ada.id).await.unwrap(), None);
    shop.assert_sound().await;
}
