//! The toolbar of the editor: undo, redo, minify, open, templates and presets.

use yew::prelude::*;

use crate::app::action::Action;
use crate::app::components::button::button;
use crate::app::components::file_picker::file_picker;
use crate::app::components::select::{Entry, Group, Select, add_to_group};
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::preset;
use crate::app::relay_info::name;
use crate::call::template;

/// The toolbar of the editor.
pub fn payload_tools(page: &Page) -> Html {
    let history = &page.state.history;
    html! {
        <div class="row">
            { step_button("undo", "Undo", history.can_undo(), page.act(|| Action::Undo)) }
            { step_button("redo", "Redo", history.can_redo(), page.act(|| Action::Redo)) }
            { button("quiet", "minify", "Minify", page.act(|| Action::Minify)) }
            { file_picker(page, "payload-picker", "Open", ".json,.txt,.apns,.http,.sh", Message::PayloadFile) }
            { templates(page) }
            { presets(page) }
        </div>
    }
}

/// Button of undo or redo. While there is nothing to do, it stays focusable.
fn step_button(
    test: &'static str,
    text: &'static str,
    is_possible: bool,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button
            type="button"
            class="quiet"
            data-test={test}
            aria-disabled={(!is_possible).to_string()}
            {onclick}
        >
            { text }
        </button>
    }
}

/// List of templates. It shows the template that is in the editor, or the list's title once the
/// text was changed.
fn templates(page: &Page) -> Html {
    let onchoose = page.on(|chosen: String| {
        let template = template::list::all()
            .iter()
            .find(|template| template.id == chosen)?;
        Some(Message::Do(Action::UseTemplate(Box::new(template.clone()))))
    });
    let form = &page.state.form;
    let entries = vec![(String::new(), "Templates".to_owned())];
    let (mut groups, mut current) = (Vec::new(), String::new());
    for template in template::list::all() {
        let entry = (template.id.clone(), template.name.clone());
        add_to_group(&mut groups, template.group, entry);
        // Two apps may have one payload.
        let is_of_app = current.is_empty() || template.app == form.app;
        if is_of_app && template.text == form.payload {
            current.clone_from(&template.id);
        }
    }
    title_list(
        page,
        "template",
        "Start from a template",
        (entries, groups),
        current,
        onchoose,
    )
}

/// List of the operator's presets; empty if there are none.
fn presets(page: &Page) -> Html {
    let presets = page.state.relay_info.presets();
    if presets.is_empty() {
        return html! {};
    }
    let (mut entries, mut current) = (vec![(String::new(), "Presets".to_owned())], String::new());
    for preset in presets {
        let name = name(preset).to_owned();
        if preset::is_in(preset, &page.state.form) {
            current.clone_from(&name);
        }
        entries.push((name.clone(), name));
    }
    let onchoose = page.on(|chosen| Some(Message::Do(Action::UsePreset(chosen))));
    title_list(
        page,
        "preset",
        "Fill in what your team has prepared",
        (entries, Vec::new()),
        current,
        onchoose,
    )
}

/// List whose first entry is its title.
fn title_list(
    page: &Page,
    test: &'static str,
    name: &'static str,
    (entries, groups): (Vec<Entry>, Vec<Group>),
    current: String,
    onchoose: Callback<String>,
) -> Html {
    let onblur = page.act(|| Action::EndStep);
    Select {
        test: AttrValue::Static(test),
        name: Some(name),
        entries,
        groups,
        current,
        onchoose,
        onblur: Some(onblur),
        ..Select::default()
    }
    .html()
}
