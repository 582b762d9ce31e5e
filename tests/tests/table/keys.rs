//! A cryptogram under another key than the card's: another scheme's, another algorithm's, another
//! counter's, another card's.

use understudy_core::card::Scheme;
use understudy_core::crypto::{
    Algorithm, Atc, Cryptogram, CryptogramInput, SessionKey, TransactionData,
};
use understudy_core::kd::{IssuerMasterKey, MasterKeyMethod};
use understudy_issuer::Reason;
use understudy_issuer::demonstration::test_issuer_master_key;
use understudy_pos::OnlineRequest;

use crate::chip::Chip;
use crate::rows::{Row, taps};
use crate::scene::Scene;
use crate::values::WITHIN;

/// Every scheme with every algorithm.
fn families() -> Vec<(Scheme, Algorithm)> {
    let schemes = Scheme::ALL.iter();
    schemes
        .flat_map(|scheme| Algorithm::ALL.iter().map(|algorithm| (*scheme, *algorithm)))
        .collect()
}

/// The key of a counter of the request's card, under the issuer master key of a family.
fn session_key(
    (scheme, algorithm): (Scheme, Algorithm),
    row: Row,
    request: &OnlineRequest,
    psn: Option<u8>,
    atc: Atc,
) -> SessionKey {
    let imk = IssuerMasterKey::new(test_issuer_master_key(scheme, algorithm));
    let method = match algorithm {
        Algorithm::Tdes => MasterKeyMethod::OptionA,
        Algorithm::Sm4 => MasterKeyMethod::Sm4,
        Algorithm::Aes128 | Algorithm::Aes192 | Algorithm::Aes256 => MasterKeyMethod::OptionC,
    };
    let card = imk.card_master_key(method, request.track2.number().expose(), psn);
    let card = card.expect("a number of digits");
    card.session_key(row.cvn.session_key_method().unwrap(), atc, [0; 4])
}

/// The cryptogram over a request's own chip data under another key.
fn made(row: Row, chip: &Chip, key: SessionKey, atc: Atc) -> Cryptogram {
    let [transaction_type] = chip.array(0x9C);
    let data = TransactionData {
        amount_authorised: chip.array(0x9F02),
        amount_other: chip.array(0x9F03),
        terminal_country: chip.array(0x9F1A),
        tvr: chip.array(0x95),
        currency: chip.array(0x5F2A),
        date: chip.array(0x9A),
        transaction_type,
        unpredictable_number: chip.array(0x9F37),
        aip: chip.array(0x82),
    };
    let input = CryptogramInput::new(row.cvn, data, chip.get(0x9F10)).expect("its layout");
    key.application_cryptogram(&input, atc)
}

#[test]
fn a_cryptogram_under_another_key_is_wrong_whosever_key_it_is() {
    let mut wrong = 0;
    for (row, algorithm) in taps() {
        let scene = Scene::of(row);
        let request = scene.request(WITHIN);
        let chip = Chip::read(&request.de55);
        let atc = Atc::new(u16::from_be_bytes(chip.array(0x9F36))).expect("a counter");
        let key = |family, psn, of| session_key(family, row, &request, psn, of);
        let own = (row.scheme, algorithm);
        let right = made(row, &chip, key(own, request.psn, atc), atc);
        assert_eq!(right.0, chip.array(0x9F26), "{row}: the card's own key");

        let other = families().into_iter().filter(|family| *family != own);
        let mut keys: Vec<_> = other.map(|family| key(family, request.psn, atc)).collect();
        let next = Atc::new(atc.get() + 1).expect("a counter");
        keys.push(key(own, Some(0x77), atc));
        keys.push(key(own, request.psn, next));
        for key in keys {
            let forged = made(row, &chip, key, atc);
            let verdict = scene.authorise_with(&request, &chip.with(0x9F26, &forged.0));
            assert_eq!(verdict.reason, Reason::CryptogramWrong, "{row}");
            assert_eq!(verdict.arpc, None, "{row}");
            wrong += 1;
        }
        assert!(scene.authorise(&request).approved(), "{row}");
    }
    // Fourteen other families, another card's sequence number, the next counter's key.
    assert_eq!(wrong, (14 + 2) * taps().len());
}
