use crate::history::RecordOutcome;
use crate::kit::{HandClock, key};
use crate::{Filter, ImageError, OpenError, Simulated, Wallet};

/// The image of a home that the command of that version wrote: a card with ten keys, two of them
/// used and approved.
const HOME: &str = include_str!("home-2.json");

type Taken = Result<Wallet<Simulated, HandClock>, OpenError>;

fn take_over(image: &str, folder: &Simulated) -> Taken {
    Wallet::take_over(image.as_bytes(), folder.clone(), &key(), HandClock::new())
}

#[test]
fn a_home_in_the_clear_is_taken_over_whole() {
    let folder = Simulated::new();
    drop(take_over(HOME, &folder).unwrap());
    // It is in the store now.
    let wallet = Wallet::open(folder.die(), &key(), HandClock::new()).unwrap();
    let [card] = &wallet.cards()[..] else {
        panic!("one card")
    };
    assert_eq!(card.token, "625094******6570");
    assert_eq!(card.ledger.keys, 8);
    assert_eq!(card.ledger.last_atc.unwrap().get(), 2);
    assert_eq!(card.ledger.usage.exposure.sum, 1734);
    assert!(card.default);
    let history = wallet.history(&Filter::default());
    let atcs: Vec<u16> = history
        .iter()
        .map(|record| record.atc.unwrap().get())
        .collect();
    assert_eq!(atcs, [2, 1]);
    assert!(matches!(history[0].outcome, RecordOutcome::Approved { .. }));
    assert_eq!(wallet.last_letter(), 3);
    assert_eq!(wallet.time().unwrap().0, 1_795_788_352);
    let id = wallet.device().unwrap();
    assert_eq!(hex::encode_upper(id.0), "46D612C0B93452E9C3760DBAE37D8858");
    assert_eq!(wallet.live().book.device().unwrap().marks.len(), 2);
    wallet.settle().unwrap();
    assert_eq!(wallet.storage().unwrap().armed.unwrap().1.get(), 3);
    wallet.report().unwrap();
}

#[test]
fn a_report_after_it_says_a_generation_above_the_last() {
    let wallet = take_over(HOME, &Simulated::new()).unwrap();
    let live = wallet.live();
    assert_eq!(live.book.device().unwrap().generation_base, 10);
}

#[test]
fn it_is_taken_over_once() {
    let folder = Simulated::new();
    let wallet = take_over(HOME, &folder).unwrap();
    wallet.settle().unwrap();
    wallet.clear_history(None).unwrap();
    drop(wallet);
    // The image is still there, because the process died before it was erased.
    let again = take_over(HOME, &folder.die()).unwrap();
    assert!(again.history(&Filter::default()).is_empty());
    let ignored = take_over("not even an image", &folder.die()).unwrap();
    assert_eq!(ignored.cards().len(), 1);
}

#[test]
fn what_is_no_image_is_refused_and_leaves_the_folder_as_it_was() {
    let folder = Simulated::new();
    let other = HOME.replace("understudy.wallet/2", "understudy.wallet/3");
    let cases: [(&str, &str); 5] = [
        ("", "not a wallet's image (line 1, column 0)"),
        (&HOME[..HOME.len() / 2], "not a wallet's image (line 1"),
        (
            &other,
            "not a wallet's image of the format understudy.wallet/2",
        ),
        (
            &HOME.replace("\"default\":1", "\"default\":2"),
            "damaged: the default card",
        ),
        (
            &HOME.replace("[3,\"", "[2,\""),
            "damaged: the order of a card's counters",
        ),
    ];
    for (image, says) in cases {
        let error = take_over(image, &folder).err().unwrap();
        assert!(matches!(
            error,
            OpenError::Image(ImageError::Shape { .. } | _)
        ));
        assert!(error.to_string().contains(says), "{error}");
    }
    assert_eq!(folder.counts().writes, 0);
    take_over(HOME, &folder).unwrap();
}
