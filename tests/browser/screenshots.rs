//! Screenshots of every state of the page, in `target/tmp/screenshots`, and what must hold on every screen.

use std::path::Path;

use crate::states::State;

/// Screens by their width and height.
const SCREENS: [(u32, u32); 4] = [(390, 844), (820, 1180), (1440, 900), (2560, 1440)];

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_photographed_and_fits_its_screen() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    let mut too_wide = Vec::new();
    for state in State::ALL {
        let visit = state.show().await;
        for (width, height) in SCREENS {
            for is_dark in [false, true] {
                let scheme = if is_dark { "dark" } else { "light" };
                let name = format!("{}-{width}-{scheme}", state.name());
                let path = folder.join(format!("{name}.png"));
                visit.tab.screenshot(&path, width, height, is_dark).await;
                let overflow = "document.documentElement.scrollWidth - innerWidth";
                let pixels = visit.tab.eval(overflow).await.as_i64();
                if pixels > Some(0) {
                    too_wide.push(format!("{name}: {pixels:?}"));
                }
            }
        }
    }
    println!("{}", folder.display());
    assert!(too_wide.is_empty(), "wider than the screen: {too_wide:?}");
}
