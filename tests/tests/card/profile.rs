//! The profile: the errors that are refused when it is provisioned, so that no tap meets them.

use understudy_core::card::{Profile, ProfileError, tags};
use understudy_core::wire::tlv::{Object, Reader, Tag, Writer};
use understudy_tests::{GpoData, PPSE, ProfileSpec, TestCard, UNIONPAY_DEBIT, select};

fn parse(octets: &[u8]) -> Result<(), ProfileError> {
    Profile::parse(octets).map(|_| ())
}

fn lacks(tag: u32) -> Result<(), ProfileError> {
    Err(ProfileError::ListLacks {
        list: Tag::new(0x9F38),
        lacking: Tag::new(tag),
    })
}

/// The sample profile's objects.
fn objects(octets: &[u8]) -> Vec<(Tag, Vec<u8>)> {
    let outer = Reader::new(octets)
        .next()
        .expect("an object")
        .expect("a profile");
    let inner = Reader::new(outer.value).map(|object| object.expect("well-formed"));
    inner
        .map(|Object { tag, value }| (tag, value.to_vec()))
        .collect()
}

fn write(objects: &[(Tag, Vec<u8>)]) -> Vec<u8> {
    let mut buffer = [0; 1024];
    let mut writer = Writer::new(&mut buffer);
    let written = writer.template(tags::PROFILE, |profile| {
        objects
            .iter()
            .try_for_each(|(tag, value)| profile.object(*tag, value))
    });
    written.expect("fits");
    writer.written().to_vec()
}

fn with_value(tag: Tag, value: &[u8]) -> Vec<u8> {
    let mut objects = objects(&ProfileSpec::default().octets());
    let place = objects
        .iter_mut()
        .find(|(other, _)| *other == tag)
        .expect("there");
    value.clone_into(&mut place.1);
    write(&objects)
}

#[test]
fn every_object_is_needed_or_may_be_absent_and_stands_once() {
    let optional = [Tag::new(0x5F34)];
    let whole = objects(&ProfileSpec::default().octets());
    for (number, (tag, _)) in whole.iter().enumerate() {
        let mut less = whole.clone();
        less.remove(number);
        let expected = if optional.contains(tag) {
            Ok(())
        } else {
            Err(ProfileError::Missing(*tag))
        };
        assert_eq!(parse(&write(&less)), expected, "without {tag}");

        let mut twice = whole.clone();
        twice.push(whole[number].clone());
        let expected = match *tag {
            tags::APPLICATION => Ok(()),
            tag => Err(ProfileError::Duplicate(tag)),
        };
        assert_eq!(parse(&write(&twice)), expected, "{tag} twice");
    }
}

#[test]
fn every_truncation_is_refused() {
    let octets = ProfileSpec::default().octets();
    for length in 0..octets.len() {
        assert!(parse(&octets[..length]).is_err(), "{length} octets");
    }
    assert_eq!(parse(&octets), Ok(()));
    assert_eq!(
        parse(&[&octets[..], &octets].concat()),
        Err(ProfileError::NotAProfile)
    );
}

#[test]
fn objects_of_a_wrong_length_or_value_are_named() {
    let long = vec![0x01; 40];
    for (tag, _) in objects(&ProfileSpec::default().octets()) {
        if tag != tags::APPLICATION && tag != Tag::new(0x9F38) {
            assert_eq!(
                parse(&with_value(tag, &long)),
                Err(ProfileError::Length(tag)),
                "{tag}"
            );
        }
    }
    #[rustfmt::skip]
    let values: &[(u32, &str)] = &[
        (0xC0, "02"),
        (0x9F38, "9F"),
        (0x57, "625094700000001430122010"),
        (0x57, "6250947000000014D3011201"),
        (0x5F34, "0A"),
        (0x5F24, "301232"),
        (0x5F24, "301301"),
        (0x5F24, "270229"),
        (0x9F51, "0A56"),
        (0xC1, "020101"),
        (0xC1, "031201"),
        (0xC1, "041401"),
        (0xC1, "011101"),
        (0xC3, "01"),
        (0xC4, "0080"),
        (0xC4, "0480"),
        (0xC4, "0201"),
        (0xC5, "00000010000A 05 000000300000 000005000000 003C"),
        (0xC5, "000000100000 05 0000003000F0 000005000000 003C"),
        (0xC5, "000000100000 05 000000300000 A00005000000 003C"),
        (0xC5, "000000100001 05 000000300000 000000100000 003C"),
    ];
    for (tag, value) in values {
        let value = hex::decode(value.replace(' ', "")).expect("hex");
        let tag = Tag::new(*tag);
        assert_eq!(
            parse(&with_value(tag, &value)),
            Err(ProfileError::Value(tag)),
            "{tag}"
        );
    }
    let unknown = Tag::new(0x9F4D);
    let mut objects = objects(&ProfileSpec::default().octets());
    objects.push((unknown, vec![1]));
    assert_eq!(parse(&write(&objects)), Err(ProfileError::Unknown(unknown)));
}

#[test]
fn a_pdol_that_lacks_what_is_under_the_mac_is_refused() {
    let entries = [
        "9F6604", "9F0206", "9F0306", "9F1A02", "9505", "5F2A02", "9A03", "9C01", "9F3704",
    ];
    for missing in 0..entries.len() {
        for replacement in ["", "9F4E14"] {
            let mut entries = entries;
            let tag = entries[missing];
            entries[missing] = replacement;
            let pdol = hex::decode(entries.concat()).expect("hex");
            let error = parse(&with_value(Tag::new(0x9F38), &pdol));
            let Err(ProfileError::ListLacks { list, lacking }) = error else {
                panic!("{error:?} without {tag}");
            };
            assert_eq!(list, Tag::new(0x9F38));
            assert!(tag.starts_with(&lacking.to_string()));
        }
    }
    let twice = hex::decode([&entries.concat()[..], "9F6604"].concat()).expect("hex");
    assert_eq!(parse(&with_value(Tag::new(0x9F38), &twice)), lacks(0x9F66));
}

#[test]
fn cvn_17_needs_less_of_the_pdol() {
    let pdol = hex::decode("9F66049F02065F2A029F3704").expect("hex");
    assert_eq!(parse(&with_value(Tag::new(0x9F38), &pdol)), {
        lacks(0x9F03)
    });
    let spec = ProfileSpec {
        cvn: 0x17,
        pdol,
        flags: tags::flags::DOMESTIC_ONLY,
        ..ProfileSpec::default()
    };
    let mut card = TestCard::new(&spec);
    assert_eq!(card.status(&select(UNIONPAY_DEBIT)), 0x9000);
    let values = "3600C080 000000001234 0156 A1B2C3D4".replace(' ', "");
    let command = understudy_tests::gpo(&hex::decode(values).expect("hex"));
    assert!(hex::encode_upper(card.answer(&command)).contains("9F100807011703A00000019F26"));
}

#[test]
fn a_profile_whose_answer_would_not_fit_is_refused() {
    let mut spec = ProfileSpec {
        idd: vec![0xAA; 23],
        ..ProfileSpec::default()
    };
    for (tag, length) in [(0x9F24, 29), (0x9F19, 6), (0x9F63, 16), (0x9F6E, 32)] {
        spec.more.push((Tag::new(tag), vec![0x31; length]));
    }
    let mut card = TestCard::new(&spec);
    let answer = card.pay(&GpoData::default());
    assert!(answer.ends_with(&[0x90, 0x00]) && answer.len() > 180);

    let template = |length: u8| [&[0x9F, 0x4D, 0x81, length][..], &vec![0; length.into()]].concat();
    spec.more.push((Tag::new(0xBF0C), template(200)));
    let too_long = ProfileError::AnswerTooLong(Tag::new(0xA5));
    assert_eq!(parse(&spec.octets()), Err(too_long));
}

#[test]
fn five_applications_are_refused_and_four_are_listed() {
    let aid = |n: u8| ([&UNIONPAY_DEBIT[..7], &[n]].concat(), "Card", n);
    let spec = ProfileSpec {
        applications: (1..=4).map(aid).collect(),
        ..ProfileSpec::default()
    };
    let answer = TestCard::new(&spec).answer(&select(PPSE));
    assert_eq!(
        answer
            .windows(2)
            .filter(|octets| *octets == [0x4F, 0x08])
            .count(),
        4
    );
    let spec = ProfileSpec {
        applications: (1..=5).map(aid).collect(),
        ..ProfileSpec::default()
    };
    assert_eq!(
        parse(&spec.octets()),
        Err(ProfileError::TooManyApplications)
    );
}

#[test]
fn a_profile_s_debug_form_shows_nothing_of_the_token() {
    let profile = Profile::parse(ProfileSpec::default().octets()).expect("valid");
    let text = format!("{profile:?}");
    assert!(!text.contains("6250") && !text.contains("98, 80"), "{text}");
}

#[test]
fn a_card_whose_cryptogram_leaves_the_currency_out_must_be_domestic() {
    let spec = ProfileSpec {
        cvn: 0x17,
        flags: 0,
        ..ProfileSpec::default()
    };
    assert_eq!(parse(&spec.octets()), Err(ProfileError::Value(tags::FLAGS)));
    let spec = ProfileSpec {
        flags: tags::flags::DOMESTIC_ONLY,
        ..spec
    };
    assert_eq!(parse(&spec.octets()), Ok(()));
}

#[test]
fn a_label_that_no_screen_should_show_is_refused() {
    let applications = vec![(UNIONPAY_DEBIT.to_vec(), "Quick\nPass", 1)];
    let spec = ProfileSpec {
        applications,
        ..ProfileSpec::default()
    };
    assert_eq!(
        parse(&spec.octets()),
        Err(ProfileError::Value(Tag::new(0x50)))
    );
}
