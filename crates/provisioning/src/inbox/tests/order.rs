//! Replays, gaps and orders of delivery.

use core::cmp::Ordering;

use proptest::prelude::*;

use super::accepted;
use crate::inbox::Sequence;
use crate::keys::ReceiveKeys;
use crate::kit::{Taken, command, receiving, take, take_with};
use crate::letter::Command;
use crate::message::Refusal;

#[test]
fn the_last_message_again_is_done_already_and_another_with_its_number_is_a_conflict() {
    let message = command(5, Command::Resume);
    let now = accepted(&message);
    assert_eq!(take(&message, &now), Ok(Taken::Done));
    assert_eq!(
        take(&command(5, Command::Delete), &now),
        Err(Refusal::Conflict)
    );
    assert_eq!(
        take(&command(4, Command::Resume), &now),
        Err(Refusal::Stale)
    );
    // The same after the key that it was sealed to is erased.
    let gone = ReceiveKeys::kept(2, receiving(0x23));
    assert_eq!(take_with(&message, &gone, &now), Ok(Taken::Done));
}

/// The result that a device must give for a message with this number, by the last one it accepted.
fn expected(number: u64, last: u64) -> Result<Option<u64>, Refusal> {
    match number.cmp(&last) {
        Ordering::Less => Err(Refusal::Stale),
        Ordering::Equal => Ok(None),
        Ordering::Greater => Ok(Some(number)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_of_delivery_with_any_repeats_and_gaps_is_taken_as_the_rule_says(
        order in prop::collection::vec(1_u64..8, 1..16),
    ) {
        let mut state = Sequence::EMPTY;
        for number in order {
            let message = command(number, Command::Resume);
            let taken = take(&message, &state);
            match expected(number, state.last()) {
                Ok(Some(number)) => {
                    prop_assert_eq!(&taken, &Ok(Taken::Accepted(accepted(&message))));
                    state = accepted(&message);
                    prop_assert_eq!(state.last(), number);
                }
                Ok(None) => prop_assert_eq!(taken, Ok(Taken::Done)),
                Err(refusal) => prop_assert_eq!(taken, Err(refusal)),
            }
        }
    }

    #[test]
    fn a_state_is_restored_as_it_was_stored(octets in any::<[u8; 20]>(), more in any::<[u8; 20]>()) {
        let mut whole = [0; Sequence::LEN];
        whole[..20].copy_from_slice(&octets);
        whole[20..].copy_from_slice(&more);
        prop_assert_eq!(Sequence::from_octets(&whole).octets(), whole);
    }
}
