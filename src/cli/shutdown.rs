//! Signal handling: SIGINT and SIGTERM stop the program, and SIGXFSZ does not.

use std::io;

/// Returns a future that completes on SIGINT or SIGTERM. The handlers are installed at once, so
/// that no signal is lost.
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

/// Returns a future that completes on Ctrl-C.
#[cfg(not(unix))]
pub(crate) fn shutdown() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Turns a write beyond the file size limit into an I/O error. By default, SIGXFSZ ends the
/// program.
#[cfg(unix)]
pub(crate) fn survive_full_files() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    /// Number of the signal on Linux, macOS and the BSDs.
    const SIGXFSZ: i32 = if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
        31
    } else {
        25
    };
    // The handler stays installed for the life of the program, even if its receiver is dropped.
    signal(SignalKind::from_raw(SIGXFSZ)).map(drop)
}

/// Does nothing: this platform has no such signal.
#[cfg(not(unix))]
pub(crate) fn survive_full_files() -> io::Result<()> {
    Ok(())
}
