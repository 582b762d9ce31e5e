//! The card, command by command.

#[cfg(test)]
mod algorithms;
#[cfg(test)]
mod cvm;
#[cfg(test)]
mod field;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod selection;
#[cfg(test)]
mod states;
