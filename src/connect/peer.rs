//! Who is at the other end of a Unix socket: libpq's `requirepeer`.

use std::io;

use tokio::net::UnixStream;

use super::error::HostError;
use super::file;

/// Where the system lists its users. Users that come from elsewhere (LDAP and the like) are not found here, and then refused.
const USERS: &str = "/etc/passwd";

/// Makes sure that the process that listens at a socket runs as a user.
pub(super) fn require(stream: &UnixStream, user: &str) -> Result<(), HostError> {
    let uid = stream.peer_cred().map_err(HostError::Socket)?.uid();
    let users = file::read_text(USERS.as_ref()).map_err(HostError::Socket)?;
    match name(&users, uid) {
        Some(name) if name == user => Ok(()),
        Some(name) => Err(HostError::Peer { user: name.to_owned() }),
        None => Err(HostError::Socket(io::Error::other(format!("{USERS} has no user with the number {uid}")))),
    }
}

/// The first user of a number in the text of `/etc/passwd`.
fn name(users: &str, uid: u32) -> Option<&str> {
    let mut users = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
    users.find_map(|fields| (fields.get(2)?.parse() == Ok(uid)).then(|| fields.first().copied()).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_their_number() {
        let users = "root:x:0:0:root:/root:/bin/bash\n# none\npostgres:x:105:112::/var/lib:/bin/sh\n";
        assert_eq!([name(users, 0), name(users, 105), name(users, 7)], [Some("root"), Some("postgres"), None]);
    }
}
