//! The configuration of the HTTP client `ureq`.

use std::sync::Arc;

use rustls::crypto::ring;
use ureq::{
    Agent,
    config::ConfigBuilder,
    tls::{Certificate, RootCerts, TlsConfig, TlsProvider},
    typestate::AgentScope,
};

/// A client that follows no redirects, uses no proxies, and returns answers of any status. It trusts these certificates
/// (PEM), or those of the system's authorities if there are none.
///
/// # Errors
/// A certificate can't be read.
pub(crate) fn client_config(certificates: &[Arc<[u8]>]) -> Result<ConfigBuilder<AgentScope>, ureq::Error> {
    let certificates: Vec<_> =
        certificates.iter().map(|pem| Certificate::from_pem(pem)).collect::<Result<_, _>>()?;
    let roots = match certificates.is_empty() {
        true => RootCerts::PlatformVerifier,
        false => certificates.into(),
    };
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()));
    Ok(Agent::config_builder()
        .user_agent(concat!("bevy_viewfinder/", env!("CARGO_PKG_VERSION")))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .tls_config(tls.build()))
}
