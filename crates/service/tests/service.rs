//! A device's conversation with the service over a real connection, and what an enemy sends it.

#[cfg(test)]
mod device;
#[cfg(test)]
mod http;

use std::time::Duration;

use device::Device;
use http::{Reply, Running};
use understudy_service::Bounds;

/// Enrols a device that binds a card, takes its letter and reports.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_enrols_binds_a_card_verifies_its_holder_and_reports() {
    let service = Running::start(Bounds::default()).await;
    let mut device = Device::enrol(&service).await;

    let bound = service
        .bind(&device.path(), "6222020000000001230", "2912")
        .await;
    assert_eq!((bound.status, bound.text()), (201, "1".to_owned()));
    let wrong = service
        .post(&format!("{}/cards/1/code", device.path()), b"000000")
        .await;
    assert_eq!(wrong.status, 403, "{}", wrong.text());
    assert_eq!(wrong.text(), "the code is wrong; attempts left: 2\n");
    let code = service.last_code();
    let right = service
        .post(&format!("{}/cards/1/code", device.path()), code.as_bytes())
        .await;
    assert_eq!(right.status, 204, "{}", right.text());

    let letters = device.letters(&service, 0).await;
    assert_eq!(letters, ["package"]);
    assert!(device.letters(&service, 1).await.is_empty());

    let report = device.report();
    let path = format!("{}/reports", device.path());
    assert_eq!(service.post(&path, &report).await.status, 204);
    assert_eq!(service.post(&path, &report).await.status, 204);
    assert_eq!(device.letters(&service, 1).await, ["notice"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_third_wrong_code_is_told_and_the_card_is_gone() {
    let service = Running::start(Bounds::default()).await;
    let device = Device::enrol(&service).await;
    service
        .bind(&device.path(), "6222020000000001230", "2912")
        .await;
    let code = format!("{}/cards/1/code", device.path());
    let statuses = [
        service.post(&code, b"000000").await.status,
        service.post(&code, b"000001").await.status,
        service.post(&code, b"000002").await.status,
        service
            .post(&code, service.last_code().as_bytes())
            .await
            .status,
    ];
    assert_eq!(statuses, [403, 403, 410, 409]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_code_replaces_the_one_before() {
    let service = Running::start(Bounds::default()).await;
    let device = Device::enrol(&service).await;
    service
        .bind(&device.path(), "6222020000000001230", "2912")
        .await;
    let first = service.last_code();
    let code = format!("{}/cards/1/code", device.path());
    assert_eq!(
        service.post(&format!("{code}/again"), b"").await.status,
        204
    );
    assert_ne!(service.last_code(), first);
    assert_eq!(service.post(&code, first.as_bytes()).await.status, 403);
    assert_eq!(
        service
            .post(&code, service.last_code().as_bytes())
            .await
            .status,
        204
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_are_refused_with_a_status_and_a_sentence() {
    let service = Running::start(Bounds::default()).await;
    let device = Device::enrol(&service).await;
    let path = device.path();
    let stranger = "/v1/devices/00000000000000000000000000000000";
    let rows: [(&str, Reply, u16); 12] = [
        (
            "another request of the device",
            service.post("/v1/devices", &device.request).await,
            201,
        ),
        (
            "no enrolment request",
            service.post("/v1/devices", b"octets").await,
            400,
        ),
        (
            "a challenge that was used",
            service.post("/v1/devices", &device.renamed()).await,
            400,
        ),
        (
            "a mistyped number",
            service.bind(&path, "6222020000000001231", "2912").await,
            400,
        ),
        ("no number", service.bind(&path, "card", "2912").await, 400),
        (
            "a month that is over",
            service.bind(&path, "6222020000000001230", "2001").await,
            400,
        ),
        (
            "an unknown device",
            service.bind(stranger, "6222020000000001230", "2912").await,
            404,
        ),
        (
            "no device",
            service.get("/v1/devices/12/letters").await,
            400,
        ),
        (
            "letters of a stranger",
            service.get(&format!("{stranger}/letters")).await,
            404,
        ),
        (
            "no report",
            service.post(&format!("{path}/reports"), b"octets").await,
            400,
        ),
        (
            "a card that is not there",
            service.post(&format!("{path}/cards/9/code"), b"1").await,
            404,
        ),
        ("no such path", service.get("/v2").await, 404),
    ];
    for (what, answer, status) in rows {
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        assert!(!answer.text().contains("6222020000000001230"), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused_and_the_next_request_is_served() {
    let service = Running::start(Bounds::default()).await;
    let body = vec![0; 73 * 1024];
    assert_eq!(service.post("/v1/devices", &body).await.status, 413);
    Device::enrol(&service).await;
}

/// Connections that send nothing hold every place; a new device waits until the service has closed
/// one of them.
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_say_nothing_are_put_out_and_devices_are_served() {
    let bounds = Bounds {
        connections: 2,
        head: Duration::from_millis(200),
        connection: Duration::from_millis(400),
    };
    let service = Running::start(bounds).await;
    let mut silent = [service.connect().await, service.connect().await];
    let slow = service
        .connect_with(b"POST /v1/devices HTTP/1.1\r\nContent-Length: 100\r\n\r\n")
        .await;
    Device::enrol(&service).await;
    for connection in &mut silent {
        assert!(http::is_closed(connection).await);
    }
    drop(slow);
}

#[tokio::test]
async fn a_connection_carries_one_request_and_the_answer_says_so() {
    let service = Running::start(Bounds::default()).await;
    let request = "POST /v1/challenges HTTP/1.1\r\nHost: issuer\r\nContent-Length: 0\r\n\r\n";
    let mut connection = service.connect_with(request.repeat(2).as_bytes()).await;
    let answer = http::read_to_end(&mut connection).await;
    assert_eq!(answer.matches("HTTP/1.1 201").count(), 1, "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}
