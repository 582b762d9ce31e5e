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

    let keys = format!("{}/cards/1/keys", device.path());
    assert_eq!(service.post(&keys, b"").await.status, 204);
    let own = format!(
        "device:{}",
        device.path().rsplit('/').next().unwrap().to_uppercase()
    );
    let issuer = "issuer".to_owned();
    let expected = [
        ("device-enrolled", &own),
        ("master-key-added", &issuer),
        ("token-issued", &own),
        ("code-wrong", &own),
        ("identity-verified", &own),
        ("keys-issued", &own),
    ];
    let expected = expected.map(|(deed, actor)| (deed.to_owned(), actor.clone()));
    assert_eq!(service.audit(), expected);
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

/// A number that no bank issued.
const NUMBER: &str = "6222020000000001230";

/// The answer to a binding may be lost on the way.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_asks_again_for_a_card_that_waits_gets_the_same_answer() {
    let service = Running::start(Bounds::default()).await;
    let mut device = Device::enrol(&service).await;
    let path = device.path();
    let mut codes = Vec::new();
    for _ in 0..3 {
        let bound = service.bind(&path, NUMBER, "2912").await;
        assert_eq!((bound.status, bound.text()), (201, "1".to_owned()));
        codes.push(service.last_code());
    }
    codes.dedup();
    assert_eq!(codes.len(), 1, "one code was sent");
    assert_eq!(device.letters(&service, 0).await, ["package"], "one card");
    // What differs is no repetition.
    let other = service.bind(&path, NUMBER, "3012").await;
    assert_eq!(other.status, 409, "{}", other.text());
    let stranger = Device::enrol(&service).await;
    let bound = service.bind(&stranger.path(), NUMBER, "2912").await;
    assert_eq!(bound.status, 201, "a card of its own");
    assert_ne!(service.last_code(), codes[0]);
    // A verified card is bound already, and a card that is gone is bound anew.
    let code = service.last_code();
    let theirs = format!("{}/cards/1/code", stranger.path());
    assert_eq!(service.post(&theirs, code.as_bytes()).await.status, 204);
    let again = service.bind(&stranger.path(), NUMBER, "2912").await;
    assert_eq!(again.status, 409, "{}", again.text());
    let ours = format!("{path}/cards/1/code");
    for wrong in ["000000", "000001", "000002"] {
        service.post(&ours, wrong.as_bytes()).await;
    }
    let anew = service.bind(&path, NUMBER, "2912").await;
    assert_ne!(anew.text(), "1", "another card, if any");
}

/// Method, path, header lines and body of a request; the status, and a part of the sentence.
type Row<'r> = (&'r str, &'r str, &'r str, &'r [u8], u16, &'r str);

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_of_a_path_is_refused_in_our_own_words() {
    let service = Running::start(Bounds::default()).await;
    let device = Device::enrol(&service).await;
    let cards = format!("{}/cards", device.path());
    let letters = format!("{}/letters?after=x", device.path());
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let long = vec![0; 73 * 1024];
    let rows: [Row<'_>; 8] = [
        ("GET", "/v2", "", b"", 404, "no such path"),
        ("GET", "/v1/challenges", "", b"", 405, "this method"),
        (
            "POST",
            &cards,
            "",
            b"number=1&expiry=2912",
            415,
            "x-www-form",
        ),
        ("POST", &cards, form, b"number=1", 422, "field of the form"),
        ("GET", &letters, "", b"", 400, "part of the request"),
        (
            "POST",
            &format!("{cards}/x/code"),
            "",
            b"1",
            400,
            "part of the request",
        ),
        (
            "POST",
            &format!("{cards}/1/code"),
            "",
            b"\xFF",
            400,
            "part of the request",
        ),
        ("POST", "/v1/devices", "", &long, 413, "72 KiB"),
    ];
    for (method, path, headers, body, status, part) in rows {
        let answer = service.send(method, path, headers, body).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        let text = answer.text();
        assert!(text.contains(part), "{method} {path}: {text}");
        assert_eq!(text.lines().count(), 1, "one sentence: {text}");
        let head = answer.head.to_ascii_lowercase();
        assert!(head.contains("content-type: text/plain"), "{head}");
        let length = format!("content-length: {}", answer.body.len());
        assert!(head.contains(&length), "{head}");
        assert_eq!(head.contains("allow: post"), status == 405, "{head}");
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
