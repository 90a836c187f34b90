//! Working a page with the keyboard alone: the focus moves with Tab, and keys go to whatever has it.

use serde_json::{Value, json};

use super::keys::{CONTROL, NONE, SHIFT};
use super::tab::{Tab, quoted};

/// More stops than any page here has; whoever has passed so many has been everywhere.
const MOST_STOPS: usize = 80;

/// Element that has the focus, described for the message of a failed test.
const FOCUSED: &str = "(e => e === null || e === document.body ? 'nothing' : e.dataset.test ?? (e.id || e.outerHTML.slice(0, 60)))(document.activeElement)";

impl Tab {
    /// Moves the focus on with Tab until it is on an element.
    pub(crate) async fn tab_to(&self, selector: &str) {
        self.move_focus(selector, NONE).await;
    }

    /// Moves the focus back with Shift+Tab until it is on an element.
    pub(crate) async fn tab_back_to(&self, selector: &str) {
        self.move_focus(selector, SHIFT).await;
    }

    async fn move_focus(&self, selector: &str, modifiers: u8) {
        let is_there = format!(
            "document.activeElement?.matches({}) === true",
            quoted(selector)
        );
        let mut passed = Vec::new();
        while passed.len() < MOST_STOPS {
            if self.eval(&is_there).await == Value::Bool(true) {
                return;
            }
            self.press("Tab", modifiers).await;
            passed.push(
                self.eval(FOCUSED)
                    .await
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            );
        }
        self.give_up(&format!(
            "Tab never came to {selector}, but to {}",
            passed.join(", ")
        ))
        .await
    }

    /// Selects everything in the field that has the focus.
    pub(crate) async fn select_all(&self) {
        self.press_for("a", CONTROL, &["selectAll"]).await;
    }

    /// Undoes as the browser's own menu does: no key that the page could hear.
    pub(crate) async fn undo_by_menu(&self) {
        self.press_for("Escape", NONE, &["undo"]).await;
    }

    /// Copies a text as another program would: it can be pasted from then on.
    pub(crate) async fn copy(&self, text: &str) {
        let permission =
            json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.connection
            .call("", "Browser.grantPermissions", permission)
            .await;
        self.eval(&format!("navigator.clipboard.writeText({})", quoted(text)))
            .await;
    }

    /// Pastes what was copied last, with Ctrl+V.
    pub(crate) async fn paste(&self) {
        self.press_for("v", CONTROL, &["paste"]).await;
    }
}
