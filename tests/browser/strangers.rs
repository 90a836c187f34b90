//! Strangers: pages of other sites, open in the same browser, that want a phone to ring. They know everything a push
//! needs, a provider token included, and they use every way a page has to send something somewhere.

use std::time::{Duration, SystemTime};

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};
use tokio::time::sleep;
use trill::apns::{ProviderToken, SigningKey};

use crate::capture::Capture;
use crate::driver::{Browser, Tab};
use crate::stand_in::{self, Page};
use crate::support::trill::Trill;
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KEY_ID, SOON, TEAM_ID};

/// A name that leads to this machine, as after DNS rebinding.
const REBOUND: &str = "--host-resolver-rules=MAP evil.test 127.0.0.1";
/// Newer browsers ask before a page of the Internet reaches for this machine; the relay does not rely on it.
const UNASKED: &str = "--disable-features=LocalNetworkAccessChecks";
const PAYLOAD: &str =
    r#"{"aps":{},"handle":"alice@example.com","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#;

static PAGES: [Page; 1] = [Page {
    path: "/",
    headers: "content-type: text/html\r\n",
    html: r#"<!doctype html><link rel="icon" href="data:,"><p>A stranger"#,
}];

/// Every way, each a function of the address of a push, its headers and its body that says what came of it. What is
/// answered with `open` has read something.
const WAYS: &str = r#"
const patience = promise => Promise.race([promise, new Promise(done => setTimeout(() => done('nothing'), 1500))]);
const event = (target, good, bad) => patience(new Promise(done => {
    target.addEventListener(good, () => done('open'));
    target.addEventListener(bad, () => done('error'));
}));
const element = (name, settings, good = 'load', bad = 'error') => {
    const made = Object.assign(document.createElement(name), settings);
    const came = event(made, good, bad);
    document.body.append(made);
    return came;
};
const form = (enctype, to, body) => {
    const frame = Object.assign(document.createElement('iframe'), { name: 'target' + enctype.length });
    const made = Object.assign(document.createElement('form'), { method: 'POST', enctype, action: to, target: frame.name });
    const field = Object.assign(document.createElement('textarea'), { name: body });
    made.append(field);
    document.body.append(frame, made);
    const came = event(frame, 'load', 'error');
    made.submit();
    return came.then(() => 'sent');
};
const answered = promise => patience(promise.then(answer => answer.type === 'opaque' ? 'sent' : 'open', () => 'error'));
const WAYS = {
    'form, urlencoded': (to, headers, body) => form('application/x-www-form-urlencoded', to, body),
    'form, text': (to, headers, body) => form('text/plain', to, body),
    'form, multipart': (to, headers, body) => form('multipart/form-data', to, body),
    'fetch, no-cors': (to, headers, body) => answered(fetch(to, { method: 'POST', mode: 'no-cors', body })),
    'fetch, no-cors, kept alive': (to, headers, body) => answered(fetch(to, { method: 'POST', mode: 'no-cors', keepalive: true, credentials: 'include', body })),
    'fetch, cors, JSON': (to, headers, body) => answered(fetch(to, { method: 'POST', headers, body })),
    'fetch, cors, simple': (to, headers, body) => answered(fetch(to, { method: 'POST', body })),
    'XMLHttpRequest': (to, headers, body) => {
        const request = new XMLHttpRequest();
        request.open('POST', to);
        Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
        const came = event(request, 'load', 'error');
        request.send(body);
        return came;
    },
    'beacon, text': (to, headers, body) => navigator.sendBeacon(to, body) ? 'sent' : 'error',
    'beacon, JSON': (to, headers, body) => {
        try { return navigator.sendBeacon(to, new Blob([body], { type: 'application/json' })) ? 'sent' : 'error' } catch { return 'error' }
    },
    'image': to => element('img', { src: to }),
    'script': to => element('script', { src: to }),
    'style sheet': to => element('link', { rel: 'stylesheet', href: to }),
    'frame': to => element('iframe', { src: to }).then(() => 'sent'),
    'WebSocket': to => event(new WebSocket(to.replace('http', 'ws')), 'open', 'error'),
    'EventSource': to => event(new EventSource(new URL('/api/events?since=0', to)), 'open', 'error'),
    'reading': to => answered(fetch(new URL('/api/simulator/keys', to))),
    'a fault': to => answered(fetch(new URL('/api/simulator/faults', to), { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '[{"fault":"refuse","reason":"Shutdown"}]' })),
    'a phone': to => answered(fetch(new URL('/api/simulator/devices/00', to), { method: 'PUT', body: '{"bundle_id":"com.example.evil"}' })),
};
"#;

/// A relay whose simulator would let a phone ring, and the push that does it.
struct Scene {
    trill: Trill,
    headers: Value,
}

impl Scene {
    fn new() -> Self {
        let key =
            SigningKey::from_random_bytes(&[7; 32]).expect("a number below the order of the curve");
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let authorization = ProviderToken::sign(&key, KEY_ID, TEAM_ID, now).authorization();
        let headers = json!({ "authorization": authorization, "apns-topic": format!("{BUNDLE_ID}.voip"), "apns-push-type": "voip", "content-type": "application/json" });
        let scene = Self {
            trill: Trill::start(&[]),
            headers,
        };
        let key = json!({ "team_id": TEAM_ID, "public_key": key.public_key().to_pem() });
        for (path, body) in [
            (format!("keys/{KEY_ID}"), key),
            (
                format!("devices/{DEVICE_TOKEN}"),
                json!({ "bundle_id": BUNDLE_ID }),
            ),
        ] {
            let path = format!("/api/simulator/{path}");
            let answer = scene.trill.request(
                "PUT",
                &path,
                &[("content-type", "application/json")],
                body.to_string().as_bytes(),
            );
            assert_eq!(answer.status, 201, "{}", answer.text());
        }
        scene
    }

    /// Path of a push, by this name of the relay.
    fn target(&self, host: &str) -> String {
        format!(
            "http://{host}:{}/simulator/3/device/{DEVICE_TOKEN}",
            self.trill.address().port()
        )
    }

    /// Goes every way from the page in the tab; what came of each.
    async fn go_every_way(&self, tab: &Tab, to: &str) -> Vec<(String, String)> {
        let went = format!(
            "(async () => {{ {WAYS}
                const came = Object.entries(WAYS).map(async ([name, way]) => [name, await way({}, {}, {})]);
                return Promise.all(came); }})()",
            json!(to),
            self.headers,
            json!(PAYLOAD)
        );
        let came: Vec<(String, String)> =
            serde_json::from_value(tab.eval(&went).await).expect("pairs of texts");
        assert!(came.len() >= 12);
        came
    }

    /// Fails if anything at all has come of it; and shows that a push like these would have.
    async fn assert_silent(&self) {
        // Requests that were sent without waiting arrive.
        sleep(Duration::from_millis(300)).await;
        let list = |what: &str| {
            self.trill
                .request("GET", &format!("/api/simulator/{what}"), &[], b"")
                .json()
        };
        assert_eq!(
            list("journal")["decisions"],
            json!([]),
            "a push reached the simulator"
        );
        assert_eq!(list("faults")["faults"], json!([]));
        let devices = list("devices");
        assert_eq!(
            devices["devices"].as_array().map(Vec::len),
            Some(1),
            "{devices}"
        );
        assert_eq!(devices["devices"][0]["phone"]["state"], "idle", "{devices}");

        let headers: Vec<_> = self
            .headers
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let answer = self.trill.request(
            "POST",
            &format!("/simulator/3/device/{DEVICE_TOKEN}"),
            &headers,
            PAYLOAD.as_bytes(),
        );
        assert_eq!(
            answer.status,
            200,
            "the same push from a script rings: {}",
            answer.text()
        );
        assert_eq!(list("devices")["devices"][0]["phone"]["state"], "ringing");
    }
}

/// Number of the tab's requests to the relay by this name that the browser let out.
fn requests_to(capture: &Capture, to: &str) -> usize {
    let origin = to.split("/simulator").next().unwrap();
    let socket = origin.replace("http", "ws");
    capture
        .requests
        .iter()
        .filter(|request| request.url.starts_with(origin) || request.url.starts_with(&socket))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_another_site_rings_a_phone_or_reads_a_word() {
    let scene = Scene::new();
    let browser = Browser::launch_with(&[REBOUND]).await;
    let origin = stand_in::serve(&PAGES);
    // Another port of the loopback is the same site to the browser, and another name is another site.
    for page in [
        origin.clone(),
        origin.replace("127.0.0.1", "localhost"),
        origin.replace("127.0.0.1", "evil.test"),
    ] {
        let tab = browser.tab().await;
        tab.goto(&page).await;
        let to = scene.target("127.0.0.1");
        let came = scene.go_every_way(&tab, &to).await;
        assert!(
            came.iter().all(|(_, what)| what != "open"),
            "{page}: {came:?}"
        );
        assert!(
            requests_to(&tab.capture().await, &to) >= 12,
            "they were sent"
        );
        // Last of all it leads its reader there.
        tab.goto(&to).await;
        assert!(
            tab.eval("document.body.innerText")
                .await
                .as_str()
                .is_some_and(|text| text.contains("method_not_allowed"))
        );
    }
    scene.assert_silent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_led_here_opens_nothing() {
    let scene = Scene::new();
    let browser = Browser::launch_with(&[REBOUND, UNASKED]).await;
    let to = scene.target("evil.test");
    let home = format!("http://evil.test:{}/home", scene.trill.address().port());

    // From its own server on another port.
    let tab = browser.tab().await;
    tab.goto(&stand_in::serve(&PAGES).replace("127.0.0.1", "evil.test"))
        .await;
    let came = scene.go_every_way(&tab, &to).await;
    assert!(came.iter().all(|(_, what)| what != "open"), "{came:?}");

    // And as it is when the name changes its address behind an open page: for the browser the relay is its own server.
    let tab = browser.tab().await;
    open_before_rebinding(&tab, &home).await;
    assert_eq!(
        tab.eval("location.origin").await,
        json!(home.trim_end_matches("/home"))
    );
    let refused = format!(
        "fetch({}, {{ method: 'POST', headers: {}, body: {} }}).then(async answer => [answer.status, (await answer.json()).code])",
        json!(to),
        scene.headers,
        json!(PAYLOAD)
    );
    assert_eq!(
        tab.eval(&refused).await,
        json!([421, "host_not_allowed"]),
        "it reached the relay, and the name was not enough"
    );
    let came = scene.go_every_way(&tab, &to).await;
    assert!(
        came.iter().all(|(name, what)| what != "open"
            || name.starts_with("fetch")
            || read_a_refusal(name)),
        "{came:?}"
    );
    for path in [
        "/api/relay",
        "/api/simulator/keys",
        "/api/simulator/journal",
        "/",
    ] {
        assert_eq!(
            tab.eval(&format!("fetch('{path}').then(answer => answer.status)"))
                .await,
            421,
            "{path}"
        );
    }
    scene.assert_silent().await;
}

/// To a page of the same origin these say that there was an answer, whatever it was.
fn read_a_refusal(way: &str) -> bool {
    ["XMLHttpRequest", "reading", "a fault", "a phone"].contains(&way)
}

/// Opens a page that comes from the stranger's server, at an address where the relay answers from then on.
async fn open_before_rebinding(tab: &Tab, home: &str) {
    tab.call(
        "Fetch.enable",
        json!({ "patterns": [{ "urlPattern": home }] }),
    )
    .await;
    let fulfilled = async {
        let paused = loop {
            let paused = tab
                .events()
                .iter()
                .find(|event| event.method == "Fetch.requestPaused")
                .cloned();
            match paused {
                Some(paused) => break paused,
                None => sleep(Duration::from_millis(10)).await,
            }
        };
        let answer = json!({
            "requestId": paused.params["requestId"], "responseCode": 200, "body": Base64::encode_string(PAGES[0].html.as_bytes()),
            "responseHeaders": [{ "name": "content-type", "value": "text/html" }],
        });
        tab.call("Fetch.fulfillRequest", answer).await;
    };
    tokio::join!(tab.goto(home), async {
        tokio::time::timeout(SOON, fulfilled)
            .await
            .expect("it is asked for")
    });
    tab.call("Fetch.disable", json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_not_framed() {
    let trill = Trill::start(&[]);
    let browser = Browser::launch().await;
    let origin = stand_in::serve(&PAGES);
    let tab = browser.tab().await;
    tab.goto(&origin).await;
    let frame = |page: &str| {
        format!(
            "new Promise(done => {{ const frame = document.createElement('iframe'); frame.onload = () => done(1); frame.src = {}; document.body.append(frame) }})",
            json!(page)
        )
    };
    tab.eval(&frame(&origin)).await;
    tab.eval(&frame(&format!("{}/", trill.origin()))).await;
    tab.eval(&frame(&format!("{}/api/relay", trill.origin())))
        .await;
    let tree = tab.call("Page.getFrameTree", json!({})).await;
    let framed: Vec<_> = tree["frameTree"]["childFrames"]
        .as_array()
        .unwrap()
        .iter()
        .map(|child| child["frame"]["url"].clone())
        .collect();
    let shown = |url: &Value| url.as_str().is_some_and(|url| url.starts_with("http://"));
    assert_eq!(
        framed.iter().map(shown).collect::<Vec<_>>(),
        [true, false, false],
        "only its own page: {framed:?}"
    );
}
