//! Passwords that are typed: pgsluice on a terminal of its own, made by Python's `pty`.

use std::process::Command;

use super::secure::Secure;

/// Runs pgsluice on a new terminal, types what `answers` has for the side that it asks for (`side=answer`, separated by `|`), and
/// prints the exit code, how often it asked, whether the
/// terminal shows what is typed afterwards, and everything that was on it.
const ON_A_TERMINAL: &str = r#"
import os, pty, re, select, sys, termios, time
answers, command = dict(of.split("=", 1) for of in sys.argv[1].split("|")), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.environ.clear()
    os.environ["HOME"] = "/nonexistent"
    os.execv(command[0], command)
shown, asked, code = b"", 0, None
begin = time.time()
while code is None and time.time() - begin < 120:
    if select.select([terminal], [], [], 0.05)[0]:
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            pass
    questions = re.findall(r"Password for user \S+ of the (\w+) \([^\n]*\): ", shown.decode(errors="replace"))
    if len(questions) > asked:
        asked += 1
        time.sleep(0.3)
        os.write(terminal, answers[questions[-1]].encode().replace(b"^C", b"\x03"))
    echoes = bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended:
        code = os.waitstatus_to_exitcode(status)
        while select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                break
print(code, asked, echoes)
print(shown.decode())
"#;

struct Seen {
    /// Exit code, number of questions, whether the terminal shows what is typed.
    state: String,
    /// What was on the terminal.
    shown: String,
}

/// None where there is no Python on this machine.
fn on_a_terminal(answers: &str, arguments: &[&str]) -> Option<Seen> {
    let program = env!("CARGO_BIN_EXE_pgsluice");
    let output = Command::new("python3").args(["-c", ON_A_TERMINAL, answers, program]).args(arguments).output();
    let Ok(output) = output else {
        eprintln!("skipped: there is no python3 on this machine");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let words = String::from_utf8_lossy(&output.stderr);
    let (state, shown) = text.split_once('\n').unwrap_or_else(|| panic!("{words}"));
    Some(Seen { state: state.trim().to_owned(), shown: shown.to_owned() })
}

fn of_scram(more: &str) -> String {
    let port = Secure::shared().cluster.port;
    format!("host=127.0.0.1 port={port} dbname=postgres user=scram sslmode=disable {more}")
}

#[test]
fn a_password_is_asked_for_once_and_never_shown() {
    let source = of_scram("");
    // A login takes part of a second, in which nobody can type.
    let limited = of_scram("connect_timeout=1");
    for (command, source) in [("schema", &source), ("check", &limited)] {
        let Some(seen) = on_a_terminal("source=pa:ss wörd\n", &[command, "--source", source]) else { return };
        assert!(seen.state.ends_with(" 1 True"), "{}: {}", seen.state, seen.shown);
        let port = Secure::shared().cluster.port;
        let question = format!("Password for user scram of the source (127.0.0.1:{port}/postgres): ");
        assert!(seen.shown.contains(&question), "{}", seen.shown);
        assert!(!seen.shown.contains("wörd") && !seen.shown.contains("none was given"), "{}", seen.shown);
        if command == "schema" {
            assert!(seen.state.starts_with("0 ") && seen.shown.contains("set_config('search_path'"), "{}", seen.shown);
        }
    }
}

#[test]
fn each_side_asks_for_itself_and_its_sessions_share_the_answer() {
    let cluster = &Secure::shared().cluster;
    let (source, target) = (cluster.database(), cluster.database());
    source.psql("CREATE TABLE item (id int PRIMARY KEY); INSERT INTO item VALUES (7); CREATE TABLE other (id int)");
    source.psql("GRANT SELECT ON item, other TO scram");
    target.psql("ALTER SCHEMA public OWNER TO cleartext");
    target.psql(&format!("GRANT CREATE ON DATABASE {} TO cleartext", target.name));
    let of = |user: &str, database: &str| {
        format!("host=127.0.0.1 port={} dbname={database} user={user} sslmode=disable", cluster.port)
    };
    let (from, to) = (of("scram", &source.name), of("cleartext", &target.name));
    let copy = ["snapshot", "--source", &from, "--target", &to, "--no-owner", "--no-privileges", "--tables=*"];
    let Some(seen) = on_a_terminal("source=pa:ss wörd\n|target=secret\n", &copy) else { return };
    assert_eq!(seen.state, "0 2 True", "{}", seen.shown);
    assert!(!seen.shown.contains("secret") && !seen.shown.contains("wörd"), "{}", seen.shown);
    assert_eq!(target.value("SELECT id FROM item"), "7");
}

#[test]
fn nobody_is_asked_twice_or_against_their_will() {
    let source = of_scram("");
    let Some(wrong) = on_a_terminal("source=wrong\n", &["schema", "--source", &source]) else { return };
    assert_eq!(wrong.state, "1 1 True", "{}", wrong.shown);
    assert!(wrong.shown.contains("28P01: password authentication failed"), "{}", wrong.shown);
    let nothing = on_a_terminal("source=\n", &["schema", "--source", &source]).unwrap();
    assert_eq!(nothing.state, "1 1 True", "{}", nothing.shown);
    assert!(nothing.shown.contains("the server asked for a password and none was given"), "{}", nothing.shown);
    for flag in ["-w", "--no-password"] {
        let unasked = on_a_terminal("source=x\n", &["schema", flag, "--source", &source]).unwrap();
        assert_eq!(unasked.state, "1 0 True", "{}", unasked.shown);
    }
    let given = on_a_terminal("source=x\n", &["schema", "--source", &of_scram("password='pa:ss wörd'")]).unwrap();
    assert_eq!(given.state, "0 0 True", "{}", given.shown);
}

#[test]
fn an_interrupted_question_leaves_the_terminal_as_it_was() {
    let source = of_scram("");
    let Some(seen) = on_a_terminal("source=pa:^C", &["schema", "--source", &source]) else { return };
    assert_eq!(seen.state, "130 1 True", "{}", seen.shown);
    assert!(seen.shown.contains("interrupted by SIGINT"), "{}", seen.shown);
    let port = Secure::shared().cluster.port;
    let store = format!("host=127.0.0.1 port={port} dbname=postgres user=scram sslmode=disable");
    let seen = on_a_terminal("store=pa:^C", &["status", "--store", &store]).unwrap();
    assert_eq!(seen.state, "130 1 True", "{}", seen.shown);
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let mut command = Command::new("setsid");
    command.arg("--wait").arg(env!("CARGO_BIN_EXE_pgsluice")).args(["schema", "--source", &of_scram("")]);
    let output = command.env_clear().env("HOME", "/nonexistent").output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(words.contains("the server asked for a password and none was given"), "{words}");
}
