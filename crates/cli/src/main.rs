//! The `understudy` command: a card, a terminal and an issuer in one program.

mod args;
mod audit;
mod calc;
mod card_command;
mod cards;
mod decode;
mod demo;
mod exit;
mod failure;
mod family;
mod hex;
mod home;
mod input;
mod invocation;
mod issuing;
mod keys;
mod layout;
mod lines;
mod made_file;
mod manual;
mod message;
mod operator;
mod output;
mod passphrase;
mod phone;
mod place;
mod process;
mod qr;
mod replenish;
mod scan;
mod secret;
mod serve;
mod shop;
mod state;
mod style;
mod tap;
mod trace;
mod usage;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::args::{Args, Command};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::Output;
use crate::passphrase::Passphrase;

fn main() -> ExitCode {
    process::protect();
    match parsed() {
        Ok((args, verb)) => {
            invocation::remember(std::env::args_os().next().as_deref(), &args, verb);
            run(args).into()
        }
        Err(error) => usage::report(&error).into(),
    }
}

/// The command line, and the names of its command and that one's own: `keys list`.
fn parsed() -> Result<(Args, String), clap::Error> {
    let matches = Args::command().try_get_matches()?;
    let args = Args::from_arg_matches(&matches);
    let args = args.map_err(|error| error.format(&mut Args::command()))?;
    let mut names = Vec::new();
    let mut level = &matches;
    while let Some((name, inside)) = level.subcommand() {
        names.push(name);
        level = inside;
    }
    Ok((args, names.join(" ")))
}

fn run(args: Args) -> Exit {
    let json = args.json;
    let mut out = Output::new(json);
    let result = command(args, &mut out);
    match result.and_then(|exit| out.finish().map(|()| exit)) {
        Ok(exit) => exit,
        Err(failure) => {
            output::report(&failure, json);
            failure.exit()
        }
    }
}

fn command(mut args: Args, out: &mut Output) -> Result<Exit, Failure> {
    let passphrase = Passphrase::new(args.passphrase);
    args.command.at_till(args.till)?;
    let operator = operator::named(args.operator.as_deref())?;
    let home = || {
        let home = Home::locate(args.home.as_deref(), passphrase);
        home.map(|home| home.operated_by(operator))
    };
    match args.command {
        Command::Tap(tap) => tap.run(&home()?, out),
        Command::Card(card) => card.run(&home()?),
        Command::Cards(cards) => cards.run(&home()?, out),
        Command::Default(default) => default.run(&home()?, out),
        Command::Present(present) => present.run(&home()?, out),
        Command::History(history) => history.run(&home()?, out),
        Command::Password(password) => password.run(&home()?, out),
        Command::Phone(phone) => phone.run(&home()?, out),
        Command::Storage(storage) => storage.run(&home()?, out),
        Command::Replenish(replenish) => replenish.run(&home()?, out),
        Command::Enrol(enrol) => enrol.run(&home()?, out),
        Command::Issue(issue) => issue.run(&home()?, out),
        Command::Verify(verify) => verify.run(&home()?, out),
        Command::Tokens(tokens) => tokens.run(&home()?, out),
        Command::Suspend(suspend) => suspend.run(&home()?, out),
        Command::Resume(resume) => resume.run(&home()?, out),
        Command::Delete(delete) => delete.run(&home()?, out),
        Command::ReplacePan(replace) => replace.run(&home()?, out),
        Command::SetPin(set) => set.run(&home()?, out),
        Command::Limits(limits) => limits.run(&home()?, out),
        Command::UpdateProfile(update) => update.run(&home()?, out),
        Command::Wipe(wipe) => wipe.run(&home()?, out),
        Command::Rotate(rotate) => rotate.run(&home()?, out),
        Command::UnlockPassword(unlock) => unlock.run(&home()?, out),
        Command::Audit(audit) => audit.run(&home()?, out),
        Command::Keys(keys) => keys.run(&home()?, out),
        Command::Letters(letters) => letters.run(&home()?, out),
        Command::Report(report) => report.run(&home()?, out),
        Command::Authorisations(list) => list.run(&home()?, out),
        Command::Void(void) => void.run(&home()?, out),
        Command::Refund(refund) => refund.run(&home()?, out),
        Command::Complete(complete) => complete.run(&home()?, out),
        Command::Reverse(reverse) => reverse.run(&home()?, out),
        Command::Settle(settle) => settle.run(&home()?, out),
        Command::UnlinkedRefunds(refunds) => refunds.run(&home()?, out),
        Command::Check(check) => check.run(&home()?, out),
        Command::Serve(serve) => serve.run(&home()?, out),
        Command::Home(show) => show.run(&home()?, out),
        Command::Completions(completions) => completions.run(out),
        Command::Man(man) => man.run(out),
        Command::Calc(calc) => calc.run(out),
        Command::Decode(decode) => decode.run(out),
        Command::Scan(scan) => scan.run(&home()?, out),
        Command::Qr(qr) => qr.run(&home()?, out),
        Command::Demo(demo) => demo.run(out),
    }
}
