use understudy_core::card::{CardId, Limits, Profile};
use understudy_provisioning::letter::Command;

use crate::config::LimitBounds;
use crate::testkit::{
    Got, NOW, OTHER_PAN, bench, cny, dump, expiry, few_keys, number, pan, ready, world,
};
use crate::{IssueOptions, Issuer, NewLimits, TokenId};

const CARD: CardId = CardId(1);

fn held(issuer: &Issuer, token: TokenId) -> Limits {
    issuer.limits(token).unwrap()
}

#[test]
fn a_limit_that_is_changed_is_kept_and_told_to_the_card_and_the_others_stay() {
    let (issuer, mut phone, token) = world();
    let new = NewLimits {
        unverified_tap: Some(20_000),
        unverified_taps: Some(3),
        ..NewLimits::default()
    };
    let expected = Limits {
        unverified_tap: 20_000,
        unverified_taps: 3,
        ..IssueOptions::default().limits
    };
    assert_eq!(issuer.set_limits(token, &new, NOW).unwrap(), expected);
    assert_eq!(held(&issuer, token), expected);
    let told = [Got::Command(CARD, Command::Limits(expected))];
    assert_eq!(phone.fetch(&issuer, NOW), told);
    issuer.set_limits(token, &new, NOW).unwrap();
    assert!(phone.fetch(&issuer, NOW).is_empty(), "nothing has changed");
}

#[test]
fn each_limit_may_be_raised_to_the_bound_of_the_issuer_and_no_further() {
    let (issuer, _, token) = world();
    let bounds = LimitBounds::default();
    let of = |tap, taps, sum, any| NewLimits {
        unverified_tap: Some(tap),
        unverified_taps: Some(taps),
        unverified_sum: Some(sum),
        verified_tap: Some(any),
    };
    let highest = of(
        bounds.unverified_tap,
        bounds.unverified_taps,
        bounds.unverified_sum,
        bounds.verified_tap,
    );
    issuer.set_limits(token, &highest, NOW).unwrap();
    let before = dump(&issuer);
    let beyond = [
        NewLimits {
            unverified_tap: Some(bounds.unverified_tap + 1),
            ..highest
        },
        NewLimits {
            unverified_taps: Some(bounds.unverified_taps + 1),
            ..highest
        },
        NewLimits {
            unverified_sum: Some(bounds.unverified_sum + 1),
            ..highest
        },
        NewLimits {
            verified_tap: Some(bounds.verified_tap + 1),
            ..highest
        },
    ];
    for limits in beyond {
        let refused = issuer
            .set_limits(token, &limits, NOW)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("above what this bank allows"), "{refused}");
    }
    let unsound = [of(2, 1, 1, 1), of(1, 1, u64::MAX, 1)];
    for limits in unsound {
        let refused = issuer
            .set_limits(token, &limits, NOW)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("twelve digits"), "{refused}");
    }
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_token_is_not_issued_above_the_bounds_either() {
    let (issuer, _, _) = world();
    let before = dump(&issuer);
    let mut options = few_keys(1);
    options.limits.validity = LimitBounds::default().validity + 1;
    let refused = issuer.personalise(&bench(), &pan(), expiry(), &options, cny(0), NOW);
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("above what this bank allows"), "{refused}");
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_profile_comes_anew_without_keys_and_says_what_holds_now() {
    let (issuer, mut phone, token) = world();
    let new = NewLimits {
        verified_tap: Some(123_400),
        ..NewLimits::default()
    };
    let limits = issuer.set_limits(token, &new, NOW).unwrap();
    issuer.replace_pan(token, &number(OTHER_PAN), NOW).unwrap();
    let keys = issuer.tokens(None).unwrap()[0].keys_issued;
    let letter = issuer.update_profile(token, NOW).unwrap();
    assert_eq!(issuer.letters(phone.id, NOW).unwrap().pop(), Some(letter));
    let got = phone.fetch(&issuer, NOW);
    let [Got::Command(..), Got::Profile(CARD, profile)] = &got[..] else {
        panic!("{got:?}");
    };
    let profile = Profile::parse(profile.as_slice()).unwrap();
    assert_eq!(profile.last_four(), Some([0x00, 0x15]));
    assert_eq!(*profile.limits(), limits);
    assert_eq!(issuer.tokens(None).unwrap()[0].keys_issued, keys);
}

#[test]
fn a_profile_that_was_never_delivered_still_comes_with_the_next_keys() {
    let (issuer, mut phone, token) = ready();
    issuer.replace_pan(token, &number(OTHER_PAN), NOW).unwrap();
    issuer.update_profile(token, NOW).unwrap();
    issuer.replenish(token, 1, NOW).unwrap();
    let got = phone.fetch(&issuer, NOW);
    assert!(matches!(
        got[..],
        [Got::Profile(..), Got::Package { profile: true, .. }]
    ));
}

#[test]
fn only_a_living_token_on_a_device_is_changed() {
    let (issuer, _, token) = world();
    let other = issuer.personalise(
        &bench(),
        &number(OTHER_PAN),
        expiry(),
        &few_keys(1),
        cny(0),
        NOW,
    );
    issuer.delete(token, NOW).unwrap();
    let cases = [
        (TokenId::new(99), "there is no token 99"),
        (token, "token 1 was deleted"),
        (other.unwrap().token, "lives on no device"),
    ];
    let before = dump(&issuer);
    for (token, expected) in cases {
        let new = NewLimits {
            unverified_taps: Some(1),
            ..NewLimits::default()
        };
        let refused = issuer.set_limits(token, &new, NOW).unwrap_err().to_string();
        assert!(refused.contains(expected), "{refused}");
        let refused = issuer.update_profile(token, NOW).unwrap_err().to_string();
        assert!(refused.contains(expected), "{refused}");
    }
    assert_eq!(dump(&issuer), before);
}
