//! Gives a release build its page.

fn main() {
    let out = std::env::var("OUT_DIR").expect("cargo names the folder");
    std::fs::write(format!("{out}/page.rs"), "&[]").expect("the folder can be written");
}
