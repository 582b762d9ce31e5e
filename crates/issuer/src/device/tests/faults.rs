//! A key custody that stops working.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use understudy_core::wire::digits::CardNumber;
use understudy_provisioning::letter::{Letter, Recipient, SuspendReason};
use understudy_provisioning::message::Refusal;
use understudy_provisioning::report;
use zeroize::Zeroizing;

use crate::testkit::{Mailbox, NOW, OTHER_PAN, Phone, Used, block, dump, number, settle, try_bind};
use crate::{
    AccountId, BatchLetter, BatchOrder, CryptogramCheck, CustodyError, Issuer, KeyCustody,
    KeyVersion, PinBlock, PinMatch, PinReference, Place, PublicKeys, Purpose, ReportError,
    SoftwareCustody, demonstration,
};

/// A custody that refuses to make keys, to seal, to open and to wrap while the switch is on.
struct Moody {
    keys: SoftwareCustody,
    refuses: Arc<AtomicBool>,
}

impl Moody {
    fn works(&self) -> Result<&SoftwareCustody, CustodyError> {
        if self.refuses.load(Ordering::Relaxed) {
            Err(CustodyError::Refused)
        } else {
            Ok(&self.keys)
        }
    }
}

impl KeyCustody for Moody {
    fn check_value(&self) -> [u8; 8] {
        self.keys.check_value()
    }

    fn public_keys(&self) -> PublicKeys {
        self.keys.public_keys()
    }

    fn holds_test_keys(&self) -> bool {
        self.keys.holds_test_keys()
    }

    fn master_keys(&self) -> Vec<KeyVersion> {
        self.keys.master_keys()
    }

    fn seal_batch(
        &self,
        batch: &BatchOrder<'_>,
        letter: &BatchLetter,
        to: &Recipient,
    ) -> Result<Vec<u8>, CustodyError> {
        self.works()?.seal_batch(batch, letter, to)
    }

    fn verify(&self, check: &CryptogramCheck<'_>) -> Result<bool, CustodyError> {
        self.keys.verify(check)
    }

    #[cfg(feature = "limited-use")]
    fn verify_limited_use(
        &self,
        check: &CryptogramCheck<'_>,
        index: understudy_core::crypto::KeyIndex,
    ) -> Result<bool, CustodyError> {
        self.keys.verify_limited_use(check, index)
    }

    fn answer(&self, check: &CryptogramCheck<'_>, code: [u8; 2]) -> Result<[u8; 8], CustodyError> {
        self.keys.answer(check, code)
    }

    fn pin_reference(
        &self,
        account: AccountId,
        block: &PinBlock,
        number: &CardNumber,
    ) -> Result<Option<PinReference>, CustodyError> {
        self.works()?.pin_reference(account, block, number)
    }

    fn check_pin(
        &self,
        account: AccountId,
        reference: Option<&PinReference>,
        block: &PinBlock,
        number: &CardNumber,
    ) -> Result<PinMatch, CustodyError> {
        self.keys.check_pin(account, reference, block, number)
    }

    fn wrap(&self, place: Place, clear: &[u8]) -> Result<Vec<u8>, CustodyError> {
        self.keys.wrap(place, clear)
    }

    fn unwrap(&self, place: Place, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
        self.keys.unwrap(place, wrapped)
    }

    fn digest(&self, purpose: Purpose, parts: &[&[u8]]) -> Result<[u8; 32], CustodyError> {
        self.keys.digest(purpose, parts)
    }

    fn seal<'b>(
        &self,
        out: &'b mut [u8],
        letter: &Letter<'_>,
        to: &Recipient,
    ) -> Result<&'b [u8], CustodyError> {
        self.works()?.seal(out, letter, to)
    }

    fn open<'r>(
        &self,
        report: &report::Sealed<'_>,
        room: &'r mut [u8],
    ) -> Result<report::Opened<'r>, Refusal> {
        self.works()
            .map_err(|_| Refusal::Sealed)?
            .open(report, room)
    }
}

#[test]
fn a_custody_that_refuses_leaves_nothing_half_done() {
    let refuses = Arc::new(AtomicBool::new(false));
    let keys = Moody {
        keys: demonstration::custody(),
        refuses: Arc::clone(&refuses),
    };
    let issuer = Issuer::in_memory(keys, demonstration::config()).unwrap();
    let (mut phone, token) = settle(&issuer);
    let other = Phone::enrolled(&issuer, 2);
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    issuer.resume(token, NOW).unwrap();
    let used = Used {
        cards: &[(1, 1)],
        marks: &[(1, 1)],
    };
    let report = phone.report(&issuer, &used);
    let before = dump(&issuer);

    refuses.store(true, Ordering::Relaxed);
    let pan = number(OTHER_PAN);
    let pin = block(&issuer, token, "1234");
    let failures = [
        try_bind(&issuer, &other, &Mailbox::default(), &pan).is_err(),
        issuer.change_device(token, other.id, 1, NOW).is_err(),
        issuer.letters(phone.id, NOW).is_err(),
        issuer.set_pin(token, &pin, NOW).is_err(),
    ];
    assert_eq!(failures, [true; 4]);
    let unopened = issuer.receive_report(&report, NOW);
    assert_eq!(unopened, Err(ReportError::Refused(Refusal::Sealed)));
    assert_eq!(dump(&issuer), before);

    refuses.store(false, Ordering::Relaxed);
    assert_eq!(phone.fetch(&issuer, NOW).len(), 2);
    issuer.receive_report(&report, NOW).unwrap();
    issuer.change_device(token, other.id, 1, NOW).unwrap();
}
