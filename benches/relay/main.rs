//! Speed of the relay of `trill serve`, beside HAProxy, a bare relay on hyper and h2, and a small one on
//! `@parse/node-apn`: plain HTTP/1.1 in, HTTP/2 over TLS out, all to the same nghttpd, in turns, the relay on one core, load
//! and upstream on the other. Then Trill with an audit file and a data folder; all of them in front of a peer that takes
//! 50 ms; what each needs to start; and what is in their memory.
//!
//! `cargo bench --bench relay` needs haproxy, nghttpd, h2load, openssl, taskset and two cores, and node with the folder of
//! `@parse/node-apn` in the variable `SENDERS` (`.ci/run` makes it: target/senders). It takes about ten minutes. `ROUNDS` sets another
//! number of rounds than nine.

#[path = "../support/mod.rs"]
mod support;

mod bare;
mod contenders;
mod machine;
mod memory;
mod numbered;
mod slow_peer;
mod speed;
mod start;

use support::process::Folder;

const TOKEN: &str = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";
const PAYLOAD: &str =
    r#"{"handle":"alice@example.com","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ended = match arguments.split_first() {
        Some((word, rest)) if word == bare::WORD => bare::serve(rest),
        Some((word, rest)) if word == numbered::WORD => numbered::load(rest),
        _ => {
            measure(&arguments);
            Ok(())
        }
    };
    if let Err(problem) = ended {
        eprintln!("{problem}");
        std::process::exit(1);
    }
}

fn measure(arguments: &[String]) {
    // `cargo test --benches` asks only whether it compiles.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let folder = Folder::new();
    machine::make_key(&folder);
    let upstream = machine::nghttpd(&folder);
    println!(
        "limits of trill that are raised: {}",
        contenders::RAISED.join(" ")
    );
    start::measure(&folder, &upstream);
    speed::measure(&folder, &upstream);
    speed::measure_with_files(&folder, &upstream);
    memory::measure(&folder, &upstream);
    slow_peer::measure(&folder);
    machine::size();
}
