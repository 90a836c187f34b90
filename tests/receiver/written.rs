//! Every receiver as files, for `.ci/swift`, which type-checks them where there is a Swift compiler.

use std::fs;
use std::path::Path;

use super::for_all;

#[test]
fn every_receiver_is_written() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("receiver");
    for_all(|profile, flavour, files| {
        let receiver = folder.join(format!("{}-{}", profile.id, flavour.as_str()));
        fs::create_dir_all(&receiver).unwrap();
        for file in files {
            fs::write(receiver.join(file.name), &file.text).unwrap();
        }
    });
}
