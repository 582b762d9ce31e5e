//! The journals: what is cut, altered, missing or too much, and what a line costs.

use proptest::prelude::*;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::Writer;
use understudy_pos::batch::{EntryId, Standing};
use understudy_pos::till::{
    OnMismatch, StateError, Till, TillError, TillFile, TillRules, TillState,
};
use understudy_pos::{Config, Cvm, TransactionType};

use crate::disk::{Disk, Files, sealed};
use crate::support::{
    DE55, Line, Pad, Script, TOKEN, answers, cny, entry, minute, octets, open, request, sale,
    standing, tap, tried,
};

/// Two settled batches and an open one with all kinds of lines, among them a completion of a
/// settled pre-authorisation, and a reversal that is owed.
fn busy() -> Disk {
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

fn settle(till: &mut Till<Disk>, host: &mut Script) {
    let settled = till.settle(minute(1), OnMismatch::StayOpen, host);
    assert!(settled.unwrap().closed);
}

fn opened(files: Files) -> Result<TillState, StateError> {
    match Till::open(&Config::default(), TillRules::default(), Disk::of(files)) {
        Ok(till) => Ok(till.state().clone()),
        Err(TillError::State(error)) => Err(error),
        Err(other) => panic!("{other}"),
    }
}

fn with(disk: &Disk, file: TillFile, content: &[u8]) -> Files {
    let mut files = disk.files();
    files.insert(file, content.to_vec());
    files
}

const LATEST: TillFile = TillFile::Journal(3);

#[test]
fn a_till_that_is_opened_again_is_as_it_was() {
    let disk = busy();
    let state = disk.state();
    assert_eq!(state.entries().count(), 6);
    assert!(state.outstanding().is_some());
    let held: EntryId = "000001/000001".parse().unwrap();
    assert_eq!(state.entry(held).unwrap().standing, Standing::Completed);
    // Written whole again after a failure, it is the same.
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
        // A line is whole with its last digit, and does not count before.
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

/// What is written for a sale does not depend on what is there.
#[test]
fn a_sale_costs_the_same_with_ten_and_with_ten_thousand_entries() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let mut till = open(&disk);
    let mut costs = Vec::new();
    for count in 1..=10_001_u32 {
        let before = (disk.writes(), disk.octets());
        entry(&mut till, &sale(1234), &mut host);
        if [11, 1_001, 10_001].contains(&count) {
            costs.push((disk.writes() - before.0, disk.octets() - before.1));
        }
        host.sent.clear();
    }
    assert_eq!(costs, [costs[0]; 3]);
    assert_eq!(costs[0].0, 2, "in flight, approved");
    assert!(costs[0].1 < 1000, "{costs:?}");
    assert_eq!(&disk.state(), till.state());
}

#[test]
fn a_full_batch_sends_nothing_but_voids_until_it_is_settled() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let rules = TillRules {
        batch_entries: 3,
        ..TillRules::default()
    };
    let mut till = Till::open(&Config::default(), rules, disk).unwrap();
    let sold = [0; 3].map(|_| entry(&mut till, &sale(1000), &mut host));
    host.take();
    let mut pad = Pad::entering();
    let with_pin = request(TransactionType::Purchase, cny(1), Cvm::OnlinePin);
    let refused = [
        tried(&mut till, &sale(1), &mut host).map(drop),
        till.complete_online(&with_pin, &mut host, &mut pad)
            .map(drop),
        till.refund(sold[0], cny(1), minute(1), &mut host).map(drop),
        till.admits(TransactionType::Refund),
    ];
    for refused in refused {
        let error = refused.unwrap_err();
        assert!(matches!(
            error,
            TillError::BatchFull {
                batch: 1,
                entries: 3
            }
        ));
        assert!(error.to_string().contains("settle first"), "{error}");
    }
    assert_eq!((host.names().len(), pad.asked.len()), (0, 0));

    till.admits(TransactionType::Balance).unwrap();
    let inquiry = request(TransactionType::Balance, cny(0), Cvm::None);
    tap(&mut till, &inquiry, &mut host);
    till.void(sold[0], minute(2), &mut host).unwrap();
    till.reverse(sold[1], &mut host).unwrap();
    assert_eq!(standing(&till, sold[0]), Standing::Voided);
    assert_eq!(standing(&till, sold[1]), Standing::Reversed);
    settle(&mut till, &mut host);
    assert_eq!(entry(&mut till, &sale(1), &mut host).batch, 2);
}

#[test]
fn a_journal_does_not_grow_with_what_comes_to_nothing() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let mut till = open(&disk);
    entry(&mut till, &sale(1), &mut host);
    let mut longest = 0;
    for _ in 0..3000 {
        till.count_transaction().unwrap();
        host.lines.push_back(answers("51"));
        tap(&mut till, &sale(1), &mut host);
        host.sent.clear();
        longest = longest.max(disk.journal().lines().count());
    }
    assert!((4097..4110).contains(&longest), "{longest}");
    assert!(disk.journal().lines().count() < longest, "written anew");
    assert_eq!(&disk.state(), till.state());
    assert_eq!(till.count_transaction().unwrap(), 3001);
}

#[test]
fn the_largest_record_fits_into_a_line() {
    let mut largest = sale(999_999_999_999);
    largest.label = "\"\\".repeat(125);
    let (mut buffer, iad) = ([0; 255], [0xA5; 32]);
    let mut de55 = Writer::new(&mut buffer);
    de55.object(tags::ISSUER_APPLICATION_DATA, &iad).unwrap();
    let others = octets(&DE55.replace("9F100807010103A0000001", ""));
    largest.de55 = [others, de55.written().to_vec()].concat();
    let (disk, mut host) = (Disk::default(), Script::default());
    entry(&mut open(&disk), &largest, &mut host);
    let longest = disk.journal().lines().map(str::len).max().unwrap();
    assert!((900..2048).contains(&longest), "{longest}");
    assert_eq!(disk.state().entries().count(), 1);
}

#[test]
fn the_journals_of_old_batches_are_removed_and_what_a_crash_left_of_them_too() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let rules = TillRules {
        kept_batches: 2,
        ..TillRules::default()
    };
    let open = |disk: &Disk| Till::open(&Config::default(), rules, disk.clone()).unwrap();
    let mut kept = Vec::new();
    for _ in 0..5 {
        let mut till = open(&disk);
        entry(&mut till, &sale(1000), &mut host);
        kept.push(disk.files());
        settle(&mut till, &mut host);
        assert_eq!(open(&disk).state(), till.state());
    }
    let names: Vec<_> = disk.files().into_keys().collect();
    let journals = [3, 4, 5].map(TillFile::Journal);
    assert_eq!(names, [&[TillFile::Index][..], &journals].concat());
    let mut files = disk.files();
    files.insert(TillFile::Journal(2), kept[1][&TillFile::Journal(2)].clone());
    let disk = Disk::of(files);
    entry(&mut open(&disk), &sale(1000), &mut host);
    let names: Vec<_> = disk.files().into_keys().collect();
    let journals = [4, 5, 6].map(TillFile::Journal);
    assert_eq!(names, [&[TillFile::Index][..], &journals].concat());
}

#[test]
fn a_pre_authorisation_is_followed_for_thirty_settlements_and_not_longer() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let pre_authorisation = request(TransactionType::PreAuthorisation, cny(5000), Cvm::None);
    let held = entry(&mut open(&disk), &pre_authorisation, &mut host);
    for _ in 0..30 {
        settle(&mut open(&disk), &mut host);
    }
    let before = Disk::of(disk.files());
    let mut till = open(&before);
    till.complete(held, cny(5000), minute(1), &mut host)
        .unwrap();
    assert_eq!(standing(&open(&before), held), Standing::Completed);
    settle(&mut open(&disk), &mut host);
    let ended = open(&disk).complete(held, cny(5000), minute(1), &mut host);
    assert!(matches!(ended, Err(TillError::UnknownEntry(id)) if id == held));
}

#[test]
fn the_transaction_counter_goes_up_by_one_whatever_happens_and_wraps() {
    let (disk, mut host) = (Disk::default(), Script::default());
    assert_eq!(open(&disk).count_transaction().unwrap(), 1);
    let mut till = open(&disk);
    assert_eq!(till.count_transaction().unwrap(), 2);
    settle(&mut till, &mut host);
    assert_eq!(till.count_transaction().unwrap(), 3);
    disk.set_full(true);
    till.count_transaction().unwrap_err();
    disk.set_full(false);
    assert_eq!(till.count_transaction().unwrap(), 4);
    assert_eq!(open(&disk).count_transaction().unwrap(), 5);
    let last = disk.forged("{\"next-sequence\":6}", "{\"next-sequence\":99999999}");
    assert_eq!(open(&last).count_transaction().unwrap(), 99_999_999);
    assert_eq!(open(&last).count_transaction().unwrap(), 1);
}

/// The seal of the document, by hand: SHA-256 over 16 zeros and the JSON.
#[test]
fn the_index_is_one_sealed_line() {
    let disk = busy();
    let index = sealed(&["{\"format\":\"understudy.terminal/2\",\"first\":1,\"current\":3}"]);
    assert_eq!(disk.files()[&TillFile::Index], index.as_bytes());
}

/// 128 MiB: what no journal exceeds, whoever writes it and whoever reads it.
const JOURNAL_MAX: usize = 128 << 20;

#[test]
fn a_journal_of_the_largest_size_is_read_and_goes_on_and_a_larger_one_is_refused() {
    let disk = busy();
    let journal = disk.journal();
    let mut lines: Vec<_> = journal
        .lines()
        .map(|line| line[..line.len() - 33].to_owned())
        .collect();
    let mut length = journal.len();
    let mut pad = |lines: &mut Vec<String>, octets: usize| {
        let counter = "{\"next-sequence\":7}";
        lines.push(counter.to_owned() + &" ".repeat(octets - counter.len() - 34));
        length += octets;
        length
    };
    while pad(&mut lines, 2048) < JOURNAL_MAX - 4096 {}
    let left = JOURNAL_MAX - pad(&mut lines, 100);
    pad(&mut lines, left);
    let largest = sealed(&lines);
    assert_eq!(largest.len(), JOURNAL_MAX);
    let disk = Disk::of(with(&disk, LATEST, largest.as_bytes()));
    let mut till = open(&disk);
    assert_eq!(till.count_transaction().unwrap(), 7);
    assert_eq!(&disk.state(), till.state());
    assert!(disk.journal().len() < 2 * journal.len(), "written anew");

    let larger = largest + "{";
    let read = opened(with(&disk, LATEST, larger.as_bytes()));
    assert!(matches!(read, Err(StateError::Unreadable(_))));
}

/// Lines of a busy journal, and some that put down what a state holds.
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
        // Whatever it is, its reversal is done and its batch can be closed.
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
