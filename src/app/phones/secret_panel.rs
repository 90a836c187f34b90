//! The secret of a registered app, which is shown once: as text, and as QR code with the URL.

use yew::prelude::*;

use super::order::NEW_SECRET;
use super::view::Change;
use crate::app::action::Action;
use crate::app::browser::save;
use crate::app::components::button::button;
use crate::app::components::text::{hint, paragraph};
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::relay_info::text;

const SHOWN_ONCE: &str = "Shown once: Trill keeps a hash of it. Paste it into the app, or let a phone \
                          scan it with the URL.";

/// Light modules around a QR code, as its standard wants.
const MARGIN: u64 = 4;

/// The new secret; empty if there is none.
pub fn secret_panel(page: &Page) -> Html {
    let view = &page.state.phones;
    let Some(app) = view.secret.app() else {
        return Html::default();
    };
    let secret = text(app, "secret").to_owned();
    let copied = secret.clone();
    let copy = page.on(move |_| {
        let is_copied = save::copy(&copied);
        Some(Message::Do(Action::Phones(Change::Copy(is_copied))))
    });
    let done = page.act(|| Action::Phones(Change::HideSecret));
    let code = &app["qr_code"];
    let side = code["width"].as_u64().unwrap_or_default() + 2 * MARGIN;
    let view_box = format!("-{MARGIN} -{MARGIN} {side} {side}");
    html! {
        <div class="new-secret" data-test="new-secret">
            <h4 id={NEW_SECRET} tabindex="-1">{ ["Secret of ", text(app, "name")].concat() }</h4>
            { hint(SHOWN_ONCE) }
            if let Some(path) = code["path"].as_str() {
                <svg
                    viewBox={view_box}
                    role="img"
                    aria-label="QR code of URL and secret"
                    data-test="qr-code"
                >
                    <path d={path.to_owned()} />
                </svg>
            }
            { paragraph("mono whole", "app-secret", &secret) }
            <div class="row">
                { button("quiet", "copy-secret", "Copy", copy) }
                { button("quiet", "hide-secret", "Done", done) }
                <span class="hint" role="status">
                    if view.is_copied {
                        { "Copied." }
                    }
                </span>
            </div>
        </div>
    }
}
