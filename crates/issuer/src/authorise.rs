//! Authorising a request: the checks in their order, and the one place where a counter is used up.

use std::fmt;

use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;
use understudy_core::wire::track2::Track2;

use crate::chip_data::ChipData;
use crate::custody::{HostMac, IssuerKeys, Purpose};
use crate::decide::Decision;
use crate::issuer::Issuer;
use crate::profile;
use crate::reason::Reason;
use crate::token::{Token, TokenId, Used};
use crate::verdict::Verdict;
use crate::verify::{Authenticated, authenticate};

/// An authorisation request, as far as the decision needs it. The fields are those of ISO 8583.
#[derive(Clone, Copy)]
pub struct AuthorisationRequest<'a> {
    /// DE 55, at most 255 octets.
    pub de55: &'a [u8],
    /// DE 35: track 2 as in `57`, at most 19 octets.
    pub track2: &'a [u8],
    /// DE 23: the card sequence number, two BCD digits.
    pub psn: Option<u8>,
    /// DE 4 in the currency of DE 49.
    pub amount: Amount,
    /// DE 52: ISO 9564-1 format 0 over the token's number under the terminal PIN key.
    pub pin_block: Option<[u8; 8]>,
    /// DE 41: terminal, 8 characters.
    pub terminal: [u8; 8],
    /// DE 11: system trace audit number, 6 digits.
    pub trace_number: u32,
}

impl Issuer {
    /// Decides about a request.
    ///
    /// The identical request again gets the identical answer, marked as a [`repeat`], and changes
    /// nothing. A counter is used up by the first request whose cryptogram is right, approved or not; any other request with
    /// it is a replay.
    ///
    /// [`repeat`]: Verdict::repeat
    pub fn authorise(&mut self, request: &AuthorisationRequest<'_>, now: UnixTime) -> Verdict {
        self.consider(request, now)
            .unwrap_or_else(|declined| declined)
    }

    /// The checks in their order. `Err`: declined before anything was used up.
    fn consider(
        &mut self,
        request: &AuthorisationRequest<'_>,
        now: UnixTime,
    ) -> Result<Verdict, Verdict> {
        let (chip, track2) = request.parse().map_err(Verdict::unattributed)?;
        let (token, account) = (self.vault.find_mut(track2.number()))
            .ok_or(Verdict::unattributed(Reason::UnknownToken))?;
        let id = token.id;
        let declined = |reason| Verdict::declined(reason, id);

        let as_issued = token.has_track2(&track2)
            && token.has_psn(request.psn)
            && chip.data.aip == profile::AIP;
        if !as_issued {
            return Err(declined(Reason::CardDataAltered));
        }
        let fingerprint = request.fingerprint(&self.keys);
        if let Some(answer) = token.answer_to_repeat(&chip, fingerprint) {
            return Ok(answer);
        }
        let Authenticated { atc, key, card } =
            authenticate(&self.keys, token, &chip, now).map_err(declined)?;
        if token.used.contains_key(&atc) {
            return Err(declined(Reason::Replay));
        }
        let decision = Decision {
            keys: &self.keys,
            token,
            account,
            chip: &chip,
            card,
            amount: request.amount,
            pin_block: request.pin_block,
            now,
        };
        let reason = decision.make();
        let used = Used {
            request: fingerprint,
            reason,
            arpc: key.arpc_method_1(&chip.cryptogram, reason.response_code()),
            at: now,
        };
        token.used.insert(atc, used);
        Ok(used.verdict(id, false))
    }
}

impl<'a> AuthorisationRequest<'a> {
    fn parse(&self) -> Result<(ChipData<'a>, Track2), Reason> {
        let chip = ChipData::parse(self.de55)?;
        let track2 = Track2::parse(self.track2).map_err(|_| Reason::Track2Malformed)?;
        Ok((chip, track2))
    }

    /// A code over every field: two requests are the same if and only if their codes are.
    fn fingerprint(&self, keys: &IssuerKeys) -> HostMac {
        let psn = self.psn.map(|psn| [psn]);
        keys.host_mac(
            Purpose::Request,
            &[
                self.de55,
                self.track2,
                psn.as_ref().map_or(&[], <[u8; 1]>::as_slice),
                &self.amount.to_bcd(),
                &self.amount.currency().to_bcd(),
                self.pin_block.as_ref().map_or(&[], <[u8; 8]>::as_slice),
                &self.terminal,
                &self.trace_number.to_be_bytes(),
            ],
        )
    }
}

impl Token {
    /// The answer that was given to exactly this request before. Its cryptogram was right then, so
    /// whoever repeats it learns nothing new.
    fn answer_to_repeat(&self, chip: &ChipData<'_>, request: HostMac) -> Option<Verdict> {
        let used = self.used.get(&Atc::new(chip.atc)?)?;
        (used.request == request).then(|| used.verdict(self.id, true))
    }
}

impl Used {
    const fn verdict(&self, token: TokenId, repeat: bool) -> Verdict {
        Verdict {
            reason: self.reason,
            token: Some(token),
            arpc: Some(self.arpc),
            repeat,
        }
    }
}

impl fmt::Debug for AuthorisationRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorisationRequest")
            .field("amount", &self.amount)
            .field("trace_number", &self.trace_number)
            .finish_non_exhaustive()
    }
}
