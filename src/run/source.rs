//! The source of a run: held still, and read.

use std::future;

use crate::catalog::{self, Catalog, Still};
use crate::connect::hold::HeldTable;
use crate::connect::{Control, Endpoint, Hold, Snapshot};
use crate::error::Side;
use crate::plan::{self, Mode, roles::Roles};

use super::error::Error;

/// A database that stays as the snapshot sees it, and what is in it.
pub(super) struct Source {
    /// Where its sessions come from, with the encoding of its text.
    pub(super) endpoint: Endpoint,
    /// The moment that is copied.
    pub(super) snapshot: Snapshot,
    /// The locks.
    pub(super) hold: Hold,
    /// What the snapshot sees.
    pub(super) catalog: Catalog,
}

impl Source {
    /// Takes a snapshot, locks the tables that may be copied, and reads the catalog on two sessions.
    ///
    /// Dropping the future ends every session.
    ///
    /// # Errors
    ///
    /// When the source cannot be reached, held or read.
    pub(super) async fn hold(endpoint: &Endpoint, options: &plan::Options) -> Result<Self, Error> {
        let snapshot = Snapshot::export(endpoint).await?;
        let endpoint = snapshot.in_its_encoding(endpoint);
        let may_copy = |table: &HeldTable| options.selection.may_copy(&table.name, &table.root);
        let still = async {
            let lockless = snapshot.spare().await?;
            let still = catalog::read_still(lockless.client(), lockless.major(), Side::Source).await?;
            Ok((lockless, still))
        };
        let locks = async {
            Ok::<_, Error>(Hold::tables(&endpoint, &snapshot, |table| options.copies_rows_of(table), may_copy).await?)
        };
        let (hold, (lockless, still)) = tokio::try_join!(locks, still)?;
        let catalog = read(&snapshot, &lockless, still, options).await?;
        // One that is inside the snapshot as well holds it where the first one is lost.
        snapshot.keep(lockless).await;
        Ok(Self { endpoint, snapshot, hold, catalog })
    }

    /// Reads what decides how rows travel.
    ///
    /// # Errors
    ///
    /// When the source cannot be read.
    pub(super) async fn read_for_rows(&mut self, options: &plan::Options) -> Result<(), Error> {
        let session = self.snapshot.session();
        let (client, catalog) = (session.client(), &mut self.catalog);
        catalog::read_sizes(client, Side::Source, catalog).await?;
        let wanted = if options.mode == Mode::Schema { Vec::new() } else { plan::wanting_keys(catalog, options) };
        catalog::read_key_spreads(client, Side::Source, &wanted, catalog).await?;
        if options.merges() {
            catalog::read_unique_indexes(client, Side::Source, catalog).await?;
        }
        Ok(())
    }
}

/// Reads the catalog on the snapshot's session and another one inside it, which has read what is in `still`.
pub(super) async fn read(
    snapshot: &Snapshot,
    lockless: &Control,
    still: Still,
    options: &plan::Options,
) -> Result<Catalog, Error> {
    let locking = snapshot.session();
    let sessions = catalog::Sessions { locking: locking.client(), lockless: lockless.client() };
    let still = future::ready(Ok(still));
    let mut catalog = Box::pin(catalog::read(sessions, locking.major(), Side::Source, still)).await?;
    if options.roles != Roles::None {
        let verifiers = options.roles == Roles::All;
        catalog::read_roles(locking.client(), Side::Source, verifiers, &mut catalog).await?;
    }
    if options.subscriptions {
        catalog::read_subscriptions(lockless.client(), Side::Source, &mut catalog).await?;
    }
    Ok(catalog)
}
