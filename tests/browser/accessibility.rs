//! Accessibility: axe-core finds nothing in any state of the page, in any colours and on any screen.

use std::path::PathBuf;

use serde_json::json;

use crate::driver::Tab;
use crate::states::State;
use crate::visit::Visit;

/// Screens by their width and height.
const SCREENS: [(u32, u32); 2] = [(390, 844), (1440, 900)];
/// Colours by their name and the media features that ask for them.
const COLOURS: [(&str, &str, &str); 3] = [
    ("light", "light", "none"),
    ("dark", "dark", "none"),
    ("forced", "dark", "active"),
];
/// A violation a line: rule, element and what axe says of it.
const RUN: &str = "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(node =>
        `${id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ')}`)))";

/// axe-core, where npm has put it.
fn axe() -> String {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let senders = match std::env::var_os("SENDERS") {
        Some(folder) => PathBuf::from(folder),
        None => target.with_file_name("senders"),
    };
    let path = senders.join("node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&path).unwrap_or_else(|error| {
        let folder = senders.display();
        panic!(
            "{}: {error}; npm install --prefix {folder} axe-core",
            path.display()
        )
    })
}

impl Tab {
    /// Shows the page on a screen in these colours.
    pub(crate) async fn show_on(&self, (width, height): (u32, u32), scheme: &str, forced: &str) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size).await;
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "forced-colors", "value": forced },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.call(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
        // Two frames later it is drawn.
        let drawn = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
        self.eval(drawn).await;
    }
}

async fn violations(visit: &Visit, state: State) -> Vec<String> {
    visit.tab.eval(&format!("{}; true", axe())).await;
    let mut found = Vec::new();
    for (name, scheme, forced) in COLOURS {
        for screen in SCREENS {
            visit.tab.show_on(screen, scheme, forced).await;
            let violations = visit.tab.eval(RUN).await;
            for violation in violations.as_array().unwrap() {
                let violation = violation.as_str().unwrap_or_default();
                found.push(format!(
                    "{}, {name}, {}: {violation}",
                    state.name(),
                    screen.0
                ));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_no_violation_in_any_state() {
    let mut found = Vec::new();
    for state in State::ALL {
        let visit = state.show().await;
        let of_state = violations(&visit, state).await;
        println!("{}: {} violations", state.name(), of_state.len());
        found.extend(of_state);
    }
    assert!(
        found.is_empty(),
        "{} violations:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_sees_what_it_has_to_see() {
    let visit = Visit::new().await;
    visit.tab.eval(&format!("{}; true", axe())).await;
    let spoil = "document.querySelector('[data-test=bundle-id]').removeAttribute('id'),
        document.querySelector('[data-test=send]').textContent = ''";
    visit.tab.eval(spoil).await;
    let violations = visit.tab.eval(RUN).await.to_string();
    for rule in ["button-name", "label-title-only"] {
        assert!(
            violations.contains(&format!("{rule}:")),
            "{rule} in {violations}"
        );
    }
}
