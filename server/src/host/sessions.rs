//! Sessions: a `tower-sessions` store on our database that keeps only the hash of each token.

use async_trait::async_trait;
use services::Center;
use services::sessions::Session;
use sha2::{Digest as _, Sha256};
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};

use super::Host;

/// A session ends this long after it was last used.
const IDLE: time::Duration = time::Duration::hours(2);

/// The session layer with the cookie's settings.
pub fn layer(host: &Host) -> SessionManagerLayer<Store> {
    let https = host.settings.is_https();
    SessionManagerLayer::new(Store(host.center.clone()))
        .with_name(if https { "__Host-partner-center" } else { "partner-center" })
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// The store.
#[derive(Clone)]
pub struct Store(Center);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

fn hash(id: Id) -> String {
    Sha256::digest(id.to_string().as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
        use std::fmt::Write as _;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

/// A record as the service keeps it.
fn stored(record: &Record) -> Result<Session> {
    let member = record.data.get(app::context::session::MEMBER).and_then(|value| value.as_str());
    Ok(Session {
        member: member.map(domain::ids::MemberId::new),
        data: serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?,
        expires_at: jiff::Timestamp::from_second(record.expiry_date.unix_timestamp()).map_err(backend)?,
    })
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // A token that exists already is never shared: draw again.
        let session = stored(record)?;
        while !services::sessions::create(&self.0, &hash(record.id), &session).await.map_err(backend)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        // A session that ended meanwhile stays ended.
        services::sessions::save(&self.0, &hash(record.id), &stored(record)?).await.map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some(session) = services::sessions::load(&self.0, &hash(*id)).await.map_err(backend)? else {
            return Ok(None);
        };
        let data = serde_json::from_str(&session.data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = time::OffsetDateTime::from_unix_timestamp(session.expires_at.as_second()).map_err(backend)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        services::sessions::delete(&self.0, &hash(*id)).await.map_err(backend)
    }
}
