//! curl: the request of a `curl` command.

use super::request::Request;
use super::shell_words::Input;

/// Options of one letter that are followed by a value.
const LETTERS: &str = "AbcCdDeEFhHKmoPQrtTuUwxXyYz";

/// Long options that are followed by a value, and say nothing about the request.
const WITH_VALUE: [&str; 25] = [
    "cacert",
    "capath",
    "cert-type",
    "ciphers",
    "config",
    "connect-timeout",
    "connect-to",
    "cookie-jar",
    "dump-header",
    "interface",
    "key",
    "key-type",
    "max-time",
    "output",
    "proxy",
    "range",
    "referer",
    "request",
    "resolve",
    "retry",
    "retry-delay",
    "tls-max",
    "unix-socket",
    "user-agent",
    "write-out",
];

/// Request of the words behind `curl`.
pub(super) fn request(words: &[String], input: Option<&Input>) -> Request {
    let mut request = Request::default();
    let mut address: Option<&String> = None;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(option) = word.strip_prefix('-') else {
            if address.is_none_or(|known| !is_address(known)) {
                address = Some(word);
            }
            continue;
        };
        if let Some(name) = option.strip_prefix('-') {
            if takes_value(name) {
                let value = words.next().map_or("", String::as_str);
                apply(&mut request, name, value, input);
            }
            continue;
        }
        let Some((index, letter)) = option
            .char_indices()
            .find(|(_, letter)| LETTERS.contains(*letter))
        else {
            continue;
        };
        let value = match &option[index + 1..] {
            "" => words.next().map_or("", String::as_str),
            attached => attached,
        };
        let name = match letter {
            'd' => "data",
            'H' => "header",
            'E' => "cert",
            'u' | 'U' => "user",
            'b' => "cookie",
            'T' => "upload-file",
            _ => "",
        };
        apply(&mut request, name, value, input);
    }
    if let Some(address) = address.filter(|address| is_address(address)) {
        request.url.clone_from(address);
    }
    request
}

fn is_address(word: &str) -> bool {
    word.contains('/')
}

fn takes_value(name: &str) -> bool {
    let is_own = name.starts_with("data")
        || matches!(
            name,
            "header"
                | "json"
                | "url"
                | "cert"
                | "pass"
                | "user"
                | "proxy-user"
                | "oauth2-bearer"
                | "cookie"
                | "upload-file"
        );
    is_own || WITH_VALUE.contains(&name)
}

/// Applies an option with its value.
fn apply(request: &mut Request, name: &str, value: &str, input: Option<&Input>) {
    match name {
        "data-raw" => add_body(request, value),
        "upload-file" => read_file(request, value, input),
        _ if name.starts_with("data") || name == "json" => match value.strip_prefix('@') {
            Some(file) => read_file(request, file, input),
            None => add_body(request, value),
        },
        "header" => {
            if let Some((name, value)) = value.split_once(':') {
                request.add_header(name, value);
            }
        }
        "url" => value.clone_into(&mut request.url),
        "cert" | "user" | "proxy-user" => {
            // A drive letter of Windows is no file with a password.
            if let Some((file, password)) = value.split_once(':')
                && file.len() > 1
            {
                request.add_secret(password);
            }
        }
        "pass" | "oauth2-bearer" | "cookie" => request.add_secret(value),
        _ => {}
    }
}

/// Adds data to the body; curl puts a `&` between them.
fn add_body(request: &mut Request, data: &str) {
    match &mut request.body {
        Some(body) => body.extend(["&", data]),
        None => request.body = Some(data.to_owned()),
    }
}

fn read_file(request: &mut Request, name: &str, input: Option<&Input>) {
    match input {
        Some(Input::Text(text)) if name == "-" => add_body(request, text),
        Some(Input::File(file)) if name == "-" => request.file = Some(file.clone()),
        _ => request.file = Some(name.to_owned()),
    }
}
