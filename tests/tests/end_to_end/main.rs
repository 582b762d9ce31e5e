//! Issuer, wallet and terminal together.

#[cfg(test)]
mod altered;
#[cfg(test)]
mod cards;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod looping;
#[cfg(test)]
mod relay;
#[cfg(test)]
mod stage;
