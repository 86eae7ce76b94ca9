//! Certificates of X.509 version 1, which webpki does not read and many servers have: the recipe in PostgreSQL's manual made
//! them until OpenSSL 3.2. They have no extensions, so there is less to check: who signed them, their dates, their name.

use rustls::DigitallySignedStruct;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm};
use x509_cert::Certificate;
use x509_cert::certificate::Version;
use x509_cert::der::{AnyRef, Decode as _, Encode as _};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

/// The certificate, if it is of version 1.
pub(super) fn read(certificate: &CertificateDer<'_>) -> Option<Certificate> {
    Certificate::from_der(certificate).ok().filter(|certificate| certificate.tbs_certificate.version == Version::V1)
}

/// Whether one of the trusted certificates signed this one. Intermediates are not followed: who has those has version 3.
pub(super) fn is_issued_by(
    certificate: &Certificate,
    trusted: &[CertificateDer<'_>],
    algorithms: &WebPkiSupportedAlgorithms,
) -> bool {
    let (Ok(signed), Some(signature)) = (certificate.tbs_certificate.to_der(), certificate.signature.as_bytes()) else {
        return false;
    };
    let Some(algorithm) = contents(&certificate.signature_algorithm) else { return false };
    let used = || algorithms.all.iter().filter(|known| *known.signature_alg_id() == *algorithm.as_slice());
    trusted.iter().filter_map(|trusted| Certificate::from_der(trusted).ok()).any(|issuer| {
        issuer.tbs_certificate.subject == certificate.tbs_certificate.issuer
            && used()
                .any(|known| is_signed(*known, &issuer.tbs_certificate.subject_public_key_info, &signed, signature))
    })
}

/// Whether the certificate's key made a handshake's signature (TLS 1.2).
pub(super) fn has_signed(
    certificate: &Certificate,
    message: &[u8],
    handshake: &DigitallySignedStruct,
    algorithms: &WebPkiSupportedAlgorithms,
) -> bool {
    let key = &certificate.tbs_certificate.subject_public_key_info;
    let schemes = algorithms.mapping.iter().filter(|(scheme, _)| *scheme == handshake.scheme);
    schemes.flat_map(|(_, known)| *known).any(|known| is_signed(*known, key, message, handshake.signature()))
}

fn is_signed(
    algorithm: &dyn SignatureVerificationAlgorithm,
    key: &SubjectPublicKeyInfoOwned,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let is_for_key = contents(&key.algorithm).is_some_and(|id| *algorithm.public_key_alg_id() == *id.as_slice());
    let bytes = key.subject_public_key.as_bytes().filter(|_| is_for_key);
    bytes.is_some_and(|bytes| algorithm.verify_signature(bytes, message, signature).is_ok())
}

/// An algorithm's name and parameters without the sequence around them, which is how rustls has them.
fn contents(algorithm: &AlgorithmIdentifierOwned) -> Option<Vec<u8>> {
    let der = algorithm.to_der().ok()?;
    Some(AnyRef::from_der(&der).ok()?.value().to_vec())
}
