//! What is written into certificates ([RFC 5280 §4](https://www.rfc-editor.org/rfc/rfc5280#section-4)).

use std::net::Ipv6Addr;

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, Error,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints,
};
use rustls::pki_types::CertificateDer;
use time::OffsetDateTime;
use wire::timestamp::Timestamp;

use super::files::Pair;
use crate::{pem, random};

const DAY: u64 = 24 * 3600;

/// How long an authority holds, in seconds: ten years, since each new one must be trusted anew by hand.
const AUTHORITY_LIFETIME: u64 = 3650 * DAY;

/// How long a server's certificate holds, in seconds. Each start makes a new one.
pub(super) const LEAF_LIFETIME: u64 = 30 * DAY;

/// Certificates hold from a little earlier on, for clients whose clocks are behind.
const CLOCK_SKEW: u64 = 3600;

/// A new authority. It can vouch for names of this machine and for nothing else, so that its key, once trusted by a
/// browser, is of no use against the rest of the web.
pub(super) fn authority(now: Timestamp) -> Result<Pair, Error> {
    let mut parameters = valid(now, AUTHORITY_LIFETIME);
    // Names differ: a trust store may hold an older authority too, and stores tell them apart by name.
    let name = format!("Strongroom on this machine ({})", random::hexadecimal(8));
    parameters.distinguished_name = named(&name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8)),
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(
                Ipv6Addr::LOCALHOST.into(),
                128,
            )),
        ],
        excluded_subtrees: Vec::new(),
    });
    let key = KeyPair::generate()?;
    let certificate = pem::encode("CERTIFICATE", parameters.self_signed(&key)?.der());
    Ok(Pair { certificate, key: pem::encode("PRIVATE KEY", key.serialized_der()) })
}

/// What servers of this machine are called.
pub(super) const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// A certificate for a server of these names, and its private key in PKCS #8.
pub(super) fn leaf(
    names: &[&str],
    issuer: &Issuer<'_, KeyPair>,
    now: Timestamp,
) -> Result<(CertificateDer<'static>, Vec<u8>), Error> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut parameters = valid(now, LEAF_LIFETIME);
    parameters.subject_alt_names = CertificateParams::new(names)?.subject_alt_names;
    parameters.distinguished_name = named("localhost");
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Python insists on it from 3.13 on.
    parameters.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = parameters.signed_by(&key, issuer)?;
    Ok((certificate.der().clone(), key.serialize_der()))
}

fn valid(now: Timestamp, lifetime: u64) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.not_before = date(now.seconds().saturating_sub(CLOCK_SKEW));
    parameters.not_after = date(now.seconds().saturating_add(lifetime));
    parameters
}

fn date(epoch: u64) -> OffsetDateTime {
    // Only a year beyond 9999 has no date.
    let date = i64::try_from(epoch).ok().and_then(|s| OffsetDateTime::from_unix_timestamp(s).ok());
    date.unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished_name = DistinguishedName::new();
    distinguished_name.push(DnType::CommonName, name);
    distinguished_name
}

#[cfg(test)]
mod tests {
    use rcgen::PublicKeyData;
    use rustls::pki_types::pem::PemObject;
    use x509_parser::parse_x509_certificate;

    use super::*;
    use crate::clock::Clock;

    #[test]
    fn an_authority_signs_certificates_for_loopback_names_and_does_nothing_else() {
        let pair = authority(Clock::system().now()).unwrap();
        let der = CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap();
        let (_, certificate) = parse_x509_certificate(&der).unwrap();

        let constraints = certificate.basic_constraints().unwrap().unwrap();
        assert!(constraints.critical && constraints.value.ca);
        assert_eq!(constraints.value.path_len_constraint, Some(0));
        let usage = certificate.key_usage().unwrap().unwrap().value;
        assert!(usage.key_cert_sign() && !usage.digital_signature());
        let names = certificate.name_constraints().unwrap().unwrap();
        assert!(names.critical);
        assert_eq!(names.value.permitted_subtrees.as_ref().map(Vec::len), Some(3));
    }

    #[test]
    fn a_servers_certificate_is_short_lived_and_for_its_names_alone() {
        let now = Clock::system().now();
        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::new(CertificateParams::default(), key);
        let (der, _) = leaf(&NAMES, &issuer, now).unwrap();
        let (_, certificate) = parse_x509_certificate(&der).unwrap();

        let validity = certificate.validity();
        let seconds = validity.not_after.timestamp() - validity.not_before.timestamp();
        assert!(u64::try_from(seconds).unwrap() <= 31 * DAY, "{seconds}");
        assert!(!certificate.is_ca());
        let names = &certificate.subject_alternative_name().unwrap().unwrap().value.general_names;
        assert_eq!(names.len(), 3, "{names:?}");
        assert!(certificate.extended_key_usage().unwrap().unwrap().value.server_auth);
        assert_ne!(certificate.public_key().raw, issuer.key().subject_public_key_info());
    }
}
