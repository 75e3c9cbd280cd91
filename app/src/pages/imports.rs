//! Bill import (账单导入).

pub mod detail;
pub mod list;
pub mod mapping;
mod mappings;
mod preview;
pub mod upload;
