//! Threats to the page: a text that would be a program, wherever it comes from, and an address that would give away
//! what nobody else may know.

use serde_json::{Value, json};

use crate::driver::by_test;
use crate::visit::{DEVICE_TOKEN, KeyFile, SOON, Visit, provider_token};

/// Texts that run where a text is taken for HTML, an attribute, a script, an address, a style or a template.
const HOSTILE: [&str; 40] = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text y=1em>x</text></a>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc=\"<script>parent.alert(1)</script>\">",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\" &#14; javascript:alert(1)\">x</a>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<link rel=stylesheet href=//evil.test/x.css>",
    "<style>@import '//evil.test/x.css'</style>",
    "<base href=//evil.test/>",
    "<meta http-equiv=refresh content=0;url=//evil.test/>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<!--<img src=\"--><img src=x onerror=alert(1)>\">",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "`-alert(1)-`${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "javascript:alert(1)//",
    "data:text/html,<script>alert(1)</script>",
    "&lt;img src=x onerror=alert(1)&gt;\u{202e}\u{2028}",
];

/// Pushes to the simulator are answered by the test: status 400, with the hostile text wherever APNs or Trill says a word.
const PUPPET: &str = r#"
window.alert = () => { window.ran = true };
const real = window.fetch;
window.fetch = (to, settings) => {
    if (!String(to).startsWith('/simulator/3/device/')) return real(to, settings);
    const text = window.hostile;
    const body = window.ours ? { code: text, title: text, detail: text, field: text, status: 400 } : { reason: text };
    const headers = { 'trill-outcome': 'rejected', 'apns-unique-id': text.replace(/[^\x20-\x7e]/g, '?'), 'content-type': 'application/json' };
    return Promise.resolve(new Response(JSON.stringify(body), { status: 400, headers }));
};
"#;

/// Elements that would be there if a text had become a part of the page.
const INTRUDERS: &str = "[...document.querySelectorAll('*')].filter(e => e.matches('img, iframe, object, embed, math, base, video, audio, marquee, form:not(#sign-in > form), template, body script, body style, body link:not(body > [href^=\"/trill-\"])')
    || [...e.attributes].some(a => a.name.startsWith('on') || a.name === 'srcdoc' || a.name === 'style'
        || /^(href|src|action|formaction|xlink:href|data)$/.test(a.name) && !/^(#|\\/|data:,|http:\\/\\/127)/.test(a.value))).map(e => e.outerHTML.slice(0, 200))";

#[tokio::test(flavor = "multi_thread")]
async fn no_text_becomes_a_program() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit
        .tab
        .call(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": PUPPET }),
        )
        .await;
    visit.open().await;
    visit.fill_all(&key, "{}").await;
    assert_eq!(visit.tab.eval(INTRUDERS).await, json!([]));
    for (number, text) in HOSTILE.into_iter().enumerate() {
        let payload =
            json!({ "handle": text, "callerName": text, "callUUID": text, text: text }).to_string();
        let reply = format!(
            "window.hostile = {}; window.ours = {}",
            json!(text),
            number % 2 == 1
        );
        visit.tab.eval(&reply).await;
        enter(&visit, "payload", &payload).await;
        visit.send().await;
        let said = format!(
            "document.querySelector('[data-test=outcome]')?.getAttribute('data-reason') === {}",
            json!(text)
        );
        visit.tab.wait_until(&said, SOON).await;
        // A reason of APNs's stands in the answer; a code of the relay's own has a sentence in its place.
        let place = if number % 2 == 1 { ".cause" } else { ".answer" };
        let shown = format!(
            "[...document.querySelectorAll('{place}')].some(e => e.textContent.includes({}))",
            json!(text)
        );
        assert_eq!(
            visit.tab.eval(&shown).await,
            true,
            "{text} is shown as it is"
        );
        assert_eq!(
            visit
                .tab
                .eval("document.querySelector('[data-test=sent]').textContent")
                .await,
            payload
        );
        // Fields that would stop a send take it in too, and say what is wrong with it.
        for field in ["key-id", "team-id", "bundle-id", "device-token"] {
            let old = visit.tab.text(&by_test(field)).await;
            enter(&visit, field, text).await;
            visit
                .tab
                .wait_until(
                    &format!(
                        "document.querySelector('{}').value.length > 0",
                        by_test(field)
                    ),
                    SOON,
                )
                .await;
            enter(&visit, field, &old).await;
        }
        assert_eq!(visit.tab.eval(INTRUDERS).await, json!([]), "{text}");
    }
    assert_eq!(visit.tab.eval("window.ran === undefined").await, true);
    assert!(
        visit
            .tab
            .events()
            .iter()
            .all(|event| event.method != "Page.javascriptDialogOpening")
    );
    let capture = visit.tab.capture().await;
    capture.assert_own_origin_only(&visit.trill.origin());
    capture.assert_quiet(&[]);
    // Had a text become a part of the page, it would have been seen.
    visit
        .tab
        .eval("document.body.append(document.createElement('img'))")
        .await;
    assert_eq!(visit.tab.eval(INTRUDERS).await, json!(["<img>"]));
}

/// Puts a text into a field at once, as a paste does, and leaves the field.
async fn enter(visit: &Visit, field: &str, text: &str) {
    let put = format!(
        "(e => {{ e.focus(); Object.getOwnPropertyDescriptor(Object.getPrototypeOf(e), 'value').set.call(e, {}); \
         e.dispatchEvent(new InputEvent('input', {{ bubbles: true }})); e.blur() }})(document.querySelector({}))",
        json!(text),
        json!(by_test(field))
    );
    visit.tab.eval(&put).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_a_file_is_only_a_name() {
    let visit = Visit::new().await;
    let folder = crate::support::temp_dir::TempDir::new();
    for text in HOSTILE
        .into_iter()
        .filter(|text| !text.contains('/') && text.is_ascii())
        .take(8)
    {
        let file = folder.write(text, "x".repeat(70 * 1024));
        visit
            .tab
            .choose_file(&by_test("payload-picker"), &file)
            .await;
        visit
            .tab
            .wait_until(
                &format!(
                    "document.querySelector('[data-test=held]')?.textContent.includes({})",
                    json!(text)
                ),
                SOON,
            )
            .await;
        assert_eq!(visit.tab.eval(INTRUDERS).await, json!([]), "{text}");
    }
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_stands_in_an_address() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.enrol_device();
    visit
        .fill_all(
            &key,
            r#"{"handle":"whisper@example.com","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#,
        )
        .await;
    let entries = visit.tab.eval("history.length").await;
    visit.send().await;
    visit.wait_for_outcome("accepted", SOON).await;
    let capture = visit.tab.capture().await;
    let [push] = capture.requests_to("POST", "/simulator/3/device/")[..] else {
        panic!("one push: {:?}", capture.requests)
    };
    let token = provider_token(push).to_owned();
    for request in &capture.requests {
        for secret in [
            "whisper",
            &token,
            token.rsplit('.').next().unwrap(),
            "PRIVATE",
        ] {
            assert!(
                !request.url.contains(secret),
                "{} holds {secret}",
                request.url
            );
        }
        let referer = request.header("referer").unwrap_or_default();
        assert_eq!(referer, "", "{}", request.url);
    }
    assert_eq!(
        visit
            .tab
            .eval("[location.pathname, location.search, location.hash, history.state]")
            .await,
        json!(["/", "", "", null])
    );
    assert_eq!(
        visit.tab.eval("history.length").await,
        entries,
        "it leaves no trail"
    );
    assert_eq!(push.path(), format!("/simulator/3/device/{DEVICE_TOKEN}"));
    visit.assert_key_not_kept(&key).await;
    assert_eq!(visit.tab.eval("document.cookie").await, Value::from(""));
}
