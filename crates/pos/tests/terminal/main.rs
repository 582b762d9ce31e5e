//! The terminal against scripted cards: good, hostile, silent and random.

#[cfg(test)]
mod attempts;
#[cfg(test)]
mod bad_answers;
#[cfg(test)]
mod bad_applications;
#[cfg(test)]
mod bad_links;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod exception_file;
#[cfg(test)]
mod good_taps;
#[cfg(test)]
mod kernel_2;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod preprocessing;
#[cfg(test)]
mod random_octets;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod selection;
#[cfg(test)]
mod status_words;
#[cfg(test)]
mod support;
#[cfg(test)]
mod verification;
