//! Kernel 2: READ RECORD, the choice of a verification method, CDOL1 and GENERATE AC; and kernel 3
//! where it reads records.

mod agreement;

use std::collections::VecDeque;

use super::support::*;
use understudy_core::wire::status::StatusWord;
use understudy_pos::{
    Config, Cvm, CvmReason, Defect, LinkError, Outcome, Reason, Step, TapReport, Terminal,
    Transceive,
};

const AID: &str = "A0000000041010";
const VISA: &str = "A0000000031010";
const TERMINAL: &str = "[[applications]]\naid = \"A0000000041010\"\n\
                        [[applications]]\naid = \"A0000000031010\"";
const CDOL1: &str =
    "9F02069F03069F1A0295055F2A029A039C019F37049F35019F45029F4C089F34039F21039F7C14";

/// A card that plays its answers in order, and the commands that it got.
struct Played {
    answers: VecDeque<String>,
    commands: Vec<String>,
}

impl Transceive for Played {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.commands.push(hex::encode_upper(command));
        let answer = self.answers.pop_front().ok_or(LinkError::NoAnswer)?;
        Ok(octets(&answer))
    }

    fn reset(&mut self) {}
}

/// The answers of a card: AIP, CVM list, and what GENERATE AC is answered with.
struct Card {
    aip: &'static str,
    afl: &'static str,
    record: String,
    ac: String,
}

fn record(cvm_list: &str) -> String {
    tlv("57", "5413330089010483D30122010000000F")
        + &tlv("5A", "5413330089010483")
        + &tlv("5F24", "301231")
        + &tlv("5F34", "01")
        + &tlv("8C", CDOL1)
        + &tlv("8E", cvm_list)
}

const LIST: &str = "000000000000000042035E031F03";

const ARQC: &str = "0114A0000000000000000000000000000000";

/// An answer with this `9F27` and `9F10`.
fn ac(information: &str, results: &str) -> String {
    let answer = [
        ("9F27", information),
        ("9F36", "0001"),
        ("9F26", "1122334455667788"),
        ("9F10", results),
    ];
    template_77(&answer) + "9000"
}

impl Default for Card {
    fn default() -> Self {
        Self {
            aip: "1A80",
            afl: "08010100",
            record: record(LIST),
            ac: ac("80", ARQC),
        }
    }
}

impl Card {
    fn played(&self) -> Played {
        let fci = tlv(
            "6F",
            &(tlv("84", AID) + &tlv("A5", &tlv("50", "4D617374657263617264"))),
        );
        let way = template_77(&[("82", self.aip), ("94", self.afl)]);
        Played {
            answers: [
                ppse(&entry(AID, "01")) + "9000",
                fci + "9000",
                way + "9000",
                tlv("70", &self.record) + "9000",
                self.ac.clone(),
            ]
            .into(),
            commands: Vec::new(),
        }
    }

    fn tapped(&self, toml: &str, minor: u64) -> (TapReport, Vec<String>) {
        let mut played = self.played();
        let config = Config::from_toml(&format!("{toml}\n{TERMINAL}")).unwrap();
        let report = Terminal::new(config).tap(&purchase(minor), &mut played, &mut { NUMBER });
        (report, played.commands)
    }

    fn outcome(&self) -> Outcome {
        self.tapped("", 1234).0.outcome
    }
}

#[test]
fn a_tap_reads_the_record_and_sends_exactly_these_commands() {
    let (report, commands) = Card::default().tapped("", 1234);
    assert_eq!(
        commands[1..],
        [
            "00A4040007A000000004101000".to_owned(),
            "80A8000002830000".to_owned(),
            "00B2010C00".to_owned(),
            [
                "80AE800042",
                "000000001234 000000000000 0156 0000000000 0156 261122 00 CAFEBABE",
                "21 0000 0000000000000000 3F0002 163000",
                &"00".repeat(20),
                "00",
            ]
            .concat()
            .replace(' ', ""),
        ]
    );
    let request = online(&report.outcome);
    assert_eq!(request.track2.number().expose(), "5413330089010483");
    assert_eq!(request.psn, Some(0x01));
    let de55 = hex::encode_upper(&request.de55);
    for part in [
        "82021A80",
        "9F34033F0002",
        "9F270180",
        "9F1012",
        "8407A0000000041010",
    ] {
        assert!(de55.contains(part), "{part} in {de55}");
    }
    assert!(
        report
            .steps()
            .any(|step| *step == Step::RecordsRead { count: 1 })
    );
}

/// AIP, list, reader, amount; the method, and the CVM results that the card is told.
#[test]
fn the_method_follows_aip_list_reader_and_amount() {
    type Row<'a> = (
        &'static str,
        &'a str,
        &'a str,
        u64,
        Result<(Cvm, CvmReason, &'a str), Reason>,
    );
    const NO_DEVICE: &str = "[reader]\ndevice_cvm = false";
    const NEITHER: &str =
        "[reader]\ndevice_cvm = false\nonline_pin = false\npin_after_read = false";
    const NOTHING: &str = "[reader]\ndevice_cvm = false\nonline_pin = false\npin_after_read = false\n\
                           signature = false";
    const FAILS: &str = "000000000000000002001F00";
    const WITHOUT_NONE: &str = "000000000000000042035E03";
    #[rustfmt::skip]
    let rows: &[Row<'_>] = &[
        ("1A80", LIST, "", 1234, Ok((Cvm::None, CvmReason::NotRequired, "3F0002"))),
        ("1A80", LIST, "", 200_000, Ok((Cvm::Device, CvmReason::DeviceOffered, "010002"))),
        ("1A80", LIST, NO_DEVICE, 200_000, Ok((Cvm::OnlinePin, CvmReason::CardLists, "420300"))),
        ("1880", LIST, "", 200_000, Ok((Cvm::OnlinePin, CvmReason::CardLists, "420300"))),
        ("1880", LIST, NEITHER, 200_000, Ok((Cvm::Signature, CvmReason::CardLists, "5E0300"))),
        ("1880", LIST, NOTHING, 200_000, Err(Reason::NoCommonCvm)),
        ("1880", LIST, "", 1234, Ok((Cvm::None, CvmReason::CardLists, "1F0302"))),
        ("1880", FAILS, "", 1234, Ok((Cvm::None, CvmReason::NotRequired, "3F0002"))),
        ("1880", FAILS, NOTHING, 200_000, Err(Reason::NoCommonCvm)),
        ("1880", WITHOUT_NONE, "", 1234, Ok((Cvm::None, CvmReason::NotRequired, "3F0002"))),
        ("1880", WITHOUT_NONE, NOTHING, 200_000, Err(Reason::NoCommonCvm)),
        ("0880", LIST, "", 1234, Ok((Cvm::None, CvmReason::NotRequired, "3F0002"))),
        ("0880", LIST, "", 200_000, Err(Reason::NoCommonCvm)),
        ("1880", "00000000", "", 1234, Ok((Cvm::None, CvmReason::NotRequired, "3F0002"))),
        ("1880", "00000000", "", 200_000, Err(Reason::NoCommonCvm)),
    ];
    for (aip, list, toml, minor, expected) in rows {
        let card = Card {
            aip,
            record: record(list),
            ..Card::default()
        };
        let (report, commands) = card.tapped(toml, *minor);
        let place = format!("{aip} {list} {toml} {minor}: {}", report.outcome);
        match expected {
            Ok((cvm, reason, results)) => {
                assert_eq!(online(&report.outcome).cvm, *cvm, "{place}");
                let noted = Step::Verification {
                    ctq: None,
                    cvm: *cvm,
                    because: *reason,
                };
                assert!(report.steps().any(|step| *step == noted), "{place}");
                assert_eq!(&commands[4][10 + 80..10 + 86], *results, "{place}");
            }
            Err(reason) => {
                assert_eq!(report.outcome, Outcome::Declined(reason.clone()), "{place}");
                assert_eq!(commands.len(), 4, "no key is asked for: {place}");
            }
        }
    }
}

#[test]
fn a_refused_generate_ac_ends_the_application_or_sends_to_the_phone() {
    let with = |ac: &str| Card {
        ac: ac.to_owned(),
        ..Card::default()
    };
    let refused = Reason::GenerateAcRefused(StatusWord::CONDITIONS_NOT_SATISFIED);
    assert_eq!(with("6985").outcome(), Outcome::EndApplication(refused));
    assert_eq!(with("6986").outcome(), Outcome::TryAgain(Reason::SeePhone));
    let missing = Reason::GenerateAc(Defect::Missing(tag("77")));
    assert_eq!(with("9000").outcome(), Outcome::EndApplication(missing));
    let lacking = template_77(&[("9F27", "80"), ("9F36", "0001"), ("9F10", "01")]) + "9000";
    let missing = Reason::GenerateAc(Defect::Missing(tag("9F26")));
    assert_eq!(with(&lacking).outcome(), Outcome::EndApplication(missing));
}

#[test]
fn a_card_without_emv_mode_or_with_a_bad_way_ends_the_application() {
    for (aip, afl, reason) in [
        ("1A00", "08010100", Reason::NoEmvMode),
        ("1A80", "080101", Reason::FileLocator),
        ("1A80", "", Reason::FileLocator),
        ("1A80", "08020100", Reason::FileLocator),
    ] {
        let card = Card {
            aip,
            afl,
            ..Card::default()
        };
        assert_eq!(
            card.outcome(),
            Outcome::EndApplication(reason),
            "{aip} {afl}"
        );
    }
}

#[test]
fn a_record_that_lacks_or_repeats_an_object_ends_the_application() {
    let whole = record(LIST);
    for (tag_text, object) in [
        ("57", tlv("57", "5413330089010483D30122010000000F")),
        ("5A", tlv("5A", "5413330089010483")),
        ("5F24", tlv("5F24", "301231")),
        ("8C", tlv("8C", CDOL1)),
    ] {
        let card = Card {
            record: whole.replacen(&object, "", 1),
            ..Card::default()
        };
        let missing = Reason::Records(Defect::Missing(tag(tag_text)));
        assert_eq!(card.outcome(), Outcome::EndApplication(missing));
        let card = Card {
            record: whole.clone() + &object,
            ..Card::default()
        };
        let twice = Reason::Records(Defect::Duplicate(tag(tag_text)));
        assert_eq!(card.outcome(), Outcome::EndApplication(twice));
    }
    for (from, to, reason) in [
        (
            "5F340101",
            "5F34010A",
            Reason::Records(Defect::Value(tag("5F34"))),
        ),
        (
            "5413330089010483D3012",
            "541333008901048300012",
            Reason::Records(Defect::Value(tag("57"))),
        ),
        ("8C279F0206", "8C279F02FF", Reason::Cdol1),
    ] {
        let card = Card {
            record: whole.replacen(from, to, 1),
            ..Card::default()
        };
        assert_eq!(card.outcome(), Outcome::EndApplication(reason), "{from}");
    }
}

#[test]
fn a_format_1_way_is_read_too() {
    let mut played = Card::default().played();
    played.answers[2] = "80061A80080101009000".to_owned();
    let config = Config::from_toml(TERMINAL).unwrap();
    let report = Terminal::new(config).tap(&purchase(1234), &mut played, &mut { NUMBER });
    online(&report.outcome);
}

/// A Visa card that names a record with this cryptogram information.
fn visa(information: &str, records: &[&str]) -> (TapReport, usize) {
    let mut objects = GPO.to_vec();
    objects.retain(|(tag, _)| *tag != "9F10");
    objects.extend([
        ("9F10", "06011203A00000"),
        ("9F27", information),
        ("94", "08010200"),
    ]);
    let mut answers: VecDeque<_> = [
        ppse(&entry(VISA, "01")) + "9000",
        fci(VISA, PDOL) + "9000",
        template_77(&objects) + "9000",
    ]
    .into();
    answers.extend(records.iter().map(|record| (*record).to_owned()));
    let mut played = Played {
        answers,
        commands: Vec::new(),
    };
    let toml = format!("[reader]\npin_after_read = false\n{TERMINAL}");
    let config = Config::from_toml(&toml).unwrap();
    let report = Terminal::new(config).tap(&purchase(1234), &mut played, &mut { NUMBER });
    (report, played.commands.len())
}

#[test]
fn kernel_3_reads_the_records_that_come_with_an_arqc() {
    let (first, second) = ("70065F24033012319000", "70059F0702FF809000");
    let (report, commands) = visa("80", &[first, second]);
    online(&report.outcome);
    assert_eq!(commands, 5);
    assert!(
        report
            .steps()
            .any(|step| *step == Step::RecordsRead { count: 2 })
    );

    let (report, _) = visa("80", &[first, "6A83"]);
    let refused = Reason::RecordRefused(StatusWord::RECORD_NOT_FOUND);
    assert_eq!(report.outcome, Outcome::EndApplication(refused));
    let (report, _) = visa("80", &[first, first]);
    let twice = Reason::Records(Defect::Duplicate(tag("5F24")));
    assert_eq!(report.outcome, Outcome::EndApplication(twice));
}
