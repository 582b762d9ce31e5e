//! The conversations in `tests/transcripts/`, line by line.

#[cfg(test)]
mod play {
    use std::fs;
    use std::path::{Path, PathBuf};

    use understudy_core::card::{DrainGuard, StateKind, tags};
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

    fn surroundings(line: &str, card: &mut TestCard, place: &str) {
        match line {
            "card cvn17" => {
                *card = TestCard::new(&ProfileSpec {
                    cvn: 0x17,
                    flags: tags::flags::DOMESTIC_ONLY,
                    ..ProfileSpec::default()
                });
            }
            "card record" => *card = TestCard::new(&with_record(ProfileSpec::default())),
            "card visa" => *card = TestCard::new(&ProfileSpec::visa()),
            "card visa record" => *card = TestCard::new(&with_record(ProfileSpec::visa())),
            "card visa cvn22" => {
                *card = TestCard::new(&ProfileSpec {
                    cvn: 0x22,
                    ..ProfileSpec::visa()
                });
            }
            "card mastercard" => *card = TestCard::new(&ProfileSpec::mastercard()),
            "card mastercard cvn21" => {
                *card = TestCard::new(&ProfileSpec {
                    cvn: 0x15,
                    ..ProfileSpec::mastercard()
                });
            }
            "user verified" => card.env.verified = Some(0),
            "user acted" => card.env.usage.guard = DrainGuard::default(),
            "field lost" => {
                card.tap.field_lost(&mut card.env);
                assert_eq!(card.tap.state(), StateKind::Idle);
            }
            _ => assert!(line.is_empty() || line.starts_with('#'), "{place}: {line}"),
        }
    }

    #[test]
    fn every_transcript_is_answered_line_by_line() {
        let transcripts = transcripts();
        assert!(transcripts.len() >= 15);
        for path in transcripts {
            assert!(play(&path) > 0, "{} compares nothing", path.display());
        }
    }
}
