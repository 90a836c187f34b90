//! The nested cargo that compiles the page.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const TARGET: &str = "wasm32-unknown-unknown";
/// Profile of an optimised page.
const OPTIMISED: &str = "page";
/// Profile of a draft of the page.
const DRAFT: &str = "dev";

/// Variables of the outer build that must not reach the nested cargo.
const INHERITED: [&str; 6] = [
    "CARGO_BUILD_TARGET",
    "CARGO_MAKEFLAGS",
    "MAKEFLAGS",
    "MFLAGS",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTFLAGS",
];

/// Everything the wasm file is made of; a change elsewhere does not build it again.
pub const SOURCES: [&str; 9] = [
    "Cargo.lock",
    "Cargo.toml",
    "src/lib.rs",
    "src/bin/app.rs",
    "src/app",
    "src/apns",
    "src/call",
    "src/diagnosis",
    "src/lint",
];

/// Result of a step of the build.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Returns the profile of the page; `None` if this build has no page.
pub(crate) fn profile() -> Option<&'static str> {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if env::var_os("DOCS_RS").is_some() {
        None
    } else if is("PROFILE", "release") {
        Some(OPTIMISED)
    } else if is("TRILL_PAGE", "1") {
        Some(DRAFT)
    } else {
        None
    }
}

/// Returns the value of a variable that cargo sets.
pub(crate) fn variable(name: &str) -> Result<String> {
    env::var(name).map_err(|error| format!("cargo's variable {name}: {error}").into())
}

/// Compiles the app of `package` and returns the path of its wasm file. `out` is a folder in the
/// target folder of the outer build.
pub(crate) fn compile(package: &Path, out: &Path, profile: &str) -> Result<PathBuf> {
    if !has_target()? {
        let missing = format!("the page needs the target {TARGET}, which is not installed.");
        return Err(format!("{missing} Run: rustup target add {TARGET}").into());
    }
    // Outside `out`: all outer profiles share it, so that a test build builds no page again.
    let target = out.ancestors().nth(4).unwrap_or(out).join("page");
    let arguments = format!("build --locked --target {TARGET} --profile {profile}");
    let mut cargo = Command::new(variable("CARGO")?);
    cargo.current_dir(package);
    cargo.args(arguments.split(' '));
    cargo.arg("--target-dir").arg(&target);
    cargo.args(["--no-default-features", "--features=app", "--bin=app"]);
    // Jobs of its own: the page ends with two long steps of one job, which begin sooner if the rest
    // of it need not wait for dependencies of the program.
    cargo.arg("--jobs").arg(variable("NUM_JOBS")?);
    // Flags for the native build must not reach the page's.
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags(&target).join("\u{1f}"));
    for inherited in INHERITED {
        cargo.env_remove(inherited);
    }
    if !cargo.status()?.success() {
        return Err("the page did not compile; its errors stand above".into());
    }
    let folder = if profile == DRAFT { "debug" } else { profile };
    Ok(target.join(TARGET).join(folder).join("app.wasm"))
}

/// Returns `true` if rustc has the standard library for the page.
fn has_target() -> Result<bool> {
    let mut rustc = Command::new(variable("RUSTC")?);
    let output = rustc
        .args(["--print=target-libdir", "--target", TARGET])
        .output()?;
    let folder = String::from_utf8_lossy(&output.stdout);
    Ok(Path::new(folder.trim()).is_dir())
}

/// Small SHA-256, and no folders of this machine, although panics name source files.
fn flags(target: &Path) -> Vec<String> {
    let mut folders = vec![target.to_owned()];
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let sources = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    if let Some(entries) = sources {
        folders.extend(entries.flatten().map(|entry| entry.path()));
    }
    let mut flags = vec!["--cfg=sha2_backend_soft=\"compact\"".to_owned()];
    let shorter = |path: &PathBuf| format!("--remap-path-prefix={}/=", path.display());
    flags.extend(folders.iter().map(shorter));
    flags
}
