//! The signer: the signing key with its Key ID and Team ID, or a certificate.

use yew::prelude::*;

use super::certificate::{Certificate, CertificateChoice};
use super::findings::Findings;
use super::key_holder::KeyHolder;
use super::notice::Notices;
use super::provider_token::ProviderToken;
use crate::app::card::Card;
use crate::app::components::field::{Beneath, KeptOutNote, TextField};
use crate::app::components::panel::Panel;
use crate::app::form::Field;
use crate::app::page::use_page;
use crate::app::secret_guard::Place;

/// The card of the signing key or certificate.
#[component]
pub fn SignerPanel() -> Html {
    let state = use_page().state;
    let findings = html! {
        <Findings card={Card::Signer} name="What will go wrong with the signature" />
    };
    html! {
        <Panel class="card signer" id="who-signs" title="Signing key">
            <Notices />
            <CertificateChoice />
            <KeptOutNote place={Place::Page} />
            if state.certificate().is_some() {
                // A certificate needs no key, but a key that was offered and refused still gets its
                // finding.
                if state.key_error.is_some() {
                    <Beneath finding={state.key_finding()} />
                }
                <Certificate />
                { findings }
            } else {
                <KeyHolder />
                <div class="pair">
                    <TextField field={Field::KeyId} label="Key ID" example="ABC123DEFG" />
                    <TextField field={Field::TeamId} label="Team ID" example="DEF123GHIJ" />
                </div>
                { findings }
                <ProviderToken />
            }
        </Panel>
    }
}
