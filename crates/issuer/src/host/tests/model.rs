//! Any sequence of requests against a naive model: it keeps no movements, and works out from
//! scratch, after each step, what the requests that count come to.

mod naive;
mod run;

use std::collections::BTreeSet;
use std::sync::Mutex;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use naive::Kind;
use run::{Run, Step};

const CASES: u32 = 400;

/// The seed of the sequences; another one by the environment's `UNDERSTUDY_MODEL_SEED`.
const SEED: u64 = 20_261_122;

/// Situations of which money was lost or made once, each of which the sequences must reach.
const SITUATIONS: [&str; 11] = [
    "a void of a refund was reversed, and the refund counts again",
    "a void of a refund is not reversed under a reversed or voided sale",
    "a void of a refund is not reversed beside another refund",
    "a void of a refund without an original is not reversed above the merchant's limits",
    "a void of a completion was reversed, and the completion counts again",
    "a void of a completion is not reversed under a reversed or voided hold",
    "a void of a completion is not reversed beside another completion",
    "a reversal that was refused is accepted later",
    "a completion above the hold is approved",
    "a completion of an expired hold is declined",
    "a completion was taken back when its hold had expired",
];

#[test]
fn money_is_where_the_requests_that_count_put_it() {
    let seed = std::env::var("UNDERSTUDY_MODEL_SEED");
    let seed = seed.map_or(SEED, |seed| seed.parse().expect("a number"));
    let mut octets = [0; 32];
    octets[..8].copy_from_slice(&seed.to_be_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &octets);
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(CASES)
    };
    let reached = Mutex::new(BTreeSet::new());
    let ended = TestRunner::new_with_rng(config, rng).run(&steps(), |steps| {
        let mut run = Run::new();
        for step in steps {
            run.take(step);
        }
        reached.lock().unwrap().extend(run.model.reached);
        Ok(())
    });
    if let Err(failure) = ended {
        panic!("seed {seed}: {failure}");
    }
    if seed == SEED {
        let reached = reached.into_inner().unwrap();
        let missed: Vec<_> = SITUATIONS
            .iter()
            .filter(|one| !reached.contains(*one))
            .collect();
        assert!(missed.is_empty(), "never reached: {missed:#?}");
    }
}

#[test]
fn every_order_of_a_chain_and_of_its_reversals_comes_to_the_same_as_the_model() {
    use Kind::{Completion, PreAuthorisation, Refund, Sale, TapRefund, Void};
    for [first, second] in [
        [Sale, Refund],
        [Sale, TapRefund],
        [PreAuthorisation, Completion],
    ] {
        let chain = [(first, 0), (second, 0), (Void, 1)];
        let sends = chain
            .into_iter()
            .enumerate()
            .map(|(slot, (kind, of))| Step::Send {
                kind,
                slot,
                of: Some(of),
                amount: 100,
                verified: true,
            });
        let reversals = (0..3).map(Step::Reverse);
        let acts: Vec<Step> = sends.chain(reversals.clone()).collect();
        for order in permutations(&acts) {
            let mut run = Run::new();
            // What was refused once is asked again at the end.
            for step in order.into_iter().chain(reversals.clone()) {
                run.take(step);
            }
        }
    }
}

fn permutations(acts: &[Step]) -> Vec<Vec<Step>> {
    if acts.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for at in 0..acts.len() {
        let mut rest = acts.to_vec();
        let first = rest.remove(at);
        all.extend(permutations(&rest).into_iter().map(|mut order| {
            order.insert(0, first);
            order
        }));
    }
    all
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kind = prop_oneof![
        3 => Just(Kind::Sale),
        4 => Just(Kind::PreAuthorisation),
        3 => Just(Kind::UnlinkedTapRefund),
        1 => Just(Kind::TapRefund),
        5 => Just(Kind::Void),
        4 => Just(Kind::Refund),
        6 => Just(Kind::Completion),
    ];
    let amount = prop::sample::select(vec![0, 1, 100, 115, 116, 200, 600, run::WHOLE]);
    // Most follow one of the last few requests, so that chains are long.
    let back = || prop_oneof![4 => Just(0_usize), 3 => 1..3_usize, 1 => 0..run::SLOTS];
    let again = prop_oneof![12 => Just(None), 1 => (0..run::SLOTS).prop_map(Some)];
    let at_random = prop::sample::select(vec![false, false, false, true]);
    let send = (kind, again, at_random, back(), amount, any::<bool>());
    let step = prop_oneof![
        16 => send.prop_map(|(kind, again, at_random, back, amount, verified)| {
            Step::Draw { kind, again, at_random, back, amount, verified }
        }),
        2 => (0..run::SLOTS).prop_map(Step::Repeat),
        2 => back().prop_map(Step::ReverseBack),
        8 => (back(), 0..3_usize).prop_map(|(back, up)| Step::ReverseChain { back, up }),
        1 => (0..run::SLOTS).prop_map(Step::Reverse),
        1 => Just(Step::Settle),
        1 => prop::sample::select(vec![true, true, true, false]).prop_map(Step::Standing),
        1 => prop::sample::select(vec![run::HOLD / 2, 90_000]).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..60)
}
