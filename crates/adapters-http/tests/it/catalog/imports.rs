//! Files of products that come in.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::http::Method;
use adapters_http::{Format, ProductIntake};
use domain::catalog::{ImportDecision, ImportGround, ProductImport};
use ports::{
    MockIdGenerator, MockProductImporter,
    catalog::{CommitImportError, ImportMode, ProductImporter},
    ids::IdGenerator,
    storage::StorageError,
};
use serde_json::Value;
use use_cases::catalog::ImportProducts;
use uuid::Uuid;

use crate::{
    demo::{Got, as_who},
    doubles::{Doubles, now, shop},
};

const FILE: &str = "{\"title\":\"Mug\",\"variants\":[{\"sku\":\"MUG\",\"stock\":3}]}\n\
    {\"variants\":[{\"sku\":\"CUP\"}]}\n\
    {\"titel\":\"Cup\",\"variants\":[{\"sku\":\"CUP 1\",\"stock\":-1}]}\n";

/// A shop that has nothing yet.
fn empty(import: &ProductImport) -> Result<ImportDecision, CommitImportError> {
    let ground = ImportGround { known: vec![], category: None, now: now() };
    import.decide(&ground).map_err(CommitImportError::Refused)
}

async fn send(query: &str, key: Option<&str>, times: usize) -> Vec<Got> {
    let mut doubles = Doubles::default();
    doubles.importer.expect_commit_import().returning(|import, _| empty(import));
    let server = shop(doubles).await;
    let mut answers = Vec::new();
    for _ in 0..times {
        let call = as_who("catalog_manager", Method::POST, &format!("/products/import{query}"));
        let call = call.insert_header(("content-type", "application/x-ndjson")).set_payload(FILE);
        let call = key.into_iter().fold(call, |call, key| call.insert_header(("idempotency-key", key)));
        answers.push(server.call(call).await);
    }
    answers
}

fn lines(got: &Got) -> Vec<Value> {
    assert_eq!((got.status.as_u16(), got.header("content-type")), (200, "application/x-ndjson"));
    got.bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

/// The lines that a report speaks of, and 0 for its end.
fn told(got: &Got) -> Vec<u64> {
    lines(got).iter().map(|line| line["line"].as_u64().unwrap_or(0)).collect()
}

#[actix_web::test]
async fn every_fault_of_a_row_is_told_with_its_line_and_its_place() {
    let [got] = &send("", None, 1).await[..] else { panic!() };
    let report = lines(got);
    let faults: Vec<_> = report[2]["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect();
    for fault in [("/titel", "unknown-field"), ("/variants/0/sku", "sku"), ("/variants/0/stock", "too-small")]
    {
        assert!(faults.contains(&fault), "{fault:?}: {faults:?}");
    }
    assert_eq!((&report[1]["line"], &report[1]["errors"][0]["pointer"]), (&2.into(), &"/title".into()));
    assert_eq!(report[0]["outcome"], "created");
    assert_eq!(report[3]["failed"], 2);
}

#[actix_web::test]
async fn a_report_tells_as_much_as_is_asked_for_and_always_its_end() {
    for (query, lines) in [
        ("", vec![1, 2, 3, 0]),
        ("?report=rows", vec![1, 2, 3, 0]),
        ("?report=faults", vec![2, 3, 0]),
        ("?report=summary", vec![0]),
    ] {
        assert_eq!(told(&send(query, None, 1).await[0]), lines, "{query}");
    }
    let unknown = &send("?report=all", None, 1).await[0];
    assert_eq!(unknown.status.as_u16(), 422);
}

#[actix_web::test]
async fn a_key_is_ignored() {
    let answers = send("", Some("once"), 2).await;
    for answer in &answers {
        assert_eq!((told(answer), answer.header("idempotency-replayed")), (vec![1, 2, 3, 0], ""));
    }
}

fn ids() -> Arc<dyn IdGenerator> {
    let mut ids = MockIdGenerator::new();
    let mut count = 0;
    ids.expect_next().returning(move || {
        count += 1;
        Uuid::from_u128(count)
    });
    Arc::new(ids)
}

fn intake(importer: impl ProductImporter + 'static) -> ProductIntake {
    let import = ImportProducts { importer: Arc::new(importer), ids: ids() };
    ProductIntake::new(Format::Csv, import.begin_by_operator(ImportMode::Commit))
}

/// Takes a while for each row, and knows in which order they came and how many were there at once.
#[derive(Default)]
struct Slow {
    at_once: AtomicUsize,
    most: AtomicUsize,
    order: Mutex<Vec<String>>,
}

struct Shared(Arc<Slow>);

#[async_trait::async_trait]
impl ProductImporter for Shared {
    async fn commit_import(
        &self,
        import: &ProductImport,
        _: ImportMode,
    ) -> Result<ImportDecision, CommitImportError> {
        let now = self.0.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.most.fetch_max(now, Ordering::SeqCst);
        let first = import.row.title.as_ref().unwrap().as_str();
        tokio::time::sleep(Duration::from_millis(if first == "Slow" { 50 } else { 5 })).await;
        self.0.order.lock().unwrap().push(first.to_owned());
        self.0.at_once.fetch_sub(1, Ordering::SeqCst);
        empty(import)
    }
}

#[actix_web::test]
async fn rows_are_taken_in_a_few_at_once_and_told_in_the_file_s_order() {
    let slow = Arc::new(Slow::default());
    let mut intake = intake(Shared(slow.clone()));
    let rows: String = (0..20).map(|n| format!("Mug {n},M{n}\n")).collect();

    let mut reports = intake.push(format!("title,sku\nSlow,S\n{rows}").as_bytes()).await.unwrap();
    let (rest, summary) = intake.finish().await.unwrap();
    reports.extend(rest);

    let told: Vec<_> = reports.iter().map(|row| row.line).collect();
    assert_eq!(told, (2..=22).collect::<Vec<_>>());
    assert_eq!((summary.rows, summary.created), (21, 21));
    assert_eq!(slow.most.load(Ordering::SeqCst), 4);
}

#[actix_web::test]
async fn of_two_rows_about_the_same_the_later_one_waits() {
    let slow = Arc::new(Slow::default());
    let mut intake = intake(Shared(slow.clone()));
    intake.push(b"title,sku\nSlow,A\nSecond,A\nOther,B\n").await.unwrap();
    intake.finish().await.unwrap();
    let order = slow.order.lock().unwrap().clone();
    let place = |wanted: &str| order.iter().position(|title| title == wanted);
    assert!(place("Slow") < place("Second"), "{order:?}");
}

#[actix_web::test]
async fn a_database_that_is_away_for_a_moment_stops_nothing_and_one_that_fails_stops_at_its_line() {
    let mut importer = MockProductImporter::new();
    importer
        .expect_commit_import()
        .times(1)
        .returning(|_, _| Err(StorageError::Unavailable("away".into()).into()));
    importer.expect_commit_import().times(1).returning(|import, _| empty(import));
    let mut away = intake(importer);
    away.push(b"title,sku\nMug,A\n").await.unwrap();
    assert_eq!(away.finish().await.unwrap().1.created, 1);

    let mut importer = MockProductImporter::new();
    importer
        .expect_commit_import()
        .returning(|_, _| Err(StorageError::Internal("no such column".into()).into()));
    let mut broken = intake(importer);
    broken.push(b"title,sku\nMug,A\n").await.unwrap();
    let stopped = broken.finish().await.err().unwrap();
    assert_eq!(stopped.line, 2);
}
