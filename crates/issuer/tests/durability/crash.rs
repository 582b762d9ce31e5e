//! Authorisation, reversal, repetition and replay in every order, with the process killed after
//! each step.

use understudy_test_process::Worker;

use super::child::CHILD;
use super::world::{World, folder, sale};

const STEPS: [Step; 3] = [Step::Authorise, Step::Reverse, Step::Replay];

/// The number of steps: authorisation, reversal, second reversal, repetition.
const LENGTH: u32 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// A sale; the second time, its repetition.
    Authorise,
    /// The reversal of the sale.
    Reverse,
    /// Another sale with the same counter.
    Replay,
}

/// The state that must result, wherever the process was killed: the sale that has the counter, also
/// if it was declined because of its reversal; true if the first sale was reversed before it
/// arrived, and true if it was reversed at all.
#[derive(Default)]
struct Expected {
    winner: Option<Step>,
    seen: Vec<Step>,
    reversed_first: bool,
    reversed: bool,
}

impl Expected {
    fn take(&mut self, step: Step) -> String {
        let repeat = self.seen.contains(&step);
        self.seen.push(step);
        if !repeat {
            self.take_first(step);
        }
        let reason = match step {
            Step::Reverse => "approved",
            _ if self.winner != Some(step) => "replay",
            Step::Authorise if self.reversed_first => "reversed-before",
            _ => "approved",
        };
        format!("{reason} {repeat}")
    }

    fn take_first(&mut self, step: Step) {
        let arrived = self.seen.contains(&Step::Authorise);
        match step {
            Step::Reverse if arrived => self.reversed = true,
            Step::Reverse => self.reversed_first = true,
            _ => {
                self.winner.get_or_insert(step);
            }
        }
    }

    fn spent(&self) -> i128 {
        match self.winner {
            None => 0,
            Some(Step::Authorise) => i128::from(!self.reversed && !self.reversed_first),
            Some(_) => 1,
        }
    }
}

#[test]
fn money_moves_once_or_not_at_all_whatever_is_killed() {
    for word in 0..3_usize.pow(LENGTH) {
        let word: Vec<Step> = (0..LENGTH)
            .map(|at| STEPS[word / 3_usize.pow(at) % 3])
            .collect();
        let folder = folder();
        drop(World::new(folder.path()));
        let mut expected = Expected::default();
        for (at, &step) in word.iter().enumerate() {
            let mut worker = Worker::start(CHILD, folder.path());
            let answer = worker.ask(match step {
                Step::Authorise => "authorise 1 1",
                Step::Reverse => "reverse 1 1",
                Step::Replay => "authorise 1 2",
            });
            assert!(worker.end().is_empty());
            assert_eq!(answer, expected.take(step), "{word:?} {at}");
            let again = World::open(folder.path());
            assert_eq!(again.spent(), expected.spent(), "{word:?} {at}");
            again.issuer.check_integrity().unwrap();
        }
    }
}

#[test]
fn a_process_that_is_killed_in_the_middle_of_a_reversal_leaves_it_whole_or_undone() {
    for round in 0..40 {
        let folder = folder();
        let world = World::new(folder.path());
        assert!(world.authorise(&sale(&world.card, 1, 1)).approved());
        drop(world);
        let mut worker = Worker::start(CHILD, folder.path());
        // A first request, so that the kill hits the reversal and not the start of the process.
        worker.ask("authorise 1 1");
        worker.order("reverse 1 1");
        std::thread::sleep(std::time::Duration::from_micros(25 * round));
        let answered = worker.end().len() == 1;
        let world = World::open(folder.path());
        let reversed = world.spent() == 0;
        assert!(reversed || !answered, "an answer that was forgotten");
        world.issuer.check_integrity().unwrap();
        let again = world.reverse(&sale(&world.card, 1, 1));
        assert_eq!((again.accepted(), again.repeat), (true, reversed));
        assert_eq!(world.spent(), 0);
    }
}
