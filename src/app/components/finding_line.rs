//! One line with a finding and its severity.

use yew::prelude::*;

use crate::app::form::Severity;

/// Properties of [`FindingLine`].
#[derive(Clone, PartialEq, Properties)]
pub struct FindingLineProps {
    /// Test ID.
    #[prop_or(AttrValue::Static("finding"))]
    pub test: AttrValue,
    /// Additional CSS classes.
    #[prop_or_default]
    pub class: Classes,
    /// ARIA role, if the line is announced when it appears.
    #[prop_or_default]
    pub role: Option<AttrValue>,
    /// Code of the rule.
    #[prop_or_default]
    pub rule: Option<AttrValue>,
    /// Severity of the finding.
    pub severity: Severity,
    /// Text of the finding.
    pub children: Html,
}

/// One line with a finding.
#[component]
pub fn FindingLine(props: &FindingLineProps) -> Html {
    html! {
        <p
            class={classes!(props.class.clone(), "finding")}
            data-test={props.test.clone()}
            role={props.role.clone()}
            data-rule={props.rule.clone()}
            data-severity={props.severity.as_str()}
        >
            { props.children.clone() }
        </p>
    }
}
