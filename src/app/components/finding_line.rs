//! Line with a finding and its severity.

use yew::prelude::*;

use crate::app::form::Severity;

/// Line with the finding of a rule.
pub fn finding_line(rule: &'static str, severity: Severity, sentence: &str) -> Html {
    html! {
        <p class="finding" data-test="finding" data-rule={rule} data-severity={severity.as_str()}>
            { sentence }
        </p>
    }
}
