//! Texts too large for the editor: each is held back with its name, its size and how it begins,
//! and the page does not stand still over it.

use std::time::Duration;

use crate::driver::{NONE, by_test};
use crate::support::temp_dir::TempDir;
use crate::visit::{SOON, Visit};

/// The largest text that enters the editor.
const LIMIT: usize = 64 * 1024;

/// Number of its bytes that are shown.
const SHOWN: usize = 4 * 1024;

/// A task longer than this is felt.
const LONGEST: Duration = Duration::from_millis(200);

/// These machines are busy: a task may be long because somebody else was at work. One that is long
/// by itself is so every time.
const ATTEMPTS: usize = 3;

const OWN: &str = r#"{"handle": "mine", "callUUID": "{{uuid}}"}"#;

/// A text of lines, whose end shows whether it was cut.
fn lines(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 64);
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        text.push_str(&format!(
            "{{ \"line\": {number}, \"handle\": \"alice\" }},\n"
        ));
    }
    text.truncate(bytes);
    text
}

/// A number as the page writes it.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let groups: Vec<&str> = std::iter::once(&digits[..first])
        .chain(
            (first..digits.len())
                .step_by(3)
                .map(|start| &digits[start..start + 3]),
        )
        .filter(|group| !group.is_empty())
        .collect();
    groups.join(",")
}

impl Visit {
    /// Fails unless this much is held back under this name, and the editor is as it was.
    async fn assert_held(&self, name: &str, text: &str) {
        let held = by_test("held");
        self.tab.wait_for(&held, SOON).await;
        let said = self.tab.text(&held).await;
        for part in [name, &grouped(text.len()), &grouped(5_120)] {
            assert!(said.contains(part), "{part} is not in: {said:.300}");
        }
        assert_eq!(
            self.tab
                .eval("document.querySelector('[data-test=held] pre').textContent")
                .await,
            text[..SHOWN]
        );
        assert_eq!(self.tab.text(&by_test("payload")).await, OWN);
    }

    async fn discard(&self) {
        self.tab.tab_to(&by_test("discard")).await;
        self.tab.press("Enter", NONE).await;
        self.tab
            .wait_until("document.querySelector('[data-test=held]') === null", SOON)
            .await;
        assert_eq!(self.tab.text(&by_test("payload")).await, OWN);
        // Undo knows nothing of it: the step before is still what was typed.
        assert!(!self.tab.has("[data-test=redo][aria-disabled=false]").await);
    }
}

fn assert_brief(what: &str, longest: &[Duration]) {
    assert!(
        longest.iter().any(|longest| *longest <= LONGEST),
        "{what}: the page stood still for {longest:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_paste_does_not_enter_the_editor_and_stops_nothing() {
    let visit = Visit::new().await;
    visit.fill("payload", OWN).await;
    for size in [LIMIT + 1, 1024 * 1024] {
        let text = lines(size);
        visit.tab.copy(&text).await;
        let mut longest = Vec::new();
        while longest.len() < ATTEMPTS {
            visit.tab.tab_back_to(&by_test("payload")).await;
            visit.tab.select_all().await;
            visit.tab.watch_tasks().await;
            visit.tab.paste().await;
            visit.assert_held("The text you pasted", &text).await;
            visit.discard().await;
            longest.push(visit.tab.longest_task().await);
            if longest.ends_with(&[Duration::ZERO]) {
                break;
            }
        }
        assert_brief(&format!("a paste of {size} bytes"), &longest);
    }
    // One that fits does enter.
    visit.tab.copy(&lines(6_000)).await;
    visit.tab.tab_back_to(&by_test("payload")).await;
    visit.tab.select_all().await;
    visit.tab.paste().await;
    visit.wait_for_value("payload", &lines(6_000)).await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_does_not_enter_the_editor_and_stops_nothing() {
    let folder = TempDir::new();
    let visit = Visit::new().await;
    visit.fill("payload", OWN).await;
    for size in [LIMIT + 1, 1024 * 1024, 8 * 1024 * 1024] {
        let text = lines(size);
        let name = format!("call-{size}.json");
        let path = folder.write(&name, &text);
        let mut longest = Vec::new();
        while longest.len() < ATTEMPTS {
            visit.tab.watch_tasks().await;
            visit.tab.drop_files(&by_test("payload"), &[&path]).await;
            visit.assert_held(&name, &text).await;
            visit.discard().await;
            longest.push(visit.tab.longest_task().await);
            if longest.ends_with(&[Duration::ZERO]) {
                break;
            }
        }
        assert_brief(&format!("a file of {size} bytes"), &longest);
    }
    // One that fits does enter, and what stood there can be brought back.
    let small = folder.write("small.json", r#"{"handle": "from a file"}"#);
    visit.tab.drop_files(&by_test("payload"), &[&small]).await;
    visit
        .wait_for_value("payload", r#"{"handle": "from a file"}"#)
        .await;
    visit.tab.click(&by_test("undo")).await;
    visit.wait_for_value("payload", OWN).await;
    visit.tab.capture().await.assert_quiet(&[]);
}
