//! The toolbar of the editor: undo, redo, minify, open, templates and presets.

use yew::prelude::*;

use crate::app::action::Action;
use crate::app::components::button::Button;
use crate::app::components::file_picker::FilePicker;
use crate::app::components::select::Select;
use crate::app::message::Message;
use crate::app::page::{Page, use_page};
use crate::app::preset;
use crate::app::relay_info::name;
use crate::call::template;

/// The toolbar of the editor.
#[component]
pub fn PayloadTools() -> Html {
    let page = use_page();
    let history = &page.state.history;
    html! {
        <div class="row">
            <Button
                class="quiet"
                test="undo"
                is_disabled={!history.can_undo()}
                onclick={page.act(|| Action::Undo)}
            >
                { "Undo" }
            </Button>
            <Button
                class="quiet"
                test="redo"
                is_disabled={!history.can_redo()}
                onclick={page.act(|| Action::Redo)}
            >
                { "Redo" }
            </Button>
            <Button class="quiet" test="minify" onclick={page.act(|| Action::Minify)}>
                { "Minify" }
            </Button>
            <FilePicker
                test="payload-picker"
                label="Open"
                kinds=".json,.txt,.apns"
                onpick={Message::PayloadFile}
            />
            { templates(&page) }
            { presets(&page) }
        </div>
    }
}

/// List of templates. It shows the template that is in the editor, or the list's title once the
/// text was changed.
fn templates(page: &Page) -> Html {
    let onchoose = |chosen: String| {
        let template = template::list::all()
            .iter()
            .find(|template| template.id == chosen)?;
        Some(Message::Do(Action::UseTemplate(Box::new(template.clone()))))
    };
    let (mut entries, mut current) = (vec![(String::new(), "Templates".to_owned())], String::new());
    for template in template::list::all() {
        entries.push((template.id.to_owned(), template.name.to_owned()));
        if current.is_empty() && template.text == page.state.form.payload {
            template.id.clone_into(&mut current);
        }
    }
    html! {
        <Select test="template" name="Start from a template" {entries} {current} {onchoose} />
    }
}

/// List of the operator's presets; empty if there are none.
fn presets(page: &Page) -> Html {
    let presets = page.state.relay_info.presets();
    let (mut entries, mut current) = (vec![(String::new(), "Presets".to_owned())], String::new());
    for preset in presets {
        let name = name(preset).to_owned();
        if preset::is_in(preset, &page.state.form) {
            current.clone_from(&name);
        }
        entries.push((name.clone(), name));
    }
    html! {
        if !presets.is_empty() {
            <Select
                test="preset"
                name="Fill in what your team has prepared"
                {entries}
                {current}
                onchoose={|chosen| Some(Message::Do(Action::UsePreset(chosen)))}
            />
        }
    }
}
