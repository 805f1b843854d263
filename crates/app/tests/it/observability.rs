//! What operators see: the log and the metrics.

use serde_json::{Value, json};

use crate::{
    program::{free_port, wait_for},
    shop::{Shop, lines},
    wire::Client,
};

#[test]
fn each_request_has_one_line_in_the_log() {
    // R111
    let shop = Shop::open();
    let ada = shop.customer();
    let answer =
        shop.client().get("/orders?status=pending").token(&ada.token).header("x-request-id", "my-id").send();
    assert_eq!(answer.header("x-request-id"), "my-id");
    let made = shop.client().get("/orders").token(&ada.token).header("x-request-id", "not\tvisible").send();
    assert_ne!(made.header("x-request-id"), "not\tvisible");
    assert!(!made.header("x-request-id").is_empty());

    let line = wait_for("the line", || {
        let log = shop.server.running.log();
        let mut lines = log.lines().filter(|line| line.contains("my-id") && line.contains("answered"));
        let line: Option<Value> = lines.next().map(|line| serde_json::from_str(line).unwrap());
        assert!(lines.next().is_none(), "one line");
        line
    });

    assert_eq!(
        (&line["route"], &line["method"], &line["status"]),
        (&json!("/orders"), &json!("GET"), &json!(200))
    );
    assert_eq!(line["caller"], ada.id.as_str());
    assert!(line["latency_us"].is_u64() && line["timestamp"].is_string());
    assert!(!line.to_string().contains("pending"), "no values of the query");
}

#[test]
fn metrics_are_counted_by_route_and_served_apart() {
    // R116
    let bind = format!("127.0.0.1:{}", free_port());
    let shop = Shop::open_with(&[("METRICS_BIND", &bind)]);
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 1);
    shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&admin.token).send().expect(201);
    shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&admin.token).send().expect(409);
    shop.client().get("/products/018f4d9e-0000-7000-8000-000000000000").send();

    let metrics = Client::new(&format!("http://{bind}"));
    let answer = metrics.get("/metrics").send();

    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
    let text = answer.text();
    for line in [
        "http_requests_total{",
        "http_request_duration_seconds_bucket{",
        "route=\"/products/{id}\"",
        "orders_placed_total 1",
        "orders_refused_total{reason=\"insufficient-stock\"} 1",
        "db_pool_connections{state=\"in_use\"}",
        "db_pool_waiting",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("018f4d9e"), "no ids");
}

#[test]
fn the_document_is_the_one_that_the_command_prints_and_private_routes_need_a_token() {
    let shop = Shop::open();
    let served = shop.client().get("/openapi.json").send().expect(200);
    let printed = crate::program::succeed(shop.stoa().arg("openapi"));
    assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), served);

    let mut private = 0;
    for (path, item) in served["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let security = operation["security"].as_array().unwrap();
            let needs_token = !security.is_empty() && security.iter().all(|way| way != &json!({}));
            if !needs_token {
                continue;
            }
            private += 1;
            let path = path.replace("{id}", "018f4d9e-0000-7000-8000-000000000000");
            let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
            let method = methods.into_iter().find(|known| known.eq_ignore_ascii_case(method)).unwrap();
            let answer = shop.client().call(method, &path).json(&json!({})).send();
            assert_eq!(answer.problem(401), "unauthenticated", "{method} {path}");
        }
    }
    assert!(private >= 5, "{private}");
}

#[test]
fn the_explorer_comes_from_the_program_itself() {
    let shop = Shop::open();
    let page = shop.client().get("/docs").send();
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    for asset in ["swagger-ui-bundle.js", "swagger-ui.css", "docs.js", "docs.css"] {
        assert!(page.text().contains(asset), "{asset}");
        assert_eq!(shop.client().get(&format!("/docs/{asset}")).send().status, 200, "{asset}");
    }
    let index = shop.client().get("/").send().expect(200);
    assert_eq!((&index["name"], &index["links"]["docs"]), (&json!("Stoa"), &json!("/docs")));
}
