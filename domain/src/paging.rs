//! Pages of a list.

use serde::{Deserialize, Serialize};

/// Rows on a page of a list.
pub const PAGE_SIZE: u32 = 50;

/// The page of a list of `total` rows that `page` means: the last one where it lies beyond, the first where it is none.
pub fn page_within(page: u32, total: u64) -> u32 {
    let last = u32::try_from(total.div_ceil(u64::from(PAGE_SIZE))).unwrap_or(u32::MAX);
    page.min(last).max(1)
}

/// One page of a list with the number of all rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// How many rows there are on all pages.
    pub total: u64,
    /// 1 for the first page.
    pub page: u32,
}

impl<T> Page<T> {
    /// How many pages there are; at least one.
    pub fn pages(&self) -> u32 {
        let pages = self.total.div_ceil(u64::from(PAGE_SIZE)).max(1);
        u32::try_from(pages).unwrap_or(u32::MAX)
    }
}

/// One page of a list that is read by key, forward only: right for millions of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyedPage<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// What to pass on to get the next page; none on the last.
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_beyond_the_end_means_the_last() {
        assert_eq!(
            [(0, 120), (1, 0), (3, 120), (4, 120), (2, 50)].map(|(page, total)| page_within(page, total)),
            [1, 1, 3, 3, 1]
        );
    }
}
