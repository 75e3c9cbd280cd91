use proptest::prelude::*;
use serde::Deserialize;

use super::*;

/// Requests signed by the official SDK, with every text on the way.
#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    title: String,
    sk: String,
    method: String,
    request_target: String,
    headers: std::collections::BTreeMap<String, String>,
    body_utf8: String,
    canonical_request: String,
    string_to_sign: String,
    signature: String,
}

/// A request that can be tampered with.
#[derive(Clone)]
struct Sent {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Vec<u8>,
    secret: String,
}

impl Sent {
    fn of(vector: &Vector) -> Self {
        let mut headers = HeaderMap::new();
        for (name, value) in &vector.headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            headers.insert(name, axum::http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        Self {
            method: vector.method.parse().unwrap(),
            uri: vector.request_target.parse().unwrap(),
            headers,
            body: vector.body_utf8.clone().into_bytes(),
            secret: vector.sk.clone(),
        }
    }

    fn signed(&self) -> Signed<'_> {
        Signed { method: &self.method, uri: &self.uri, headers: &self.headers, body: &self.body }
    }

    fn authorization(&self) -> Authorization<'_> {
        Authorization::parse(self.headers["authorization"].to_str().unwrap()).unwrap()
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.headers.insert(name, value.parse().unwrap());
    }

    /// What is wrong with it, if anything.
    fn refusal(&self, now: &str) -> Option<Refusal> {
        let authorization = self.authorization();
        if let Err(refusal) = self.signed().check(&authorization, now.parse().unwrap()) {
            return Some(refusal);
        }
        (!self.signed().is_by(&authorization, &self.secret)).then_some("signature")
    }
}

const NOW: &str = "2026-07-01T08:09:10Z";

fn vectors() -> Vec<Vector> {
    let text = include_str!("vectors.json");
    serde_json::from_str::<Vectors>(text).unwrap().vectors
}

/// The vector with this beginning of its title.
fn vector(title: &str) -> Sent {
    Sent::of(vectors().iter().find(|vector| vector.title.starts_with(title)).unwrap())
}

#[test]
fn every_request_that_the_sdk_signed_is_understood_and_all_but_the_unsigned_body_accepted() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 16);
    for vector in vectors {
        let sent = Sent::of(&vector);
        let authorization = sent.authorization();
        let unsigned = sent.headers.contains_key("x-sdk-content-sha256");
        let payload = if unsigned { "UNSIGNED-PAYLOAD".to_owned() } else { sha256(&sent.body) };
        let canonical = sent.signed().canonical(authorization.signed_headers, &payload, PathEncoding::Decoded).unwrap();
        assert_eq!(String::from_utf8_lossy(&canonical), vector.canonical_request, "{}", vector.title);
        let string_to_sign = sent.signed().string_to_sign(&canonical).unwrap();
        assert_eq!(string_to_sign, vector.string_to_sign, "{}", vector.title);
        assert_eq!(sign(&vector.sk, &string_to_sign), vector.signature, "{}", vector.title);
        let expected = unsigned.then_some("X-Sdk-Content-Sha256 is not the hash of the body");
        assert_eq!(sent.refusal(NOW), expected, "{}", vector.title);
    }
}

#[test]
fn a_request_that_was_changed_on_its_way_is_refused() {
    let sent = vector("POST with a JSON body");
    assert_eq!(sent.refusal(NOW), None);
    let changed = |change: fn(&mut Sent)| {
        let mut sent = sent.clone();
        change(&mut sent);
        sent.refusal(NOW)
    };
    let signature = Some("signature");
    assert_eq!(changed(|sent| sent.method = Method::PUT), signature);
    assert_eq!(changed(|sent| sent.uri = "/v2/accounts/partner-accounts/reclaim".parse().unwrap()), signature);
    assert_eq!(changed(|sent| sent.uri = format!("{}?a=1", sent.uri).parse().unwrap()), signature);
    assert_eq!(changed(|sent| sent.body.push(b' ')), signature);
    assert_eq!(changed(|sent| sent.set("host", "evil.example")), signature);
    assert_eq!(changed(|sent| sent.set("content-type", "text/plain")), signature);
    assert_eq!(changed(|sent| sent.set("x-domain-id", "0")), signature);
    assert_eq!(changed(|sent| sent.set("x-sdk-date", "20260701T080911Z")), signature);
    assert_eq!(changed(|sent| sent.secret.push('x')), signature);
    assert_eq!(changed(|sent| drop(sent.headers.remove("user-agent"))), signature);
    assert_eq!(changed(|sent| assert!(sent.headers.append("user-agent", "another".parse().unwrap()))), signature);
    let swapped = changed(|sent| {
        let value = sent.headers["authorization"].to_str().unwrap().replace("content-type;", "");
        sent.set("authorization", &value);
    });
    assert_eq!(swapped, signature);
}

#[test]
fn every_digit_of_the_signature_counts() {
    let sent = vector("GET without query");
    let value = sent.headers["authorization"].to_str().unwrap().to_owned();
    let start = value.len() - 64;
    for at in start..value.len() {
        let digit = if &value[at..=at] == "0" { "1" } else { "0" };
        let mut changed = sent.clone();
        changed.set("authorization", &format!("{}{digit}{}", &value[..at], &value[at + 1..]));
        assert_eq!(changed.refusal(NOW), Some("signature"));
    }
}

#[test]
fn the_date_may_be_a_quarter_of_an_hour_away_either_way() {
    let sent = vector("GET without query");
    assert_eq!(sent.refusal("2026-07-01T08:24:10Z"), None);
    assert_eq!(sent.refusal("2026-07-01T07:54:10Z"), None);
    for now in ["2026-07-01T08:24:11Z", "2026-07-01T07:54:09Z", "2027-07-01T08:09:10Z"] {
        assert!(sent.refusal(now).unwrap().contains("15 minutes"), "{now}");
    }
    for date in ["2026-07-01T08:09:10Z", "20260701T080910", "20261301T080910Z", "20260701t080910z", "+0260701T080910Z"]
    {
        let mut sent = sent.clone();
        sent.set("x-sdk-date", date);
        assert!(sent.refusal(NOW).unwrap().starts_with("X-Sdk-Date must be"), "{date}");
    }
}

#[test]
fn who_asks_must_be_signed() {
    let sent = vector("GET without query");
    let without = |name: &str| {
        let mut sent = sent.clone();
        let value = sent.headers["authorization"].to_str().unwrap().replace(&format!("{name};"), "");
        let value = value.replace(&format!(";{name}"), "");
        sent.set("authorization", &value);
        sent.refusal(NOW).unwrap()
    };
    assert!(without("host").starts_with("host and"));
    assert!(without("x-sdk-date").starts_with("host and"));
    assert!(without("x-domain-id").contains("where they are sent"));
    for name in ["x-project-id", "x-security-token", "idempotency-key"] {
        let mut sent = sent.clone();
        sent.set(name, "1");
        assert!(sent.refusal(NOW).unwrap().contains("where they are sent"), "{name}");
    }
}

#[test]
fn a_declared_hash_must_be_the_bodys() {
    let mut sent = vector("POST with a JSON body");
    let hash = sha256(&sent.body);
    sent.set("x-sdk-content-sha256", &hash);
    assert_eq!(sent.refusal(NOW), None);
    for wrong in ["UNSIGNED-PAYLOAD", "", &sha256(b"")] {
        sent.set("x-sdk-content-sha256", wrong);
        assert!(sent.refusal(NOW).unwrap().starts_with("X-Sdk-Content-Sha256"));
    }
}

#[test]
fn a_path_that_was_encoded_twice_is_admitted() {
    let mut sent = vector("GET with a path parameter");
    let payload = sha256(b"");
    let authorization = sent.headers["authorization"].to_str().unwrap().to_owned();
    let names = Authorization::parse(&authorization).unwrap().signed_headers.to_owned();
    let canonical = sent.signed().canonical(&names, &payload, PathEncoding::AsSent).unwrap();
    let signature = sign(&sent.secret, &sent.signed().string_to_sign(&canonical).unwrap());
    sent.set("authorization", &format!("SDK-HMAC-SHA256 Access=A, SignedHeaders={names}, Signature={signature}"));
    assert_eq!(sent.refusal(NOW), None);
}

#[test]
fn a_malformed_authorization_is_refused() {
    let signature = "0".repeat(64);
    let good = format!("SDK-HMAC-SHA256 Access=A, SignedHeaders=host;x-sdk-date, Signature={signature}");
    assert!(Authorization::parse(&good).is_ok());
    for wrong in [
        String::new(),
        "SDK-HMAC-SHA256".into(),
        good.replace("SHA256", "SM3"),
        good.replace("SHA256 ", "SHA256"),
        good.replace("Access=A, ", ""),
        good.replace("Access=A", "Access="),
        good.replace("Access=A", "Access=A, Access=B"),
        good.replace("Access=A", "Credential=A"),
        good.replace(&signature, "00"),
        good.replace('0', "g"),
        format!("{good}, Extra=1"),
        format!("{good},"),
    ] {
        assert!(Authorization::parse(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_blank_may_be_written_as_plus() {
    assert_eq!(canonical_query("b=2&a=x+y&a=x%20a&c&&d="), "a=x%20a&a=x%20y&b=2&c=&d=");
    assert_eq!(canonical_query("name=%2B%2a'()!"), "name=%2B%2A%27%28%29%21");
    assert_eq!(canonical_path("/v2/a%2fb/%E4%B8%AD", PathEncoding::Decoded), "/v2/a/b/%E4%B8%AD/");
    assert_eq!(canonical_path("/", PathEncoding::Decoded), "/");
}

proptest! {
    #[test]
    fn nothing_makes_the_parser_panic(text in "\\PC*", bytes: Vec<u8>) {
        let _ = Authorization::parse(&text);
        let _ = Authorization::parse(&format!("SDK-HMAC-SHA256 {text}"));
        let _ = date(&text);
        let _ = canonical_query(&text);
        let _ = canonical_path(&text, PathEncoding::Decoded);
        let _ = decoded(&String::from_utf8_lossy(&bytes), true);
    }

    #[test]
    fn what_is_encoded_is_decoded(bytes: Vec<u8>) {
        let mut text = String::new();
        encode(&mut text, &bytes);
        prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte)));
        prop_assert_eq!(decoded(&text, true), bytes);
    }

    #[test]
    fn a_canonical_query_is_its_own_and_does_not_depend_on_the_order(mut pairs: Vec<(String, String)>) {
        let query = |pairs: &[(String, String)]| {
            let mut text = String::new();
            for (name, value) in pairs {
                text.push('&');
                encode(&mut text, name.as_bytes());
                text.push('=');
                encode(&mut text, value.as_bytes());
            }
            canonical_query(&text)
        };
        let canonical = query(&pairs);
        prop_assert_eq!(canonical_query(&canonical), canonical.clone());
        pairs.reverse();
        prop_assert_eq!(query(&pairs), canonical);
    }
}
