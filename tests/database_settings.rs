//! Settings of the database itself. `pg_dump` carries them only with the database.

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::run::Run;

fn settings(database: &Database) -> Vec<Vec<String>> {
    database.query(
        "SELECT setrole::regrole, unnest(setconfig) FROM pg_db_role_setting\n\
          WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1, 2",
    )
}

#[test]
fn settings_of_the_database_and_of_roles_in_it_are_copied() {
    for cluster in Cluster::every_version() {
        cluster.create_roles(&["case_reader"]);
        let (source, target) = (cluster.database(), cluster.database());
        let name = &source.name;
        source.psql(&format!(
            "ALTER DATABASE {name} SET search_path = \"$user\", public, \"Odd, one\";\n\
             ALTER DATABASE {name} SET work_mem = '7MB';\n\
             ALTER DATABASE {name} SET DateStyle = 'ISO, DMY';\n\
             ALTER DATABASE {name} SET app.\"Tenant\" = 'it''s C:\\\\x';\n\
             ALTER DATABASE {name} SET default_transaction_read_only = on;\n\
             ALTER ROLE case_reader IN DATABASE {name} SET statement_timeout = '3s';\n\
             ALTER ROLE case_reader IN DATABASE {name} SET search_path = '';",
        ));
        Run::snapshot(&source.url(), &target.url()).outcome().expect_done();
        assert_eq!(settings(&target), settings(&source), "PostgreSQL {}", cluster.installation.major);
        assert_eq!(settings(&source).len(), 7);
    }
}
