//! Connections: who gets in, and that nobody who does not can disturb the others.

use http::Request;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use trill::simulator::Simulator;

use super::{BUNDLE_ID, LOOPBACK, PHONE, Stage, clock};
use crate::support::h2_client::{H2Client, tls, tls_as};
use crate::support::other_name::tls_asking_for;

/// Reads until the other side hangs up.
async fn drain(mut stream: impl AsyncReadExt + Unpin) {
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

#[tokio::test]
async fn the_certificate_names_the_simulators_address_and_apples_hosts() {
    let stage = Stage::new().await;
    let (address, authority) = (
        stage.simulator.address(),
        stage.simulator.certificate_authority(),
    );
    let hosts = [
        "api.push.apple.com",
        "api.sandbox.push.apple.com",
        "api.development.push.apple.com",
    ];
    for name in ["localhost", "127.0.0.1", "::1"].into_iter().chain(hosts) {
        assert!(
            tls_as(name, address, authority, &["h2"]).await.is_ok(),
            "{name}"
        );
    }
    assert!(
        tls_as("example.com", address, authority, &["h2"])
            .await
            .is_err()
    );
}

#[tokio::test]
async fn every_simulator_has_an_authority_of_its_own() {
    let stage = Stage::new().await;
    let other = Simulator::start(LOOPBACK, clock)
        .await
        .expect("the simulator starts");
    assert!(
        tls(
            stage.simulator.address(),
            other.certificate_authority(),
            &["h2"]
        )
        .await
        .is_err()
    );
}

#[tokio::test]
async fn clients_that_do_not_speak_http_2_over_tls_are_shown_out() {
    let stage = Stage::new().await;
    let (address, authority) = (
        stage.simulator.address(),
        stage.simulator.certificate_authority(),
    );

    for greeting in [
        "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n",
        "good morning\n",
        "\x16\x03\x01\u{0}\u{0}",
    ] {
        let mut tcp = TcpStream::connect(address).await.expect("it listens");
        tcp.write_all(greeting.as_bytes()).await.expect("it reads");
        tcp.shutdown().await.expect("it reads");
        drain(tcp).await;
    }
    assert!(tls(address, authority, &["http/1.1"]).await.is_err());
    let mut nameless = tls(address, authority, &[]).await.expect("TLS succeeds");
    nameless
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .expect("it reads");
    drain(nameless).await;
    let mut h1 = tls(address, authority, &["h2"])
        .await
        .expect("TLS succeeds");
    h1.write_all(b"POST /3/device/00 HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .expect("it reads");
    drain(h1).await;
    // A preface, and then frames that are none: a length without end, DATA on stream 0, a cut HEADERS.
    for frame in [
        &b"\xff\xff\xff\x00\x00\x00\x00\x00\x01"[..],
        b"\x00\x00\x01\x00\x00\x00\x00\x00\x00x",
        b"\x00\x00\x04\x01\x04\x00\x00\x00\x01\xff\xff\xff\xff",
    ] {
        let mut client = tls(address, authority, &["h2"])
            .await
            .expect("TLS succeeds");
        let preface = [
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
            frame,
        ]
        .concat();
        client.write_all(&preface).await.expect("it reads");
        let _ = client.shutdown().await;
        drain(client).await;
    }

    assert_eq!(stage.send(stage.push()).await.status, 200);
    let client = H2Client::connect(address, authority).await;
    assert_eq!(stage.push().send(&client).await.status, 200);
}

#[tokio::test]
async fn a_body_that_never_comes_decides_nothing() {
    let stage = Stage::new().await;
    let stream = tls(
        stage.simulator.address(),
        stage.simulator.certificate_authority(),
        &["h2"],
    )
    .await
    .expect("TLS succeeds");
    let (requests, connection) = h2::client::handshake(stream)
        .await
        .expect("HTTP/2 succeeds");
    tokio::spawn(connection);
    let mut requests = requests.ready().await.expect("it is ready");
    let request = |method| {
        Request::builder()
            .method(method)
            .uri("https://localhost/3/device/00")
            .body(())
            .expect("a legal request")
    };
    let (response, _body) = requests
        .send_request(request("POST"), false)
        .expect("it is sent");
    // The answer to a later request proves that the earlier one has arrived.
    let (later, _) = requests
        .send_request(request("GET"), true)
        .expect("it is sent");
    assert_eq!(later.await.expect("an answer comes").status(), 405);
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(11)).await;
    tokio::time::resume();
    let error = response.await.expect_err("the stream is reset");
    assert_eq!(error.reason(), Some(h2::Reason::CANCEL));
    assert_eq!(
        stage.get(&["journal"])["decisions"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn http_2_needs_no_name_in_tls() {
    let stage = Stage::new().await;
    let stream = tls(
        stage.simulator.address(),
        stage.simulator.certificate_authority(),
        &[],
    )
    .await
    .expect("TLS succeeds");
    let client = H2Client::over(stream).await;
    assert_eq!(stage.push().send(&client).await.status, 200);
}

#[tokio::test]
async fn one_name_in_tls_means_production_and_any_other_or_none_development() {
    let stage = Stage::new().await;
    stage.put(
        &["devices", "b0"],
        &json!({ "bundle_id": BUNDLE_ID, "environment": "production" }),
    );
    for (name, environment, phone, other_phone) in [
        ("api.sandbox.push.apple.com", "sandbox", PHONE, "b0"),
        ("somebody.example", "sandbox", PHONE, "b0"),
        ("api.development.push.apple.com", "sandbox", PHONE, "b0"),
        ("push.apple.com", "sandbox", PHONE, "b0"),
        ("api.push.apple.com.example", "sandbox", PHONE, "b0"),
        // An address is no name: TLS sends none.
        ("192.0.2.1", "sandbox", PHONE, "b0"),
        ("api.push.apple.com", "production", "b0", PHONE),
        ("API.Push.Apple.COM", "production", "b0", PHONE),
    ] {
        let stream = tls_asking_for(
            name,
            stage.simulator.address(),
            stage.simulator.certificate_authority(),
        )
        .await;
        let client = H2Client::over(stream.expect("TLS succeeds")).await;
        let to = |phone: &str| stage.push().at(&format!("/3/device/{phone}"));
        assert_eq!(to(phone).send(&client).await.status, 200, "{name}");
        assert_eq!(stage.decision()["environment"], environment, "{name}");
        assert_eq!(
            to(other_phone).send(&client).await.reason().as_deref(),
            Some("BadDeviceToken"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_simulator_ends_with_its_last_clone() {
    let simulator = Simulator::start(LOOPBACK, clock)
        .await
        .expect("the simulator starts");
    let (address, clone) = (simulator.address(), simulator.clone());
    drop(simulator);
    assert!(TcpStream::connect(address).await.is_ok());
    drop(clone);
    // Its task is dropped when the runtime comes to it, which may be after this one's next turn.
    let mut tries = 0;
    while TcpStream::connect(address).await.is_ok() {
        tries += 1;
        assert!(tries < 100, "it still listens");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
