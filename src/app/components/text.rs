//! Elements that hold one text. Each is one function, because `html!` writes out the code of an
//! element wherever it stands.

use yew::prelude::*;

/// A paragraph with CSS classes and a test ID, which may be empty.
#[inline(never)]
pub fn paragraph(class: &'static str, test: &'static str, text: &str) -> Html {
    let test = (!test.is_empty()).then_some(test);
    html! { <p {class} data-test={test}>{ text }</p> }
}

/// A hint: a paragraph that explains.
pub fn hint(text: &str) -> Html {
    paragraph("hint", "", text)
}

/// A part of a line, with CSS classes, which may be empty.
#[inline(never)]
pub fn span(class: &'static str, text: &str) -> Html {
    html! { <span {class}>{ text }</span> }
}

/// The part of a line that stands out.
#[inline(never)]
pub fn strong(text: &str) -> Html {
    html! { <strong>{ text }</strong> }
}
