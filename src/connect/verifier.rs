//! Checks a server's certificate by libpq's rules, which differ from a browser's.
//!
//! `verify-ca` does not look at the name. A certificate that is itself among the trusted ones is trusted, as with a
//! self-signed server. A certificate without names of the right kind is known by its common name.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
    verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime};
use rustls::server::{ParsedCertificate, VerifierBuilderError};
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::{certificate, version_1};

/// Whether the certificate must be for the host we meant to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameCheck {
    /// `verify-full`.
    Required,
    /// Everything below.
    Skipped,
}

/// The certificate checks of one endpoint.
#[derive(Debug)]
pub(super) struct Verifier {
    chain: Option<Chain>,
    algorithms: WebPkiSupportedAlgorithms,
}

#[derive(Debug)]
struct Chain {
    webpki: Arc<WebPkiServerVerifier>,
    trusted: Vec<CertificateDer<'static>>,
    algorithms: WebPkiSupportedAlgorithms,
    has_revocations: bool,
    name: NameCheck,
}

impl Verifier {
    /// Accepts any certificate, as `require` does without a root certificate; the server must still prove that the
    /// certificate is its own.
    pub(super) fn without_roots(provider: &CryptoProvider) -> Self {
        Self { chain: None, algorithms: provider.signature_verification_algorithms }
    }

    /// Accepts what the roots vouch for. `trusted` are the same roots as certificates.
    pub(super) fn with_roots(
        provider: &Arc<CryptoProvider>,
        roots: RootCertStore,
        trusted: Vec<CertificateDer<'static>>,
        revocations: Vec<CertificateRevocationListDer<'static>>,
        name: NameCheck,
    ) -> Result<Self, VerifierBuilderError> {
        let has_revocations = !revocations.is_empty();
        let webpki = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .with_crls(revocations)
            .build()?;
        let algorithms = provider.signature_verification_algorithms;
        let chain = Chain { webpki, trusted, algorithms, has_revocations, name };
        Ok(Self { chain: Some(chain), algorithms })
    }
}

impl Chain {
    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Error> {
        match self.webpki.verify_server_cert(certificate, intermediates, name, &[], now) {
            Ok(_) => Ok(()),
            // The name is looked at last, so the chain is good.
            Err(error) if is_about_name(&error) => self.verify_common_name(certificate, name, error),
            Err(error) => self.verify_alone(certificate, name, now, error),
        }
    }

    /// What webpki does not accept and libpq does: a certificate that is trusted itself, and one of X.509 version 1.
    fn verify_alone(
        &self,
        certificate: &CertificateDer<'_>,
        name: &ServerName<'_>,
        now: UnixTime,
        error: Error,
    ) -> Result<(), Error> {
        let is_trusted = self.trusted.iter().any(|trusted| trusted == certificate);
        let old = version_1::read(certificate);
        let is_issued = |old| version_1::is_issued_by(old, &self.trusted, &self.algorithms);
        if self.has_revocations || !(is_trusted || old.as_ref().is_some_and(is_issued)) {
            return Err(error);
        }
        if !certificate::is_valid_at(certificate, now) {
            return Err(CertificateError::Expired.into());
        }
        let named = match old {
            Some(_) => Err(CertificateError::NotValidForName.into()),
            None => ParsedCertificate::try_from(certificate).and_then(|parsed| verify_server_name(&parsed, name)),
        };
        named.or_else(|error| self.verify_common_name(certificate, name, error))
    }

    fn verify_common_name(
        &self,
        certificate: &CertificateDer<'_>,
        name: &ServerName<'_>,
        error: Error,
    ) -> Result<(), Error> {
        if self.name == NameCheck::Skipped || certificate::is_common_name(certificate, &name.to_str()) {
            Ok(())
        } else {
            Err(error)
        }
    }
}

fn is_about_name(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidCertificate(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. })
    )
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(chain) = &self.chain {
            chain.verify(end_entity, intermediates, server_name, now)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match version_1::read(cert) {
            Some(old) if version_1::has_signed(&old, message, dss, &self.algorithms) => {
                Ok(HandshakeSignatureValid::assertion())
            }
            Some(_) => Err(CertificateError::BadSignature.into()),
            None => verify_tls12_signature(message, cert, dss, &self.algorithms),
        }
    }

    /// By the bare key, because webpki does not read certificates of X.509 version 1.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match certificate::public_key(cert) {
            Some(key) => verify_tls13_signature_with_raw_key(message, &key, dss, &self.algorithms),
            None => verify_tls13_signature(message, cert, dss, &self.algorithms),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
