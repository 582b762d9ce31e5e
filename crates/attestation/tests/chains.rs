//! Chains as a keystore makes them, and as an attacker would.

#[cfg(test)]
mod keystore;

#[cfg(test)]
use keystore::{BOOT_UNVERIFIED, BOOT_VERIFIED, Description, Keystore, enrolled};
#[cfg(test)]
use understudy_attestation::{Demands, KeystoreAttestation};
#[cfg(test)]
use understudy_issuer::Attestation as _;

#[cfg(test)]
fn judge(judge: &KeystoreAttestation, attestation: Option<&[u8]>) -> Result<String, String> {
    enrolled(attestation, |device| {
        judge.judge(device).map_err(|refused| refused.to_string())
    })
}

#[test]
fn a_sound_chain_says_where_the_key_lives_and_how_the_device_started() {
    let keystore = Keystore::new();
    let rows = [
        (
            (1, 1),
            BOOT_VERIFIED,
            true,
            "key in a trusted environment, verified boot, locked",
        ),
        (
            (2, 2),
            BOOT_VERIFIED,
            true,
            "key in a StrongBox, verified boot, locked",
        ),
        (
            (2, 1),
            BOOT_VERIFIED,
            true,
            "key in a trusted environment, verified boot, locked",
        ),
        (
            (1, 0),
            BOOT_VERIFIED,
            true,
            "key in software, verified boot, locked",
        ),
        (
            (1, 1),
            1,
            true,
            "key in a trusted environment, boot verified by its owner, locked",
        ),
        (
            (1, 1),
            BOOT_UNVERIFIED,
            false,
            "key in a trusted environment, unverified boot, unlocked",
        ),
        (
            (1, 1),
            3,
            false,
            "key in a trusted environment, failed boot, unlocked",
        ),
    ];
    let issuer = keystore.known();
    for (levels, boot, locked, verdict) in rows {
        let description = Description {
            levels,
            boot: Some((boot, locked)),
            ..Description::default()
        };
        let chain = keystore.chain(&description);
        assert_eq!(judge(&issuer, Some(&chain)).as_deref(), Ok(verdict));
    }
    let in_software = Description {
        levels: (0, 0),
        boot: None,
        ..Description::default()
    };
    let chain = keystore.chain(&in_software);
    let verdict = judge(&issuer, Some(&chain));
    assert_eq!(
        verdict.as_deref(),
        Ok("key in software, boot state unknown")
    );
}

#[test]
fn what_is_demanded_must_be_shown() {
    let keystore = Keystore::new();
    let strong = keystore.chain(&Description::default());
    let weak: [Description; 4] = [
        Description {
            levels: (0, 1),
            ..Description::default()
        },
        Description {
            boot: Some((BOOT_UNVERIFIED, true)),
            ..Description::default()
        },
        Description {
            boot: Some((BOOT_VERIFIED, false)),
            ..Description::default()
        },
        Description {
            boot: None,
            ..Description::default()
        },
    ];
    let demanding = |demands| KeystoreAttestation {
        demands,
        ..keystore.known()
    };
    assert_eq!(
        judge(&demanding(Demands::Nothing), None).as_deref(),
        Ok("none")
    );
    for demands in [Demands::Attestation, Demands::Hardware] {
        assert!(judge(&demanding(demands), None).is_err());
        assert!(judge(&demanding(demands), Some(&strong)).is_ok());
    }
    for description in weak {
        let chain = keystore.chain(&description);
        assert!(judge(&demanding(Demands::Attestation), Some(&chain)).is_ok());
        assert!(judge(&demanding(Demands::Hardware), Some(&chain)).is_err());
    }
}

#[test]
fn a_chain_for_another_challenge_is_refused() {
    let keystore = Keystore::new();
    for challenge in [vec![0x5A; 31], vec![0x5B; 32], Vec::new()] {
        let description = Description {
            challenge,
            ..Description::default()
        };
        let refused = judge(&keystore.known(), Some(&keystore.chain(&description)));
        assert!(refused.unwrap_err().contains("another challenge"));
    }
}

#[test]
fn a_chain_of_another_maker_is_refused() {
    let keystore = Keystore::new();
    let chain = Keystore::new().chain(&Description::default());
    let refused = judge(&keystore.known(), Some(&chain));
    assert!(refused.unwrap_err().contains("no root"));
}

#[test]
fn an_applications_key_cannot_sign_a_description() {
    let keystore = Keystore::new();
    let chain = keystore.chain_signed_by_a_key(&Description::default());
    let refused = judge(&keystore.known(), Some(&chain));
    assert!(refused.unwrap_err().contains("none of an authority"));
}

#[test]
fn a_key_made_to_attest_cannot_sign_a_description_either() {
    let keystore = Keystore::new();
    let chain = keystore.chain_signed_by_an_attesting_key(&Description::default());
    let refused = judge(&keystore.known(), Some(&chain));
    assert!(refused.unwrap_err().contains("none of an authority"));
}

#[test]
fn a_description_that_is_missing_repeated_or_damaged_is_refused() {
    let keystore = Keystore::new();
    let good = Description::default().octets();
    let mut rows = vec![Vec::new(), vec![good.clone(), good.clone()]];
    rows.extend((0..good.len()).map(|length| vec![good[..length].to_vec()]));
    rows.push(vec![[&good[..], &[0]].concat()]);
    for extensions in rows {
        let chain = keystore.chain_with(&extensions);
        let refused = judge(&keystore.known(), Some(&chain));
        assert!(
            refused.unwrap_err().contains("description"),
            "{extensions:?}"
        );
    }
}

#[test]
fn a_chain_with_any_octet_altered_or_cut_is_refused_or_says_the_same() {
    let keystore = Keystore::new();
    let chain = keystore.chain(&Description::default());
    let issuer = keystore.known();
    let verdict = judge(&issuer, Some(&chain)).unwrap();
    for at in 0..chain.len() {
        let mut altered = chain.clone();
        altered[at] ^= 0x01;
        // The root's own signature and dates are not checked: its key is trusted.
        if let Ok(said) = judge(&issuer, Some(&altered)) {
            assert_eq!(said, verdict, "octet {at}");
            // Nor is the frame of a signature: the tag of its algorithm and its count of unused bits.
            let frame = [0x06, 0x00].contains(&chain[at]);
            assert!(
                frame || at >= chain.len() - keystore.root_len(),
                "octet {at}"
            );
        }
    }
    for length in 1..chain.len() {
        // A chain without the root at its end is still signed by it.
        let whole = length == chain.len() - keystore.root_len();
        assert_eq!(
            judge(&issuer, Some(&chain[..length])).is_ok(),
            whole,
            "{length} octets"
        );
    }
}
