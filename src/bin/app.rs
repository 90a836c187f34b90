//! The page's entry: mount the app.

fn main() {}
