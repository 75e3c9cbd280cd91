//! What a program signs its calls with (我的凭证 > API凭证): access keys of a member, and the partner's projects by region.
//!
//! Source: the console page 我的凭证, API凭证 (domain id, projects, at most two access keys), and the SDK's look-ups
//! `GET /v3/auth/domains` and `GET /v3/projects`.

use serde::{Deserialize, Serialize};

use crate::errors::FieldError;
use crate::ids::AccessKeyId;
use crate::text::coded_enum;

/// So many keys of a member may be active at once: the second one is for changing keys without a gap.
pub const MAX_ACTIVE_KEYS: usize = 2;
/// So many keys a member may have in all.
pub const MAX_KEYS: usize = 20;
/// The longest description of a key, in characters.
pub const MAX_DESCRIPTION: usize = 255;

coded_enum! {
    /// Whether calls signed with a key are answered.
    pub enum KeyState {
        /// They are.
        Active = "active",
        /// They are refused as if there were no such key.
        Disabled = "disabled",
    }
}

/// A member's access key as it is listed. The secret is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// 20 capital letters and digits; no secret.
    pub id: AccessKeyId,
    /// What it is for.
    pub description: String,
    /// Whether it may be used.
    pub state: KeyState,
    /// When it was made, UTC.
    pub created_at: String,
    /// When it was last used, UTC, some minutes late; none where it never was.
    pub last_used_at: Option<String>,
}

/// A key that was just made: the only time that its secret is told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedKey {
    /// The key's id.
    pub access_key: AccessKeyId,
    /// The secret: 40 letters and digits.
    pub secret_key: String,
    /// The partner's domain id, which the SDK takes beside the two.
    pub domain_id: String,
}

impl std::fmt::Debug for CreatedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedKey").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

/// The partner's project in a region (项目): programs that sign for a region name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The region's id, e.g. `cn-north-4`; also the project's name.
    pub region: String,
    /// The region's name in Chinese.
    pub region_name: String,
    /// The region's name in English.
    pub region_name_en: String,
}

/// The page API凭证 of a member.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Credentials {
    /// The partner's domain id: 32 hexadecimal digits.
    pub domain_id: String,
    /// The partner's projects, in the order of [`REGIONS`].
    pub projects: Vec<Project>,
    /// The member's own keys, newest first.
    pub keys: Vec<AccessKey>,
}

/// Regions in which each partner has a project: id, name in Chinese, name in English. Source: the supplier's list of regions and
/// endpoints, those on the mainland first.
pub const REGIONS: &[(&str, &str, &str)] = &[
    ("cn-north-4", "华北-北京四", "CN North-Beijing4"),
    ("cn-north-1", "华北-北京一", "CN North-Beijing1"),
    ("cn-north-9", "华北-乌兰察布一", "CN North-Ulanqab1"),
    ("cn-east-3", "华东-上海一", "CN East-Shanghai1"),
    ("cn-east-2", "华东-上海二", "CN East-Shanghai2"),
    ("cn-south-1", "华南-广州", "CN South-Guangzhou"),
    ("cn-southwest-2", "西南-贵阳一", "CN Southwest-Guiyang1"),
    ("ap-southeast-1", "中国-香港", "CN-Hong Kong"),
    ("ap-southeast-3", "亚太-新加坡", "AP-Singapore"),
];

/// A key's description without spaces at its ends; may be empty.
///
/// # Errors
/// A [`FieldError`] of `description`: `too_long` over [`MAX_DESCRIPTION`] characters.
pub fn check_description(text: &str) -> Result<&str, FieldError> {
    let text = text.trim();
    if text.chars().count() > MAX_DESCRIPTION {
        return Err(FieldError::new("description", "too_long").with(MAX_DESCRIPTION));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_has_at_most_255_characters() {
        assert_eq!(check_description("  对账脚本 "), Ok("对账脚本"));
        assert_eq!(check_description(&"钥".repeat(256)).unwrap_err().code, "too_long");
    }

    #[test]
    fn a_new_key_does_not_show_its_secret_in_logs() {
        let key =
            CreatedKey { access_key: AccessKeyId::new("AK"), secret_key: "hidden".into(), domain_id: String::new() };
        assert!(!format!("{key:?}").contains("hidden"));
    }
}
