//! Storage of the browser: what an older version left in it is removed.

use serde_json::json;

use super::{FIELDS, Kinds, assert_nowhere, evidence, value};
use crate::driver::by_test;
use crate::visit::{BUNDLE_ID, SOON, TEAM_ID, Visit};

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
