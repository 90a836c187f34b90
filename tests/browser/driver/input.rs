//! Input as a person gives it: click, type, press keys, drop and choose files.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use tokio::time::sleep;

use super::keys::{self, CONTROL, META, NONE};
use super::tab::{Tab, element, quoted};

/// Time for an element to appear, come to rest and be free to be touched.
const PATIENCE: Duration = Duration::from_secs(5);

/// Time between two typed keys, as the browser is told.
const KEY_INTERVAL: Duration = Duration::from_millis(5);

/// The drag may copy.
const COPY: u8 = 1;

/// Tells the centre of an element, or why nobody could touch it there. The element found at that
/// place must be the target, something inside it, or the control or label that stands for it. The
/// page is scrolled only if it is not, as a person does.
const AIM: &str = "(e => {
    if (e.disabled) return 'it is disabled';
    const look = () => {
        const box = e.getBoundingClientRect();
        if (box.width === 0 || box.height === 0) return 'it has no size';
        const x = box.left + box.width / 2, y = box.top + box.height / 2;
        const hit = document.elementFromPoint(x, y);
        if (hit === null) return 'it is off the screen';
        const cover = hit.closest('a, button, label, summary');
        if (e.contains(hit) || (cover !== null && (cover.contains(e) || cover.control === e))) return [x, y];
        return 'something covers it: ' + hit.outerHTML.slice(0, 120);
    };
    const seen = look();
    if (Array.isArray(seen)) return seen;
    e.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    return look();
})";

impl Tab {
    /// Clicks the middle of an element with the left button.
    pub(crate) async fn click(&self, selector: &str) {
        self.click_for(selector, Duration::ZERO).await;
    }

    /// The same with the button held down for a while.
    pub(crate) async fn click_for(&self, selector: &str, held: Duration) {
        let (x, y) = self.aim(selector).await;
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            if kind == "mouseReleased" {
                sleep(held).await;
            }
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let event = json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", event).await;
        }
    }

    /// Types into whatever has the focus, key by key. The browser sees the keys 5 ms apart, however
    /// long it takes for each: a list forgets after one second which letters were typed into it.
    pub(crate) async fn type_text(&self, text: &str) {
        let start = SystemTime::now();
        for (character, nth) in text.chars().zip(0..) {
            let key = if character == '\n' {
                "Enter".to_owned()
            } else {
                character.to_string()
            };
            let at = start + KEY_INTERVAL * nth;
            self.press_at(&key, NONE, &[], Some(at)).await;
        }
    }

    /// Presses and releases a key: `Enter`, `Tab`, `Escape`, an arrow, or a character.
    pub(crate) async fn press(&self, key: &str, modifiers: u8) {
        self.press_for(key, modifiers, &[]).await;
    }

    pub(super) async fn press_for(&self, name: &str, modifiers: u8, commands: &[&str]) {
        self.press_at(name, modifiers, commands, None).await;
    }

    /// Presses and releases a key at a time that the browser takes for the key's own.
    async fn press_at(&self, name: &str, modifiers: u8, commands: &[&str], at: Option<SystemTime>) {
        let key = keys::find(name);
        let types = !key.text.is_empty() && modifiers & (CONTROL | META) == 0;
        let mut event = json!({
            "type": if types { "keyDown" } else { "rawKeyDown" }, "key": name, "code": key.code,
            "windowsVirtualKeyCode": key.number, "modifiers": modifiers, "commands": commands,
        });
        if types {
            event["text"] = json!(key.text);
        }
        if let Some(at) = at.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok()) {
            event["timestamp"] = json!(at.as_secs_f64());
        }
        self.call("Input.dispatchKeyEvent", event.clone()).await;
        event["type"] = json!("keyUp");
        for only_down in ["text", "commands"] {
            event.as_object_mut().map(|event| event.remove(only_down));
        }
        self.call("Input.dispatchKeyEvent", event).await;
    }

    /// Replaces what stands in a field: click, select all, put the text in as a paste would.
    pub(crate) async fn set_value(&self, selector: &str, text: &str) {
        self.click(selector).await;
        self.select_all().await;
        if text.is_empty() {
            self.press("Delete", NONE).await;
        } else {
            self.call("Input.insertText", json!({ "text": text })).await;
        }
    }

    /// Drags files from outside onto the middle of an element and lets go.
    pub(crate) async fn drop_files(&self, selector: &str, files: &[&Path]) {
        let (x, y) = self.aim(selector).await;
        let data = json!({ "items": [], "files": files, "dragOperationsMask": COPY });
        for kind in ["dragEnter", "dragOver", "drop"] {
            self.call(
                "Input.dispatchDragEvent",
                json!({ "type": kind, "x": x, "y": y, "data": data }),
            )
            .await;
        }
    }

    /// Drags a text from another program onto the middle of an element and lets go.
    pub(crate) async fn drop_text(&self, selector: &str, text: &str) {
        let (x, y) = self.aim(selector).await;
        let data = json!({ "items": [{ "mimeType": "text/plain", "data": text }], "dragOperationsMask": COPY });
        for kind in ["dragEnter", "dragOver", "drop"] {
            self.call(
                "Input.dispatchDragEvent",
                json!({ "type": kind, "x": x, "y": y, "data": data }),
            )
            .await;
        }
    }

    /// Chooses a file as the file dialog would. Meant for an `input type=file`, hidden or not.
    pub(crate) async fn choose_file(&self, selector: &str, file: &Path) {
        let found = self
            .call(
                "Runtime.evaluate",
                json!({ "expression": element(selector) }),
            )
            .await;
        let object = &found["result"]["objectId"];
        self.call(
            "DOM.setFileInputFiles",
            json!({ "files": [file], "objectId": object }),
        )
        .await;
    }

    /// Point at which to touch an element, once it can be touched and stands still.
    async fn aim(&self, selector: &str) -> (f64, f64) {
        let look = format!(
            "(e => e === null ? 'nothing matches' : {AIM}(e))(document.querySelector({}))",
            quoted(selector)
        );
        let start = Instant::now();
        let mut last = Value::Null;
        while start.elapsed() < PATIENCE {
            let now = self.eval(&look).await;
            if let (true, Some(x), Some(y)) = (now == last, now[0].as_f64(), now[1].as_f64()) {
                return (x, y);
            }
            last = now;
            sleep(Duration::from_millis(50)).await;
        }
        self.give_up(&format!("{selector} cannot be touched: {last}"))
            .await
    }
}
