//! Every answer in `tests/transcripts/` that carries data, read by the crate `emv`.

use std::fs;
use std::path::{Path, PathBuf};

use emv::core::apdu::{Command, Response};
use emv::core::dol::Dol;
use emv::core::fci::AdfFci;
use emv::core::generate_ac::GenerateAcResponse;
use emv::core::processing_options::ProcessingOptionsResponse;
use emv::core::read_record::ReadRecordResponse;
use emv::{Tag, Tlv};

const PPSE: &[u8] = b"2PAY.SYS.DDF01";

/// The numbers of answers that were read, by their command.
#[derive(Debug, Default, PartialEq, Eq)]
struct Read {
    directories: usize,
    applications: usize,
    options: usize,
    records: usize,
    cryptograms: usize,
}

fn transcripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../transcripts");
    let entries = fs::read_dir(folder).expect("the transcripts");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect()
}

fn octets(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).expect("hex")
}

fn tag(number: &[u8]) -> Tag {
    let object = [number, &[0x00]].concat();
    let (object, _) = Tlv::parse(&object).expect("a tag and no value");
    object.tag()
}

fn value<'o>(objects: &'o [Tlv], number: &[u8]) -> Option<&'o [u8]> {
    let object = objects.iter().find(|object| object.tag() == tag(number))?;
    object.value().as_primitive()
}

/// The length of the data that a list asks for.
fn length(list: &Dol) -> usize {
    list.0.iter().map(|entry| usize::from(entry.length)).sum()
}

/// The conversation with one application, as far as it tells how the next answer is read.
#[derive(Default)]
struct Reader {
    directory: Vec<Vec<u8>>,
    pdol: Option<Dol>,
    read: Read,
}

impl Reader {
    /// Reads one answer; those that carry no data are not asked for.
    fn answer(&mut self, command: &[u8], data: &[u8]) {
        let command = Command::from_bytes(command).expect("a command");
        match (command.cla.0, command.ins.0) {
            (0x00, 0xA4) if command.data == PPSE => self.directory(data),
            (0x00, 0xA4) => self.application(&command.data, data),
            (0x80, 0xA8) => self.options(&command.data, data),
            (0x00, 0xB2) => {
                ReadRecordResponse::parse(data).expect("a record");
                self.read.records += 1;
            }
            (0x80, 0xAE) => {
                let made = GenerateAcResponse::parse(data).expect("a cryptogram");
                assert!(made.ac.is_some() && made.iad.is_some());
                self.read.cryptograms += 1;
            }
            // GET DATA: one object.
            (0x80, 0xCA) => {
                Tlv::from_bytes(data).expect("an object");
            }
            other => panic!("an answer with data to {other:02X?}"),
        }
    }

    fn directory(&mut self, data: &[u8]) {
        let fci = AdfFci::parse(data).expect("a directory");
        assert_eq!(fci.df_name, PPSE);
        let entries = fci.fci_issuer_discretionary_data.expect("entries");
        self.directory = entries
            .iter()
            .map(|entry| {
                let entry = entry.value().as_constructed().expect("an entry");
                assert!(value(entry, &[0x50]).is_some(), "a label");
                value(entry, &[0x4F]).expect("an AID").to_vec()
            })
            .collect();
        assert!(!self.directory.is_empty());
        self.read.directories += 1;
    }

    fn application(&mut self, name: &[u8], data: &[u8]) {
        let fci = AdfFci::parse(data).expect("an application");
        assert!(fci.df_name.starts_with(name));
        if !self.directory.is_empty() {
            assert!(self.directory.contains(&fci.df_name));
        }
        self.pdol = fci.pdol;
        self.read.applications += 1;
    }

    fn options(&mut self, data: &[u8], answer: &[u8]) {
        let asked = Tlv::from_bytes(data).expect("a command template");
        let sent = asked.value().as_primitive().expect("values").len();
        assert_eq!(sent, self.pdol.as_ref().map_or(0, length));
        let options = ProcessingOptionsResponse::parse(answer).expect("processing options");
        assert_eq!(options.to_tlv().value_len(), answer.len() - 2);
        if let Some(cryptogram) = value(&options.proprietary, &[0x9F, 0x26]) {
            assert_eq!(cryptogram.len(), 8);
            for mandatory in [&[0x57][..], &[0x9F, 0x10], &[0x9F, 0x36]] {
                assert!(value(&options.proprietary, mandatory).is_some());
            }
            self.read.cryptograms += 1;
        } else {
            assert!(options.afl.is_some(), "records to read");
        }
        self.read.options += 1;
    }
}

fn play(path: &Path) -> Read {
    let text = fs::read_to_string(path).expect("readable");
    let mut reader = Reader::default();
    let mut command = Vec::new();
    for line in text.lines() {
        match line.split_at_checked(2) {
            Some((">>", sent)) => command = octets(sent),
            Some(("<<", answer)) => {
                let answer = Response::parse(&octets(answer)).expect("an answer");
                if answer.is_normal() && !answer.data().is_empty() {
                    reader.answer(&command, answer.data());
                } else {
                    assert!(answer.data().is_empty());
                }
            }
            _ => {}
        }
    }
    reader.read
}

#[test]
fn another_kernel_reads_every_answer_of_every_transcript() {
    let mut all = Read::default();
    for path in transcripts() {
        let read = play(&path);
        all.directories += read.directories;
        all.applications += read.applications;
        all.options += read.options;
        all.records += read.records;
        all.cryptograms += read.cryptograms;
    }
    println!("{all:?}");
    assert!(all.directories >= 12 && all.applications >= 17 && all.options >= 17);
    assert!(all.records >= 4 && all.cryptograms >= 24);
}
