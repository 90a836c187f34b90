//! JSON as the page writes it: texts in quotes, and objects of a few entries. The payload's own text is never
//! written anew.

/// A text in quotes.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// An object; each value is JSON already.
pub fn object(entries: &[(&str, String)]) -> String {
    let mut json = String::from("{");
    for (name, value) in entries {
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&quoted(name));
        json.push(':');
        json.push_str(value);
    }
    json + "}"
}
