//! The cost of a line, the size of a batch, the number of batches kept, and the transaction
//! sequence counter.

use understudy_core::wire::tags;
use understudy_core::wire::tlv::Writer;
use understudy_pos::batch::Standing;
use understudy_pos::till::{StateError, Till, TillError, TillFile, TillRules};
use understudy_pos::{Config, Cvm, TransactionType};

use crate::disk::{Disk, sealed};
use crate::journals::{LATEST, busy, opened, settle, with};
use crate::support::{
    DE55, Pad, Script, answers, cny, entry, minute, octets, open, request, sale, standing, tap,
    tried,
};

/// The octets written for a sale do not depend on the number of entries.
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

/// The largest journal, for writer and reader: 128 MiB.
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
