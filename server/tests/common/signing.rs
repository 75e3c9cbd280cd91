//! Signs requests as the SDK does, on its own: the host's code is what is tested.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{HeaderName, Method, Request};
use domain::credentials::CreatedKey;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// A request to be signed, with everything that a test may want to be different.
#[derive(Clone)]
pub struct Call {
    pub method: Method,
    /// Path and query, encoded.
    pub target: String,
    pub body: Vec<u8>,
    /// Signed beside `host` and `x-sdk-date`.
    pub headers: Vec<(&'static str, String)>,
    pub date: String,
    pub host: String,
    /// Left out of the signed names.
    pub unsigned: Vec<&'static str>,
}

/// The instant of the test centre's clock.
pub const DATE: &str = "20261122T040000Z";

impl Call {
    pub fn get(target: &str) -> Self {
        Self::new(Method::GET, target, Vec::new())
    }

    pub fn post(target: &str, body: &serde_json::Value) -> Self {
        Self::new(Method::POST, target, body.to_string().into_bytes())
    }

    pub fn new(method: Method, target: &str, body: Vec<u8>) -> Self {
        Self {
            method,
            target: target.into(),
            body,
            headers: vec![("content-type", "application/json".into())],
            date: DATE.into(),
            host: "partners.example".into(),
            unsigned: Vec::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The request, signed with `key`.
    pub fn signed(&self, key: &CreatedKey) -> Request<Body> {
        let mut headers = self.headers.clone();
        headers.push(("host", self.host.clone()));
        headers.push(("x-sdk-date", self.date.clone()));
        headers.sort();
        let signed: Vec<_> = headers.iter().filter(|(name, _)| !self.unsigned.contains(name)).collect();
        let names = signed.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let lines = signed.iter().fold(String::new(), |text, (name, value)| format!("{text}{name}:{value}\n"));
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        // Targets of tests are written as they are signed, but for the order.
        let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
        pairs.sort_unstable();
        let canonical = format!(
            "{}\n{path}/\n{}\n{lines}\n{names}\n{}",
            self.method,
            pairs.join("&"),
            hex(&Sha256::digest(&self.body))
        );
        let text = format!("SDK-HMAC-SHA256\n{}\n{}", self.date, hex(&Sha256::digest(canonical)));
        let mut mac = Hmac::<Sha256>::new_from_slice(key.secret_key.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        let signature = hex(&mac.finalize().into_bytes());
        let authorization =
            format!("SDK-HMAC-SHA256 Access={}, SignedHeaders={names}, Signature={signature}", key.access_key);
        let mut request = Request::builder().method(self.method.clone()).uri(&self.target);
        for (name, value) in headers {
            request = request.header(HeaderName::from_static(name), value);
        }
        request.header("authorization", authorization).body(Body::from(self.body.clone())).unwrap()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
