//! Outline: the position of every value in a JSON text.
//!
//! `serde_json` gives the values, but not their positions, duplicate names, or the spelling of
//! numbers. The outline records these, and leaves the values to `serde_json`.

use std::borrow::Cow;
use std::ops::Range;

use crate::apns::json::unquoted;

/// Type of a value.
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
    /// Name of the type in a sentence, with its article.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::List => "a list",
            Self::Text => "a string",
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::Null => "null",
        }
    }
}

/// Value, with its name if it is in an object.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Index of the enclosing object or list.
    pub(super) parent: Option<usize>,
    /// Range of its name, quotes included.
    pub(super) name: Option<Range<usize>>,
    /// Range of the value.
    pub(super) place: Range<usize>,
    /// Type of the value.
    pub(super) sort: Sort,
}

impl Node {
    /// Number of bytes that removing the value saves, without the comma.
    pub(super) fn size(&self) -> usize {
        self.place.end
            - self
                .name
                .as_ref()
                .map_or(self.place.start, |name| name.start)
    }
}

/// All values of a text, in order; the first is the outermost.
#[derive(Clone, Debug, Default)]
pub(super) struct Outline {
    pub(super) nodes: Vec<Node>,
    /// Positions of escaped zero characters.
    pub(super) zeros: Vec<usize>,
}

/// Member of an object.
pub(super) struct Member<'a> {
    /// Index among the nodes.
    pub(super) index: usize,
    /// Name with its escapes resolved.
    pub(super) name: Cow<'a, str>,
    /// Range of the name, quotes included.
    pub(super) name_place: &'a Range<usize>,
    pub(super) node: &'a Node,
}

impl Outline {
    /// Returns `true` if the outermost value is an object.
    pub(super) fn is_object(&self) -> bool {
        self.nodes
            .first()
            .is_some_and(|whole| whole.sort == Sort::Object)
    }

    /// All values with a name.
    pub(super) fn members<'a>(&'a self, text: &'a str) -> Vec<Member<'a>> {
        self.members_in(text, None)
    }

    /// Members of the object with this index.
    pub(super) fn members_of<'a>(&'a self, text: &'a str, parent: usize) -> Vec<Member<'a>> {
        self.members_in(text, Some(parent))
    }

    /// Members of the object with this index, or of all objects.
    fn members_in<'a>(&'a self, text: &'a str, parent: Option<usize>) -> Vec<Member<'a>> {
        let mut members = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            if let Some(name_place) = &node.name
                && (parent.is_none() || node.parent == parent)
            {
                members.push(Member {
                    index,
                    name: resolved(&text[name_place.clone()]),
                    name_place,
                    node,
                });
            }
        }
        members
    }

    /// Last member of the object with this index that has this name.
    pub(super) fn member<'a>(
        &'a self,
        text: &'a str,
        parent: usize,
        name: &str,
    ) -> Option<Member<'a>> {
        let mut members = self.members_of(text, parent);
        members.retain(|member| member.name == name);
        members.pop()
    }

    /// Last member of the outermost object with this name, which is the one `serde_json` keeps.
    pub(super) fn top<'a>(&'a self, text: &'a str, name: &str) -> Option<Member<'a>> {
        self.member(text, 0, name)
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
