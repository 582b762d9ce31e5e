//! Issuer, wallet and terminal together.

#[cfg(test)]
mod altered;
#[cfg(test)]
mod cards;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod copies;
#[cfg(test)]
mod dice;
#[cfg(test)]
mod hostile_line;
#[cfg(test)]
mod life;
#[cfg(test)]
mod line;
#[cfg(test)]
mod looping;
#[cfg(test)]
mod mischief;
#[cfg(test)]
mod month;
#[cfg(test)]
mod moving;
#[cfg(test)]
mod phone;
#[cfg(test)]
mod relay;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod stopped;
#[cfg(test)]
mod till;
#[cfg(test)]
mod town;
