//! The page's entry: mount the app.

use trill::app::start;

fn main() {
    if let Some(root) = gloo::utils::document().get_element_by_id("app") {
        start(root);
    }
}
