//! Every kind of secret in every field, by paste, by drop and by hand: nothing keeps it, sends it or shows it.

use std::collections::HashSet;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};

use crate::driver::{Tab, by_test};
use crate::support::temp_dir::TempDir;
use crate::support::{key_forms, openssl};
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KEY_ID, SOON, TEAM_ID, Visit};

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

/// Types a text into a field, and stops at the keystroke that takes something out of it; tells which one that was.
const TYPE: &str = r#"(selector, text) => {
    const field = document.querySelector(selector);
    field.focus();
    field.select();
    for (const [number, character] of [...text].entries()) {
        const before = field.value.length;
        document.execCommand('insertText', false, character);
        if (number > 0 && field.value.length <= before) return number + 1;
    }
    return 0;
}"#;

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

async fn focus(tab: &Tab, selector: &str) {
    tab.eval(&format!(
        "(e => {{ e.focus(); e.setSelectionRange(e.value.length, e.value.length) }})(document.querySelector({}))",
        json!(selector)
    ))
    .await;
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

/// Waits until the page has said something of a secret, has it forget that, and tells what the field holds meanwhile.
const NOTE: &str = r#"(async selector => {
    const note = () => [...document.querySelectorAll('[data-test=kept-out], [data-test=refusal], #sign-in [role=alert]')]
        .some(e => /private key|key holder|key material|provider token|file is read/.test(e.textContent));
    const until = async is => { for (let turn = 0; turn < 3000 && !is(); turn++) await new Promise(done => setTimeout(done, 2)); return is() };
    const said = await until(note);
    const value = document.querySelector(selector).value;
    const put = text => { const e = document.querySelector('#priority'); e.value = text; e.dispatchEvent(new InputEvent('input', { bubbles: true })) };
    const { value: priority } = document.querySelector('#priority');
    put(priority + ' ');
    put(priority);
    document.querySelector('#sign-in [role=alert]').textContent = '';
    return [said, await until(() => !note()), value ?? null];
})"#;

/// Value of a field once the page has said that it kept something out.
async fn noted(visit: &Visit, field: &str, case: &str) -> Value {
    let mut found = visit.tab.eval(&format!("{NOTE}({})", json!(field))).await;
    assert!(
        found[0] == true && found[1] == true,
        "{case}: the page says so: {found}"
    );
    found[2].take()
}

async fn value(tab: &Tab, field: &str) -> Value {
    tab.eval(&format!("document.querySelector({}).value", json!(field)))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pasted_or_dropped_into_any_field_is_nowhere() {
    let kinds = Kinds::new();
    let finder = kinds.finder();
    let (visit, fields) = prepared().await;
    for kind in &kinds.kinds {
        visit.tab.copy(&kind.text).await;
        for field in &fields {
            let before = value(&visit.tab, field).await;
            // A text from nowhere: a completion, a program. One field of each sort will do.
            let ways = if ["#payload", "#key-id", "#setting-name"].contains(&field.as_str()) {
                &["paste", "drop", "insert"][..]
            } else {
                &["paste", "drop"]
            };
            for way in ways {
                let case = format!("{} into {field} by {way}", kind.name);
                focus(&visit.tab, field).await;
                match *way {
                    "paste" => visit.tab.paste().await,
                    "drop" => visit.tab.drop_text(field, &kind.text).await,
                    _ => drop(
                        visit
                            .tab
                            .call("Input.insertText", json!({ "text": kind.text }))
                            .await,
                    ),
                }
                assert_eq!(
                    noted(&visit, field, &case).await,
                    before,
                    "{case}: the field keeps what it held"
                );
            }
        }
        assert_nowhere(&visit, &finder, kind.name).await;
    }
    // The dialog for the access token, over the page.
    visit
        .tab
        .eval("document.getElementById('sign-in').showModal()")
        .await;
    for kind in &kinds.kinds {
        visit.tab.copy(&kind.text).await;
        focus(&visit.tab, "#access-token").await;
        visit.tab.paste().await;
        assert_eq!(
            noted(&visit, "#access-token", kind.name).await,
            "",
            "{}",
            kind.name
        );
    }
    visit
        .tab
        .eval("document.getElementById('sign-in').close()")
        .await;
    // The key holder has the last key that was one, and it signs.
    for (field, text) in [
        ("team-id", TEAM_ID),
        ("key-id", KEY_ID),
        ("bundle-id", BUNDLE_ID),
        ("device-token", DEVICE_TOKEN),
        ("payload", "{}"),
    ] {
        visit.fill(field, text).await;
    }
    visit.send().await;
    visit.tab.wait_for(&by_test("outcome"), SOON).await;
    assert_nowhere(&visit, &finder, "after a send").await;
    let capture = visit.tab.capture().await;
    assert!(
        capture.requests_to("POST", "/simulator/3/device/").len() == 1,
        "it was sent"
    );
    assert_eq!(leaking_request(&capture, &finder), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_gone_at_the_keystroke_that_tells_what_it_is() {
    let kinds = Kinds::new();
    let finder = kinds.finder();
    let (visit, fields) = prepared().await;
    for field in &fields {
        for kind in &kinds.kinds {
            let case = format!("{} into {field}", kind.name);
            let head: String = kind
                .text
                .chars()
                .take(kind.head)
                .filter(|character| *character != '\n')
                .collect();
            let typed = visit
                .tab
                .eval(&format!("({TYPE})({}, {})", json!(field), json!(head)))
                .await;
            assert_ne!(typed, 0, "{case}: {head}");
            let left = noted(&visit, field, &case).await;
            let left = left.as_str().unwrap();
            assert!(
                !left.contains("PRIVATE") && !left.contains("BAQ") && !left.contains("QgA"),
                "{case}: {left}"
            );
        }
    }
    assert_nowhere(&visit, &finder, "typed").await;
    // Whole, key by key, with nothing between: whatever of it a field holds now and then, nothing of the secret is ever kept.
    focus(&visit.tab, "#key-id").await;
    visit.tab.select_all().await;
    visit.tab.type_text(&kinds.kinds[0].text[..60]).await;
    assert_nowhere(&visit, &finder, "typed key by key").await;
    for step in ["undo", "undo", "undo", "redo", "redo", "redo"] {
        visit
            .tab
            .eval(&format!("document.execCommand('{step}')"))
            .await;
        assert!(
            !value(&visit.tab, "#key-id")
                .await
                .as_str()
                .unwrap()
                .contains("PRIVATE KEY"),
            "{step}"
        );
    }
    // An input method composes before it commits, and cannot be stopped on the way.
    focus(&visit.tab, "#team-id").await;
    let composed = &body(&kinds.kinds[0].text);
    visit
        .tab
        .call("Input.imeSetComposition", json!({ "text": composed, "selectionStart": composed.len(), "selectionEnd": composed.len() }))
        .await;
    visit.tab.wait_for(&by_test("kept-out"), SOON).await;
    assert_nowhere(&visit, &finder, "composed").await;
    assert_eq!(leaking_request(&visit.tab.capture().await, &finder), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_dropped_anywhere_is_caught() {
    let kinds = Kinds::new();
    let finder = kinds.finder();
    let (visit, mut fields) = prepared().await;
    let address = visit.tab.eval("location.href").await;
    fields.extend([".masthead", "#what-happened", "[data-test=send]"].map(str::to_owned));
    for file in &kinds.files {
        for field in &fields {
            let case = format!("{} on {field}", file.display());
            let before = value(&visit.tab, field).await;
            visit.tab.drop_files(field, &[file]).await;
            assert_eq!(noted(&visit, field, &case).await, before, "{case}");
        }
    }
    let key_place = visit.tab.text(&by_test("key-file")).await;
    assert!(
        key_place.contains("call.json"),
        "the last key came with a payload: {key_place}"
    );
    visit.tab.drop_files("#key-id", &[&kinds.files[1]]).await;
    visit.tab.wait_for("[data-rule=key_is_p12]", SOON).await;
    // A payload is read in the editor alone; elsewhere the page says so.
    let folder = TempDir::new();
    let payload = folder.write("call.json", "{\"handle\":\"bob\"}");
    visit.tab.drop_files("#team-id", &[&payload]).await;
    visit.tab.wait_for(&by_test("kept-out"), SOON).await;
    assert_eq!(value(&visit.tab, "#payload").await, HELD);
    visit.tab.drop_files("#payload", &[&payload]).await;
    visit
        .wait_for_value("payload", "{\"handle\":\"bob\"}")
        .await;
    assert_nowhere(&visit, &finder, "files").await;
    assert_eq!(
        visit.tab.eval("location.href").await,
        address,
        "the browser opened none of them"
    );
    assert_eq!(leaking_request(&visit.tab.capture().await, &finder), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_version_stored_is_removed_at_the_start() {
    let kinds = Kinds::new();
    let finder = kinds.finder();
    let visit = Visit::new().await;
    for field in FIELDS {
        for kind in &kinds.kinds {
            let mut draft = json!({ "environment": "sandbox", "push-type": "voip", "team-id": TEAM_ID, "bundle-id": BUNDLE_ID, "payload": "{\"handle\":\"bob\"}" });
            draft[field] = json!(kind.text);
            let plant = format!(
                "localStorage.setItem('trill.draft', {}), localStorage.setItem('trill.other', {}), sessionStorage.setItem('trill.older', {})",
                json!(draft.to_string()),
                json!(kind.text),
                json!(json!({ "text": kind.text }).to_string())
            );
            // All kinds in one field, all fields with one kind: the rest is the same code.
            if field != "payload" && kind.name != "Apple's PEM" {
                continue;
            }
            // As the older version left the browser: without a draft of the newer one.
            visit
                .tab
                .goto(&format!("{}/healthz", visit.trill.origin()))
                .await;
            visit
                .tab
                .eval("localStorage.clear(), sessionStorage.clear()")
                .await;
            visit.tab.eval(&plant).await;
            assert!(
                finder.find(&evidence(&visit.tab).await).is_some(),
                "{} was planted",
                kind.name
            );
            visit.open().await;
            visit.tab.wait_for(&by_test("kept-out"), SOON).await;
            let case = format!("{} in {field}", kind.name);
            assert_nowhere(&visit, &finder, &case).await;
            for (kept, text) in [
                ("team-id", TEAM_ID),
                ("bundle-id", BUNDLE_ID),
                ("payload", "{\"handle\":\"bob\"}"),
            ] {
                if kept != field {
                    assert_eq!(
                        value(&visit.tab, &format!("#{kept}")).await,
                        text,
                        "{case}: {kept}"
                    );
                }
            }
        }
    }
}

/// Each place that is looked into is shown a leak, and finds it.
#[tokio::test(flavor = "multi_thread")]
async fn a_leak_anywhere_would_be_found() {
    let kinds = Kinds::new();
    let finder = kinds.finder();
    let visit = Visit::new().await;
    assert_nowhere(&visit, &finder, "nothing has happened").await;
    for kind in &kinds.kinds {
        let piece = json!(&kind.secret[7..7 + WINDOW]).to_string();
        let (first, second) = kind.secret[..60].split_at(31);
        let folded = json!(format!("{first}\n{second}")).to_string();
        for (plant, clean) in [
            (
                format!("localStorage.x = {piece}"),
                "localStorage.removeItem('x')",
            ),
            (
                format!("localStorage.x = JSON.stringify({{ text: {folded} }})"),
                "localStorage.removeItem('x')",
            ),
            (
                format!("sessionStorage.x = {folded}"),
                "sessionStorage.removeItem('x')",
            ),
            (
                format!("document.title = {piece}"),
                "document.title = 'Trill'",
            ),
            (
                format!("history.replaceState({piece}, '')"),
                "history.replaceState(null, '')",
            ),
            (
                format!("document.querySelector('#key-id').value = {piece}"),
                "document.querySelector('#key-id').value = ''",
            ),
            (
                format!("document.querySelector('#payload').append({folded})"),
                "document.querySelector('#payload').replaceChildren()",
            ),
            (
                format!("document.querySelector('h1, h2').title = {piece}"),
                "document.querySelector('h1, h2').title = ''",
            ),
        ] {
            visit.tab.eval(&format!("void ({plant})")).await;
            assert!(
                finder.find(&evidence(&visit.tab).await).is_some(),
                "{plant}"
            );
            visit.tab.eval(&format!("void ({clean})")).await;
        }
    }
    assert_nowhere(&visit, &finder, "all was cleaned").await;
    let piece = json!(&kinds.kinds[0].secret[..WINDOW]).to_string();
    let database = format!(
        "new Promise(done => {{ const r = indexedDB.open('x'); r.onupgradeneeded = () => r.result.createObjectStore('s', {{ autoIncrement: true }}); \
         r.onsuccess = () => {{ const t = r.result.transaction('s', 'readwrite'); t.objectStore('s').add({piece}); t.oncomplete = () => {{ r.result.close(); done(1) }} }} }})"
    );
    visit.tab.eval(&database).await;
    assert!(
        finder.find(&evidence(&visit.tab).await).is_some(),
        "a database"
    );
    for script in [
        format!("fetch('/healthz?x=' + encodeURIComponent({piece}))"),
        format!("fetch('/healthz', {{ headers: {{ 'x-note': {piece} }} }})"),
        format!("fetch('/api/nothing', {{ method: 'PUT', body: {piece} }})"),
    ] {
        let visit = Visit::new().await;
        visit
            .tab
            .eval(&format!("{script}.then(() => 1, () => 1)"))
            .await;
        assert!(
            leaking_request(&visit.tab.capture().await, &finder).is_some(),
            "{script}"
        );
    }
}

/// The first request with a piece of a secret in it.
fn leaking_request(capture: &crate::capture::Capture, finder: &Finder) -> Option<String> {
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
