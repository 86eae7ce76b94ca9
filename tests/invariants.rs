//! What must never be in which part of the sources. The crate's documentation lists the invariants; these tests read the files.

use std::fs;
use std::path::{Path, PathBuf};

/// How many lines a file of the program may have.
const LINES_MAX: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a directory with an ending, in order.
fn files(directory: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![root().join(directory)];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no .{ending} below {directory}");
    found
}

fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The lines of a source file that are neither comments nor tests, with their numbers. Tests stand at the end of a file.
fn code(path: &Path) -> Vec<(usize, String)> {
    let is_tests = path.file_name().is_some_and(|name| name == "tests.rs");
    let text = if is_tests { String::new() } else { fs::read_to_string(path).unwrap() };
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").enumerate();
    let code = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.map(|(number, line)| (number + 1, line.to_owned())).collect()
}

/// Every line of the program's code in files that are meant, which holds one of the words.
fn lines_with(is_meant: impl Fn(&str) -> bool, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for path in files("src", "rs").iter().filter(|path| is_meant(&name(path))) {
        let code = code(path);
        let holding = code.iter().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        found.extend(holding.map(|(number, line)| format!("{}:{number}: {}", name(path), line.trim())));
    }
    found
}

#[track_caller]
fn nowhere(is_meant: impl Fn(&str) -> bool, words: &[&str]) {
    let found = lines_with(is_meant, words);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn is_pure(file: &str) -> bool {
    file.starts_with("src/ddl/") || file.starts_with("src/plan/")
}

#[test]
fn these_tests_find_what_they_look_for() {
    assert!(!lines_with(|file| file.starts_with("src/connect/"), &["async fn"]).is_empty());
    assert!(!lines_with(|file| file == "src/report/summary.rs", &["stdout()"]).is_empty());
    assert!(lines_with(|file| file == "src/report/summary.rs", &["#[test]"]).is_empty());
}

#[test]
fn ddl_and_plan_do_no_io_and_are_not_async() {
    let io = ["async ", ".await", "tokio", "std::fs", "std::net", "std::io", "std::env", "std::process", "std::thread"];
    nowhere(is_pure, &io);
    nowhere(is_pure, &["SystemTime", "Instant", "thread_rng", "rand::"]);
}

#[test]
fn dependencies_point_one_way() {
    for (layer, forbidden) in [
        (
            "src/catalog/",
            &["crate::ddl", "crate::plan", "crate::apply", "crate::copy", "crate::run", "crate::report"][..],
        ),
        ("src/ddl/", &["crate::plan", "crate::apply", "crate::copy", "crate::connect", "crate::run", "crate::report"]),
        (
            "src/plan/",
            &["crate::apply", "crate::copy", "crate::connect", "crate::run", "crate::report", "crate::settings"],
        ),
        ("src/copy/", &["crate::apply", "crate::run", "crate::report", "crate::settings", "crate::store"]),
        ("src/apply/", &["crate::copy", "crate::run", "crate::report", "crate::settings", "crate::store"]),
    ] {
        // How names are quoted and qualified is for everybody.
        let mut found = lines_with(|file| file.starts_with(layer), forbidden);
        found.retain(|line| !line.contains("crate::ddl::sql"));
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn hash_maps_are_only_looked_things_up_in() {
    // Their order differs from run to run. Where one is named, the line above or the file says that nothing walks it.
    let allowed = ["src/catalog/lookup.rs", "src/plan/graph.rs"];
    nowhere(|file| is_pure(file) && !allowed.contains(&file), &["HashMap", "HashSet"]);
    let graph = root().join("src/plan/graph.rs");
    for map in ["by_object", "aliases"] {
        for walk in [".iter()", ".keys()", ".values()", ".into_iter()", ".drain("] {
            let walked = format!("{map}{walk}");
            assert!(code(&graph).iter().all(|(_, line)| !line.contains(&walked)), "{walked}");
        }
    }
}

#[test]
fn only_report_writes_to_stdout_and_stderr() {
    let words = ["println!", "print!(", "stdout()", "stderr()", "dbg!"];
    nowhere(|file| !file.starts_with("src/report/"), &words);
}

#[test]
fn only_connect_sees_a_password() {
    // The connection string as it was typed goes from the settings to the request, and from there to connect.
    nowhere(|file| !["src/settings/secret.rs", "src/run/request.rs"].contains(&file), &[".expose()", "fn expose"]);
    let mut found = lines_with(|file| !file.starts_with("src/connect/"), &["Password", "password"]);
    // What `--roles` means by passwords are the verifiers that servers store.
    // An option of subscriptions has the word in its name, and so has the flag that nobody is asked for one.
    let is_about_one = |line: &String| {
        ["asswords", "password_required", "no-password", "for a password on"]
            .iter()
            .fold(line.clone(), |line, word| line.replace(word, ""))
            .contains("assword")
    };
    found.retain(is_about_one);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn only_copy_and_its_sessions_touch_the_bytes_of_rows() {
    nowhere(|file| file.starts_with("src/copy/"), &["FromSql", "from_utf8", "try_get", "BinaryCopyOut"]);
}

#[test]
fn nothing_panics_outside_the_tests() {
    nowhere(|_| true, &[".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!("]);
}

#[test]
fn no_file_is_too_long() {
    for path in files("src", "rs").into_iter().chain(files("tests", "rs")) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines", name(&path));
    }
}

#[test]
fn every_public_part_of_the_map_is_there() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let module = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        let is_there = ["lib", "main"].contains(&module.as_str()) || lib.contains(&format!("pub mod {module};"));
        assert!(is_there, "src/lib.rs does not have {module}");
    }
}

#[test]
fn only_query_modules_load_sql() {
    let loads = lines_with(|file| !file.ends_with("/query.rs"), &["include_str!"]);
    assert!(loads.iter().all(|line| !line.contains("sql/")), "{}", loads.join("\n"));
}

#[test]
fn every_sql_file_is_loaded_once() {
    let mut loaded = Vec::new();
    for path in files("src", "rs").iter().filter(|path| path.ends_with("query.rs")) {
        let text = fs::read_to_string(path).unwrap();
        for line in text.lines() {
            if let Some(file) = between(line, "include_str!(\"../../", "\")") {
                loaded.push(file.to_owned());
            }
            // A row of the list of catalog queries: `RANGES = "ranges", before 14;`.
            if let Some(arguments) = between(line, " = \"", ";").filter(|_| line.starts_with("    ")) {
                let mut words = arguments.split(", before ");
                let file = words.next().unwrap().trim_matches('"').to_owned();
                loaded.extend(words.map(|major| format!("sql/catalog/{file}_before_{major}.sql")));
                loaded.push(format!("sql/catalog/{file}.sql"));
            }
        }
    }
    loaded.sort();
    let there: Vec<_> = files("sql", "sql").iter().map(|path| name(path)).collect();
    assert_eq!(loaded, there);
}

fn between<'a>(line: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let rest = &line[line.find(start)? + start.len()..];
    Some(&rest[..rest.find(end)?])
}

#[test]
fn every_sql_file_says_what_it_is_and_holds_one_statement() {
    for path in files("sql", "sql") {
        let (name, text) = (name(&path), fs::read_to_string(&path).unwrap());
        let header: Vec<_> = text.lines().take_while(|line| line.starts_with("--")).collect();
        let keys = ["-- params: ", "-- columns: ", "-- server: ", "-- order: "];
        let places: Vec<_> = keys.iter().map(|key| header.iter().position(|line| line.starts_with(key))).collect();
        assert!(
            places.iter().all(Option::is_some) && places.is_sorted(),
            "{name}: {keys:?} in this order, after what it is"
        );
        assert!(places[0] > Some(0), "{name} does not begin with what it returns or does");
        let body = text.lines().skip(header.len()).filter(|line| !line.trim_start().starts_with("--"));
        let body = body.collect::<Vec<_>>().join("\n");
        assert!(body.trim_end().ends_with(';'), "{name} does not end with ;");
        assert_eq!(without_literals(&body).matches(';').count(), 1, "{name} holds more than one statement");
        let is_query = body.trim_start().starts_with("SELECT") || body.trim_start().starts_with("WITH");
        assert!(!is_query || body.contains("ORDER BY"), "{name} has no order");
    }
}

/// SQL without what stands between single quotes.
fn without_literals(sql: &str) -> String {
    sql.split('\'').step_by(2).collect()
}
