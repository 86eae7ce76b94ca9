//! What is read out of a server's certificate: the hash SCRAM binds to, its key, its dates and its common name.

use std::net::IpAddr;

use rustls::pki_types::{CertificateDer, SubjectPublicKeyInfoDer, UnixTime};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use x509_cert::Certificate;
use x509_cert::der::asn1::{ContextSpecific, ObjectIdentifier};
use x509_cert::der::oid::db::{rfc4519, rfc5912 as oid};
use x509_cert::der::{AnyRef, Decode as _, Encode as _, Reader as _, TagNumber};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
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

/// The certificate's public key.
pub(super) fn public_key(certificate: &CertificateDer<'_>) -> Option<SubjectPublicKeyInfoDer<'static>> {
    let certificate = Certificate::from_der(certificate).ok()?;
    Some(certificate.tbs_certificate.subject_public_key_info.to_der().ok()?.into())
}

/// Whether a moment lies between the certificate's dates.
pub(super) fn is_valid_at(certificate: &CertificateDer<'_>, now: UnixTime) -> bool {
    Certificate::from_der(certificate).is_ok_and(|certificate| {
        let validity = certificate.tbs_certificate.validity;
        let seconds =
            validity.not_before.to_unix_duration().as_secs()..=validity.not_after.to_unix_duration().as_secs();
        seconds.contains(&now.as_secs())
    })
}

/// Whether a certificate that lists no alternative name of the host's kind has the host as its common name.
///
/// Source: PostgreSQL manual, "Client Verification of Server Certificates"; RFC 6125, section 6.4.4.
pub(super) fn is_common_name(certificate: &CertificateDer<'_>, host: &str) -> bool {
    let Ok(certificate) = Certificate::from_der(certificate) else { return false };
    let certificate = certificate.tbs_certificate;
    let is_address = host.parse::<IpAddr>().is_ok();
    let alternatives = match certificate.get::<SubjectAltName>() {
        Ok(found) => found.map(|(_, names)| names.0).unwrap_or_default(),
        Err(_) => return false,
    };
    let is_same_kind = |name: &GeneralName| match name {
        GeneralName::DnsName(_) => !is_address,
        GeneralName::IpAddress(_) => is_address,
        _ => false,
    };
    if alternatives.iter().any(is_same_kind) {
        return false;
    }
    let mut attributes = certificate.subject.0.iter().flat_map(|names| names.0.iter());
    let common_name = attributes.rfind(|attribute| attribute.oid == rfc4519::CN);
    common_name.is_some_and(|name| matches_host(&String::from_utf8_lossy(name.value.value()), host))
}

/// Whether a name with or without a leading `*.` is the host's; the star stands for one label.
fn matches_host(pattern: &str, host: &str) -> bool {
    if pattern.eq_ignore_ascii_case(host) {
        return true;
    }
    let Some((label, parent)) = host.split_once('.') else { return false };
    let parent_pattern = pattern.strip_prefix("*.").filter(|_| host.parse::<IpAddr>().is_err());
    !label.is_empty() && parent_pattern.is_some_and(|pattern| pattern.eq_ignore_ascii_case(parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_one_label() {
        assert!(matches_host("db.example.org", "DB.example.org"));
        assert!(matches_host("*.example.org", "db.example.org"));
        assert!(!matches_host("*.example.org", "a.db.example.org"));
        assert!(!matches_host("*.example.org", "example.org"));
        assert!(!matches_host("*.0.0.1", "127.0.0.1"));
        assert!(!matches_host("", ".org"));
    }

    fn certificate(algorithm: &'static rcgen::SignatureAlgorithm, names: &[&str]) -> CertificateDer<'static> {
        let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut parameters = rcgen::CertificateParams::new(names).unwrap();
        parameters.distinguished_name.push(rcgen::DnType::CommonName, "db.example.org");
        parameters.self_signed(&key).unwrap().der().clone()
    }

    #[test]
    fn the_binding_is_a_hash_of_the_signature_s_strength() {
        let hash_bytes = |algorithm| tls_server_end_point(&certificate(algorithm, &[])).map(|hash| hash.len());
        assert_eq!(hash_bytes(&rcgen::PKCS_ECDSA_P256_SHA256), Some(32));
        assert_eq!(hash_bytes(&rcgen::PKCS_ECDSA_P384_SHA384), Some(48));
        assert_eq!(hash_bytes(&rcgen::PKCS_ED25519), None);
    }

    #[test]
    fn the_common_name_counts_only_without_a_name_of_the_same_kind() {
        let algorithm = &rcgen::PKCS_ECDSA_P256_SHA256;
        assert!(is_common_name(&certificate(algorithm, &[]), "db.example.org"));
        assert!(is_common_name(&certificate(algorithm, &["127.0.0.1"]), "db.example.org"));
        assert!(!is_common_name(&certificate(algorithm, &["other.example.org"]), "db.example.org"));
        assert!(!is_common_name(&certificate(algorithm, &[]), "other.example.org"));
    }

    #[test]
    fn dates_are_inclusive() {
        let certificate = certificate(&rcgen::PKCS_ECDSA_P256_SHA256, &[]);
        assert!(is_valid_at(&certificate, UnixTime::now()));
        assert!(!is_valid_at(&certificate, UnixTime::since_unix_epoch(std::time::Duration::from_secs(1))));
    }
}
