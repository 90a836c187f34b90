//! The outline of a JSON text: the place of every value in it.
//!
//! `serde_json` gives the values and forgets where they stood, which names came twice and how
//! numbers were spelled; the outline remembers just that and leaves the values to `serde_json`.

use std::borrow::Cow;
use std::ops::Range;

use crate::apns::json::unquoted;

/// The sort of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Object,
    List,
    Text,
    Number,
    Flag,
    Null,
}

impl Sort {
    /// What it is called in a sentence.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::List => "a list",
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::Null => "null",
        }
    }
}

/// One value, and its name when it stands in an object.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The index of the object or list around it.
    pub(super) parent: Option<usize>,
    /// Where its name stands, quotes included.
    pub(super) name: Option<Range<usize>>,
    /// Where the value stands.
    pub(super) place: Range<usize>,
    /// What it is.
    pub(super) sort: Sort,
}

impl Node {
    /// The bytes that go when it is taken away, but for the comma.
    pub(super) fn size(&self) -> usize {
        self.place.end
            - self
                .name
                .as_ref()
                .map_or(self.place.start, |name| name.start)
    }
}

/// Every value of a text in the order of the text; the first is the whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Outline {
    /// The values.
    pub(super) nodes: Vec<Node>,
    /// Where a zero character is written as an escape.
    pub(super) zeros: Vec<usize>,
}

/// A value of an object.
pub(super) struct Member<'a> {
    /// Its index among the nodes.
    pub(super) index: usize,
    /// Its name, escapes resolved.
    pub(super) name: Cow<'a, str>,
    /// Where the name stands, quotes included.
    pub(super) name_place: &'a Range<usize>,
    /// The value.
    pub(super) node: &'a Node,
}

impl Outline {
    /// Whether the whole is an object.
    pub(super) fn is_object(&self) -> bool {
        self.nodes
            .first()
            .is_some_and(|whole| whole.sort == Sort::Object)
    }

    /// Everything that has a name.
    pub(super) fn members<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Member<'a>> {
        self.nodes.iter().enumerate().filter_map(|(index, node)| {
            let name_place = node.name.as_ref()?;
            Some(Member {
                index,
                name: resolved(&text[name_place.clone()]),
                name_place,
                node,
            })
        })
    }

    /// What stands in the object with this index.
    pub(super) fn members_of<'a>(
        &'a self,
        text: &'a str,
        parent: usize,
    ) -> impl Iterator<Item = Member<'a>> {
        self.members(text)
            .filter(move |member| member.node.parent == Some(parent))
    }

    /// The last value of the whole by that name, which is the one `serde_json` keeps.
    pub(super) fn top<'a>(&'a self, text: &'a str, name: &str) -> Option<Member<'a>> {
        self.members_of(text, 0)
            .filter(|member| member.name == name)
            .last()
    }
}

fn resolved(quoted: &str) -> Cow<'_, str> {
    if quoted.contains('\\')
        && let Some(name) = unquoted(quoted)
    {
        return Cow::Owned(name);
    }
    Cow::Borrowed(&quoted[1..quoted.len() - 1])
}
