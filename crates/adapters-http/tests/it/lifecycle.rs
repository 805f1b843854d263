//! Stopping: what is still answered, and how.

use crate::demo::server;

#[actix_web::test]
async fn a_draining_server_is_not_ready_and_answers_all_the_same() {
    let server = server().await;
    server.http.drain();
    let ready = server.get("/readyz").await;
    assert_eq!((ready.status.as_u16(), ready.bytes.as_slice()), (503, b"draining".as_slice()));
    assert_eq!(server.get("/things").await.status, 200);
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[actix_web::test]
async fn a_closed_server_takes_nothing_new_and_finishes_what_it_has() {
    let server = server().await;
    let slow = server.get("/slow");
    let others = async {
        assert_eq!(server.http.in_flight(), 1);
        server.http.close();
        let refused = server.get("/things").await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (503, "overloaded"));
        assert!(!refused.header("retry-after").is_empty());
        assert_eq!(server.get("/healthz").await.status, 200);
        server.shop.finish.notify_one();
    };
    let (slow, ()) = futures::join!(slow, others);
    assert_eq!(slow.status, 204);
    assert_eq!(server.http.in_flight(), 0);
}

#[actix_web::test]
async fn closing_can_not_be_taken_back_by_draining() {
    let server = server().await;
    server.http.close();
    server.http.drain();
    assert_eq!(server.get("/things").await.status, 503);
}
