//! A limited-use key in a chip, lent within its limits.

use understudy_core::card::{KeyError, Payment, Refusal};
use understudy_core::crypto::{Atc, LentKey};
use understudy_core::wire::qualifiers::CryptogramType;
use understudy_provisioning::package::{LimitedUse, LimitedUseBatch};

/// A limited-use key with what is left of its limits.
pub(crate) struct Lender {
    batch: LimitedUseBatch<'static>,
    /// The next counter; `None` behind the last.
    next: Option<Atc>,
    sum: u64,
}

impl Lender {
    pub(crate) const fn new(batch: LimitedUseBatch<'static>) -> Self {
        let LimitedUse { first, sum, .. } = batch.terms();
        Self {
            batch,
            next: Some(first),
            sum,
        }
    }

    /// Lends the key once for the next counter.
    pub(crate) fn lend(&mut self, payment: &Payment) -> Result<LentKey, Refusal> {
        let atc = self.next.ok_or(KeyError::Exhausted)?;
        let paid = match payment.cryptogram {
            CryptogramType::Arqc => payment.amount.minor(),
            CryptogramType::Aac | CryptogramType::Tc => 0,
        };
        self.sum = self.sum.checked_sub(paid).ok_or(Refusal::OverLimit)?;
        let last = self.batch.terms().last;
        self.next = Atc::new(atc.get().wrapping_add(1)).filter(|next| *next <= last);
        Ok(self.batch.key().for_atc(atc))
    }

    /// The counters that are left.
    pub(crate) fn left(&self) -> u16 {
        let last = self.batch.terms().last.get();
        let next = self.next.map(Atc::get);
        next.map_or(0, |next| last.wrapping_sub(next).wrapping_add(1))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::boxed::Box;
    use std::vec::Vec;

    use understudy_core::card::tags;
    use understudy_core::crypto::KeyIndex;
    use understudy_core::wire::tlv::{Overflow, Reader, Writer};
    use understudy_provisioning::package::{Package, Subject, emit_limited_use};

    use super::{Atc, LimitedUse};
    use crate::{Chip, PACKAGE, TAP};

    const SUCCESS: [u8; 2] = [0x90, 0x00];
    const REFUSED: [u8; 2] = [0x69, 0x85];

    /// The profile of the package as a card of Visa 43, with a key for so many counters and this sum.
    fn package(counters: u16, sum: u64) -> &'static [u8] {
        let profile = Package::parse(&PACKAGE).unwrap().profile().unwrap();
        let content = Reader::new(profile).next().unwrap().unwrap().value;
        let mut room = [0; 256];
        let mut writer = Writer::new(&mut room);
        let written = writer.template(tags::PROFILE, |out| {
            for object in Reader::new(content).map(Result::unwrap) {
                match object.tag {
                    tags::SCHEME => out.object(object.tag, &[0x02, 0x43, 0x01])?,
                    tags::FLAGS => out.object(object.tag, &[0xA0])?,
                    tag => out.object(tag, object.value)?,
                }
            }
            Ok::<(), Overflow>(())
        });
        written.unwrap();
        let terms = LimitedUse {
            index: KeyIndex::new(0, 5702, 1).unwrap(),
            first: Atc::FIRST,
            last: Atc::new(counters).unwrap(),
            sum,
        };
        let subject = Subject::Card {
            profile: writer.finish(),
        };
        let mut out = [0; 512];
        let package = emit_limited_use(&mut out, &subject, None, &terms, &[7; 16]).unwrap();
        Box::leak(Vec::from(package).into_boxed_slice())
    }

    /// A tap of 12.34: the status word of the command that asks for the cryptogram.
    fn tap(chip: &mut Chip) -> [u8; 2] {
        let [directory, application, pay] = TAP.map(|command| {
            let mut buffer = [0; 258];
            *chip.process(command, &mut buffer).last_chunk().unwrap()
        });
        assert_eq!([directory, application], [SUCCESS; 2]);
        chip.field_lost();
        pay
    }

    #[test]
    fn a_limited_use_key_pays_until_its_counters_are_spent() {
        let mut chip = Chip::boot(package(3, 1_000_000)).unwrap();
        let taps: Vec<_> = (0..5).map(|_| tap(&mut chip)).collect();
        assert_eq!(taps, [SUCCESS, SUCCESS, SUCCESS, REFUSED, REFUSED]);
    }

    #[test]
    fn a_limited_use_key_pays_its_sum_and_nothing_above_it() {
        let mut chip = Chip::boot(package(9, 2 * 1234)).unwrap();
        let taps: Vec<_> = (0..3).map(|_| tap(&mut chip)).collect();
        assert_eq!(taps, [SUCCESS, SUCCESS, REFUSED]);
    }

    #[test]
    fn single_use_keys_in_place_of_a_limited_use_key_are_not_lent() {
        let mut chip = Chip::boot(package(3, 1_000_000)).unwrap();
        chip.env.limited_use = None;
        assert_eq!(tap(&mut chip), REFUSED);
    }
}
