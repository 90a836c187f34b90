//! Every kind of secret in every field, by paste, by drop and by hand: nothing keeps it, sends it or shows it.

mod fields;
mod leaks;
mod storage;

use std::collections::HashSet;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};

use crate::capture::Capture;
use crate::driver::{Tab, by_test};
use crate::support::temp_dir::TempDir;
use crate::support::{key_forms, openssl};
use crate::visit::{SOON, Visit};

/// Of a secret, so much in a row is a leak.
const WINDOW: usize = 24;
/// The body of a key in PEM begins alike for everybody.
const HEAD_OF_BODY: usize = 40;

/// The fields of the form, those behind a line last.
const FIELDS: [&str; 16] = [
    "payload",
    "key-id",
    "team-id",
    "bundle-id",
    "device-token",
    "priority",
    "expiration",
    "collapse-id",
    "path-handle",
    "path-caller-name",
    "path-call-uuid",
    "path-has-video",
    "path-sent-at",
    "own-app-name",
    "path-end",
    "end-value",
];
/// Value of a field of the form while secrets come by.
const HELD: &str = "12";

/// Notes whatever the page stores for however short a time, and whatever a field holds when a frame is drawn.
const WITNESS: &str = r#"
window.seen = new Set();
const store = Storage.prototype.setItem;
Storage.prototype.setItem = function (name, text) { window.seen.add(`${name} ${text}`); return store.call(this, name, text) };
const look = () => {
    document.querySelectorAll('input, textarea').forEach(e => e.matches('[data-test=key-paste]') || window.seen.add(e.value));
    requestAnimationFrame(look);
};
requestAnimationFrame(look);
"#;

/// Everything that could hold a secret, outside the key holder.
const EVIDENCE: &str = r#"(async () => {
    const fields = [...document.querySelectorAll('input, textarea')].filter(e => !e.matches('[data-test=key-paste]'));
    const databases = [];
    for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((done, fail) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); r.onerror = fail });
        for (const store of database.objectStoreNames) {
            const all = database.transaction(store).objectStore(store).getAll();
            databases.push(await new Promise((done, fail) => { all.onsuccess = () => done(all.result); all.onerror = fail }));
        }
        database.close();
    }
    return JSON.stringify({
        local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie, databases,
        address: location.href, title: document.title, state: history.state,
        values: fields.map(e => e.value), text: document.body.innerText, source: document.body.outerHTML,
        seen: [...(window.seen ?? [])],
    });
})()"#;

/// A secret as somebody has it in the clipboard.
struct Kind {
    name: &'static str,
    text: String,
    /// The part nobody else may see.
    secret: String,
    /// So much of it is typed: enough to know what it is.
    head: usize,
}

/// A key's file in another encoding, and a bundle.
struct Kinds {
    kinds: Vec<Kind>,
    files: Vec<std::path::PathBuf>,
    _folder: TempDir,
}

fn body(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

impl Kinds {
    fn new() -> Self {
        let openssl_form = openssl::p256_key();
        let apple = key_forms::apple(&openssl_form);
        let sec1 = openssl::to_sec1(&openssl_form);
        let bundle = openssl::p12(
            &[openssl::certificate(&openssl_form), openssl_form.clone()].concat(),
            "x",
            &[],
        );
        let part = |json: &str| Base64UrlUnpadded::encode_string(json.as_bytes());
        let signature = Base64UrlUnpadded::encode_string(&openssl::run(&["rand", "64"], b""));
        let token = format!(
            "{}.{}.{signature}",
            part(r#"{"alg":"ES256","kid":"ABC123DEFG"}"#),
            part(r#"{"iss":"DEF123GHIJ","iat":1437179036}"#)
        );
        let of_key = |name, text: String, head| Kind {
            name,
            secret: body(&apple)[HEAD_OF_BODY..].to_owned(),
            text,
            head,
        };
        let of_text = |name, text: String, head| Kind {
            name,
            secret: body(&text)[HEAD_OF_BODY..].to_owned(),
            text,
            head,
        };
        let encoded = Base64::encode_string(apple.as_bytes());
        let kinds = vec![
            of_key("Apple's PEM", apple.clone(), 30),
            of_text("openssl's PEM", openssl_form.clone(), 30),
            of_text("SEC1", sec1.clone(), 33),
            of_text("encrypted PEM", openssl::encrypted(&openssl_form), 40),
            of_key("bare base64", body(&apple), 30),
            of_key(
                "folded and quoted",
                apple
                    .lines()
                    .filter(|line| !line.starts_with('-'))
                    .map(|line| format!("\"{line}\\n\"\n"))
                    .collect(),
                30,
            ),
            of_key("one line with \\n", apple.replace('\n', "\\n"), 30),
            Kind {
                name: "a whole file in base64",
                secret: encoded[HEAD_OF_BODY..].to_owned(),
                text: encoded,
                head: 60,
            },
            Kind {
                name: "a bundle",
                secret: Base64::encode_string(&bundle)[HEAD_OF_BODY..].to_owned(),
                text: Base64::encode_string(&bundle),
                head: 60,
            },
            Kind {
                name: "a payload with a key",
                secret: body(&apple)[HEAD_OF_BODY..].to_owned(),
                text: json!({ "handle": "alice", "key": apple }).to_string(),
                head: 70,
            },
            Kind {
                name: "a provider token",
                secret: signature.clone(),
                head: token.len() - 80,
                text: token.clone(),
            },
            Kind {
                name: "a header",
                secret: signature,
                head: 50,
                text: format!("Authorization: bearer {token}"),
            },
        ];
        let folder = TempDir::new();
        let files = vec![
            folder.write("AuthKey_ABC123DEFG.p8", &apple),
            folder.write("voip.p12", &bundle),
            folder.write(
                "call.json",
                json!({ "handle": "alice", "key": apple }).to_string(),
            ),
            folder.write("token.txt", &token),
        ];
        Self {
            kinds,
            files,
            _folder: folder,
        }
    }

    fn finder(&self) -> Finder {
        Finder::new(
            self.kinds
                .iter()
                .map(|kind| (kind.name, kind.secret.as_str())),
        )
    }
}

/// Every window of every secret.
struct Finder {
    windows: HashSet<Vec<u8>>,
}

impl Finder {
    fn new<'a>(secrets: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let windows = |(name, secret): (&str, &str)| {
            assert!(secret.len() > 2 * WINDOW, "{name} has a secret part");
            secret
                .as_bytes()
                .windows(WINDOW)
                .map(<[u8]>::to_vec)
                .collect::<Vec<_>>()
        };
        Self {
            windows: secrets.flat_map(windows).collect(),
        }
    }

    /// A piece of a secret, wherever and however folded or escaped it stands here.
    fn find(&self, text: &str) -> Option<String> {
        let joined: Vec<u8> = text
            .replace("\\n", "")
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace() && !b"\\\"".contains(byte))
            .collect();
        let found = joined
            .windows(WINDOW)
            .position(|window| self.windows.contains(window))?;
        Some(
            String::from_utf8_lossy(
                &joined[found.saturating_sub(60)..(found + WINDOW).min(joined.len())],
            )
            .into_owned(),
        )
    }
}

async fn evidence(tab: &Tab) -> String {
    tab.eval(EVIDENCE)
        .await
        .as_str()
        .expect("a string")
        .to_owned()
}

async fn assert_nowhere(visit: &Visit, finder: &Finder, case: &str) {
    let evidence = evidence(&visit.tab).await;
    assert_eq!(finder.find(&evidence), None, "{case}: the page has it");
}

/// Opens what is folded, fills every field, and says which fields there are.
async fn prepared() -> (Visit, Vec<String>) {
    let visit = Visit::closed(&[]).await;
    visit
        .tab
        .call(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": WITNESS }),
        )
        .await;
    visit.enrol_device();
    visit.open().await;
    visit.tab.eval("document.querySelectorAll('.board details:not(.inspector details)').forEach(e => e.open = true)").await;
    // The files of the app's half come from the relay, and move what stands below them.
    visit.tab.wait_for(&by_test("receiver-file"), SOON).await;
    visit.tab.click(&by_test("simulator")).await;
    visit.tab.wait_for(&by_test("simulated-phone"), SOON).await;
    visit
        .tab
        .click(&format!("{} summary", by_test("simulated-phone")))
        .await;
    visit.tab.wait_for("#setting-name", SOON).await;
    visit.describe_own_app().await;
    for field in FIELDS {
        visit.fill(field, HELD).await;
        visit.wait_for_value(field, HELD).await;
    }
    let inspector =
        visit.tab.eval("[...document.querySelectorAll('.inspector input')].filter(e => e.type === 'text').map(e => '#' + e.id)").await;
    let inspector: Vec<String> = serde_json::from_value(inspector).unwrap();
    assert!(
        inspector.len() >= 3 && inspector.contains(&"#setting-name".to_owned()),
        "{inspector:?}"
    );
    let fields = FIELDS
        .iter()
        .map(|field| format!("#{field}"))
        .chain(inspector)
        .collect();
    (visit, fields)
}

/// The first request with a piece of a secret in it.
fn leaking_request(capture: &Capture, finder: &Finder) -> Option<String> {
    capture.requests.iter().find_map(|request| {
        let url = request
            .url
            .replace("%2B", "+")
            .replace("%2F", "/")
            .replace("%3D", "=");
        let headers = request
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"));
        let body = String::from_utf8_lossy(request.bytes()).into_owned();
        let found = headers
            .chain([url, body])
            .find_map(|part| finder.find(&part))?;
        Some(format!("{} {}: {found}", request.method, request.path()))
    })
}

async fn value(tab: &Tab, field: &str) -> Value {
    tab.eval(&format!("document.querySelector({}).value", json!(field)))
        .await
}
