//! What is read out of a server's certificate: the hash SCRAM binds to.

use rustls::pki_types::CertificateDer;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use x509_cert::Certificate;
use x509_cert::der::asn1::{ContextSpecific, ObjectIdentifier};
use x509_cert::der::oid::db::rfc5912 as oid;
use x509_cert::der::{AnyRef, Decode as _, Reader as _, TagNumber};
use x509_cert::spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef};

/// The certificate's hash by its own signature's hash function, MD5 and SHA-1 replaced by SHA-256 (RFC 5929, section 4.1).
///
/// `None` where that function is unknown or there is none, as for Ed25519; a server cannot compute a binding for such a
/// certificate either.
pub(super) fn tls_server_end_point(certificate: &CertificateDer<'_>) -> Option<Vec<u8>> {
    let signature = Certificate::from_der(certificate).ok()?.signature_algorithm;
    match signature_hash(&signature)? {
        Hash::Sha256 => Some(Sha256::digest(certificate).to_vec()),
        Hash::Sha384 => Some(Sha384::digest(certificate).to_vec()),
        Hash::Sha512 => Some(Sha512::digest(certificate).to_vec()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// RFC 3279's ecdsa-with-SHA1.
const ECDSA_WITH_SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");

fn signature_hash(algorithm: &AlgorithmIdentifierOwned) -> Option<Hash> {
    match algorithm.oid {
        oid::MD_5_WITH_RSA_ENCRYPTION
        | oid::SHA_1_WITH_RSA_ENCRYPTION
        | ECDSA_WITH_SHA_1
        | oid::SHA_256_WITH_RSA_ENCRYPTION
        | oid::ECDSA_WITH_SHA_256 => Some(Hash::Sha256),
        oid::SHA_384_WITH_RSA_ENCRYPTION | oid::ECDSA_WITH_SHA_384 => Some(Hash::Sha384),
        oid::SHA_512_WITH_RSA_ENCRYPTION | oid::ECDSA_WITH_SHA_512 => Some(Hash::Sha512),
        oid::ID_RSASSA_PSS => pss_hash(AnyRef::from(algorithm.parameters.as_ref()?)),
        _ => None,
    }
}

/// `RSASSA-PSS-params ::= SEQUENCE { hashAlgorithm [0] HashAlgorithm DEFAULT sha1, … }`.
fn pss_hash(parameters: AnyRef<'_>) -> Option<Hash> {
    let hash = parameters
        .sequence(|reader| {
            let hash = ContextSpecific::<AlgorithmIdentifierRef<'_>>::decode_explicit(reader, TagNumber::N0)?;
            reader.read_slice(reader.remaining_len())?;
            Ok(hash)
        })
        .ok()?;
    match hash.map(|hash| hash.value.oid) {
        None | Some(oid::ID_SHA_1 | oid::ID_SHA_256) => Some(Hash::Sha256),
        Some(oid::ID_SHA_384) => Some(Hash::Sha384),
        Some(oid::ID_SHA_512) => Some(Hash::Sha512),
        Some(_) => None,
    }
}
