//! The memory: what is resident after 60,000 pushes over 64 connections.

use super::TOKEN;
use super::contenders::start_trill;
use super::machine::{Upstream, h2load};
use super::support::h2load::Load;
use super::support::process::Folder;

const PUSHES: usize = 60_000;
const CONNECTIONS: &str = "64";

/// Measures and says it.
pub(crate) fn measure(folder: &Folder, upstream: &Upstream) {
    let (trill, port) = start_trill(upstream);
    let mut command = h2load(folder);
    command.args([
        "--h1",
        "-m",
        "1",
        "-c",
        CONNECTIONS,
        "-n",
        &PUSHES.to_string(),
    ]);
    let load = Load::run(command.arg(format!("http://127.0.0.1:{port}/sandbox/3/device/{TOKEN}")));
    assert_eq!(load.answered(), PUSHES);
    println!(
        "memory of trill after {PUSHES} pushes: {:.1} MiB (goal: at most 24)",
        trill.resident() as f64 / 1024.0
    );
}
