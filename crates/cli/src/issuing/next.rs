//! The next command after an act for a device: its letters, or a new card.

use understudy_issuer::TokenId;
use understudy_provisioning::keys::DeviceId;

use super::device_id::shown;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::Output;
use crate::state::{self, IssuerSide};

/// Names the command that writes a device's letters, unless the device is the wallet of this home,
/// which has them already.
pub(super) fn tell_letters(home: &Home, device: DeviceId, out: &mut Output) {
    if !out.json() && !state::is_here(home, device) {
        out.line(format!(
            "The device learns of it with its next letters: `understudy letters --device {} --out DIR` \
             writes them, and `understudy --home PHONE phone receive DIR` takes them.",
            shown(device)
        ));
    }
}

/// As [`tell_letters`], for the device of a token.
pub(crate) fn tell_letters_of(
    home: &Home,
    issuer: &IssuerSide,
    token: TokenId,
    out: &mut Output,
) -> Result<(), Failure> {
    if let Some(place) = issuer.token(token)?.home {
        tell_letters(home, place.device, out);
    }
    Ok(())
}

/// The command that issues another card to a device, in backticks.
pub(super) fn issue_anew(home: &Home, device: Option<DeviceId>) -> String {
    match device {
        Some(device) if !state::is_here(home, device) => format!(
            "`understudy issue --pan - --expiry YYMM --device {} --out FILE`",
            shown(device)
        ),
        _ => "`understudy issue --pan - --expiry YYMM`".to_owned(),
    }
}
