//! Acts that share a commit: by step, since an act holds its turn until the others wait in line.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, scope, yield_now};

use understudy_test_process::{Worker, argument, say};

use crate::store::group::ACTS_MAX;
use crate::store::{PATIENCE, Store, StoreError, Transaction};

/// The result of one act, or its panic.
type End<T> = thread::Result<Result<T, StoreError>>;

fn notes() -> Store {
    let store = Store::in_memory(&crate::demonstration::custody()).unwrap();
    make_notes(&store);
    store
}

/// A table for numbers, and one whose rows must name one of them.
fn make_notes(store: &Store) {
    let tables = "CREATE TABLE note (n INTEGER PRIMARY KEY); \
        CREATE TABLE mention (n INTEGER PRIMARY KEY REFERENCES note (n))";
    let made = store.write(|db| db.execute_batch(tables).map_err(StoreError::from));
    made.unwrap();
    store.sync.commits.store(0, Ordering::SeqCst);
}

fn note(db: &Transaction<'_>, n: usize) -> Result<(), StoreError> {
    db.execute("INSERT INTO note (n) VALUES (?1)", [n])?;
    Ok(())
}

/// A change that no commit takes.
fn spoil(db: &Transaction<'_>) -> Result<(), StoreError> {
    db.execute_batch("PRAGMA defer_foreign_keys = ON; INSERT INTO mention (n) VALUES (999)")?;
    Ok(())
}

fn count(db: &Transaction<'_>) -> Result<usize, StoreError> {
    Ok(db
        .prepare("SELECT count(*) FROM note")?
        .query_row([], |row| row.get(0))?)
}

fn kept(store: &Store) -> Vec<usize> {
    let kept = store.read(|db| {
        let mut all = db.prepare("SELECT n FROM note ORDER BY n")?;
        let all: Result<Vec<_>, _> = all.query_map([], |row| row.get(0))?.collect();
        all.map_err(StoreError::from)
    });
    kept.unwrap()
}

fn commits(store: &Store) -> usize {
    store.sync.commits.load(Ordering::SeqCst)
}

fn wait_for(reached: impl Fn() -> bool) {
    while !reached() {
        yield_now();
    }
}

/// Runs acts 0 to `acts` - 1, each in a thread: the first keeps its turn until all others wait.
fn together<T: Send>(
    store: &Store,
    acts: usize,
    act: impl Fn(usize, &Transaction<'_>) -> Result<T, StoreError> + Sync,
    reads: impl Fn(usize) -> bool + Sync,
) -> Vec<End<T>> {
    let begun = AtomicBool::new(false);
    let run = |n: usize| {
        let work = |db: &Transaction<'_>| {
            if n == 0 {
                begun.store(true, Ordering::SeqCst);
                wait_for(|| store.waiting.load(Ordering::SeqCst) == acts - 1);
            }
            act(n, db)
        };
        if n > 0 {
            wait_for(|| begun.load(Ordering::SeqCst));
        }
        if reads(n) {
            store.read(work)
        } else {
            store.write(work)
        }
    };
    scope(|threads| {
        let running: Vec<_> = (0..acts).map(|n| threads.spawn(move || run(n))).collect();
        running
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect()
    })
}

/// As [`together`], for acts that all may write.
fn written<T: Send>(
    store: &Store,
    acts: usize,
    act: impl Fn(usize, &Transaction<'_>) -> Result<T, StoreError> + Sync,
) -> Vec<End<T>> {
    together(store, acts, act, |_| false)
}

#[test]
fn acts_that_wait_share_one_commit_and_each_gets_its_own_answer() {
    for acts in [2, 8, 32] {
        let store = notes();
        let ends = written(&store, acts, |n, db| note(db, n).map(|()| n));
        let answers: Vec<_> = ends.into_iter().map(|end| end.unwrap()).collect();
        assert_eq!(answers, (0..acts).map(Ok).collect::<Vec<_>>());
        assert_eq!(kept(&store), (0..acts).collect::<Vec<_>>());
        assert_eq!(commits(&store), 1);
    }
}

#[test]
fn a_lone_caller_waits_for_nobody() {
    let store = notes();
    for n in 0..5 {
        store.write(|db| note(db, n)).unwrap();
        assert_eq!(commits(&store), n + 1);
    }
}

#[test]
fn a_line_that_never_gets_empty_keeps_no_act_waiting_for_its_end() {
    let store = notes();
    let ends = written(&store, ACTS_MAX + 44, |n, db| note(db, n));
    assert!(ends.into_iter().all(|end| end.unwrap().is_ok()));
    assert_eq!(kept(&store).len(), ACTS_MAX + 44);
    assert_eq!(commits(&store), 2);
}

#[test]
fn an_act_that_fails_or_panics_is_undone_alone() {
    let store = notes();
    let ends = written(&store, 9, |n, db| {
        note(db, n)?;
        match n % 3 {
            0 => Ok(()),
            1 => Err(StoreError::Value("a test")),
            _ => resume_unwind(Box::new(n)),
        }
    });
    for (n, end) in ends.into_iter().enumerate() {
        match n % 3 {
            0 => assert_eq!(end.unwrap(), Ok(())),
            1 => assert_eq!(end.unwrap(), Err(StoreError::Value("a test"))),
            _ => assert_eq!(end.unwrap_err().downcast_ref(), Some(&n)),
        }
    }
    assert_eq!(kept(&store), [0, 3, 6]);
    assert_eq!(commits(&store), 1);
}

#[test]
fn the_last_in_line_commits_for_the_others_though_it_panics_or_fails_itself() {
    for panics in [true, false] {
        let store = notes();
        let ends = written(&store, 2, |n, db| {
            note(db, n)?;
            match (n, panics) {
                (0, _) => Ok(()),
                (_, true) => resume_unwind(Box::new(n)),
                (_, false) => Err(StoreError::Refused),
            }
        });
        assert_eq!(ends[0].as_ref().unwrap(), &Ok(()));
        assert_eq!(ends[1].is_err(), panics);
        assert_eq!(kept(&store), [0]);
    }
}

#[test]
fn an_act_that_fails_or_panics_before_others_leaves_them_a_transaction_of_their_own() {
    for panics in [true, false] {
        let store = notes();
        let ends = written(&store, 3, |n, db| {
            note(db, n)?;
            match (n, panics) {
                (0, true) => resume_unwind(Box::new(n)),
                (0, false) => Err(StoreError::Refused),
                _ => Ok(()),
            }
        });
        assert_eq!(ends[0].is_err(), panics);
        assert!(ends[1..].iter().all(|end| matches!(end, Ok(Ok(())))));
        assert_eq!(kept(&store), [1, 2]);
    }
}

#[test]
fn a_commit_that_fails_fails_all_its_acts_whether_they_changed_or_refused_or_read() {
    for spoiler in 0..6 {
        let store = notes();
        let act = |n: usize, db: &Transaction<'_>| {
            if n == spoiler {
                spoil(db)?;
            }
            match n {
                4 => Err(StoreError::Value("a test")),
                5 => count(db),
                _ => note(db, n).map(|()| n),
            }
        };
        // One that fails takes its spoiling back, and one that reads spoils nothing.
        let spoils = spoiler < 4;
        let ends = together(&store, 6, act, |n| n == 5 && spoils);
        for (n, end) in ends.into_iter().enumerate() {
            let refused = spoils || spoiler == 5;
            let expected = match n {
                _ if refused => Err(StoreError::Refused),
                4 => Err(StoreError::Value("a test")),
                _ => Ok(()),
            };
            assert_eq!(end.unwrap().map(drop), expected, "{n} of {spoiler}");
        }
        let left: &[usize] = if spoiler == 4 { &[0, 1, 2, 3] } else { &[] };
        assert_eq!(kept(&store), left);
        store.write(|db| note(db, 7)).unwrap();
        assert!(kept(&store).contains(&7));
    }
}

#[test]
fn a_transaction_that_the_database_undoes_by_itself_fails_all_its_acts() {
    let store = notes();
    let ends = written(&store, 2, |n, db| match n {
        0 => note(db, 1),
        _ => Ok(db.execute_batch("INSERT OR ROLLBACK INTO note (n) VALUES (1)")?),
    });
    let ends: Vec<_> = ends.into_iter().map(|end| end.unwrap()).collect();
    assert_eq!(ends, [Err(StoreError::Undone), Err(StoreError::Refused)]);
    assert_eq!(kept(&store), Vec::<usize>::new());
    store.write(|db| note(db, 7)).unwrap();
    assert_eq!(kept(&store), [7]);
}

#[test]
fn a_reading_act_that_saw_the_changes_of_others_waits_for_their_commit() {
    let store = notes();
    let reads = |n| n == 1;
    let act = |n: usize, db: &Transaction<'_>| match n {
        1 => count(db),
        _ => note(db, n).map(|()| 0),
    };
    // It is the last in line: its own turn commits what it saw.
    let ends = together(&store, 2, act, reads);
    assert_eq!(ends[1].as_ref().unwrap(), &Ok(1));
    assert_eq!(commits(&store), 1);
}

/// The test that a child runs.
const CHILD: &str = "store::tests::groups::a_child_stops_in_the_middle_of_a_group";

#[test]
fn a_process_that_is_killed_in_the_middle_of_a_group_leaves_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("issuer.db");
    let store = Store::open(&path, PATIENCE, &crate::demonstration::custody()).unwrap();
    make_notes(&store);
    store.write(|db| note(db, 100)).unwrap();
    drop(store);
    let mut child = Worker::start(CHILD, &path);
    assert_eq!(child.answer().as_deref(), Some("in the middle"));
    assert_eq!(child.end(), [""; 0]);
    let store = Store::open(&path, PATIENCE, &crate::demonstration::custody()).unwrap();
    assert_eq!(kept(&store), [100]);
    store.write(|db| note(db, 1)).unwrap();
    assert_eq!(kept(&store), [1, 100]);
}

/// Without a parent there is nothing to do.
#[test]
fn a_child_stops_in_the_middle_of_a_group() {
    let Some(path) = argument() else {
        return;
    };
    let store = Store::open(Path::new(&path), PATIENCE, &crate::demonstration::custody()).unwrap();
    written(&store, 3, |n, db| {
        note(db, n)?;
        if n > 0 && count(db)? == 4 {
            // Three acts have run, and none is answered.
            say("in the middle");
            loop {
                thread::park();
            }
        }
        Ok(())
    });
    panic!("the group was committed");
}
