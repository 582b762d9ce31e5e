//! The process of a command: no core dump, not dumpable, its pages kept out of swap.

use std::fs;

use crate::desk::{CardProcess, Desk, SELECT_PPSE};

/// The value in a line of `/proc/PID/status` or `/proc/PID/limits`.
fn line_of(pid: u32, file: &str, name: &str) -> String {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("{name} is not in {text}"))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A `card` process with its wallet open.
fn running(desk: &Desk) -> CardProcess {
    let mut card = CardProcess::start(desk);
    assert!(card.ask(SELECT_PPSE).ends_with("9000"));
    card
}

#[test]
fn a_running_card_leaves_no_core_file() {
    let desk = Desk::with_card();
    let card = running(&desk);
    let limit = line_of(card.child.id(), "limits", "Max core file size");
    assert_eq!(limit, "0 0 bytes");
    assert_eq!(card.end(), 0);
}

/// The files in `/proc` of a process that is not dumpable belong to root, whoever runs it.
#[test]
fn a_running_card_is_not_dumpable() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    use std::process::{Command, Stdio};

    const SOMEBODY: u32 = 65534;
    let desk = Desk::demonstration();
    assert_eq!(desk.run(["tap"]).code, 0);
    let we = fs::metadata("/proc/self").unwrap().uid();
    let user = if we == 0 { SOMEBODY } else { we };
    // Root may read everything, so another user runs a copy of the program, in a separate home.
    let program = desk.path().join("understudy");
    fs::copy(env!("CARGO_BIN_EXE_understudy"), &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(desk.path(), fs::Permissions::from_mode(0o755)).unwrap();
    if we == 0 {
        chown(desk.home(), Some(user), None).unwrap();
        chown(desk.file("wallet"), Some(user), None).unwrap();
        for (path, _) in desk.files() {
            chown(path, Some(user), None).unwrap();
        }
    }
    let owner = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        command
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if we == 0 {
            command.uid(user);
        }
        let mut child = command.spawn().unwrap();
        // The process answers, so it is past its initialisation.
        let mut input = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut input, b"6985\n").unwrap();
        let mut answer = [0; 5];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut answer).unwrap();
        let owner = fs::metadata(format!("/proc/{}/environ", child.id()));
        let owner = owner.unwrap().uid();
        drop(input);
        child.wait().unwrap();
        owner
    };
    let home = desk.home();
    let home = home.to_str().unwrap();
    let program = program.to_str().unwrap();
    assert_eq!(owner(program, &["--home", home, "card"]), 0);
    assert_eq!(
        owner("cat", &[]),
        user,
        "a program that is dumpable is told from it"
    );
}

#[test]
fn a_running_card_stays_in_memory_where_the_system_allows_it() {
    let desk = Desk::with_card();
    let card = running(&desk);
    let pid = card.child.id();
    let capabilities = u64::from_str_radix(&line_of(pid, "status", "CapEff:"), 16).unwrap();
    let may_lock = capabilities & (1 << 14) != 0;
    let limits = line_of(pid, "limits", "Max locked memory");
    let limit = limits.split(' ').nth(1).unwrap();
    let ample = limit == "unlimited" || limit.parse::<u64>().unwrap() >= 1 << 30;
    let locked = line_of(pid, "status", "VmLck:");
    assert_eq!(locked != "0 kB", may_lock || ample, "{locked} {limits}");
    assert_eq!(card.end(), 0);
}

#[test]
fn under_a_small_limit_of_locked_memory_a_command_works_all_the_same() {
    let desk = Desk::new();
    let mut command = std::process::Command::new("sh");
    let tap = desk.command(["tap"]);
    command
        .args(["-c", "ulimit -l 64 && exec \"$@\"", "sh"])
        .arg(tap.get_program())
        .args(tap.get_args())
        .env(crate::desk::PASSPHRASE_VARIABLE, crate::desk::PASSPHRASE);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
}
