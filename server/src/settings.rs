//! Settings: flags, then environment `PARTNER_CENTER_*`, then a TOML file, then defaults.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What the TOML file may hold; every entry is optional.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSettings {
    /// See [`Settings::database_url`].
    pub database_url: Option<String>,
    /// See [`Settings::listen`].
    pub listen: Option<String>,
    /// See [`Settings::public_url`].
    pub public_url: Option<String>,
    /// See [`Settings::trusted_proxies`].
    pub trusted_proxies: Option<Vec<IpAddr>>,
    /// See [`Settings::max_upload_bytes`].
    pub max_upload_bytes: Option<u64>,
    /// See [`Settings::export_folder`].
    pub export_folder: Option<PathBuf>,
    /// See [`Settings::secret_key_file`].
    pub secret_key_file: Option<PathBuf>,
    /// See [`Settings::api_flow_limit`].
    pub api_flow_limit: Option<u32>,
    /// See [`Settings::api_lock_after`].
    pub api_lock_after: Option<u32>,
    /// See [`Settings::metrics_token`].
    pub metrics_token: Option<String>,
    /// See [`Settings::log_format`].
    pub log_format: Option<String>,
}

/// The settings in force.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `sqlite://path`.
    pub database_url: String,
    /// `host:port`.
    pub listen: String,
    /// The address that people use, e.g. `https://partners.example.com`: decides cookies and the origins that may write.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The largest bill file that is read.
    pub max_upload_bytes: u64,
    /// Where exported files are kept until they expire; beside the database where none is named.
    pub export_folder: Option<PathBuf>,
    /// The server key that seals the secrets of access keys; `partner-center.key` beside the database where none is named.
    pub secret_key_file: Option<PathBuf>,
    /// Calls a second of each operation of the open API, for one address and one partner; 0 for no limit, the documented
    /// numbers where nothing is said.
    pub api_flow_limit: Option<u32>,
    /// After so many wrong signatures in a row an access key is refused for five minutes; 0 for never. Who knows a key's id
    /// could lock it, so never is the default.
    pub api_lock_after: u32,
    /// With it `/metrics` answers to `Authorization: Bearer …`; without it, to loopback only.
    pub metrics_token: Option<String>,
    /// `pretty` or `json`.
    pub log_format: String,
}

/// 4 GiB.
const MAX_UPLOAD_BYTES: u64 = 4 << 30;

impl Settings {
    /// Puts the sources together; `flags` win over the environment, and both over the file `config`.
    ///
    /// # Errors
    /// A sentence that names the setting or the file.
    pub fn load(flags: FileSettings, config: Option<&Path>) -> Result<Self, String> {
        let file = match config {
            Some(path) => read_file(path)?,
            None => FileSettings::default(),
        };
        let environment = from_environment(|name| std::env::var(name).ok())?;
        let settings = combine(flags, environment, file);
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), String> {
        if let Some(url) = &self.public_url
            && !["http://", "https://"]
                .iter()
                .any(|scheme| url.strip_prefix(scheme).is_some_and(|host| !host.is_empty()))
        {
            return Err(format!("public_url: `{url}` is no http or https address"));
        }
        if !["pretty", "json"].contains(&self.log_format.as_str()) {
            return Err(format!("log_format: `{}` is neither pretty nor json", self.log_format));
        }
        Ok(())
    }

    /// Whether demo sign-ins may be offered: the program is reached over loopback, and nothing stands before it.
    pub fn is_local(&self) -> bool {
        let host = self.listen.rsplit_once(':').map_or("", |(host, _)| host).trim_matches(['[', ']']);
        let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        loopback && self.public_url.is_none() && self.trusted_proxies.is_empty()
    }

    /// Whether people reach the site over https.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Where uploads wait for their import: beside the database.
    pub fn upload_folder(&self) -> PathBuf {
        let file = services::db::file_of(&self.database_url).unwrap_or_default();
        file.parent().map_or_else(|| PathBuf::from("uploads"), |folder| folder.join("uploads"))
    }
}

fn read_file(path: &Path) -> Result<FileSettings, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn from_environment(get: impl Fn(&str) -> Option<String>) -> Result<FileSettings, String> {
    let number = |name: &str| {
        get(name).map(|text| text.parse().map_err(|_| format!("{name}: `{text}` is no number of bytes"))).transpose()
    };
    let count = |name: &str| {
        get(name).map(|text| text.parse().map_err(|_| format!("{name}: `{text}` is no number"))).transpose()
    };
    let addresses = |name: &str| {
        get(name)
            .map(|text| {
                text.split(',')
                    .map(|part| part.trim().parse().map_err(|_| format!("{name}: `{part}` is no IP address")))
                    .collect()
            })
            .transpose()
    };
    Ok(FileSettings {
        database_url: get("DATABASE_URL").or_else(|| get("PARTNER_CENTER_DATABASE_URL")),
        listen: get("PARTNER_CENTER_LISTEN"),
        public_url: get("PARTNER_CENTER_PUBLIC_URL"),
        trusted_proxies: addresses("PARTNER_CENTER_TRUSTED_PROXIES")?,
        max_upload_bytes: number("PARTNER_CENTER_MAX_UPLOAD_BYTES")?,
        export_folder: get("PARTNER_CENTER_EXPORT_FOLDER").map(PathBuf::from),
        secret_key_file: get("PARTNER_CENTER_SECRET_KEY_FILE").map(PathBuf::from),
        api_flow_limit: count("PARTNER_CENTER_API_FLOW_LIMIT")?,
        api_lock_after: count("PARTNER_CENTER_API_LOCK_AFTER")?,
        metrics_token: get("PARTNER_CENTER_METRICS_TOKEN"),
        log_format: get("PARTNER_CENTER_LOG_FORMAT"),
    })
}

fn combine(flags: FileSettings, environment: FileSettings, file: FileSettings) -> Settings {
    macro_rules! first {
        ($name:ident) => {
            flags.$name.or(environment.$name).or(file.$name)
        };
    }
    Settings {
        database_url: first!(database_url).unwrap_or_else(|| "sqlite://data/partner-center.db".into()),
        listen: first!(listen).unwrap_or_else(|| "127.0.0.1:8080".into()),
        public_url: first!(public_url).map(|url| url.trim_end_matches('/').to_owned()),
        trusted_proxies: first!(trusted_proxies).unwrap_or_default(),
        max_upload_bytes: first!(max_upload_bytes).unwrap_or(MAX_UPLOAD_BYTES),
        export_folder: first!(export_folder),
        secret_key_file: first!(secret_key_file),
        api_flow_limit: first!(api_flow_limit),
        api_lock_after: first!(api_lock_after).unwrap_or(0),
        metrics_token: first!(metrics_token),
        log_format: first!(log_format).unwrap_or_else(|| "pretty".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_environment_and_both_over_the_file() {
        let with = |listen: &str| FileSettings { listen: Some(listen.into()), ..FileSettings::default() };
        let file = FileSettings { max_upload_bytes: Some(5), ..with("file") };
        let settings = combine(with("flag"), with("environment"), file.clone());
        assert_eq!((settings.listen.as_str(), settings.max_upload_bytes), ("flag", 5));
        assert_eq!(combine(FileSettings::default(), with("environment"), file.clone()).listen, "environment");
        assert_eq!(combine(FileSettings::default(), FileSettings::default(), file).listen, "file");
    }

    #[test]
    fn a_wrong_value_is_named() {
        let error =
            from_environment(|name| (name == "PARTNER_CENTER_MAX_UPLOAD_BYTES").then(|| "much".into())).unwrap_err();
        assert_eq!(error, "PARTNER_CENTER_MAX_UPLOAD_BYTES: `much` is no number of bytes");
        assert!(toml::from_str::<FileSettings>("lissten = 'x'").is_err());
    }

    #[test]
    fn demo_sign_ins_are_for_loopback_with_nothing_before_it() {
        let with = |listen: &str| FileSettings { listen: Some(listen.into()), ..FileSettings::default() };
        let local = |flags: FileSettings| Settings::load(flags, None).unwrap().is_local();
        assert!(local(with("127.0.0.1:8080")) && local(with("[::1]:80")) && local(with("localhost:1")));
        assert!(!local(with("0.0.0.0:8080")) && !local(with("partners.example.com:80")));
        assert!(!local(FileSettings { public_url: Some("https://p.example".into()), ..with("127.0.0.1:1") }));
        assert!(
            Settings::load(FileSettings { public_url: Some("p.example".into()), ..with("127.0.0.1:1") }, None).is_err()
        );
    }

    #[test]
    fn uploads_wait_beside_the_database() {
        let settings = combine(FileSettings::default(), FileSettings::default(), FileSettings::default());
        assert_eq!(settings.upload_folder(), Path::new("data/uploads"));
    }
}
