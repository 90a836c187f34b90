//! HTTP file: a request line, headers, a blank line and a body, as in a `.http` file.

use super::request::Request;

/// Maximum number of variables that are remembered.
const MOST_VARIABLES: usize = 16;

/// Maximum length of a variable's value in bytes.
const LONGEST_VALUE: usize = 256;

/// Request of a text; `None` if it does not begin with a request line.
pub(super) fn request(text: &str) -> Option<Request> {
    let mut variables: Vec<(&str, &str)> = Vec::new();
    let mut lines = text.split_inclusive('\n');
    let mut at = 0;
    let mut request = Request::default();
    for line in lines.by_ref() {
        at += line.len();
        let line = line.trim();
        if let Some((name, value)) = line.strip_prefix('@').and_then(|line| line.split_once('=')) {
            if variables.len() < MOST_VARIABLES && value.len() <= LONGEST_VALUE {
                variables.push((name.trim(), value.trim()));
            }
            continue;
        }
        if line.is_empty() || line.starts_with('#') || line.starts_with("//") {
            continue;
        }
        let (method, target) = line.split_once(' ')?;
        let target = target.split(" HTTP/").next().unwrap_or_default();
        let is_request = matches!(method, "POST" | "PUT" | "GET" | "DELETE");
        if !is_request || !target.contains('/') {
            return None;
        }
        request.url = filled(target.trim(), &variables);
        break;
    }
    for line in lines {
        at += line.len();
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && !line.starts_with(['#', '/'])
        {
            request.add_header(name, &filled(value, &variables));
        }
    }
    if request.url.is_empty() {
        return None;
    }
    let body = text[at..].split("\n###").next().unwrap_or_default().trim();
    match body.strip_prefix('<') {
        Some(file) => request.file = Some(file.trim().to_owned()),
        None if body.is_empty() => {}
        None => request.body = Some(body.to_owned()),
    }
    Some(request)
}

/// Text with the values of its variables; those of unknown ones stay as they are.
fn filled(text: &str, variables: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let (before, mark) = rest.split_at(start);
        let name = mark[2..].split("}}").next().unwrap_or_default();
        let known = variables.iter().find(|(known, _)| *known == name.trim());
        let (value, length) = match known {
            Some((_, value)) => (*value, name.len() + 4),
            None => ("{{", 2),
        };
        filled.extend([before, value]);
        rest = mark.get(length..).unwrap_or_default();
    }
    filled + rest
}
