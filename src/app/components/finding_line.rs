//! A finding in one line, with its severity.

use yew::prelude::*;

use crate::app::form::Severity;

/// Properties of [`FindingLine`].
#[derive(Clone, PartialEq, Properties)]
pub struct FindingLineProps {
    /// The name by which tests find it.
    #[prop_or(AttrValue::Static("finding"))]
    pub test: AttrValue,
    /// Further classes.
    #[prop_or_default]
    pub class: Classes,
    /// Its role, if it is announced by itself.
    #[prop_or_default]
    pub role: Option<AttrValue>,
    /// The stable word for it.
    #[prop_or_default]
    pub rule: Option<AttrValue>,
    /// How bad it is.
    pub severity: Severity,
    /// What it says.
    pub children: Html,
}

/// Finding in one line.
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
