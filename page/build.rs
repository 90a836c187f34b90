//! Compiles the page beside the dependencies of the program.

#[path = "src/compile.rs"]
mod compile;

use std::path::Path;

use compile::Result;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=TRILL_PAGE");
    if let Err(problem) = compile_early() {
        println!("cargo::error={problem}");
    }
}

/// Compiles the page if its sources are beside this package, as they are in the repository.
fn compile_early() -> Result<()> {
    let Some(profile) = compile::profile() else {
        return Ok(());
    };
    let folder = compile::variable("CARGO_MANIFEST_DIR")?;
    let package = Path::new(&folder).parent().unwrap_or(Path::new(".."));
    if !package.join("src/bin/app.rs").is_file() {
        return Ok(());
    }
    for source in compile::SOURCES {
        println!("cargo::rerun-if-changed=../{source}");
    }
    let out = compile::variable("OUT_DIR")?;
    compile::compile(package, Path::new(&out), profile)?;
    Ok(())
}
