//! Bounds: requests in flight, the deadline, and writes that go on without their client.

use std::time::Duration;

use actix_web::http::Method;

use crate::demo::{request, server, server_with, settings};

#[actix_web::test]
async fn more_requests_than_the_bound_are_refused_and_health_is_exempt() {
    let server = server_with(adapters_http::Settings { max_in_flight: 1, ..settings() }).await;
    let slow = server.get("/slow");
    let others = async {
        let refused = server.get("/things").await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (503, "overloaded"));
        assert_eq!(refused.header("retry-after"), "1");
        assert_eq!(server.get("/healthz").await.status, 200);
        server.shop.finish.notify_one();
    };
    let (slow, ()) = futures::join!(slow, others);
    assert_eq!(slow.status, 204);
    assert_eq!(server.get("/things").await.status, 200, "the place is free again");
}

#[actix_web::test]
async fn an_answer_comes_before_the_deadline() {
    let server =
        server_with(adapters_http::Settings { request_deadline: Duration::from_millis(50), ..settings() })
            .await;
    let got = server.get("/slow").await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (503, "overloaded"));
}

#[actix_web::test]
async fn a_write_outlives_its_deadline() {
    let server =
        server_with(adapters_http::Settings { request_deadline: Duration::from_millis(50), ..settings() })
            .await;
    assert_eq!(server.call(request(Method::POST, "/slow")).await.status, 503);
    server.shop.finish.notify_one();
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(*server.shop.writes_done.lock().unwrap(), 1);
}

#[actix_web::test]
async fn a_write_outlives_its_client_and_a_read_does_not() {
    let server = server().await;
    for (method, done) in [(Method::POST, 1), (Method::GET, 1)] {
        let call = server.call(request(method, "/slow"));
        assert!(tokio::time::timeout(Duration::from_millis(20), call).await.is_err(), "the client hangs up");
        server.shop.finish.notify_waiters();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(*server.shop.writes_done.lock().unwrap(), done);
    }
}
