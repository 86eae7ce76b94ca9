//! What stands in the way of a run, looked for on every side at once, without changing anything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::slice;

use super::error::Error;
use super::stop::{self, Signal};
use super::{planned, request, source};
use crate::apply::{self, BuildSettings, Builders};
use crate::catalog::{self, Catalog};
use crate::check::facts::{self, Server};
use crate::check::{self, Finding, Need, Rights};
use crate::connect::hold::{HeldTable, tables_to_hold};
use crate::connect::{Control, Endpoint, Snapshot, SnapshotError, require_own_sessions, require_readable, snapshot};
use crate::copy;
use crate::error::{Explain, Side};
use crate::plan::{self, Mode, Plan};
use crate::report::quantity_bytes;
use crate::settings::{CheckSettings, OnRowError, Settings};
use crate::store::{self, Identity};

/// How long a look waits for a table that somebody has locked.
const LOCK_TIMEOUT: &str = "SET lock_timeout = '3s'";

/// Sessions that a look has open on the source when it counts them: one has the snapshot, one reads beside it, one asks.
const SOURCE_SESSIONS: usize = 3;

/// The same on the target and on the store.
const OTHER_SESSIONS: usize = 1;

/// What is looked for.
struct Look {
    source: Endpoint,
    target: Option<Endpoint>,
    store: Option<Endpoint>,
    /// What was asked for, where there is a target.
    identity: Option<Identity>,
    create_target: bool,
    options: plan::Options,
    copy: copy::Options,
    build: BuildSettings,
    repeat: bool,
    reject_file: Option<PathBuf>,
}

/// What was seen of the source.
struct Source {
    session: Control,
    snapshot: Snapshot,
    server: Server,
    catalog: Catalog,
    /// Tables that are copied, or may be.
    tables: usize,
}

/// What was seen of the target.
struct Target {
    session: Control,
    server: Server,
    catalog: Catalog,
    /// Whether the database is yet to be made.
    is_missing: bool,
}

impl Look {
    fn new(settings: &CheckSettings) -> Result<Self, Error> {
        let CheckSettings { run, source_alone, .. } = settings;
        let source = request::source(run.source_role.as_deref(), &run.source)?;
        let target = (!source_alone).then(|| request::endpoint(Side::Target, &run.target)).transpose()?;
        let options = request::plan_options(run);
        Ok(Self {
            identity: target.as_ref().map(|target| request::identity(&source, target, &options)),
            source,
            target,
            store: run.store.as_ref().map(request::store).transpose()?,
            create_target: run.create_target && options.mode != Mode::Data,
            options,
            copy: request::copy_options(run),
            build: request::build_settings(run),
            repeat: run.repeat,
            reject_file: reject_file(run),
        })
    }
}

fn reject_file(run: &Settings) -> Option<PathBuf> {
    match &run.merging.on_row_error {
        OnRowError::Stop => None,
        OnRowError::Reject { file, .. } => Some(file.clone()),
    }
}

/// Looks at the source, and at target and store where there are any, for what a run of these settings would refuse, or not cope with as
/// it could. Changes nothing: sessions are read-only, but for trying locales in a transaction that is rolled back.
///
/// When `interrupted` is ready, what runs on the servers is cancelled. Dropping the future ends every session.
///
/// # Errors
///
/// When a connection string cannot be used, or the look was interrupted. Everything else is a finding.
pub async fn check(settings: &CheckSettings, interrupted: impl Future<Output = Signal>) -> Result<Vec<Finding>, Error> {
    let look = Look::new(settings)?;
    let mut work = Box::pin(look.all());
    let signal = tokio::select! {
        // A signal comes before what it has caused.
        biased;
        signal = interrupted => signal,
        findings = &mut work => return Ok(findings),
    };
    let endpoints: Vec<_> =
        [Some(&look.source), look.target.as_ref(), look.store.as_ref()].into_iter().flatten().collect();
    stop::stop(work, &endpoints).await;
    Err(Error::Interrupted { signal, left_behind: "nothing was printed".to_owned(), is_recorded: None })
}

/// What was found so far, side by side.
#[derive(Default)]
struct Found(Vec<Finding>);

impl Found {
    /// What was read; what could not be is said.
    fn seen<T, E: Explain>(&mut self, side: Side, subject: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.0.push(Finding::unknown(side, subject, &error))).ok()
    }

    /// The same for what a run needs as well.
    fn needed<T, E: Explain>(&mut self, side: Side, subject: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.0.push(Finding::of(side, subject, &error))).ok()
    }
}

impl Look {
    async fn all(&self) -> Vec<Finding> {
        let (mut of_source, mut of_target) = (Found::default(), Found::default());
        let target = async {
            match &self.target {
                Some(target) => self.target(target, &mut of_target).await,
                None => None,
            }
        };
        let (source, target) = tokio::join!(Box::pin(self.source(&mut of_source)), Box::pin(target));
        let request = self.store(&mut of_target).await;
        let mut plan = None;
        if let Some(source) = &source {
            plan = self.plan(source, target.as_ref(), request, &mut of_source, &mut of_target).await;
        }
        if let (Some(source), Some(target)) = (&source, &target) {
            self.both(source, target, plan.as_ref(), &mut of_target).await;
        }
        self.room(source.as_ref(), target.as_ref(), &mut of_source, &mut of_target);
        if let Some(path) = self.reject_file.as_ref().filter(|path| path.exists()) {
            let message =
                format!("\"{}\" is there, and rows that were rejected before are not overwritten", path.display());
            of_target.0.push(
                Finding::error(Side::Target, "--reject-file", message).hint("move the file away or name another"),
            );
        }
        if let Some(Source { session, snapshot, .. }) = source {
            session.close().await;
            snapshot.close().await;
        }
        if let Some(Target { session, .. }) = target {
            session.close().await;
        }
        let mut findings = [of_source.0, of_target.0].concat();
        findings.sort_by_key(|of| of.side);
        findings
    }

    /// Looks at the source by itself.
    async fn source(&self, found: &mut Found) -> Option<Source> {
        let side = Side::Source;
        sessions(&self.source, found).await?;
        let opened = async {
            let session = looking(&self.source).await?;
            let snapshot = Snapshot::export(&self.source).await?;
            let lockless = snapshot.another_session().await?;
            for session in [&*snapshot.session(), &lockless] {
                let failed = SnapshotError::failed("prepare a session", side);
                session.client().batch_execute(LOCK_TIMEOUT).await.map_err(failed)?;
            }
            Ok::<_, SnapshotError>((session, snapshot, lockless))
        };
        let (session, snapshot, lockless) = found.needed(side, "snapshot", opened.await)?;
        let server = found.seen(side, "server", facts::server(&session, side).await)?;
        found.0.extend(check::server(&server, side, &self.source.to_string()));
        found.0.extend(check::source(&server));
        let with_rows = |table: &_| self.options.copies_rows_of(table);
        let may_copy = |table: &_| self.may_copy(table);
        let tables = found.needed(side, "tables", tables_to_hold(&session, side, may_copy).await)?;
        match require_readable(&session, &tables, with_rows, self.source.role()).await {
            Ok(()) => {
                let message =
                    format!("{} may read every table that is to be copied ({})", self.source.role(), tables.len());
                found.0.push(Finding::ok(side, "privileges", message));
            }
            Err(error) => found.0.extend(check::refused(&error)),
        }
        if let Some(locked) = found.seen(side, "locks", facts::locked_tables(&session, side).await) {
            let names: BTreeSet<_> = tables.iter().map(|table| &table.name).collect();
            let locked: Vec<_> = locked.into_iter().filter(|of| names.contains(&of.name)).collect();
            found.0.extend(check::locked(&locked));
        }
        let read = async {
            let still = catalog::read_still(lockless.client(), lockless.major(), side).await?;
            let mut catalog = source::read(&snapshot, &lockless, still, &self.options).await?;
            let leader = snapshot.session();
            let client = leader.client();
            catalog::read_sizes(client, side, &mut catalog).await?;
            if self.options.merges() {
                catalog::read_unique_indexes(client, side, &mut catalog).await?;
            }
            Ok::<_, Error>(catalog)
        };
        let catalog = found.needed(side, "catalog", read.await)?;
        lockless.close().await;
        Some(Source { session, snapshot, server, catalog, tables: tables.len() })
    }

    fn may_copy(&self, table: &HeldTable) -> bool {
        self.options.selection.may_copy(&table.name, &table.root)
    }

    /// Looks at the target by itself. Where its database is yet to be made, at the server by way of another one.
    async fn target(&self, endpoint: &Endpoint, found: &mut Found) -> Option<Target> {
        let side = Side::Target;
        let is_missing = self.create_target && matches!(apply::is_database_missing(endpoint).await, Ok(true));
        let endpoint = if is_missing { apply::maintenance_of(endpoint) } else { endpoint.clone() };
        sessions(&endpoint, found).await?;
        let session = found.needed(side, "connection", looking(&endpoint).await)?;
        let server = found.seen(side, "server", facts::server(&session, side).await)?;
        found.0.extend(check::server(&server, side, &endpoint.to_string()));
        found.0.extend(check::target(&server, endpoint.database()));
        let catalog = if is_missing {
            let mut catalog = Catalog::fresh(session.major());
            let read = catalog::read_provided(session.client(), side, &mut catalog).await;
            found.needed(side, "catalog", read)?;
            catalog
        } else {
            let read = super::read_target_catalog(&session, &self.options).await;
            found.needed(side, "catalog", read)?
        };
        Some(Target { session, server, catalog, is_missing })
    }

    /// Looks at the store, and returns whether an earlier run of the request left something to go on with.
    async fn store(&self, found: &mut Found) -> bool {
        let (Some(endpoint), side) = (&self.store, Side::Store) else { return false };
        let is_its_target = self.target.as_ref().is_some_and(|target| target.place() == endpoint.place());
        if self.create_target && is_its_target && matches!(apply::is_database_missing(endpoint).await, Ok(true)) {
            return false;
        }
        if sessions(endpoint, found).await.is_none() {
            return false;
        }
        let Some(session) = found.needed(side, "connection", looking(endpoint).await) else { return false };
        let Some(server) = found.seen(side, "server", facts::server(&session, side).await) else { return false };
        found.0.extend(check::server(&server, side, &endpoint.to_string()));
        let need = Need { least: 1, most: 1 };
        found.0.push(check::sessions(&server, side, need, OTHER_SESSIONS));
        let requests = store::status(session.client()).await;
        session.close().await;
        match requests {
            _ if server.role.is_in_recovery => {
                let message = "the server is a standby, in which nothing can be written";
                found.0.push(Finding::error(side, "standby", message).hint("name another database with --store"));
                false
            }
            Ok(requests) => {
                let Some(identity) = &self.identity else { return false };
                let key = identity.key();
                let Some(known) = requests.iter().find(|of| of.key == key) else { return false };
                if known.is_alive {
                    let host = known.host.as_deref().unwrap_or("an unknown host");
                    let message = format!("a run works on this request since {} on {host}", known.started_at);
                    found.0.push(Finding::error(side, "request", message).hint("wait for it, or end it"));
                    return true;
                }
                if known.status == "completed" && !self.repeat {
                    let message = "this request is completed, and a run does nothing";
                    found.0.push(Finding::ok(side, "request", message).hint("--repeat copies again"));
                    return false;
                }
                known.status != "completed"
            }
            // The first run makes it.
            Err(store::Error::Empty) => {
                if !server.role.may_create {
                    let message = "there is none yet, and the user may not create schemas in the database";
                    let hint = format!("GRANT CREATE ON DATABASE to {}", server.role.name);
                    found.0.push(Finding::error(side, "store", message).hint(hint));
                }
                false
            }
            Err(error) => {
                found.0.push(Finding::unknown(side, "requests", &error));
                false
            }
        }
    }

    /// Plans the run, and says what stands against it. Without a target, into a database like the source's where nothing is.
    async fn plan(
        &self,
        source: &Source,
        target: Option<&Target>,
        goes_on: bool,
        of_source: &mut Found,
        of_target: &mut Found,
    ) -> Option<Plan> {
        // Of a target that could not be looked at nothing is known.
        if self.target.is_some() && target.is_none() || self.target.is_none() && self.options.mode == Mode::Data {
            return None;
        }
        let nowhere = Catalog::fresh(source.catalog.major);
        let mut options = self.options.clone();
        if let Some(target) = target.filter(|of| !of.server.role.is_in_recovery) {
            let unknown = super::unknown_locales(&target.session, &options, &source.catalog).await;
            options.unknown_locales = of_target.seen(Side::Target, "locales", unknown).unwrap_or_default();
        }
        let here = target.map_or(&nowhere, |target| &target.catalog);
        let (plan, problems) = match plan::attempt(&source.catalog, here, &options) {
            Ok(plan) => (Some(plan), Vec::new()),
            Err(refused) => (refused.otherwise.map(|plan| *plan), refused.problems),
        };
        let is_against_nothing = problems.is_empty();
        for mut finding in check::problems(&problems) {
            if goes_on && finding.subject == "objects in the way" {
                finding.severity = check::Severity::Warning;
                finding.hint = Some(
                    "the store knows an earlier run of this request: what that made is in nobody's way".to_owned(),
                );
            }
            if finding.side == Side::Source { &mut *of_source } else { &mut *of_target }.0.push(finding);
        }
        let plan = plan?;
        of_target.0.extend(check::left_out(&plan.left_out, &options.accepted));
        if is_against_nothing && target.is_some() {
            let message = "nothing is in the way, and nothing that the copy needs is lacking";
            of_target.0.push(Finding::ok(Side::Target, "plan", message));
        }
        self.rows(source, &plan, of_source).await;
        Some(plan)
    }

    /// Whether the source gives away what is read of it beside tables.
    async fn rows(&self, source: &Source, plan: &Plan, found: &mut Found) {
        let (side, session, role) = (Side::Source, &source.session, self.source.role());
        for load in &plan.loads {
            let conditions = copy::require_conditions(session, slice::from_ref(load)).await;
            found.needed(side, "--where", conditions);
        }
        if let Some(denied) = found.seen(side, "privileges", facts::denied(session, side).await) {
            found.0.extend(check::sequences(&denied, &plan.sequences, side, role));
        }
        if self.options.with_large_objects()
            && let Some(denied) = found.seen(side, "large objects", facts::large_objects_denied(session, side).await)
        {
            found.0.extend(check::large_objects(denied, role));
        }
    }

    /// How the two sides go together, and what the target's user may do.
    async fn both(&self, source: &Source, target: &Target, plan: Option<&Plan>, found: &mut Found) {
        let side = Side::Target;
        let database = |catalog: &Catalog| catalog.database.first().map(|of| of.encoding.clone());
        found.0.push(check::versions(&source.server, &target.server));
        if target.is_missing {
            let name = self.target.as_ref().map_or("", Endpoint::database);
            found.0.extend(check::creation(&source.server.database, name, &target.server));
        } else {
            if let (Some(ours), Some(theirs)) = (database(&source.catalog), database(&target.catalog)) {
                found.0.push(check::encodings(&ours, &theirs));
            }
            found.0.push(check::databases(&source.server.database, &target.server.database));
        }
        if target.server.role.is_in_recovery {
            return;
        }
        found.needed(side, "--disable-triggers", copy::require_triggers(&target.session, &self.copy).await);
        if let Some(endpoint) = self.target.as_ref().filter(|_| !target.is_missing) {
            let builders = Builders::open(endpoint, self.build.clone()).await;
            if let Some(builders) = found.needed(side, "--session-setting", builders) {
                builders.close().await;
            }
            if self.options.with_large_objects() && !self.options.clean {
                let absent = apply::require_no_large_objects(&source.session, &target.session).await;
                found.needed(side, "large objects", absent);
            }
        }
        let Some(plan) = plan else { return };
        self.target_rights(target, plan, found).await;
        found.0.extend(check::locks(&target.server, side, plan.clean.len()));
        if self.options.mode != Mode::Schema {
            self.size(source, target, plan, found).await;
        }
    }

    async fn target_rights(&self, target: &Target, plan: &Plan, found: &mut Found) {
        let side = Side::Target;
        let role = &target.server.role;
        if self.options.mode == Mode::Data {
            if let Some(denied) = found.seen(side, "privileges", facts::denied(&target.session, side).await) {
                let tables = check::tables(&denied, &plan.loads, &role.name);
                let sequences = check::sequences(&denied, &plan.sequences, side, &role.name);
                if tables.is_empty() && sequences.is_empty() {
                    let message = format!("{} may write every table and sequence that rows go into", role.name);
                    found.0.push(Finding::ok(side, "privileges", message));
                }
                found.0.extend(tables.into_iter().chain(sequences));
            }
            return;
        }
        let known = facts::schemas_and_roles(&target.session, side).await;
        let Some((schemas, memberships)) = found.seen(side, "privileges", known) else { return };
        let names = target.catalog.provided_names.iter().filter(|of| of.kind == "role");
        let rights = Rights {
            role,
            database: self.target.as_ref().map_or("", Endpoint::database),
            schemas: if target.is_missing { &BTreeMap::new() } else { &schemas },
            memberships: &memberships,
            roles: &names.map(|of| of.name.as_str()).collect(),
            accepted: &self.options.accepted,
        };
        // Whoever makes a database owns it.
        let owner = facts::Role { may_create: true, owns_database: true, ..role.clone() };
        let rights = if target.is_missing { Rights { role: &owner, ..rights } } else { rights };
        found.0.extend(check::rights(plan, rights));
    }

    /// What the target will have to hold, and what it would cost less with.
    async fn size(&self, source: &Source, target: &Target, plan: &Plan, found: &mut Found) {
        let loads = || plan.configuration.iter().flatten().chain(&plan.loads);
        let tables: u64 = loads().fold(0, |sum, load| sum.saturating_add(load.bytes_estimate));
        let oids: Vec<u32> = loads().map(|load| load.relation).collect();
        let with_large_objects = self.options.with_large_objects();
        let beside = facts::bytes_beside(&source.session, Side::Source, &oids, with_large_objects).await;
        let (indexes, large_objects) = found.seen(Side::Source, "size", beside).unwrap_or_default();
        let beside = indexes.saturating_add(large_objects);
        let total = tables.saturating_add(beside);
        found.0.push(check::size(&quantity_bytes(tables), &quantity_bytes(beside), &quantity_bytes(total)));
        let advice = apply::advice(&target.session, total).await;
        for advice in found.seen(Side::Target, "settings", advice).unwrap_or_default() {
            found.0.push(Finding::warning(Side::Target, "settings", advice));
        }
    }

    /// Whether sessions and locks fit.
    fn room(&self, source: Option<&Source>, target: Option<&Target>, of_source: &mut Found, of_target: &mut Found) {
        let (mode, jobs, builders) = (self.options.mode, self.copy.limits.jobs.get(), self.build.sessions);
        let most = planned::connections(mode, jobs, builders, self.store.is_some());
        let least = planned::fewest_connections(mode, self.store.is_some());
        // Two databases of one server share its places.
        let is_one =
            source.zip(target).is_some_and(|(one, other)| one.server.room.started == other.server.room.started);
        let of_both = |need: usize, other: usize| if is_one { need + other } else { need };
        if let Some(Source { server, tables, .. }) = source {
            let need = Need { least: of_both(least.source, least.target), most: of_both(most.source, most.target) };
            of_source.0.push(check::sessions(server, Side::Source, need, of_both(SOURCE_SESSIONS, OTHER_SESSIONS)));
            let tables = if self.options.mode == Mode::Schema { 0 } else { *tables };
            of_source.0.extend(check::locks(server, Side::Source, tables));
        }
        if let Some(target) = target {
            let need = Need { least: of_both(least.target, least.source), most: of_both(most.target, most.source) };
            of_target.0.push(check::sessions(
                &target.server,
                Side::Target,
                need,
                of_both(OTHER_SESSIONS, SOURCE_SESSIONS),
            ));
        }
    }
}

/// Opens a session that looks and changes nothing.
async fn looking(endpoint: &Endpoint) -> Result<Control, SnapshotError> {
    let session = snapshot::reading(endpoint).await?;
    facts::keep_from_writing(&session, endpoint.side()).await?;
    Ok(session)
}

/// Whether sessions can be had, keep their process and are all on one server.
async fn sessions(endpoint: &Endpoint, found: &mut Found) -> Option<()> {
    let side = endpoint.side();
    match require_own_sessions(endpoint).await {
        Ok(()) => Some(()),
        Err(error @ SnapshotError::Connect(_)) => found.needed(side, "connection", Err(error)),
        Err(error) => {
            let mut finding = Finding::of(side, "sessions", &error);
            finding.message.push_str("; nothing else was looked at here");
            found.0.push(finding);
            None
        }
    }
}
