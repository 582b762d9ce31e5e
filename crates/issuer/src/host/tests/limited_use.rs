//! Cards of Visa 43 at the host: the key of each package is good for its counters, up to its sum, and until
//! the next one was used.

use understudy_core::card::{Limits, Scheme, UnixTime};
use understudy_core::crypto::{Algorithm, LimitedUseKey};
use understudy_core::crypto::{Algorithms, Atc, Cryptogram, CryptogramInput, Cvn, KeyIndex};
use understudy_core::kd::{IssuerMasterKey, MasterKeyMethod};
use understudy_core::wire::track2::{Expiry, TRACK2_MAX, Track2};
use understudy_provisioning::Package;
use understudy_provisioning::package::LimitedUse;

use super::kit::{Card, Chip, DKI, EXPIRY, FUNDS, NOW, Sale, World, cny, encode, flips, pan};
use crate::issue::PackageOctets;
use crate::token::Token;
use crate::{EntryMode, IssueError, IssueOptions, Reason, demonstration};

/// The hour of [`NOW`]: the 22nd of November is the 326th day.
const INDEX: &str = "6780100";

fn index(text: &str) -> KeyIndex {
    KeyIndex::parse(text).unwrap()
}

/// Five counters, and a sum of 1.00.
fn options() -> IssueOptions {
    let usual = IssueOptions::of(Scheme::Visa);
    IssueOptions {
        cvn: Cvn::Visa43,
        domestic_only: true,
        keys: 5,
        limits: Limits {
            unverified_tap: 50,
            unverified_sum: 90,
            verified_tap: 100,
            ..usual.limits
        },
        ..usual
    }
}

/// An issuer with a card of Visa 43, and the package of its first key.
fn world() -> (World, PackageOctets) {
    let issuer = demonstration::issuer().unwrap();
    let options = options();
    let (card, package) = personalise(&issuer, &options);
    (World { issuer, card }, package)
}

fn personalise(issuer: &crate::Issuer, options: &IssueOptions) -> (Card, PackageOctets) {
    let expiry = Expiry::parse(EXPIRY).unwrap();
    let bench = demonstration::custody();
    let made = issuer.personalise(&bench, &pan(), expiry, options, cny(FUNDS), NOW);
    let made = made.unwrap();
    let track2 =
        issuer.view(|view| Ok::<_, crate::Fault>(Token::load(view, made.token)?.unwrap().track2));
    let card = Card {
        token: made.token,
        number: made.number,
        track2: track2.unwrap().emit(&mut [0; TRACK2_MAX]).to_vec(),
        options: options.clone(),
    };
    (card, made.package)
}

fn more(world: &World, now: UnixTime) -> Result<PackageOctets, IssueError> {
    let bench = demonstration::custody();
    world.issuer.more_keys(&bench, world.card.token, 5, now)
}

fn terms(package: &PackageOctets) -> LimitedUse {
    Package::parse(package)
        .unwrap()
        .limited_use()
        .unwrap()
        .terms()
}

fn key(package: &PackageOctets) -> LimitedUseKey {
    Package::parse(package)
        .unwrap()
        .limited_use()
        .unwrap()
        .key()
}

/// The key that the issuer would make a card for an index.
fn derived(card: &Card, index: KeyIndex) -> LimitedUseKey {
    let master = demonstration::test_issuer_master_key(Scheme::Visa, Algorithm::Tdes);
    let card = IssuerMasterKey::new(master)
        .card_master_key(
            MasterKeyMethod::OptionA,
            card.number.expose(),
            card.options.psn,
        )
        .unwrap();
    card.limited_use_key(index).unwrap()
}

/// The issuer application data of an ARQC, octet by octet.
fn iad(index: KeyIndex) -> Vec<u8> {
    let head = [0x1F, 0x43, DKI, 0, 0xA4, 0, 0, 0, 4];
    [&head[..], &index.octets(), &[0; 19]].concat()
}

/// Track 2 of a card with an index in it.
fn track2(card: &Card, index: KeyIndex) -> Vec<u8> {
    let issued = Track2::parse(&card.track2).unwrap();
    let mut digits = issued.discretionary().to_vec();
    digits[..KeyIndex::DIGITS].copy_from_slice(&index.digits());
    let (number, expiry) = (issued.number().clone(), issued.expiry());
    let read = Track2::new(number, expiry, issued.service_code(), &digits).unwrap();
    read.emit(&mut [0; TRACK2_MAX]).to_vec()
}

fn sign(chip: &mut Chip, key: &LimitedUseKey) {
    let input = CryptogramInput::new(Cvn::Visa43, chip.data, &chip.iad).unwrap();
    let lent = key.for_atc(Atc::new(chip.atc).unwrap());
    let Cryptogram(made) = lent.application_cryptogram(&input);
    chip.cryptogram = made;
}

/// A tap that is verified on the device, under a key.
fn chip(card: &Card, key: &LimitedUseKey, atc: u16, amount: u64) -> Chip {
    let mut chip = card.unsigned(atc, cny(amount), iad(key.index()), 0x80);
    sign(&mut chip, key);
    chip
}

fn sale(card: &Card, key: &LimitedUseKey, atc: u16, amount: u64) -> Sale {
    let chip = chip(card, key, atc, amount);
    Sale {
        track2: track2(card, key.index()),
        ..card.request(&chip, cny(amount))
    }
}

fn pay(world: &World, package: &PackageOctets, atc: u16, amount: u64) -> Reason {
    let sale = sale(&world.card, &key(package), atc, amount);
    world.authorise(&sale).reason
}

#[test]
fn the_key_of_a_package_pays_with_each_of_its_counters_once() {
    let (world, package) = world();
    let expected = LimitedUse {
        index: index(INDEX),
        first: Atc::FIRST,
        last: Atc::new(5).unwrap(),
        sum: 100,
    };
    assert_eq!(terms(&package), expected);
    for atc in 1..=5 {
        let verdict = world.authorise(&sale(&world.card, &key(&package), atc, 1));
        assert_eq!(verdict.reason, Reason::Approved, "{atc}");
        assert_eq!(verdict.arpc, None);
        assert_eq!(pay(&world, &package, atc, 2), Reason::Replay);
    }
    assert_eq!(pay(&world, &package, 6, 1), Reason::CounterNotIssued);
}

#[test]
fn an_index_that_is_not_of_the_counters_batch_is_refused_with_its_own_key_too() {
    let (world, package) = world();
    let next = more(&world, NOW).unwrap();
    assert_eq!(terms(&next).index, index("6780101"));
    let untouched = world.state();
    for (other, atc) in [
        ("6780101", 1),
        ("6780100", 6),
        ("6780102", 1),
        ("5780100", 6),
    ] {
        let key = derived(&world.card, index(other));
        let verdict = world.authorise(&sale(&world.card, &key, atc, 1));
        assert_eq!(verdict.reason, Reason::IssuerApplicationData, "{other}");
    }
    assert_eq!(world.state(), untouched);
    assert_eq!(pay(&world, &package, 1, 1), Reason::Approved);
    assert_eq!(pay(&world, &next, 6, 1), Reason::Approved);
}

#[test]
fn another_cards_key_of_the_same_index_makes_a_wrong_cryptogram() {
    let (world, package) = world();
    let (_, others) = personalise(&world.issuer, &options());
    assert_eq!(terms(&others).index, terms(&package).index);
    assert_eq!(pay(&world, &others, 1, 1), Reason::CryptogramWrong);
    assert_eq!(pay(&world, &package, 1, 1), Reason::Approved);
}

#[test]
fn track_2_has_the_index_of_the_issuer_application_data_and_is_else_as_issued() {
    let (world, package) = world();
    let honest = sale(&world.card, &key(&package), 1, 1);
    let untouched = world.state();
    let mut seen = 0;
    for (_, flipped) in flips(&honest.track2) {
        let altered = Sale {
            track2: flipped,
            ..honest.again()
        };
        let reason = world.reason(&altered);
        assert!(
            matches!(
                reason,
                None | Some(Reason::CardDataAltered | Reason::UnknownToken)
            ),
            "{reason:?} {:02X?}",
            altered.track2
        );
        seen += usize::from(reason == Some(Reason::CardDataAltered));
    }
    assert!(seen > 7);
    let issued = Sale {
        track2: world.card.track2.clone(),
        ..honest.again()
    };
    assert_eq!(world.reason(&issued), Some(Reason::CardDataAltered));
    assert_eq!(world.state(), untouched);
    assert_eq!(world.authorise(&honest).reason, Reason::Approved);
}

#[test]
fn no_bit_of_the_issuer_application_data_may_change() {
    let (world, package) = world();
    let honest = chip(&world.card, &key(&package), 1, 1);
    let track2 = track2(&world.card, key(&package).index());
    let untouched = world.state();
    let mut seen = 0;
    for (_, flipped) in flips(&honest.iad) {
        let altered = Chip {
            iad: flipped,
            ..honest.clone()
        };
        let sale = Sale {
            track2: track2.clone(),
            ..world.card.request(&altered, cny(1))
        };
        let reason = world.authorise(&sale).reason;
        assert_ne!(reason, Reason::Approved, "{:02X?}", altered.iad);
        assert_eq!(world.state(), untouched, "{:02X?}", altered.iad);
        seen += 1;
    }
    assert_eq!(seen, 32 * 8);
    assert_eq!(pay(&world, &package, 1, 1), Reason::Approved);
}

#[test]
fn the_approved_payments_of_a_key_are_within_its_sum() {
    let (world, package) = world();
    let key = key(&package);
    assert_eq!(pay(&world, &package, 1, 60), Reason::Approved);
    assert_eq!(pay(&world, &package, 2, 41), Reason::KeySum);
    let last = sale(&world.card, &key, 3, 40);
    assert_eq!(world.authorise(&last).reason, Reason::Approved);
    assert_eq!(pay(&world, &package, 4, 1), Reason::KeySum);
    assert_eq!(world.reverse(last.identity).reason, Reason::Approved);
    assert_eq!(pay(&world, &package, 5, 40), Reason::Approved);
}

#[test]
fn a_voided_payment_frees_nothing_and_a_new_key_has_a_sum_of_its_own() {
    let (world, package) = world();
    let paid = sale(&world.card, &key(&package), 1, 100);
    let verdict = world.authorise(&paid);
    let void = paid.followed(&verdict, cny(100));
    assert!(world.issuer.void(&void, NOW).unwrap().approved());
    assert_eq!(pay(&world, &package, 2, 1), Reason::KeySum);
    let next = more(&world, NOW).unwrap();
    assert_eq!(pay(&world, &next, 6, 100), Reason::Approved);
    assert_eq!(pay(&world, &next, 7, 1), Reason::KeySum);
}

#[test]
fn a_key_is_good_until_the_host_has_seen_the_next_one() {
    let (world, package) = world();
    assert_eq!(pay(&world, &package, 1, 1), Reason::Approved);
    let next = more(&world, NOW).unwrap();
    assert_eq!(pay(&world, &package, 2, 1), Reason::Approved);
    assert_eq!(pay(&world, &next, 6, 1), Reason::Approved);
    assert_eq!(pay(&world, &package, 3, 1), Reason::KeyReplaced);
    assert_eq!(pay(&world, &next, 7, 1), Reason::Approved);
}

#[test]
fn a_key_is_good_in_its_last_second_and_not_after_it() {
    let (world, package) = world();
    let until = |time: u64| world.execute(&format!("UPDATE key_batch SET not_after = {time}"));
    until(NOW.0);
    assert_eq!(pay(&world, &package, 1, 1), Reason::Approved);
    until(NOW.0 - 1);
    assert_eq!(pay(&world, &package, 2, 1), Reason::KeyExpired);
}

#[test]
fn a_limited_use_key_makes_no_code() {
    let (world, package) = world();
    let mut code = world.card.unsigned(1, cny(0), iad(index(INDEX)), 0x80);
    code.data.aip[1] |= 0x02;
    code.data.unpredictable_number = u32::try_from(NOW.0).unwrap().to_be_bytes();
    sign(&mut code, &key(&package));
    let sale = Sale {
        de55: encode(&code.objects_of_code()),
        entry_mode: EntryMode::parse("032").unwrap(),
        track2: track2(&world.card, index(INDEX)),
        ..world.card.request(&code, cny(1))
    };
    assert_eq!(world.authorise(&sale).reason, Reason::CodeNotAuthenticated);
}

#[test]
fn an_hour_has_a_hundred_keys_for_a_card() {
    let (world, _) = world();
    for counter in 1..=99 {
        let made = more(&world, NOW).unwrap();
        let expected = KeyIndex::new(6, 7801, counter).unwrap();
        assert_eq!(terms(&made).index, expected);
    }
    let before = world.everything();
    let refused = more(&world, UnixTime(NOW.0 + 3_599));
    assert!(matches!(refused, Err(IssueError::KeyIndexes(token)) if token == world.card.token));
    assert_eq!(world.everything(), before);
    let made = more(&world, UnixTime(NOW.0 + 3_600)).unwrap();
    assert_eq!(terms(&made).index, index("6780200"));
    assert_eq!(terms(&made).first, Atc::new(501).unwrap());
}

#[test]
fn a_card_whose_key_could_not_be_limited_is_not_issued() {
    for options in [
        IssueOptions {
            domestic_only: false,
            ..options()
        },
        IssueOptions {
            algorithms: Algorithms::one(Algorithm::Aes128),
            ..options()
        },
        IssueOptions {
            discretionary: vec![1],
            ..options()
        },
    ] {
        let refused = options.check();
        assert!(
            matches!(refused, Err(IssueError::LimitedUse(Cvn::Visa43))),
            "{refused:?}"
        );
    }
    let foreign = IssueOptions {
        cvn: Cvn::Visa43,
        ..IssueOptions::default()
    };
    assert!(matches!(foreign.check(), Err(IssueError::Cvn(..))));
}
