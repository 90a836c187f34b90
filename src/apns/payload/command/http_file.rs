//! HTTP file: a request line, headers, a blank line and a body, as in a `.http` file.

use super::request::Request;

/// Maximum number of variables that are remembered.
const MOST_VARIABLES: usize = 16;

/// Maximum length of a variable's value in bytes.
const LONGEST_VALUE: usize = 256;

/// Request of a text; `None` if it does not begin with a request line. The secrets are those of all
/// requests in the text.
pub(super) fn request(text: &str) -> Option<Request> {
    let mut lines = text.split_inclusive('\n');
    let mut at = 0;
    let first = lines.by_ref().find(|line| {
        at += line.len();
        !is_passed(line.trim())
    })?;
    let (method, target) = first.trim().split_once(' ')?;
    let target = target.split(" HTTP/").next().unwrap_or_default().trim();
    let is_request = matches!(method, "POST" | "PUT" | "GET" | "DELETE");
    if !is_request || !target.contains('/') {
        return None;
    }
    let variables = variables(text);
    let mut request = Request {
        url: filled(target, &variables),
        ..Request::default()
    };
    for line in lines {
        at += line.len();
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        add_header(&mut request, line, &variables);
    }
    let (body, others) = match text[at..].split_once("\n###") {
        Some((body, others)) => (body.trim(), others),
        None => (text[at..].trim(), ""),
    };
    match body.strip_prefix('<') {
        Some(file) => request.file = Some(file.trim().to_owned()),
        None if body.is_empty() => {}
        None => request.body = Some(body.to_owned()),
    }
    let mut other = Request::default();
    for line in others.lines() {
        add_header(&mut other, line, &variables);
    }
    request.secrets.append(&mut other.secrets);
    Some(request)
}

/// Returns `true` for a line that may stand before a request.
fn is_passed(line: &str) -> bool {
    line.is_empty() || line.starts_with(['#', '@']) || line.starts_with("//")
}

fn add_header(request: &mut Request, line: &str, variables: &[(&str, &str)]) {
    if let Some((name, value)) = line.split_once(':')
        && !is_passed(line)
    {
        request.add_header(name, &filled(value, variables));
    }
}

/// Names and values of the variables of a text.
fn variables(text: &str) -> Vec<(&str, &str)> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix('@')?.split_once('='))
        .map(|(name, value)| (name.trim(), value.trim()))
        .filter(|(_, value)| value.len() <= LONGEST_VALUE)
        .take(MOST_VARIABLES)
        .collect()
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
