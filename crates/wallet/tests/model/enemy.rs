//! Files that an attacker altered, cut off, exchanged or brought from elsewhere.

use std::collections::BTreeMap;

use understudy_wallet::store::Folder as _;
use understudy_wallet::{OpenError, Simulated, Verification, Wallet, store};

use super::full;
use super::operation::Op;
use super::reader::{ask, purchase};
use super::seen::{Tapped, look};
use super::vault::End;
use super::world::{Phone, World, key};

type Files = BTreeMap<String, Vec<u8>>;

/// A wallet with two cards in both generations; the first card has two keys left, the next of which
/// is armed.
fn stage() -> (World, Files) {
    let mut world = World::new(&[4, 2]);
    for _ in 0..2 {
        world.play(&Op::Pay(4_321));
        world.play(&Op::Settle);
    }
    // A generation whose predecessor contains all but this change, followed by a journal.
    world.play(&Op::Default(1));
    world.play(&Op::Default(0));
    world.play(&Op::Settle);
    world.play(&Op::Pay(77));
    world.play(&Op::Settle);
    let names = world.folder.names().unwrap();
    let read = |name: String| {
        let octets = world.folder.read(&name, 1 << 24).unwrap();
        (name, octets)
    };
    let files: Files = names.into_iter().map(read).collect();
    assert_eq!(files.len(), 2);
    (world, files)
}

/// The names of the files, the newest generation last.
fn in_order(files: &Files) -> Vec<String> {
    let mut names: Vec<String> = files.keys().cloned().collect();
    names.sort_by_key(|name| (name.len(), name.clone()));
    names
}

fn open(files: &Files, world: &World) -> Result<Phone, OpenError> {
    let folder = Simulated::new();
    for (name, octets) in files {
        folder.put(name, octets);
    }
    Wallet::open(folder, &key(), world.clock.clone())
}

/// The result of opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    Refused,
    /// As it was, apart from the one key that was armed, or a tap of which only the counter is
    /// known.
    Opened,
    /// The generation before, without any key.
    FellBack,
}

/// Opens the files and checks the result: an error, the wallet as it was, or the generation before
/// it; and no used key is used again.
fn judge(files: &Files, world: &World) -> Came {
    let wallet = match open(files, world) {
        Ok(wallet) => wallet,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return Came::Refused;
        }
    };
    let seen = look(&wallet);
    let end = if wallet.lost().is_some() {
        assert!(seen.cards.keys().eq(world.vault.cards.keys()));
        assert!(seen.cards.values().all(|card| card.keys == 0));
        Came::FellBack
    } else {
        world.vault.after(End::PowerCut, &seen).unwrap();
        Came::Opened
    };
    wallet.user_verified(Verification::aged(0));
    let next = ask(&wallet, &purchase(100, world.now())).atc();
    let used = |how: &Tapped| *how != Tapped::PowerLost;
    let before = &world.vault.cards[&wallet.presented().unwrap().0];
    if let Some(atc) = next {
        assert!(!before.taps.get(&atc).is_some_and(used), "{atc} twice");
        assert!(before.keys.contains_key(&atc));
    }
    end
}

/// The number of each result of opening, over every change of every file.
fn judge_each(change: impl Fn(&[u8], usize) -> Vec<u8>) -> BTreeMap<Came, usize> {
    let (world, files) = stage();
    assert_eq!(judge(&files, &world), Came::Opened);
    let mut ends = BTreeMap::new();
    for (name, octets) in &files {
        let step = if full() { 1 } else { 23 };
        for at in (0..octets.len()).step_by(step) {
            let mut changed = files.clone();
            changed.insert(name.clone(), change(octets, at));
            *ends.entry(judge(&changed, &world)).or_default() += 1;
        }
    }
    ends
}

#[test]
fn an_altered_octet_is_an_error_or_costs_keys_and_never_uses_one_twice() {
    let ends = judge_each(|octets, at| {
        let mut octets = octets.to_vec();
        octets[at] ^= 1 << (at % 8);
        octets
    });
    assert!(ends[&Came::FellBack] > 20, "{ends:?}");
    assert!(ends[&Came::Opened] > 100, "{ends:?}");
}

#[test]
fn a_file_that_was_cut_off_is_an_error_or_costs_keys_and_never_uses_one_twice() {
    let ends = judge_each(|octets, at| octets[..at].to_vec());
    assert!(ends[&Came::FellBack] > 20, "{ends:?}");
}

#[test]
fn generations_that_were_exchanged_or_renamed_are_refused_or_fallen_back_from() {
    let (world, files) = stage();
    let [older, newer] = [0, 1].map(|at| in_order(&files)[at].clone());
    let with = |changes: &[(&str, &str)]| {
        let mut changed = files.clone();
        for (to, from) in changes {
            changed.insert((*to).to_owned(), files[*from].clone());
        }
        judge(&changed, &world)
    };
    assert_eq!(with(&[(&older, &newer), (&newer, &older)]), Came::Refused);
    assert_eq!(with(&[(&newer, &older)]), Came::FellBack);
    assert_ne!(with(&[(&older, &newer)]), Came::FellBack);
    assert_eq!(with(&[("state.99", &older)]), Came::FellBack);
    assert_eq!(with(&[("state.99", &newer)]), Came::FellBack);
}

#[test]
fn a_file_of_another_home_is_refused() {
    let (world, files) = stage();
    let (_, others) = stage();
    for name in files.keys() {
        let mut changed = files.clone();
        changed.insert(name.clone(), others[name].clone());
        let mixed = open(&changed, &world).err();
        let mixed = matches!(mixed, Some(OpenError::Store(store::OpenError::Mixed)));
        assert!(mixed, "{name}");
    }
}

#[test]
fn a_file_between_whose_generations_an_altered_one_lies_is_repaired_by_opening() {
    let (world, mut files) = stage();
    let newest = in_order(&files)[1].clone();
    files.get_mut(&newest).unwrap()[200] ^= 1;
    let folder = Simulated::new();
    for (name, octets) in &files {
        folder.put(name, octets);
    }
    let wallet = Wallet::open(folder.clone(), &key(), world.clock.clone()).unwrap();
    drop(wallet);
    let wallet = Wallet::open(folder.die(), &key(), world.clock.clone()).unwrap();
    assert_eq!(wallet.cards().len(), 2);
}
