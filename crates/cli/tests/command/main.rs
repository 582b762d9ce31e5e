//! The real command, in temporary homes.

#[cfg(test)]
mod at_terminal;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod book;
#[cfg(test)]
mod calc;
#[cfg(test)]
mod calc_ciphers;
#[cfg(test)]
mod calc_luk;
mod calc_refusals;
mod calc_values;
#[cfg(test)]
mod calc_verify;
#[cfg(test)]
mod card;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod decode;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod detail;
#[cfg(test)]
mod devices;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod hints;
#[cfg(test)]
mod home;
#[cfg(test)]
mod issuer_files;
#[cfg(test)]
mod issuing;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod kills;
#[cfg(feature = "limited-use")]
#[cfg(test)]
mod limited_use;
#[cfg(test)]
mod locks;
#[cfg(test)]
mod log_shapes;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod output;
#[cfg(test)]
mod page;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod passphrases;
#[cfg(test)]
mod payment_password;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod phone;
#[cfg(test)]
mod pin_pad;
#[cfg(test)]
mod place;
#[cfg(test)]
mod process;
#[cfg(test)]
mod put_back;
#[cfg(test)]
mod qr;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod remedies;
#[cfg(test)]
mod remote;
#[cfg(test)]
mod schemes;
#[cfg(test)]
mod second_phone;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod shop;
#[cfg(test)]
mod storage;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod takeover;
#[cfg(test)]
mod tap;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod tills;
#[cfg(test)]
mod unanswered;
#[cfg(test)]
mod values;
#[cfg(test)]
mod widths;
