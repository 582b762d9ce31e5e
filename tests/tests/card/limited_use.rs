//! A card of Visa 43: its keys are lent, and their index stands in `9F10` and in track 2.

use understudy_core::card::code::{self, CodeRefusal, TEMPLATE_MAX};
use understudy_core::card::{
    CardId, Env, Event, KeyError, Ledger, Payment, Profile, ProfileError, Refusal, Scheme, Spent,
    UnixTime, UserVerified, tags,
};
use understudy_core::crypto::{Atc, Cryptogram, CryptogramInput, Cvn, KeyIndex, TransactionData};
use understudy_core::wire::amount::Amount;
use understudy_core::wire::tlv::{Tag, find};
use understudy_core::wire::track2::Track2;
use understudy_tests::{GpoData, ProfileSpec, TestCard, TestEnv};

use crate::refused_with;

/// Asserts that the card refuses a payment for this reason.
fn assert_refused(card: &mut TestCard, data: &GpoData, refusal: Refusal) {
    let answer = card.pay(data);
    assert_eq!(answer, refusal.status().octets());
    assert_eq!(refused_with(card), refusal);
}

fn visa_43() -> ProfileSpec {
    ProfileSpec {
        cvn: 0x43,
        flags: tags::flags::VERIFIED_IN_IAD | tags::flags::DOMESTIC_ONLY,
        ..ProfileSpec::visa()
    }
}

fn value(answer: &[u8], tag: u32) -> Vec<u8> {
    let body = &answer[..answer.len() - 2];
    let template = find(body, Tag::new(0x77)).unwrap().unwrap();
    let value = find(template, Tag::new(tag)).unwrap();
    value.expect("an object").to_vec()
}

/// The data under the MAC of a payment.
fn transaction(data: &GpoData) -> TransactionData {
    let said = data.under_mac();
    TransactionData {
        amount_authorised: said[..6].try_into().unwrap(),
        amount_other: said[6..12].try_into().unwrap(),
        terminal_country: said[12..14].try_into().unwrap(),
        tvr: said[14..19].try_into().unwrap(),
        currency: said[19..21].try_into().unwrap(),
        date: said[21..24].try_into().unwrap(),
        transaction_type: said[24],
        unpredictable_number: said[25..29].try_into().unwrap(),
        aip: [0x00, 0x00],
    }
}

#[test]
fn the_index_of_the_lent_key_stands_in_9f10_and_in_track_2() {
    for text in ["0570201", "9878499", "0000100"] {
        let index = KeyIndex::parse(text).unwrap();
        let mut card = TestCard::new(&visa_43());
        card.env.index = index;
        let answer = card.pay(&GpoData::default());
        let iad = value(&answer, 0x9F10);
        let expected = format!("1F430100A000000004{}", hex::encode_upper(index.octets()));
        assert_eq!(hex::encode_upper(&iad), format!("{expected:0<64}"));
        let stated = Scheme::Visa.parse_iad(&iad).unwrap();
        assert_eq!(stated.cvn, Cvn::Visa43);
        assert_eq!(stated.discretionary, index.octets());
        let track2 = Track2::parse(&value(&answer, 0x57)).unwrap();
        assert_eq!(track2.discretionary(), index.digits());
        let personalised = Track2::parse(&ProfileSpec::visa().track2).unwrap();
        assert_eq!(track2.number(), personalised.number());
        assert_eq!(track2.expiry(), personalised.expiry());
        assert_eq!(track2.service_code(), personalised.service_code());
    }
}

#[test]
fn each_cryptogram_is_the_limited_use_key_s_over_the_first_four_octets_of_the_results() {
    let mut card = TestCard::new(&visa_43());
    let key = card.env.limited_use_key();
    for counter in 1..=3 {
        // The third tap says in the card verification results that the user was verified.
        card.env.verified = (counter == 3).then_some(0);
        let answer = card.pay(&GpoData::default());
        let atc = Atc::new(counter).unwrap();
        assert_eq!(value(&answer, 0x9F36), atc.octets());
        let iad = value(&answer, 0x9F10);
        assert_eq!(iad[4], if counter == 3 { 0xA4 } else { 0xA0 });
        let data = transaction(&GpoData::default());
        let made = Cryptogram(value(&answer, 0x9F26).try_into().unwrap());
        let verifies = |iad: &[u8]| {
            let input = CryptogramInput::new(Cvn::Visa43, data, iad).unwrap();
            key.verify(&input, atc, &made)
        };
        assert!(verifies(&iad));
        for bit in 0..iad.len() * 8 {
            let mut other = iad.clone();
            other[bit / 8] ^= 0x80 >> (bit % 8);
            let authenticated = (3..7).contains(&(bit / 8));
            assert_eq!(verifies(&other), !authenticated, "bit {bit} of 9F10");
        }
    }
    assert_eq!(card.env.lent, [1, 2, 3].map(|atc| Atc::new(atc).unwrap()));
}

#[test]
fn a_key_that_is_not_lent_is_a_refusal_and_changes_nothing() {
    let mut card = TestCard::new(&visa_43());
    card.env.sum_left = 1;
    assert_refused(&mut card, &GpoData::default(), Refusal::OverLimit);
    card.env.sum_left = u64::MAX;
    card.env.broken = true;
    let storage = Refusal::Key(KeyError::Storage);
    assert_refused(&mut card, &GpoData::default(), storage);
    card.env.broken = false;
    card.env.keys = 0;
    let exhausted = Refusal::Key(KeyError::Exhausted);
    assert_refused(&mut card, &GpoData::default(), exhausted);
    assert!(card.env.lent.is_empty() && card.env.payments.is_empty());
    assert_eq!(card.env.atc, 0);
}

#[test]
fn a_payment_in_a_foreign_currency_is_refused_because_the_sum_is_in_the_card_s() {
    let mut card = TestCard::new(&visa_43());
    let foreign = GpoData {
        currency: 840,
        ..GpoData::default()
    };
    assert_refused(&mut card, &foreign, Refusal::ForeignCurrency);
    assert!(card.env.lent.is_empty());
}

#[test]
fn single_use_keys_are_taken_and_never_lent() {
    for spec in [ProfileSpec::default(), ProfileSpec::visa()] {
        let mut card = TestCard::new(&spec);
        card.pay(&GpoData::default());
        assert_eq!((card.env.payments.len(), card.env.lent.len()), (1, 0));
    }
}

#[test]
fn a_limited_use_key_makes_no_code_whose_amount_its_sum_could_not_count() {
    let mut card = TestCard::new(&visa_43());
    card.env.now = Some(1_795_348_800);
    card.env.verified = Some(0);
    let mut room = [0; TEMPLATE_MAX];
    let refused = code::present(&card.slots[0], &mut card.env, &mut room).err();
    assert_eq!(refused, Some(CodeRefusal::Version(Cvn::Visa43)));
    assert!(card.env.codes.is_empty() && card.env.atc == 0);
}

/// An environment with single-use keys alone.
struct WithoutLimitedUseKeys(TestEnv);

impl Env for WithoutLimitedUseKeys {
    fn time(&self) -> Option<UnixTime> {
        self.0.time()
    }

    fn verification(&self, card: CardId, amount: Amount) -> Option<UserVerified> {
        self.0.verification(card, amount)
    }

    fn ledger(&self, card: CardId) -> Ledger {
        self.0.ledger(card)
    }

    fn spend(&mut self, card: CardId, payment: &Payment) -> Result<Spent, KeyError> {
        self.0.spend(card, payment)
    }

    fn observe(&mut self, event: Event) {
        self.0.observe(event);
    }
}

#[test]
fn an_environment_without_limited_use_keys_lends_none_and_loses_none() {
    let mut card = TestCard::new(&visa_43());
    card.pay(&GpoData::default());
    let (_, payment) = card.env.payments[0];
    let mut env = WithoutLimitedUseKeys(TestEnv::default());
    let refused = env.lend(CardId(1), &payment).map(|lent| lent.atc());
    assert_eq!(refused, Err(Refusal::Key(KeyError::Exhausted)));
    assert_eq!(env.0.atc, 0);
}

#[test]
fn a_profile_without_room_for_the_index_or_with_another_cipher_or_currency_is_refused() {
    let refusal = |spec: &ProfileSpec| Profile::parse(spec.octets()).err();
    assert_eq!(refusal(&visa_43()), None);
    let short = ProfileSpec {
        track2: hex::decode("4761739001010010D3012201000000").unwrap(),
        ..visa_43()
    };
    let track2 = Tag::new(0x57);
    assert_eq!(refusal(&short), Some(ProfileError::Value(track2)));
    let discretionary = ProfileSpec {
        idd: vec![0x00],
        ..visa_43()
    };
    let idd = tags::ISSUER_DISCRETIONARY;
    assert_eq!(refusal(&discretionary), Some(ProfileError::Length(idd)));
    let abroad = ProfileSpec {
        flags: tags::flags::VERIFIED_IN_IAD,
        ..visa_43()
    };
    assert_eq!(refusal(&abroad), Some(ProfileError::Value(tags::FLAGS)));
    let aes = ProfileSpec {
        more: vec![(tags::ALGORITHMS, vec![0x10])],
        ..visa_43()
    };
    assert_eq!(refusal(&aes), Some(ProfileError::Value(tags::ALGORITHMS)));
}
