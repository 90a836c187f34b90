//! Keys as Chromium wants them named.

/// No modifier.
pub(crate) const NONE: u8 = 0;
/// The Control key.
pub(crate) const CONTROL: u8 = 2;
/// The ⌘ key.
pub(crate) const META: u8 = 4;
/// The Shift key.
pub(crate) const SHIFT: u8 = 8;

/// One key.
pub(crate) struct Key {
    /// The physical key.
    pub(crate) code: String,
    /// The number Windows gave it, by which browsers still know it.
    pub(crate) number: u32,
    /// Text that the key types; empty for keys that type nothing.
    pub(crate) text: String,
}

/// Finds a key by its `KeyboardEvent.key`: a name such as `Enter`, or the character it types.
pub(crate) fn find(key: &str) -> Key {
    let named = |code: &str, number, text: &str| Key {
        code: code.to_owned(),
        number,
        text: text.to_owned(),
    };
    match key {
        "Enter" => named("Enter", 13, "\r"),
        "Tab" => named("Tab", 9, ""),
        "Escape" => named("Escape", 27, ""),
        "Backspace" => named("Backspace", 8, ""),
        "Delete" => named("Delete", 46, ""),
        "Home" => named("Home", 36, ""),
        "End" => named("End", 35, ""),
        "ArrowLeft" => named("ArrowLeft", 37, ""),
        "ArrowUp" => named("ArrowUp", 38, ""),
        "ArrowRight" => named("ArrowRight", 39, ""),
        "ArrowDown" => named("ArrowDown", 40, ""),
        " " => named("Space", 32, " "),
        _ => character(key),
    }
}

fn character(key: &str) -> Key {
    let mut characters = key.chars();
    let (Some(character), None) = (characters.next(), characters.next()) else {
        panic!("no key is called {key:?}")
    };
    let code = match character.to_ascii_uppercase() {
        letter @ 'A'..='Z' => format!("Key{letter}"),
        digit @ '0'..='9' => format!("Digit{digit}"),
        _ => String::new(),
    };
    let number = if code.is_empty() {
        0
    } else {
        u32::from(character.to_ascii_uppercase())
    };
    Key {
        code,
        number,
        text: key.to_owned(),
    }
}
