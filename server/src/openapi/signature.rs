//! SDK-HMAC-SHA256: what the `Authorization` header says, and the text that was signed, built anew from the request as it came.
//!
//! Nothing here has been decoded by a framework: path and query are those of the request line, header values are bytes.

use std::fmt::Write as _;

use axum::http::{HeaderMap, Method, Uri};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The only algorithm.
const ALGORITHM: &str = "SDK-HMAC-SHA256";
/// How far the caller's clock may be from ours, either way.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Who carries one of these must have signed it: they say who asks, or what a call does.
const SIGNED_IF_SENT: [&str; 4] = ["x-domain-id", "x-project-id", "x-security-token", "idempotency-key"];

/// What is wrong with a signature; told to the caller.
pub type Refusal = &'static str;

/// The `Authorization` header, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization<'a> {
    /// The access key's id.
    pub access_key: &'a str,
    /// Names of the signed headers, in the signed order.
    pub signed_headers: &'a str,
    /// 64 hexadecimal digits.
    pub signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// Takes the header's value apart.
    ///
    /// # Errors
    /// Another algorithm, a part that is missing, there twice or not of its form.
    pub fn parse(value: &'a str) -> Result<Self, Refusal> {
        let rest = value.trim().strip_prefix(ALGORITHM).ok_or("the algorithm must be SDK-HMAC-SHA256")?;
        if !rest.starts_with([' ', '\t']) {
            return Err("the algorithm must be SDK-HMAC-SHA256");
        }
        let (mut access_key, mut signed_headers, mut signature) = (None, None, None);
        for part in rest.split(',') {
            let (name, value) = part.trim().split_once('=').ok_or("Authorization is malformed")?;
            let place = match name {
                "Access" => &mut access_key,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return Err("Authorization is malformed"),
            };
            if value.is_empty() || place.replace(value).is_some() {
                return Err("Authorization is malformed");
            }
        }
        match (access_key, signed_headers, signature) {
            (Some(access_key), Some(signed_headers), Some(signature)) if is_signature(signature) => {
                Ok(Self { access_key, signed_headers, signature })
            }
            _ => Err("Authorization is malformed"),
        }
    }

    fn signs(&self, name: &str) -> bool {
        self.signed_headers.split(';').any(|signed| signed == name)
    }
}

fn is_signature(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A request as it came.
#[derive(Clone, Copy)]
pub struct Signed<'a> {
    /// The method.
    pub method: &'a Method,
    /// The address, undecoded.
    pub uri: &'a Uri,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The bytes that were read.
    pub body: &'a [u8],
}

impl Signed<'_> {
    /// Checks everything that needs no secret: which headers are signed, the date, the declared hash of the body.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self, authorization: &Authorization<'_>, now: Timestamp) -> Result<(), Refusal> {
        if !authorization.signs("host") || !authorization.signs("x-sdk-date") {
            return Err("host and x-sdk-date must be signed");
        }
        if SIGNED_IF_SENT.iter().any(|name| self.headers.contains_key(*name) && !authorization.signs(name)) {
            return Err(
                "x-domain-id, x-project-id, x-security-token and idempotency-key must be signed where they are sent",
            );
        }
        let date = self.one("x-sdk-date").and_then(|value| std::str::from_utf8(value).ok()).and_then(date);
        let date = date.ok_or("X-Sdk-Date must be an instant as yyyyMMddTHHmmssZ")?;
        if now.duration_since(date).abs() > WINDOW {
            return Err("X-Sdk-Date is more than 15 minutes from the server's time");
        }
        if self.headers.contains_key("x-sdk-content-sha256") {
            let declared = self.one("x-sdk-content-sha256").unwrap_or_default();
            // Also what says that nothing was signed: amounts would be anybody's.
            if declared != sha256(self.body).as_bytes() {
                return Err("X-Sdk-Content-Sha256 is not the hash of the body");
            }
        }
        Ok(())
    }

    /// Whether `secret` made the signature. Takes as long whatever is wrong with it.
    pub fn is_by(&self, authorization: &Authorization<'_>, secret: &str) -> bool {
        let payload = sha256(self.body);
        let fits = |encoding| {
            let text = self.canonical(authorization.signed_headers, &payload, encoding)?;
            let signature = sign(secret, &self.string_to_sign(&text)?);
            Some(bool::from(signature.as_bytes().ct_eq(authorization.signature.to_ascii_lowercase().as_bytes())))
        };
        // A client that encodes its path twice where it has escaped characters is the second try.
        fits(PathEncoding::Decoded) == Some(true)
            || self.uri.path().contains('%') && fits(PathEncoding::AsSent) == Some(true)
    }

    /// The canonical request; none where a signed header is missing or there twice.
    pub fn canonical(&self, signed_headers: &str, payload: &str, encoding: PathEncoding) -> Option<Vec<u8>> {
        let mut text = Vec::with_capacity(512);
        let path = canonical_path(self.uri.path(), encoding);
        let query = canonical_query(self.uri.query().unwrap_or_default());
        for part in [self.method.as_str(), &path, &query] {
            text.extend_from_slice(part.as_bytes());
            text.push(b'\n');
        }
        for name in signed_headers.split(';') {
            text.extend_from_slice(name.as_bytes());
            text.push(b':');
            text.extend_from_slice(self.one(name)?.trim_ascii());
            text.push(b'\n');
        }
        text.push(b'\n');
        text.extend_from_slice(signed_headers.as_bytes());
        text.push(b'\n');
        text.extend_from_slice(payload.as_bytes());
        Some(text)
    }

    /// What the secret signs; none without a readable `X-Sdk-Date`.
    pub fn string_to_sign(&self, canonical: &[u8]) -> Option<String> {
        let date = std::str::from_utf8(self.one("x-sdk-date")?).ok()?;
        Some(format!("{ALGORITHM}\n{}\n{}", date.trim(), sha256(canonical)))
    }

    /// A header that is there once. The host of a request without that header stands in its address.
    fn one(&self, name: &str) -> Option<&[u8]> {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => Some(value.as_bytes()),
            (None, _) if name == "host" => self.uri.authority().map(|authority| authority.as_str().as_bytes()),
            _ => None,
        }
    }
}

/// The signature of a text, as lower-case hexadecimal digits.
pub fn sign(secret: &str, text: &str) -> String {
    // Keys of any length are allowed, so this cannot fail; an empty signature fits none.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(text.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// The hash of bytes, as lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// An instant as `20260701T080910Z`.
fn date(text: &str) -> Option<Timestamp> {
    let digits =
        |range: std::ops::Range<usize>| text.get(range).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if text.len() != 16 || text.get(8..9) != Some("T") || text.get(15..) != Some("Z") {
        return None;
    }
    let [year, month, day] = [digits(0..4)?, digits(4..6)?, digits(6..8)?];
    let [hour, minute, second] = [digits(9..11)?, digits(11..13)?, digits(13..15)?];
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z").parse().ok()
}

/// How a client made the path that it signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathEncoding {
    /// Decoded, then encoded.
    Decoded,
    /// Encoded once more as it was sent.
    AsSent,
}

/// The path as it is signed: each segment encoded, a slash at its end.
pub fn canonical_path(path: &str, encoding: PathEncoding) -> String {
    let bytes = match encoding {
        PathEncoding::Decoded => decoded(path, false),
        PathEncoding::AsSent => path.as_bytes().to_vec(),
    };
    let mut text = String::with_capacity(path.len() + 1);
    for (at, segment) in bytes.split(|&byte| byte == b'/').enumerate() {
        if at > 0 {
            text.push('/');
        }
        encode(&mut text, segment);
    }
    if !text.ends_with('/') {
        text.push('/');
    }
    text
}

/// The query as it is signed: sorted by name, then value; each side encoded; an `=` also where nothing follows.
pub fn canonical_query(query: &str) -> String {
    let mut pairs = pairs(query);
    pairs.sort_unstable();
    let mut text = String::with_capacity(query.len());
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        encode(&mut text, &name);
        text.push('=');
        encode(&mut text, &value);
    }
    text
}

/// The parameters of a query, decoded; a `+` is a blank.
pub fn pairs(query: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name, true), decoded(value, true))
    };
    parts.map(pair).collect()
}

/// Everything but letters, digits and `-_.~` as `%XX`.
pub fn encode(text: &mut String, bytes: &[u8]) {
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

/// Percent-decoded bytes; what is no escape stays.
pub fn decoded(text: &str, plus_is_blank: bool) -> Vec<u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
                continue;
            }
            (b'+', ..) if plus_is_blank => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests;
