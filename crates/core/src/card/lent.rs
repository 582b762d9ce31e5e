//! Cards whose keys are limited-use keys: each cryptogram is made under a key that the environment
//! lends, and whose index goes into issuer application data and track 2.

use super::cryptogram::{Request, statement};
use super::profile::AFL_MAX;
use super::{Env, Event, Payment, Profile, Refusal};
use crate::crypto::{Atc, CryptogramInput, KeyIndex};
use crate::scheme::{Answer, CardData, Decision, Iad};
use crate::wire::iad::IAD_MAX;
use crate::wire::tlv::Writer;
use crate::wire::track2::{TRACK2_MAX, Track2};

impl<B: AsRef<[u8]>> Request<'_, B> {
    /// Answers with a cryptogram under a lent key. What follows the lending cannot fail: the profile
    /// was accepted because it does not.
    pub(super) fn answer_lent(
        &self,
        decision: Decision,
        payment: Payment,
        env: &mut impl Env,
        body: &mut Writer<'_>,
    ) -> Result<Atc, Refusal> {
        let lent = env.lend(self.card, &payment)?;
        let (index, atc) = (lent.index(), lent.atc());
        let mut octets = [0; IAD_MAX];
        let mut writer = Writer::new(&mut octets);
        let iad = Iad {
            discretionary: &index.octets(),
            ..statement(self.profile, payment.algorithm, decision)
        };
        self.profile.scheme().emit_iad(&iad, &mut writer)?;
        let iad = writer.finish();
        let input = CryptogramInput::new(self.profile.cvn(), self.under_mac(), iad)
            .map_err(|_| Refusal::Internal)?;
        let cryptogram = lent.application_cryptogram(&input);
        let (mut track2, mut afl) = ([0; TRACK2_MAX], [0; AFL_MAX]);
        let track2 = with_index(self.profile.track2(), index, &mut track2);
        let card = CardData {
            track2: track2.ok_or(Refusal::Internal)?,
            ..self.profile.card_data(&mut afl)
        };
        let answer = Answer {
            decision,
            iad,
            atc,
            cryptogram,
        };
        self.profile.scheme().emit_answer(&card, &answer, body)?;
        env.observe(Event::Answered {
            card: self.card,
            atc,
            payment,
        });
        Ok(atc)
    }
}

/// The statement of a card, with room for an index if its key has one.
pub(super) fn with_room<'p, B: AsRef<[u8]>>(profile: &Profile<B>, iad: Iad<'p>) -> Iad<'p> {
    if profile.has_limited_use_key() {
        let discretionary = &[0; KeyIndex::LEN];
        return Iad {
            discretionary,
            ..iad
        };
    }
    iad
}

/// Track 2 with the digits of an index in place of the first seven of its discretionary data; `None`
/// if it has fewer.
pub(super) fn with_index<'o>(
    track2: &[u8],
    index: KeyIndex,
    out: &'o mut [u8; TRACK2_MAX],
) -> Option<&'o [u8]> {
    let track2 = Track2::parse(track2).ok()?;
    let mut digits = [0; 2 * TRACK2_MAX];
    let digits = digits.get_mut(..track2.discretionary().len())?;
    for (to, from) in digits.iter_mut().zip(track2.discretionary()) {
        *to = *from;
    }
    *digits.first_chunk_mut()? = index.digits();
    let number = track2.number().clone();
    let indexed = Track2::new(number, track2.expiry(), track2.service_code(), digits);
    Some(indexed.ok()?.emit(out))
}

#[cfg(test)]
mod tests {
    use super::{KeyIndex, TRACK2_MAX, with_index};

    #[test]
    fn the_index_takes_the_place_of_the_first_seven_discretionary_digits() {
        let index = KeyIndex::parse("0570201").unwrap();
        for (track2, expected) in [
            (
                "4761739001010010D30122010000000F",
                Some("4761739001010010D30122010570201F"),
            ),
            (
                "4761739001010010D3012201999999988888",
                Some("4761739001010010D3012201057020188888"),
            ),
            ("4761739001010010D3012201000000", None),
            ("4761739001010010D3012201", None),
            ("4761", None),
        ] {
            let track2 = hex::decode(track2).unwrap();
            let mut out = [0; TRACK2_MAX];
            let indexed = with_index(&track2, index, &mut out);
            assert_eq!(
                indexed,
                expected.map(|text| hex::decode(text).unwrap()).as_deref()
            );
        }
    }
}
