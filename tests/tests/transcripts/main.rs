//! The conversations in `tests/transcripts/`, line by line.

#[cfg(test)]
mod play {
    use std::fs;
    use std::path::{Path, PathBuf};

    use understudy_core::card::{DrainGuard, Scheme, StateKind, tags};
    use understudy_core::crypto::Algorithm;
    use understudy_tests::{ProfileSpec, TestCard};

    fn transcripts() -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts");
        let entries = fs::read_dir(folder).expect("the transcripts");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths
            .filter(|path| path.extension().is_some_and(|end| end == "txt"))
            .collect()
    }

    fn octets(text: &str) -> Vec<u8> {
        hex::decode(text.replace(' ', "")).expect("hex")
    }

    /// Plays a transcript to its end; returns the number of answers compared.
    fn play(path: &Path) -> usize {
        let text = fs::read_to_string(path).expect("readable");
        let mut card = TestCard::default();
        let mut answer = None;
        let mut compared = 0;
        for (number, line) in text.lines().enumerate() {
            let place = format!("{}:{}", path.display(), number + 1);
            match line.split_at_checked(2) {
                Some((">>", command)) => {
                    assert!(
                        answer.is_none(),
                        "{place}: the command before has no answer"
                    );
                    answer = Some(card.answer(&octets(command)));
                }
                Some(("<<", expected)) => {
                    let answer = answer.take().expect("a command before its answer");
                    let expected = hex::encode_upper(octets(expected));
                    assert_eq!(hex::encode_upper(answer), expected, "{place}");
                    compared += 1;
                }
                _ => surroundings(line, &mut card, &place),
            }
        }
        assert!(
            answer.is_none(),
            "{}: the last command has no answer",
            path.display()
        );
        compared
    }

    /// The card with a record of its number and its expiry.
    fn with_record(mut spec: ProfileSpec) -> ProfileSpec {
        let record = [
            &[0x5A, 0x08][..],
            &spec.track2[..8],
            &octets("5F2403301231"),
        ]
        .concat();
        spec.records.push(([0x01, 0x01], record));
        spec
    }

    /// The card that these words describe: its scheme, version, algorithms, and a record.
    fn described(words: &str, place: &str) -> TestCard {
        let words: Vec<_> = words.split(' ').filter(|word| !word.is_empty()).collect();
        let mut spec = match words.first() {
            Some(&"visa") => ProfileSpec::visa(),
            Some(&"mastercard") => ProfileSpec::mastercard(),
            _ => ProfileSpec::default(),
        };
        for word in words {
            match word {
                "visa" | "mastercard" => {}
                "cvn17" => {
                    spec.cvn = 0x17;
                    spec.flags = tags::flags::DOMESTIC_ONLY;
                }
                "cvn21" => spec.cvn = 0x15,
                "cvn22" => spec.cvn = 0x22,
                "record" => spec = with_record(spec),
                names => spec = with_algorithms(spec, names, place),
            }
        }
        TestCard::new(&spec)
    }

    /// The card with keys of these algorithms, names with a `+` between them; triple DES alone is not
    /// named in a profile. A `UnionPay` card with SM4 asks its reader for `DF69`.
    fn with_algorithms(mut spec: ProfileSpec, names: &str, place: &str) -> ProfileSpec {
        let octet = |wanted| {
            let mut all = Algorithm::ALL.iter();
            let found = all.find(|algorithm| algorithm.name() == wanted);
            let found = found.unwrap_or_else(|| panic!("{place}: {wanted}"));
            found.octet()
        };
        let octets: Vec<_> = names.split('+').map(octet).collect();
        if spec.scheme == Scheme::UnionPay.octet() && octets.contains(&Algorithm::Sm4.octet()) {
            spec.pdol.extend([0xDF, 0x69, 0x01]);
        }
        if octets != [Algorithm::Tdes.octet()] {
            spec.more.push((tags::ALGORITHMS, octets));
        }
        spec
    }

    fn surroundings(line: &str, card: &mut TestCard, place: &str) {
        match line {
            "user verified" => card.env.verified = Some(0),
            "user acted" => card.env.usage.guard = DrainGuard::default(),
            "field lost" => {
                card.tap.field_lost(&mut card.env);
                assert_eq!(card.tap.state(), StateKind::Idle);
            }
            _ => {
                if let Some(words) = line.strip_prefix("card ") {
                    *card = described(words, place);
                } else if let Some(key) = line.strip_prefix("key ") {
                    let key = octets(key);
                    card.env.key[..key.len()].copy_from_slice(&key);
                } else {
                    assert!(line.is_empty() || line.starts_with('#'), "{place}: {line}");
                }
            }
        }
    }

    #[test]
    fn every_transcript_is_answered_line_by_line() {
        let transcripts = transcripts();
        assert!(transcripts.len() >= 21);
        for path in transcripts {
            assert!(play(&path) > 0, "{} compares nothing", path.display());
        }
    }
}
