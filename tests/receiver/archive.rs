//! Archive of the receiver: Python's own reader opens it and tests its checksums.

use std::fs;
use std::path::Path;
use std::process::Command;

use trill::call::profile;
use trill::receiver::{self, Flavour};

use super::files;

const SCRIPT: &str = "
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
for entry in archive.infolist():
    print(entry.filename, len(archive.read(entry)), entry.compress_type, entry.date_time[:3])
";

#[test]
fn the_archive_opens_and_holds_every_file() {
    let files = files(&profile::find("article").unwrap(), Flavour::CallKit);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("TrillCalls.zip");
    let named: Vec<(&str, &str)> = files
        .iter()
        .map(|file| (file.name, file.text.as_str()))
        .collect();
    fs::write(&path, receiver::archive(&named)).unwrap();
    let output = Command::new("python3")
        .args(["-c", SCRIPT])
        .arg(&path)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut expected = String::new();
    for file in &files {
        let length = file.text.len();
        expected += &format!("TrillCalls/{} {length} 0 (1980, 1, 1)\n", file.name);
    }
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}
