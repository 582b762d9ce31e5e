use std::sync::Arc;

use super::{DIGITS_MAX, Password, PasswordError, check};

#[test]
fn six_digits_or_more_and_nothing_else() {
    let long = "27".repeat(DIGITS_MAX / 2);
    for good in ["274911", "0274911", long.as_str()] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
    let too_long = long + "4";
    for bad in [
        "",
        "27491",
        "27491a",
        "２７４９１１",
        "274 911",
        too_long.as_str(),
    ] {
        assert_eq!(check(bad), Err(PasswordError::Shape), "{bad}");
    }
}

#[test]
fn one_digit_again_and_again_and_digits_in_a_row_are_weak() {
    for digit in '0'..='9' {
        let repeated = digit.to_string().repeat(6);
        assert_eq!(check(&repeated), Err(PasswordError::Weak), "{repeated}");
    }
    let up = "01234567890123456789";
    let down: String = up.chars().rev().collect();
    for row in [up, &down] {
        for start in 0..10 {
            for length in 6..=9 {
                let straight = &row[start..start + length];
                assert_eq!(check(straight), Err(PasswordError::Weak), "{straight}");
            }
        }
    }
    for good in ["123457", "113456", "111112", "135791", "987651"] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
}

#[test]
fn the_hash_is_argon2id_of_the_salt_and_says_nothing_of_the_digits() {
    let one = Password::new("274911").unwrap();
    let other = Password::new("274911").unwrap();
    assert_ne!(one.salt, other.salt);
    assert_ne!(**one.hash, **other.hash);
    assert_eq!(one.is("274911"), Ok(true));
    assert_eq!(one.is("274912"), Ok(false));
    assert!(!format!("{one:?}").contains("274911"));
}

/// Computed with the reference implementation in C, through argon2-cffi:
/// `hash_secret_raw(b'274911', b'0123456789abcdef', 2, 19456, 1, 32, Type.ID)`.
#[test]
fn it_agrees_with_another_implementation() {
    let password = Password {
        cost: super::COST,
        salt: *b"0123456789abcdef",
        hash: Arc::new(zeroize::Zeroizing::new(
            hex::decode(REFERENCE).unwrap().try_into().unwrap(),
        )),
        tries: 0,
    };
    assert_eq!(password.is("274911"), Ok(true));
}

const REFERENCE: &str = "9985a103f28cd59df03de7c0a65c6b447540edd4958857d0d0d1a5a48645f70a";
