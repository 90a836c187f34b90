//! Drop-down lists.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

/// Selects in every list the entry named by its attribute `data-chosen`. Browsers ignore the
/// entries' `selected` attribute once the user has chosen.
pub fn show_chosen() {
    let lists = document().get_elements_by_tag_name("select");
    for index in 0..lists.length() {
        if let Some(list) = lists.item(index)
            && let Some(chosen) = list.get_attribute("data-chosen")
        {
            list.unchecked_into::<HtmlSelectElement>()
                .set_value(&chosen);
        }
    }
}
