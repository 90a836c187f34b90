//! A name in a payload: what of it cannot be seen, and how it is shown in a sentence.

use crate::apns::char_name::code_point;

/// Look-alikes and the letters they are taken for, in pairs.
const LOOK_ALIKES: &str = "аaеeоoрpсcхxуyѕsіiјjһhԁdԛqԝwѵvкkмmтtвbнhАAВBЕEКKМMНHОOРPСCТTХXУYѕsІIЈJαaοoρpνvιiκkχxΑAΒBΕEΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXıiɡg";

/// The most characters a name or number takes up in a sentence.
const SHOWN: usize = 34;

/// Whether a character leaves no trace on a screen or turns the writing around.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Whether a character looks like a space, or like nothing, and is no space to JSON.
pub(super) fn is_false_space(character: char) -> bool {
    matches!(
        character,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    ) || is_invisible(character)
}

/// The letter a foreign character is taken for.
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

/// What is hidden in a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hidden {
    /// A character that cannot be seen; the name without it, and without disguises.
    Invisible(String),
    /// A letter of another script in disguise; the name it is read as.
    LookAlike(String),
}

/// Looks for what a reader of the name cannot see.
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

/// The ASCII a name with foreign letters is read as, if it is.
fn read_as(name: &str) -> Option<String> {
    if name.is_ascii() {
        return None;
    }
    // A name that is wholly in another script is somebody's language; one that reads as ASCII is a
    // trap.
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

/// A name, word or number in a sentence: what cannot be seen as an escape, and not all of it when
/// it is long.
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
