//! Leaks, made on purpose: each would be found.

use serde_json::json;

use super::{Kinds, WINDOW, assert_nowhere, evidence, leaking_request};
use crate::visit::Visit;

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
