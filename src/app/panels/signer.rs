//! The signer: the signing key with its Key ID and Team ID, or a certificate.

use yew::prelude::*;

use super::certificate::{certificate, certificate_choice};
use super::findings::findings;
use super::key_holder::key_holder;
use super::notice::notices;
use super::provider_token::provider_token;
use crate::app::card::Card;
use crate::app::components::field::{beneath, kept_out_note, text_field};
use crate::app::form::Field;
use crate::app::page::Page;
use crate::app::secret_guard::Place;

/// The card of the signing key or certificate.
pub fn signer(page: &Page) -> Html {
    let state = page.state;
    let findings = findings(page, Card::Signer, "What will go wrong with the signature");
    html! {
        <section class="card signer" aria-labelledby="who-signs">
            <h2 id="who-signs">{ "Signing key" }</h2>
            { notices(page) }
            { certificate_choice(page) }
            { kept_out_note(page, Place::Page) }
            if state.certificate().is_some() {
                // A certificate needs no key, but a key that was offered and refused still gets its
                // finding.
                if state.key_error.is_some() {
                    { beneath(page, None, &state.key_finding(), "") }
                }
                { certificate(page) }
                { findings }
            } else {
                { key_holder(page) }
                <div class="pair">
                    { text_field(page, Field::KeyId, "Key ID", "ABC123DEFG", "") }
                    { text_field(page, Field::TeamId, "Team ID", "DEF123GHIJ", "") }
                </div>
                { findings }
                { provider_token(page) }
            }
        </section>
    }
}
