//! Secrets that are pasted, dropped or typed into the page.

use serde_json::{Value, json};

use super::{HELD, Kinds, assert_nowhere, body, leaking_request, prepared, value};
use crate::driver::{Tab, by_test};
use crate::support::temp_dir::TempDir;
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KEY_ID, SOON, TEAM_ID, Visit};

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

async fn focus(tab: &Tab, selector: &str) {
    tab.eval(&format!(
        "(e => {{ e.focus(); e.setSelectionRange(e.value.length, e.value.length) }})(document.querySelector({}))",
        json!(selector)
    ))
    .await;
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
