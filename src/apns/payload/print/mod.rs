//! Print: a dictionary in the form in which a program prints it, converted to JSON.

mod cursor;
mod nslog;
mod python;
mod swift;

use cursor::{Cursor, Read};

use crate::apns::finding::Finding;
use crate::apns::fix::{Change, Fix};
use crate::apns::position::Position;

/// Form in which a dictionary is printed.
#[derive(Clone, Copy)]
enum Form {
    NsLog,
    Swift,
    Python,
}

impl Form {
    fn code(self) -> &'static str {
        match self {
            Self::NsLog => "payload_nslog",
            Self::Swift => "payload_swift",
            Self::Python => "payload_python",
        }
    }

    /// Beginning of a sentence about a text in this form.
    fn sentence(self) -> &'static str {
        match self {
            Self::NsLog => "This is what NSLog prints of a dictionary, not JSON",
            Self::Swift => "This is what Swift prints of a dictionary, not JSON",
            Self::Python => "This is a Python dict, not JSON",
        }
    }

    fn read(self, cursor: &mut Cursor<'_>) -> Read {
        match self {
            Self::NsLog => nslog::value(cursor)?,
            Self::Swift => swift::collection(cursor)?,
            Self::Python => python::value(cursor)?,
        }
        // The end of `Optional(…)`, of a line of code or of a list.
        cursor.until(|end| !end.is_whitespace() && !matches!(end, ')' | ';' | ','));
        match cursor.peek() {
            None => Ok(()),
            Some(_) => Err(cursor.stop("another text follows its end")),
        }
    }
}

/// Finding about a text that is not JSON: `None` if it is no print either.
pub(super) fn find(text: &str) -> Option<Finding> {
    let (form, start) = if let Some(start) = swift::start(text) {
        (Form::Swift, start)
    } else if let Some(start) = nslog::start(text) {
        (Form::NsLog, start)
    } else if text.contains('\'') && text.trim_start().starts_with('{') {
        (Form::Python, 0)
    } else {
        return None;
    };
    let mut cursor = Cursor::new(text, start);
    let read = form.read(&mut cursor);
    match (read, form) {
        (Ok(()), _) => Some(converted(form, Position::at(text, start), cursor)),
        // Other languages have single quotes too.
        (Err(_), Form::Python) => None,
        (Err(unread), _) => {
            let position = Position::at(text, unread.at);
            let sentence = format!(
                "{}. It cannot be read to its end: {} at {position}. Copy all of it.",
                form.sentence(),
                unread.reason
            );
            Some(Finding::error(form.code(), sentence).at(position))
        }
    }
}

fn converted(form: Form, position: Position, cursor: Cursor<'_>) -> Finding {
    let note = match form {
        Form::NsLog | Form::Swift if cursor.has_number => {
            " It prints strings without quotes too, so each number in it may have been a string."
        }
        _ => "",
    };
    let sentence = [form.sentence(), ".", note].concat();
    let fix = Fix {
        label: "Convert to JSON",
        change: Change::Text(cursor.json.text),
    };
    Finding {
        fix: Some(fix),
        ..Finding::error(form.code(), sentence).at(position)
    }
}
