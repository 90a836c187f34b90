//! `trill identity`, and the files `trill serve --identity` does not take: each wrong one has its sentence.

mod explanations;
mod passwords;
mod relay_start;
mod wrong_files;

use std::path::Path;
use std::sync::LazyLock;

use super::{text, trill};
use crate::support::push_files::PushFiles;
use crate::support::temp_dir::TempDir;

/// Keys of this size take a moment to make.
static FILES: LazyLock<PushFiles> = LazyLock::new(|| PushFiles::universal(365));

/// Exit code, output and complaints.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    text(
        &trill(arguments)
            .env_remove("TRILL_IDENTITY_PASSWORD")
            .envs(variables.iter().copied())
            .output()
            .expect("it runs"),
    )
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(unix)]
#[test]
fn a_file_others_can_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new();
    let path = folder.write("push.pem", FILES.pem());
    for (mode, warns) in [(0o644, true), (0o640, true), (0o600, false)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("it is ours");
        let (code, _, err) = run(&["identity", &shown(&path)], &[]);
        assert_eq!(
            (code, err.contains("chmod 600")),
            (0, warns),
            "{mode:o}: {err}"
        );
    }
    // A file without a secret is everybody's.
    let certificate = folder.write("aps.cer", FILES.cer());
    std::fs::set_permissions(&certificate, std::fs::Permissions::from_mode(0o644))
        .expect("it is ours");
    let (code, _, err) = run(&["identity", &shown(&certificate)], &[]);
    assert_eq!((code, err.as_str()), (1, ""));
}

#[test]
fn advised_commands_can_be_typed() {
    let folder = TempDir::new();
    let file = shown(&folder.write("Jo's push.pem", FILES.pem()));
    let (code, out, _) = run(&["identity", &file], &[]);
    let (quoted, name) = (file.replace('\'', "'\\''"), "Jo-s-push");
    assert!(
        code == 0
            && out.contains(&format!(
                "--identity '{quoted}', and send with trill-identity: {name}\n"
            )),
        "{out}"
    );
}

#[test]
fn an_unreadable_file_is_2_and_wrong_usage_64() {
    for (arguments, code, part) in [
        (&["identity", "/nowhere/push.p12"][..], 2, "check the path"),
        (&["identity", "/"], 2, "cannot read /"),
        (
            &["identity", "--password-file", "/nowhere", "Cargo.toml"],
            2,
            "password file",
        ),
        (
            &["serve", "--identity", "/nowhere/push.p12"],
            2,
            "given to --identity",
        ),
        (&["identity"], 64, "requires <FILE>"),
        (
            &["identity", "--pasword-file", "a", "b"],
            64,
            "did you mean --password-file?",
        ),
    ] {
        let (ended, out, err) = run(arguments, &[]);
        assert_eq!((ended, out.as_str()), (code, ""), "{arguments:?}: {err}");
        assert!(
            err.starts_with("trill: ") && err.contains(part) && err.lines().count() == 1,
            "{err}"
        );
    }
}
