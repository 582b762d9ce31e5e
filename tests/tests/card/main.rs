//! The card, command by command.

#[cfg(test)]
mod algorithms;
#[cfg(test)]
mod code;
#[cfg(test)]
mod cvm;
#[cfg(test)]
mod field;
#[cfg(test)]
#[cfg(feature = "limited-use")]
mod limited_use;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod mastercard;
#[cfg(test)]
mod negotiation;
#[cfg(test)]
mod personalised;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod records;
#[cfg(test)]
mod selection;
#[cfg(test)]
mod states;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod visa;

/// The last refusal that the card reported.
#[cfg(test)]
fn refused_with(card: &understudy_tests::TestCard) -> understudy_core::card::Refusal {
    match card.env.events.last() {
        Some(understudy_core::card::Event::Refused { refusal, .. }) => *refusal,
        other => panic!("no refusal: {other:?}"),
    }
}
