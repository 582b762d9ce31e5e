//! The journals: lines that are cut, altered, missing or surplus, and the cost of a line.

use proptest::prelude::*;
use understudy_pos::batch::{EntryId, Standing};
use understudy_pos::till::{
    OnMismatch, StateError, Till, TillError, TillFile, TillRules, TillState,
};
use understudy_pos::{Config, Cvm, TransactionType};

use crate::disk::{Disk, Files, sealed};
use crate::support::{Line, Script, TOKEN, answers, cny, entry, minute, open, request, sale, tap};

/// Two settled batches and an open one with lines of every kind, among them a completion of a
/// settled pre-authorisation, and an owed reversal.
pub(crate) fn busy() -> Disk {
    let (disk, mut host) = (Disk::default(), Script::default());
    let mut till = open(&disk);
    let held = request(TransactionType::PreAuthorisation, cny(5000), Cvm::None);
    let held = entry(&mut till, &held, &mut host);
    settle(&mut till, &mut host);
    entry(&mut till, &sale(100), &mut host);
    settle(&mut till, &mut host);
    till.count_transaction().unwrap();
    till.complete(held, cny(5500), minute(1), &mut host)
        .unwrap();
    let sold = entry(&mut till, &sale(200), &mut host);
    till.void(sold, minute(2), &mut host).unwrap();
    host.lines.push_back(answers("51"));
    tap(&mut till, &sale(300), &mut host);
    let sold = entry(&mut till, &sale(400), &mut host);
    host.lines.push_back(answers("12"));
    till.reverse(sold, &mut host).unwrap();
    host.lines.push_back(answers("12"));
    till.settle(minute(3), OnMismatch::StayOpen, &mut host)
        .unwrap_err();
    let fails = Line::Fails(understudy_pos::host::HostError::TimedOut);
    host.lines.push_back(fails);
    tap(&mut till, &sale(500), &mut host);
    disk
}

pub(crate) fn settle(till: &mut Till<Disk>, host: &mut Script) {
    let settled = till.settle(minute(1), OnMismatch::StayOpen, host);
    assert!(settled.unwrap().closed);
}

pub(crate) fn opened(files: Files) -> Result<TillState, StateError> {
    match Till::open(&Config::default(), TillRules::default(), Disk::of(files)) {
        Ok(till) => Ok(till.state().clone()),
        Err(TillError::State(error)) => Err(error),
        Err(other) => panic!("{other}"),
    }
}

pub(crate) fn with(disk: &Disk, file: TillFile, content: &[u8]) -> Files {
    let mut files = disk.files();
    files.insert(file, content.to_vec());
    files
}

pub(crate) const LATEST: TillFile = TillFile::Journal(3);

#[test]
fn a_till_that_is_opened_again_is_as_it_was() {
    let disk = busy();
    let state = disk.state();
    assert_eq!(state.entries().count(), 6);
    assert!(state.outstanding().is_some());
    let held: EntryId = "000001/000001".parse().unwrap();
    assert_eq!(state.entry(held).unwrap().standing, Standing::Completed);
    // A journal written whole again after a failure is the same.
    let mut till = open(&disk);
    disk.set_full(true);
    till.count_transaction().unwrap_err();
    disk.set_full(false);
    till.count_transaction().unwrap();
    assert_eq!(&disk.state(), till.state());
    assert_eq!(
        disk.state().entry(held).unwrap().standing,
        Standing::Completed
    );
}

#[test]
fn every_cut_of_the_latest_journal_leaves_the_lines_before_it_and_the_till_goes_on() {
    let disk = busy();
    let journal = disk.journal().into_bytes();
    let header = 1 + journal.iter().position(|octet| *octet == b'\n').unwrap();
    let mut kept = None;
    for length in 0..=journal.len() {
        let files = with(&disk, LATEST, &journal[..length]);
        let read = opened(files.clone());
        if length < header - 1 {
            assert!(read.is_err(), "{length}");
            continue;
        }
        // A line counts once its last digit is written.
        let read = read.unwrap();
        let whole = journal.get(length).is_none_or(|next| *next == b'\n');
        if whole || kept.is_none() {
            kept = Some(read.clone());
        }
        assert_eq!(Some(&read), kept.as_ref(), "{length}");
        if length % 61 == 0 || whole {
            let disk = Disk::of(files);
            let mut till = open(&disk);
            till.count_transaction().unwrap();
            assert_eq!(&disk.state(), till.state(), "{length}");
        }
    }
    assert_eq!(kept, Some(disk.state()), "nothing that was kept is lost");
}

#[test]
fn every_cut_of_the_index_or_of_a_closed_journal_is_refused_or_loses_nothing() {
    let disk = busy();
    for (file, whole) in disk.files().into_iter().filter(|(file, _)| *file != LATEST) {
        for length in 0..whole.len() {
            let read = opened(with(&disk, file, &whole[..length]));
            let only_the_end = length + 1 == whole.len() && file != TillFile::Index;
            assert_eq!(read.is_ok(), only_the_end, "{file:?} {length}");
            assert!(read.is_err() || read.unwrap() == disk.state());
        }
    }
}

#[test]
fn every_altered_octet_of_every_file_is_refused() {
    let disk = busy();
    for (file, whole) in disk.files() {
        for index in 0..whole.len() {
            for altered in [whole[index] ^ 0x01, whole[index] ^ 0x80, b'\n', 0] {
                let mut octets = whole.clone();
                octets[index] = altered;
                let read = opened(with(&disk, file, &octets));
                let same = octets == whole;
                assert_eq!(read.is_ok(), same, "{file:?} {index} {altered:02X}");
            }
        }
    }
}

#[test]
fn a_line_or_a_file_that_is_missing_moved_or_another_s_is_refused() {
    let disk = busy();
    let journal = disk.journal();
    let lines: Vec<_> = journal.split_inclusive('\n').collect();
    for index in 0..lines.len() - 1 {
        let mut missing = lines.clone();
        missing.remove(index);
        let mut swapped = lines.clone();
        swapped.swap(index, index + 1);
        let mut twice = lines.clone();
        twice.insert(index, lines[index]);
        for lines in [missing, swapped, twice] {
            let files = with(&disk, LATEST, lines.concat().as_bytes());
            assert!(opened(files).is_err(), "{index}");
        }
    }
    for journal in 1..=3 {
        let mut files = disk.files();
        files.remove(&TillFile::Journal(journal));
        assert!(matches!(opened(files), Err(StateError::Missing(lost)) if lost == journal));
    }
    let mut files = disk.files();
    files.remove(&TillFile::Index);
    assert!(matches!(opened(files), Err(StateError::NoIndex)));
    let whole = disk.files();
    let another = with(&disk, LATEST, &whole[&TillFile::Journal(2)]);
    assert!(opened(another).is_err());
    let behind = disk.forged("\"after\":\"", "\"after\":\"00").files();
    assert!(opened(behind).is_err());
}

#[test]
fn a_journal_of_another_shape_is_refused_with_a_reason() {
    let disk = busy();
    for (from, to, told) in [
        ("understudy.journal/1", "understudy.journal/2", "format"),
        ("\"journal\":3", "\"journal\":4", "contradicts"),
        ("\"batch\":3", "\"batch\":2", "batch 2"),
        ("\"next_sequence\":1", "\"next_sequence\":0", "contradicts"),
        (
            "{\"next-sequence\":2}",
            "{\"next-sequence\":100000000}",
            "contradicts",
        ),
        ("623012******9014", TOKEN, "masked card number"),
        ("000003/000007", "000003/000006", "000003/000006"),
        ("000003/000007", "000004/000007", "000004/000007"),
        ("\"declined\"", "\"approved\"", "variant"),
        ("\"declined\"", "\"gift\"", "gift"),
        ("\"owed\"", "\"not-closed\"", "contradicts"),
        ("{\"approval\":", "{\"extra\":1,\"approval\":", "extra"),
    ] {
        let error = opened(disk.forged(from, to).files()).unwrap_err();
        assert!(error.to_string().contains(told), "{from}: {error}");
        assert!(!error.to_string().contains(TOKEN), "{error}");
    }
}

#[test]
fn a_header_alone_without_an_index_is_a_till_that_died_when_it_began() {
    let disk = Disk::default();
    disk.set_left(1);
    open(&disk).count_transaction().unwrap_err();
    assert_eq!(disk.files().len(), 1);
    disk.set_left(100);
    assert_eq!(open(&disk).count_transaction().unwrap(), 1);
    assert_eq!(open(&disk).count_transaction().unwrap(), 2);
}

/// The seal, computed as in the document: SHA-256 over 16 zeros and the JSON.
#[test]
fn the_index_is_one_sealed_line() {
    let disk = busy();
    let index = sealed(&["{\"format\":\"understudy.terminal/2\",\"first\":1,\"current\":3}"]);
    assert_eq!(disk.files()[&TillFile::Index], index.as_bytes());
}

/// Lines of a busy journal, and some that record an existing state.
fn any_lines() -> impl Strategy<Value = Vec<String>> {
    let disk = busy();
    let busy = disk.journal();
    let mut till = open(&disk);
    disk.set_full(true);
    till.count_transaction().unwrap_err();
    disk.set_full(false);
    till.count_transaction().unwrap();
    let pool: Vec<_> = [busy, disk.journal()]
        .iter()
        .flat_map(|text| text.lines())
        .map(|line| line.rsplit_once(' ').unwrap().0.to_owned())
        .chain(["\"closed\"".to_owned(), "\"reversed\"".to_owned()])
        .collect();
    let header = pool[0].clone();
    let lines = prop::collection::vec(prop::sample::select(pool), 0..12);
    lines.prop_map(move |mut lines| {
        lines.insert(0, header.clone());
        lines
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn any_lines_in_any_order_are_refused_or_come_to_a_state_that_is_kept(lines in any_lines()) {
        let whole = busy();
        let files = |lines: &[String]| with(&whole, LATEST, sealed(lines).as_bytes());
        let mut fitting: Vec<String> = Vec::new();
        for line in lines {
            fitting.push(line);
            if fitting.len() > 1 && opened(files(&fitting)).is_err() {
                fitting.pop();
            }
        }
        let disk = Disk::of(files(&fitting));
        let read = disk.state();
        let mut till = open(&disk);
        till.count_transaction().unwrap();
        // Whatever was outstanding, its reversal is concluded and its batch can be closed.
        till.settle(minute(9), OnMismatch::Close, &mut Script::default()).unwrap();
        prop_assert_eq!(&disk.state(), till.state());
        prop_assert_eq!(read.entries().count(), till.state().entries().count());
    }

    #[test]
    fn any_octets_are_no_journal(octets in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(opened(with(&busy(), LATEST, &octets)).is_err());
        prop_assert!(opened(with(&busy(), TillFile::Index, &octets)).is_err());
    }
}
