//! The till: its messages, its state, its receipts, and its files after a death.

#[cfg(test)]
mod codes;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod follow_ups;
#[cfg(test)]
mod format1;
#[cfg(test)]
mod journals;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod receipts;
#[cfg(test)]
mod refused_reversals;
#[cfg(test)]
mod reversals;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod settlements;
#[cfg(test)]
mod support;
#[cfg(test)]
mod unanswered_settlements;
