//! The card, command by command.

mod cvm;
mod field;
mod limits;
mod profile;
mod selection;
mod states;
