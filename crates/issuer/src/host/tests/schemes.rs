//! Cards of every scheme and algorithm at the host.

use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, Algorithms, Atc, Cryptogram, Cvn};

use super::kit::{Card, Chip, DKI, World, cny};
use crate::{IssueOptions, KeyFamily, Reason};

/// Every version of every scheme with every choice of algorithms.
fn every_card() -> impl Iterator<Item = IssueOptions> {
    Scheme::ALL.iter().flat_map(|scheme| {
        scheme.versions().iter().flat_map(move |cvn| {
            let permitted = scheme.permitted_algorithms();
            permitted.map(move |algorithms| IssueOptions {
                cvn: *cvn,
                algorithms,
                domestic_only: !scheme.authenticates_currency(*cvn),
                ..IssueOptions::of(*scheme)
            })
        })
    })
}

/// The issuer application data of an ARQC, octet by octet.
fn iad(cvn: Cvn, algorithm: Algorithm, verified: bool) -> Vec<u8> {
    let qualified = if verified { 0xA4 } else { 0xA0 };
    match cvn {
        Cvn::UnionPay01 | Cvn::UnionPay17 => {
            let octet = algorithm.octet();
            vec![7, DKI, cvn.byte(), 3, qualified, 0, 0, octet]
        }
        Cvn::Visa18 => vec![6, DKI, 0x12, 3, qualified, 0, 0],
        Cvn::Visa22 => [vec![0x1F, 0x22, DKI, 0, qualified], vec![0; 27]].concat(),
        _ => {
            let results = if verified { 0xA5 } else { 0xA0 };
            [vec![DKI, cvn.byte(), results], vec![0; 15]].concat()
        }
    }
}

/// A tap of a card with the key of one of its algorithms.
fn tap(card: &Card, algorithm: Algorithm, amount: u64, verified: bool) -> Chip {
    let iad = iad(card.options.cvn, algorithm, verified);
    let mut chip = card.unsigned(1, cny(amount), iad, 0x80);
    card.sign_with(&mut chip, family(card, algorithm));
    chip
}

fn family(card: &Card, algorithm: Algorithm) -> KeyFamily {
    KeyFamily {
        scheme: card.options.scheme,
        algorithm,
    }
}

fn first(algorithms: Algorithms) -> Algorithm {
    algorithms.iter().next().unwrap()
}

fn reason(world: &World, chip: &Chip, amount: u64) -> Reason {
    let sale = world.card.request(chip, cny(amount));
    world.authorise(&sale).reason
}

#[test]
fn a_card_of_every_version_and_algorithm_is_approved_and_answered_under_its_key() {
    let mut taps = 0;
    for options in every_card() {
        for algorithm in options.algorithms.iter() {
            let world = World::with(options.clone());
            let chip = tap(&world.card, algorithm, 1_234, false);
            let verdict = world.authorise(&world.card.request(&chip, cny(1_234)));
            let shown = format!("{} {algorithm} of {}", options.cvn, options.algorithms);
            assert_eq!(verdict.reason, Reason::Approved, "{shown}");
            let key = (world.card).key_of(family(&world.card, algorithm), Atc::FIRST);
            let expected = key.arpc_method_1(&Cryptogram(chip.cryptogram), *b"00");
            assert_eq!(verdict.arpc, Some(expected), "{shown}");
            taps += 1;
        }
    }
    // Two versions in each of three schemes; five algorithms, and both of a dual card.
    assert_eq!(taps, 2 * (5 + 2) + 2 * 5 + 2 * 5);
}

#[test]
fn the_key_of_another_scheme_or_algorithm_makes_a_wrong_cryptogram() {
    let mut families = 0;
    for scheme in Scheme::ALL {
        let world = World::with(IssueOptions::of(*scheme));
        for other in Scheme::ALL {
            for algorithm in Algorithm::ALL {
                if (scheme, algorithm) == (other, &Algorithm::Tdes) {
                    continue;
                }
                let mut chip = tap(&world.card, Algorithm::Tdes, 1, false);
                let family = KeyFamily {
                    scheme: *other,
                    algorithm: *algorithm,
                };
                world.card.sign_with(&mut chip, family);
                let wrong = Reason::CryptogramWrong;
                assert_eq!(reason(&world, &chip, 1), wrong, "{scheme:?} {family}");
                families += 1;
            }
        }
    }
    assert_eq!(families, 3 * (3 * 5 - 1));
}

#[test]
fn the_algorithm_is_one_that_the_token_has() {
    let dual = Algorithms::two(Algorithm::Tdes, Algorithm::Sm4).unwrap();
    let one = Algorithms::one;
    let foreign = Reason::IssuerApplicationData;
    for (held, named, expected) in [
        (one(Algorithm::Tdes), Algorithm::Sm4, foreign),
        (one(Algorithm::Sm4), Algorithm::Tdes, foreign),
        (one(Algorithm::Aes128), Algorithm::Aes256, foreign),
        (dual, Algorithm::Aes128, foreign),
        (dual, Algorithm::Tdes, Reason::Approved),
        (dual, Algorithm::Sm4, Reason::Approved),
    ] {
        let world = World::with(IssueOptions {
            algorithms: held,
            ..IssueOptions::default()
        });
        let chip = tap(&world.card, named, 1, false);
        assert_eq!(reason(&world, &chip, 1), expected, "{named} of {held}");
    }
}

#[test]
fn a_dual_card_s_cryptogram_under_the_name_of_its_other_algorithm_is_wrong() {
    let world = World::with(IssueOptions {
        algorithms: Algorithms::two(Algorithm::Tdes, Algorithm::Sm4).unwrap(),
        ..IssueOptions::default()
    });
    for (made, named) in [(0x01, 0x04), (0x04, 0x01)] {
        let algorithm = Algorithm::from_octet(made).unwrap();
        let mut chip = tap(&world.card, algorithm, 1, false);
        // Octet 8 is under no MAC of version 01.
        chip.iad[7] = named;
        assert_eq!(reason(&world, &chip, 1), Reason::CryptogramWrong);
    }
}

#[test]
fn the_card_s_data_is_that_of_its_own_scheme() {
    for scheme in Scheme::ALL {
        let world = World::with(IssueOptions::of(*scheme));
        let algorithm = first(world.card.options.algorithms);
        for other in Scheme::ALL.iter().filter(|other| *other != scheme) {
            let mut chip = tap(&world.card, algorithm, 1, false);
            chip.iad = iad(other.usual_version(), algorithm, false);
            let data = Reason::IssuerApplicationData;
            assert_eq!(reason(&world, &chip, 1), data, "{scheme:?} {other:?}");
            if other.aip() != scheme.aip() {
                let mut chip = tap(&world.card, algorithm, 1, false);
                chip.data.aip = other.aip();
                world
                    .card
                    .sign_with(&mut chip, family(&world.card, algorithm));
                assert_eq!(reason(&world, &chip, 1), Reason::CardDataAltered);
            }
        }
    }
}

#[test]
fn the_bit_under_the_mac_says_verified_in_every_version_and_nothing_else_does() {
    const OVER: u64 = 100_001;
    for options in every_card() {
        let algorithm = first(options.algorithms);
        let world = World::with(options.clone());
        let mut chip = tap(&world.card, algorithm, OVER, false);
        // What a relay can say: the terminal saw a verification on the device (9F34), and CTQ.
        chip.more.extend([0x9F, 0x34, 0x03, 0x01, 0x00, 0x02]);
        chip.more.extend([0x9F, 0x6C, 0x02, 0x00, 0x80]);
        assert_eq!(
            reason(&world, &chip, OVER),
            Reason::NoCvm,
            "{}",
            options.cvn
        );
        let mut forged = tap(&world.card, algorithm, OVER, false);
        forged.atc = 2;
        world
            .card
            .sign_with(&mut forged, family(&world.card, algorithm));
        forged.iad = iad(options.cvn, algorithm, true);
        assert_eq!(reason(&world, &forged, OVER), Reason::CryptogramWrong);
        let mut said = tap(&world.card, algorithm, OVER, true);
        said.atc = 3;
        world
            .card
            .sign_with(&mut said, family(&world.card, algorithm));
        assert_eq!(reason(&world, &said, OVER), Reason::Approved);
    }
}
