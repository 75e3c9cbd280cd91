//! What handlers take: a strict JSON body and a strict query. Whatever does not fit is 400 CBC.0100.

mod values;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::{ApiError, Outcome};
use super::signature::pairs;

/// The answer of an operation.
pub type Answer<T> = Outcome<axum::Json<T>>;

/// A JSON object as the body; no body at all is an empty object. Members that are not known are passed over.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Outcome<Self> {
        // The gate has read the body and kept it to its limit.
        let bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await.map_err(|_| ApiError::internal())?;
        body(&bytes).map(Self)
    }
}

fn body<T: DeserializeOwned>(bytes: &[u8]) -> Outcome<T> {
    let bytes = bytes.trim_ascii();
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    // An array would be read as the members of the object in their order.
    if !bytes.starts_with(b"{") {
        return Err(ApiError::parameter("the body must be a JSON object"));
    }
    serde_json::from_slice(bytes).map_err(|error| ApiError::parameter(format!("the body: {error}")))
}

/// The query parameters. A list is a name given several times; parameters that are not known are passed over.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Outcome<Self> {
        query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn query<T: DeserializeOwned>(query: &str) -> Outcome<T> {
    let text = |bytes| String::from_utf8(bytes).map_err(|_| ApiError::parameter("the query is not UTF-8"));
    let pairs = pairs(query).into_iter().map(|(name, value)| Ok((text(name)?, text(value)?)));
    values::read(pairs.collect::<Outcome<_>>()?).map_err(|error| ApiError::parameter(error.to_string()))
}

/// A parameter of the path, decoded.
pub struct PathText(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathText {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Outcome<Self> {
        let path = axum::extract::Path::<String>::from_request_parts(parts, state).await;
        match path {
            Ok(axum::extract::Path(text)) if text.chars().count() <= 64 => Ok(Self(text)),
            Ok(_) => Err(ApiError::parameter("the path: an id has at most 64 characters")),
            Err(_) => Err(ApiError::parameter("the path is not UTF-8")),
        }
    }
}

/// An empty text means the same as none, for filters where the documents say nothing else.
pub fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A text that must be there.
///
/// # Errors
/// 400 CBC.0100 where it is missing or empty.
pub fn required(name: &str, text: Option<String>) -> Outcome<String> {
    given(text).ok_or_else(|| ApiError::parameter(format!("{name}: is required")))
}

/// A text of at most so many characters.
///
/// # Errors
/// 400 CBC.0100 where it is longer.
pub fn at_most(name: &str, most: usize, text: Option<String>) -> Outcome<Option<String>> {
    match text {
        Some(text) if text.chars().count() > most => {
            Err(ApiError::parameter(format!("{name}: has at most {most} characters")))
        }
        text => Ok(text),
    }
}

/// An instant as `2026-07-01T08:09:10Z`; the only form of the open API.
///
/// # Errors
/// 400 CBC.0100 for every other text, also an empty one.
pub fn instant(name: &str, text: Option<&str>) -> Outcome<Option<jiff::Timestamp>> {
    let Some(text) = text else { return Ok(None) };
    let shape = |text: &str| {
        text.len() == 20
            && text.bytes().zip("0000-00-00T00:00:00Z".bytes()).all(|(found, wanted)| match wanted {
                b'0' => found.is_ascii_digit(),
                wanted => found == wanted,
            })
    };
    match text.parse() {
        Ok(instant) if shape(text) => Ok(Some(instant)),
        _ => Err(ApiError::parameter(format!("{name}: must be an instant as yyyy-MM-ddTHH:mm:ssZ"))),
    }
}

/// A stored instant as the open API writes it.
pub fn written(stored: &str) -> String {
    let instant: Result<jiff::Timestamp, _> = stored.parse();
    instant.map_or_else(|_| stored.to_owned(), |instant| instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Filter {
        #[serde(default)]
        name: Option<String>,
        limit: Option<i64>,
        zero: Option<bool>,
        #[serde(default)]
        ids: Vec<String>,
    }

    #[test]
    fn a_query_repeats_names_for_lists_and_nothing_else() {
        let read = query::<Filter>("name=%E5%BC%B9+%2B&ids=2&ids=1&limit=5&zero=false&unknown=x").unwrap();
        let ids = vec!["2".to_owned(), "1".to_owned()];
        assert_eq!(read, Filter { name: Some("弹 +".into()), limit: Some(5), zero: Some(false), ids });
        for wrong in ["name=a&name=b", "limit=ten", "limit=", "limit=1.5", "zero=1", "name=%FF"] {
            let refused = query::<Filter>(wrong).unwrap_err();
            assert_eq!((refused.status().as_u16(), refused.code()), (400, "CBC.0100"), "{wrong}");
        }
        assert_eq!(query::<Filter>("name=").unwrap().name.as_deref(), Some(""));
    }

    #[test]
    fn a_body_is_an_object_or_nothing() {
        assert_eq!(body::<Filter>(b"").unwrap(), Filter::default());
        assert_eq!(body::<Filter>(b" {\"limit\": null}").unwrap(), Filter::default());
        for wrong in
            ["[]", "[null,1,null,[]]", "null", "{", "{\"limit\":\"5\"}", "{\"limit\":1,\"limit\":2}", "{\"ids\":1}"]
        {
            assert_eq!(body::<Filter>(wrong.as_bytes()).unwrap_err().code(), "CBC.0100", "{wrong}");
        }
    }

    #[test]
    fn instants_are_utc_seconds_and_nothing_else() {
        assert!(instant("t", Some("2026-07-01T08:09:10Z")).unwrap().is_some());
        for wrong in ["", "2026-07-01", "2026-07-01T08:09:10+08:00", "2026-07-01 08:09:10Z", "2026-13-01T08:09:10Z"] {
            assert_eq!(instant("t", Some(wrong)).unwrap_err().code(), "CBC.0100", "{wrong}");
        }
        assert_eq!(written("2026-11-22T04:00:00.123456Z"), "2026-11-22T04:00:00Z");
    }

    proptest! {
        #[test]
        fn no_body_and_no_query_makes_a_panic(bytes: Vec<u8>, text in "\\PC*") {
            let _ = body::<Filter>(&bytes);
            let _ = query::<Filter>(&text);
            let _ = instant("t", Some(&text));
        }
    }
}
