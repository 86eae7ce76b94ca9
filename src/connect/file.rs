//! Reading the small files a connection is configured by.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// More than any password, service or certificate file has.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// Reads a regular file of a sensible size; devices and pipes, which may never end, are refused.
///
/// # Errors
///
/// What the operating system says, or that the file is not a plain one or too large.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a plain file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is larger than 4 MiB"));
    }
    Ok(bytes)
}

/// The same for text.
///
/// # Errors
///
/// As [`read`], and that the file is not UTF-8.
pub(super) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}
