//! Name: invisible and misleading characters in the names of a payload, and the display of a name
//! in a sentence.

use crate::apns::char_name::code_point;

/// Pairs of a look-alike character and the ASCII letter it resembles.
const LOOK_ALIKES: &str = "аaеeоoрpсcхxуyѕsіiјjһhԁdԛqԝwѵvкkмmтtвbнhАAВBЕEКKМMНHОOРPСCТTХXУYѕsІIЈJαaοoρpνvιiκkχxΑAΒBΕEΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXıiɡg";

/// Maximum number of characters of a name or number in a sentence.
const SHOWN: usize = 34;

/// Returns `true` if a character is invisible, or changes the direction of the text.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Returns `true` if a character is invisible or looks like a space, but is not white space in
/// JSON.
pub(super) fn is_false_space(character: char) -> bool {
    matches!(
        character,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    ) || is_invisible(character)
}

/// ASCII character that a foreign character resembles.
fn taken_for(character: char) -> Option<char> {
    if let full_width @ '\u{ff01}'..='\u{ff5e}' = character {
        return char::from_u32(u32::from(full_width) - 0xfee0);
    }
    let mut pairs = LOOK_ALIKES.chars();
    while let (Some(foreign), Some(letter)) = (pairs.next(), pairs.next()) {
        if foreign == character {
            return Some(letter);
        }
    }
    None
}

/// Hidden property of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hidden {
    /// The name has an invisible character; holds the name without it, and with look-alikes
    /// replaced.
    Invisible(String),
    /// The name has a look-alike letter of another script; holds the name it resembles.
    LookAlike(String),
}

/// Finds invisible characters and look-alikes in a name.
pub(super) fn hidden(name: &str) -> Option<Hidden> {
    if name.contains(is_invisible) {
        let seen: String = name
            .chars()
            .filter(|character| !is_invisible(*character))
            .collect();
        return Some(Hidden::Invisible(read_as(&seen).unwrap_or(seen)));
    }
    read_as(name).map(Hidden::LookAlike)
}

/// ASCII name that a name with foreign letters resembles, if every letter has a counterpart.
fn read_as(name: &str) -> Option<String> {
    if name.is_ascii() {
        return None;
    }
    // A name that is wholly in another script is a word of that language; one that reads as ASCII
    // is misleading.
    name.chars()
        .map(|character| {
            if character.is_ascii() {
                Some(character)
            } else {
                taken_for(character)
            }
        })
        .collect()
}

/// Formats a name, word or number for a sentence: invisible characters as escapes, and shortened.
pub(super) fn shown(name: &str) -> String {
    let mut shown = String::new();
    let mut width = 0;
    for character in name.chars() {
        let before = shown.len();
        if is_invisible(character) {
            shown.push_str("\\u");
            shown.push_str(&code_point(character));
            width += shown.len() - before;
        } else {
            shown.push(character);
            width += 1;
        }
        if width > SHOWN {
            shown.truncate(before);
            shown.push('…');
            break;
        }
    }
    shown
}
