//! JSON bodies of requests, read as the simulator reads its own: a misspelt or repeated field is
//! named and refused, and no refusal repeats a value.

use serde::de::DeserializeOwned;

use super::problem::Problem;
use crate::simulator::{ControlError, json_body};

/// Reads a JSON body.
pub(crate) fn read_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    json_body::read_object(body).map_err(problem)
}

/// Converts a refusal of the simulator.
pub(crate) fn problem(error: ControlError) -> Problem {
    Problem::new(error.status, error.code, error.cause, error.fix)
}
