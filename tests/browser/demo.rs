//! The visitor who presses one button.

use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::json;
use trill::apns::SigningKey;
use trill::apns::provider_token::TokenParts;

use crate::driver::by_test;
use crate::support::openssl;
use crate::visit::{Visit, provider_token};

/// Notes every random number the page draws, among them its new key.
const OVERHEAR: &str = "window.draws = []; const draw = crypto.getRandomValues.bind(crypto);
    crypto.getRandomValues = array => { draw(array); window.draws.push([...array]); return array; };";

/// From the press to the ring.
const FIVE_SECONDS: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn one_button_rings_the_demo_phone() {
    let visit = Visit::new().await;
    visit
        .tab
        .call(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": OVERHEAR }),
        )
        .await;
    visit.open().await;
    visit.tab.click(&by_test("demo")).await;
    visit
        .tab
        .wait_for(
            "[data-test=\"phone\"][data-state=\"ringing\"]",
            FIVE_SECONDS,
        )
        .await;
    let decisions = visit.decisions();
    assert_eq!(decisions.len(), 1, "{decisions:?}");
    assert_eq!(decisions[0]["status"], 200, "{decisions:?}");

    let capture = visit.tab.capture().await;
    let [push] = capture.requests_to("POST", "/simulator/3/device/")[..] else {
        panic!("one push: {:?}", capture.requests)
    };
    let token = provider_token(push);
    let key_id = TokenParts::read(token).expect("a provider token").key_id;
    let enrolled = visit
        .trill
        .request("GET", &format!("/api/simulator/keys/{key_id}"), &[], b"")
        .json();
    let public_key = enrolled["public_key"]
        .as_str()
        .expect("the public key is there to be checked");
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = Base64UrlUnpadded::decode_vec(signature)
        .unwrap()
        .try_into()
        .expect("64 bytes, R then S");
    assert!(
        openssl::verifies(public_key, signed.as_bytes(), &signature),
        "openssl does not accept the signature of {signed}"
    );

    let scalar = overheard_scalar(&visit, public_key).await;
    capture.assert_no_key(&scalar);
    capture.assert_own_origin_only(&visit.trill.origin());
    capture.assert_quiet(&[]);
}

/// The key the page has made: the one of its random numbers whose public half it enrolled.
async fn overheard_scalar(visit: &Visit, public_key: &str) -> [u8; 32] {
    let draws: Vec<Vec<u8>> =
        serde_json::from_value(visit.tab.eval("window.draws").await).expect("lists of bytes");
    let scalars = draws
        .into_iter()
        .filter_map(|draw| <[u8; 32]>::try_from(draw).ok());
    let is_the_key = |scalar: &[u8; 32]| {
        SigningKey::from_random_bytes(scalar)
            .is_some_and(|key| key.public_key().to_pem() == public_key)
    };
    scalars
        .into_iter()
        .find(is_the_key)
        .expect("the key was drawn from the browser's random numbers")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_phone_rings_again_when_asked_again() {
    let visit = Visit::new().await;
    for rings in 1..=2 {
        visit.tab.click(&by_test("demo")).await;
        visit
            .tab
            .wait_for(
                "[data-test=\"phone\"][data-state=\"ringing\"]",
                FIVE_SECONDS,
            )
            .await;
        let arrived = format!(
            "fetch('/api/simulator/journal').then(answer => answer.text()).then(text => text.split('\"status\":200').length > {rings})"
        );
        visit.tab.wait_until(&arrived, FIVE_SECONDS).await;
    }
    let capture = visit.tab.capture().await;
    let pushes = capture.requests_to("POST", "/simulator/3/device/");
    assert_eq!(pushes.len(), 2);
    assert_ne!(
        pushes[0].header("apns-id"),
        pushes[1].header("apns-id"),
        "every press is a push of its own"
    );
    assert!(
        provider_token(pushes[0]) == provider_token(pushes[1]),
        "one key, one token"
    );
}
