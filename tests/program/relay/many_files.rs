//! A process that may open both ends of more than a thousand connections.

use std::process::Command;

/// Returns `true` if this process may open so many; otherwise runs the test in one that may.
pub(super) fn has_many_files(test: &str) -> bool {
    const MANY: u64 = 4_096;
    let sh = |script: &str| {
        let mut sh = Command::new("sh");
        sh.arg("-c").arg(script);
        sh
    };
    let allowed = sh("ulimit -n").output().expect("sh is there").stdout;
    let allowed = String::from_utf8_lossy(&allowed).trim().to_owned();
    if allowed == "unlimited" || allowed.parse::<u64>().expect("a number") >= MANY {
        return true;
    }
    let this = std::env::current_exe().expect("it has a path");
    let script = format!("ulimit -n {MANY} && exec \"$0\" --exact {test} --nocapture");
    assert!(
        sh(&script).arg(this).status().expect("it runs").success(),
        "see above"
    );
    false
}
