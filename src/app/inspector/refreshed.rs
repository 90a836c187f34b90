//! Result of a refresh: the outcome of its order, and the contents of the simulator after it.

use super::model::SimulatorView;

/// Result of a refresh: its sequence number, the outcome of the order sent with it, and the new
/// contents; `None` if the simulator did not answer.
pub type Refreshed = (u32, Option<OrderOutcome>, Option<SimulatorView>);

/// Outcome of an order.
pub struct OrderOutcome {
    /// Cause and fix if the order was refused, else empty.
    pub refusal: String,
    /// Device token of the phone that was added or changed.
    pub phone: Option<String>,
    /// ID of the element to focus.
    pub focus: &'static str,
}
