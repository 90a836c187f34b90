//! The signals: how a program that serves is asked to stop, and what does not stop it.

use std::io;

/// The wish to stop, listened for before anything is served, so that none is lost.
#[cfg(unix)]
pub(crate) fn shutdown() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// The wish to stop, where there is no SIGTERM.
#[cfg(not(unix))]
pub(crate) fn shutdown() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Makes a file that may not grow any more an error of the write that met it. Left alone, the system ends the program (SIGXFSZ).
#[cfg(unix)]
pub(crate) fn survive_full_files() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    /// On Linux, macOS and the BSDs.
    const SIGXFSZ: i32 = if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
        31
    } else {
        25
    };
    // What was registered stays so for the life of the program, also when nobody listens.
    signal(SignalKind::from_raw(SIGXFSZ)).map(drop)
}

/// Nothing: there is no such signal.
#[cfg(not(unix))]
pub(crate) fn survive_full_files() -> io::Result<()> {
    Ok(())
}
