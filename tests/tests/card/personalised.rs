//! Profiles that the core writes: a card of each scheme and version, which pays.

use understudy_core::card::{
    Application, CardId, CvmOrder, CvmPolicy, Flags, Limits, Personalisation, Profile,
    ProfileError, Scheme, Slot, Standing, tags,
};
use understudy_core::crypto::Algorithms;
use understudy_core::wire::amount::Currency;
use understudy_core::wire::tlv::{Overflow, Reader, Tag, Writer, find};
use understudy_tests::{AcData, GpoData, TestCard, gpo, read_record, select};

const TRACK2: [u8; 16] = [
    0x62, 0x50, 0x94, 0x70, 0x00, 0x00, 0x00, 0x14, 0xD3, 0x01, 0x22, 0x01, 0x00, 0x00, 0x00, 0x0F,
];

fn personalisation<'a>(
    scheme: Scheme,
    applications: &'a [Application<&'a [u8]>],
) -> Personalisation<'a> {
    Personalisation {
        applications,
        language: b"zhen",
        discretionary_fci: &[],
        pdol: scheme.pdol(),
        aip: scheme.aip(),
        track2: &TRACK2,
        expiry: [0x30, 0x12, 0x31],
        psn: Some(0x00),
        reference: &[b'V'; 29],
        requestor: &[0x01, 0x23, 0x45, 0x67, 0x89, 0x01],
        last_four: &[0x12, 0x30],
        form_factor: &[],
        product: &[],
        scheme,
        cvn: scheme.versions()[0],
        algorithms: Algorithms::TDES,
        dki: 0x01,
        discretionary: &[],
        flags: Flags {
            verified_in_iad: true,
            domestic_only: true,
            ..Flags::default()
        },
        policy: CvmPolicy {
            order: CvmOrder::Flexible,
            online_pin: true,
            signature: false,
        },
        limits: Limits {
            currency: Currency::CNY,
            unverified_tap: 100_000,
            unverified_taps: 5,
            unverified_sum: 300_000,
            verified_tap: 5_000_000,
            validity: 60,
        },
        with_record: false,
    }
}

fn applications(scheme: Scheme) -> Vec<Application<&'static [u8]>> {
    let products = scheme.products().iter().zip(1..);
    products
        .map(|(product, priority)| Application {
            aid: product.aid,
            label: product.label.as_bytes(),
            priority,
            preferred_name: &[],
            code_table: 0,
        })
        .collect()
}

fn written(personalisation: &Personalisation<'_>) -> Vec<u8> {
    let mut room = [0; 1024];
    let mut writer = Writer::new(&mut room);
    personalisation.emit(&mut writer).expect("a profile");
    writer.finish().to_vec()
}

fn card(octets: Vec<u8>) -> TestCard {
    TestCard {
        slots: vec![Slot {
            id: CardId(1),
            profile: Profile::parse(octets).expect("a valid profile"),
            standing: Standing::Active,
        }],
        ..TestCard::default()
    }
}

/// The values for a list: those of the terminal by their tags, zeros for others.
fn values(list: &[u8]) -> Vec<u8> {
    let data = GpoData::default();
    let mut named = vec![
        (0x9F66, data.ttq.to_vec()),
        (0x9F34, AcData::default().cvm_results.to_vec()),
    ];
    let under_mac = data.under_mac();
    let lengths = [6, 6, 2, 5, 2, 3, 1, 4];
    let tags = [0x9F02, 0x9F03, 0x9F1A, 0x95, 0x5F2A, 0x9A, 0x9C, 0x9F37];
    let mut rest = &under_mac[..];
    for (tag, length) in tags.into_iter().zip(lengths) {
        let (value, tail) = rest.split_at(length);
        named.push((tag, value.to_vec()));
        rest = tail;
    }
    let list = understudy_core::wire::dol::Dol::parse(list).expect("a list");
    let value = |tag: Tag, length| {
        let known = named.iter().find(|(number, _)| Tag::new(*number) == tag);
        known.map_or_else(|| vec![0; length], |(_, value)| value.clone())
    };
    list.entries()
        .flat_map(|entry| value(entry.tag, entry.length))
        .collect()
}

/// Pays as far as the card names records: the tag of the answer that holds the cryptogram.
fn pays(card: &mut TestCard, scheme: Scheme) {
    assert_eq!(card.status(&select(scheme.products()[0].aid)), 0x9000);
    let answer = card.answer(&gpo(&values(scheme.pdol())));
    assert_eq!(answer.last_chunk(), Some(&[0x90, 0x00]), "{scheme:?}");
    if card.env.payments.is_empty() {
        let record = card.answer(&read_record(1, 1));
        let record = find(&record[..record.len() - 2], Tag::new(0x70)).unwrap();
        let cdol1 = find(record.unwrap(), Tag::new(0x8C)).unwrap().unwrap();
        let data = values(cdol1);
        let lc = u8::try_from(data.len()).unwrap();
        let command = [&[0x80, 0xAE, 0x80, 0x00, lc][..], &data, &[0x00]].concat();
        assert_eq!(card.status(&command), 0x9000);
    }
    assert_eq!(card.env.payments.len(), 1);
}

#[test]
fn a_card_of_every_scheme_and_version_is_written_read_and_pays() {
    for scheme in Scheme::ALL.iter().copied() {
        let applications = applications(scheme);
        let versions = scheme.versions().iter();
        #[cfg(feature = "limited-use")]
        let versions = versions.chain(scheme.limited_use_versions());
        for cvn in versions {
            for with_record in [false, true] {
                let octets = written(&Personalisation {
                    cvn: *cvn,
                    with_record,
                    ..personalisation(scheme, &applications)
                });
                pays(&mut card(octets), scheme);
            }
        }
    }
}

#[test]
fn a_record_is_written_where_the_scheme_or_the_issuer_wants_one() {
    for scheme in Scheme::ALL.iter().copied() {
        let applications = applications(scheme);
        for with_record in [false, true] {
            let octets = written(&Personalisation {
                with_record,
                ..personalisation(scheme, &applications)
            });
            let profile = find(&octets, tags::PROFILE).unwrap().unwrap();
            let records = Reader::new(profile)
                .filter(|object| object.is_ok_and(|object| object.tag == tags::RECORD));
            let wanted = with_record || scheme == Scheme::Mastercard;
            assert_eq!(records.count(), usize::from(wanted), "{scheme:?}");
        }
    }
}

#[test]
fn a_number_of_odd_length_stands_in_the_record_with_an_f_behind_it() {
    let applications = applications(Scheme::Mastercard);
    let track2 = hex::decode("6250947000000000003D30122010000F").unwrap();
    let octets = written(&Personalisation {
        track2: &track2,
        ..personalisation(Scheme::Mastercard, &applications)
    });
    let number = hex::decode("5A0A6250947000000000003F").unwrap();
    assert!(octets.windows(number.len()).any(|part| part == number));
    pays(&mut card(octets), Scheme::Mastercard);
}

#[test]
fn the_cvm_list_follows_the_policy() {
    let applications = applications(Scheme::Mastercard);
    for (online_pin, signature, list) in [
        (false, false, "8E0A00000000000000001F03"),
        (true, false, "8E0C000000000000000042031F03"),
        (false, true, "8E0C00000000000000005E031F03"),
        (true, true, "8E0E000000000000000042035E031F03"),
    ] {
        let octets = written(&Personalisation {
            policy: CvmPolicy {
                order: CvmOrder::Flexible,
                online_pin,
                signature,
            },
            ..personalisation(Scheme::Mastercard, &applications)
        });
        let list = hex::decode(list).unwrap();
        assert!(octets.windows(list.len()).any(|part| part == list));
    }
}

#[test]
fn what_cannot_be_written_is_named() {
    let applications = applications(Scheme::UnionPay);
    let good = personalisation(Scheme::UnionPay, &applications);
    let emit = |wrong: &Personalisation<'_>, room: usize| {
        let mut room = vec![0; room];
        wrong.emit(&mut Writer::new(&mut room)).err()
    };
    let track2 = Tag::new(0x57);
    let mut wrong = Personalisation {
        track2: &[],
        ..good
    };
    assert_eq!(emit(&wrong, 1024), Some(ProfileError::Missing(track2)));
    wrong.track2 = &[0; 20];
    assert_eq!(emit(&wrong, 1024), Some(ProfileError::Length(track2)));
    wrong = good;
    wrong.limits.verified_tap = 1_000_000_000_000;
    assert_eq!(emit(&wrong, 1024), Some(ProfileError::Value(tags::LIMITS)));
    wrong = good;
    wrong.reference = &[b'V'; 28];
    let reference = Tag::new(0x9F24);
    assert_eq!(emit(&wrong, 1024), Some(ProfileError::Length(reference)));
    let length = written(&good).len();
    assert_eq!(emit(&good, length), None);
    assert_eq!(emit(&good, length - 1), Some(ProfileError::Room(Overflow)));
    wrong = Personalisation {
        track2: &[0x12],
        with_record: true,
        ..good
    };
    assert_eq!(emit(&wrong, 1024), Some(ProfileError::Value(track2)));
}
