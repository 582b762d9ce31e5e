//! The real command, in temporary homes.

#[cfg(test)]
mod calc;
#[cfg(test)]
mod card;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod decode;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod devices;
#[cfg(test)]
mod home;
#[cfg(test)]
mod issuer_files;
#[cfg(test)]
mod issuing;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod output;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod remote;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod shop;
#[cfg(test)]
mod tap;
#[cfg(test)]
mod values;
