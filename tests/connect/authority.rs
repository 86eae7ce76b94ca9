//! Certificates for servers and clients, made anew for every run.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, IsCa, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, RevokedCertParams, SerialNumber, SigningKey as _, date_time_ymd,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use x509_cert::Certificate;
use x509_cert::certificate::Version;
use x509_cert::der::asn1::BitString;
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{Decode as _, Encode as _, EncodePem as _};

/// A certificate authority.
pub(super) struct Authority {
    /// Its certificate, as PEM.
    pub(super) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key, as PEM.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) certificate: String,
    pub(super) key: String,
}

impl Authority {
    pub(super) fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let parameters = authority_parameters(name);
        let pem = parameters.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(parameters, key) }
    }

    /// Issues a certificate with a common name, alternative names and a serial number.
    pub(super) fn issue(&self, common_name: &str, alternative_names: &[&str], serial: u64) -> Identity {
        self.sign(&mut leaf(common_name, alternative_names, serial))
    }

    /// Issues one of X.509 version 1: what OpenSSL makes when it is told nothing else, until its version 3.2.
    pub(super) fn issue_version_1(&self, common_name: &str) -> Identity {
        let modern = self.issue(common_name, &[], 9);
        let der = CertificateDer::from_pem_slice(modern.certificate.as_bytes()).unwrap();
        let mut certificate = Certificate::from_der(&der).unwrap();
        certificate.tbs_certificate.version = Version::V1;
        certificate.tbs_certificate.extensions = None;
        let signature = self.issuer.key().sign(&certificate.tbs_certificate.to_der().unwrap()).unwrap();
        certificate.signature = BitString::from_bytes(&signature).unwrap();
        Identity { certificate: certificate.to_pem(LineEnding::LF).unwrap(), key: modern.key }
    }

    /// Issues one that ended long ago.
    pub(super) fn issue_expired(&self, common_name: &str) -> Identity {
        let mut parameters = leaf(common_name, &[common_name], 1);
        parameters.not_before = date_time_ymd(2001, 1, 1);
        parameters.not_after = date_time_ymd(2002, 1, 1);
        self.sign(&mut parameters)
    }

    fn sign(&self, parameters: &mut CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    /// A list that revokes these serial numbers, as PEM.
    pub(super) fn revoke(&self, serials: &[u64]) -> String {
        let revoked = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date_time_ymd(2020, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let parameters = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(2090, 1, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        parameters.signed_by(&self.issuer).unwrap().pem().unwrap()
    }
}

/// A server that vouches for itself, as the manual's recipe makes one: it may sign, and has a common name alone.
pub(super) fn self_signed(common_name: &str) -> Identity {
    let key = KeyPair::generate().unwrap();
    let certificate = authority_parameters(common_name).self_signed(&key).unwrap();
    Identity { certificate: certificate.pem(), key: key.serialize_pem() }
}

fn authority_parameters(name: &str) -> CertificateParams {
    let mut parameters = leaf(name, &[], 1);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages =
        vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    parameters
}

fn leaf(common_name: &str, alternative_names: &[&str], serial: u64) -> CertificateParams {
    let names: Vec<String> = alternative_names.iter().map(|name| (*name).to_owned()).collect();
    let mut parameters = CertificateParams::new(names).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, common_name);
    parameters.serial_number = Some(SerialNumber::from(serial));
    parameters
}
