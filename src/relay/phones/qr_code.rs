//! QR code with what an app needs to reach the push server: its URL and the secret. It is made here
//! and drawn by the page.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// Makes the code as JSON: its width in modules, and the outline of its dark modules as the path of
/// an SVG. `None` if the URL is too long for a code.
pub(super) fn qr_code(url: &str, secret: &str) -> Option<Value> {
    let content = json!({ "server": url, "secret": secret }).to_string();
    let content = Zeroizing::new(content);
    let code = QrCode::with_error_correction_level(content.as_bytes(), EcLevel::M).ok()?;
    Some(json!({ "width": code.width(), "path": path(&code) }))
}

/// Outline as a path: a rectangle for each run of dark modules in a row.
fn path(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.width() {
        let mut x = 0;
        while x < code.width() {
            let start = x;
            while x < code.width() && code[(x, y)] == Color::Dark {
                x += 1;
            }
            if x > start {
                let run = x - start;
                // Writing to a string does not fail.
                let _ = write!(path, "M{start} {y}h{run}v1h-{run}z");
            }
            x += 1;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outline_has_each_dark_module_and_no_other() {
        let code = QrCode::with_error_correction_level("https://trill.test", EcLevel::M)
            .expect("a short text fits");
        let outline = path(&code);
        let mut dark = 0;
        for rectangle in outline.split_terminator('z') {
            let (place, run) = rectangle
                .trim_start_matches('M')
                .split_once('h')
                .expect("a rectangle");
            let (x, y) = place.split_once(' ').expect("a place");
            let [x, y]: [usize; 2] = [x, y].map(|number| number.parse().expect("a number"));
            let run: usize = run
                .split('v')
                .next()
                .and_then(|run| run.parse().ok())
                .expect("a length");
            for x in x..x + run {
                assert_eq!(code[(x, y)], Color::Dark, "{x} {y}");
            }
            dark += run;
        }
        let colors = code.to_colors();
        assert_eq!(
            dark,
            colors.iter().filter(|color| **color == Color::Dark).count()
        );
        assert!(outline.starts_with("M0 0h7v1h-7z"), "{outline}");
    }

    #[test]
    fn a_code_holds_url_and_secret_and_a_url_that_is_too_long_has_none() {
        let code = qr_code("https://trill.test:7465", "s3cret").expect("it fits");
        assert!(code["width"].as_u64() >= Some(21), "{code}");
        assert_eq!(qr_code(&"x".repeat(4_000), "s3cret"), None);
    }
}
