//! HTTP/2 settings in the fields of a fault.

use serde::Deserialize;

use super::bounded::{LARGEST_SETTING, Whole};
use crate::http2_frames::{
    INITIAL_WINDOW_SIZE, MAX_CONCURRENT_STREAMS, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE, Setting,
};
use crate::simulator::control_error::ControlError;
use crate::simulator::json_body::missing;

/// Value of one setting.
type SettingValue = Option<Whole<0, LARGEST_SETTING>>;

/// Fields of the faults `settings` and `settings-change`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsFields {
    max_concurrent_streams: SettingValue,
    initial_window_size: SettingValue,
    max_frame_size: SettingValue,
    max_header_list_size: SettingValue,
}

impl SettingsFields {
    /// Returns the settings that are given. Fails if none is given.
    pub(super) fn settings(self, place: &str) -> Result<Vec<Setting>, ControlError> {
        let named = [
            (MAX_CONCURRENT_STREAMS, self.max_concurrent_streams),
            (INITIAL_WINDOW_SIZE, self.initial_window_size),
            (MAX_FRAME_SIZE, self.max_frame_size),
            (MAX_HEADER_LIST_SIZE, self.max_header_list_size),
        ];
        let mut settings = Vec::new();
        for (identifier, value) in named {
            if let Some(value) = value {
                settings.push((identifier, value.word()));
            }
        }
        match settings.is_empty() {
            true => Err(missing(&format!("{place}.max_concurrent_streams"))),
            false => Ok(settings),
        }
    }
}
