//! Paging by `offset` and `limit`: rows are counted from 0, and a limit above the greatest is refused, not cut.

use super::error::{ApiError, Outcome};

/// Which rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// So many rows are left out.
    pub offset: i64,
    /// At most so many are answered.
    pub limit: i64,
}

impl Page {
    /// What almost every list allows: 1 to 100 rows, 10 where nothing is said.
    ///
    /// # Errors
    /// 400 CBC.0100 outside of that.
    pub fn of(offset: Option<i64>, limit: Option<i64>) -> Outcome<Self> {
        Self::up_to(100, offset, limit)
    }

    /// The same with another greatest limit.
    ///
    /// # Errors
    /// As [`Page::of`].
    pub fn up_to(most: i64, offset: Option<i64>, limit: Option<i64>) -> Outcome<Self> {
        let (offset, limit) = (offset.unwrap_or(0), limit.unwrap_or(10));
        if offset < 0 {
            return Err(ApiError::parameter("offset: must not be negative"));
        }
        if !(1..=most).contains(&limit) {
            return Err(ApiError::parameter(format!("limit: must be 1 to {most}")));
        }
        Ok(Self { offset, limit })
    }

    /// This page of rows that are all at hand.
    pub fn cut<T>(self, rows: Vec<T>) -> Vec<T> {
        let number = |count: i64| usize::try_from(count).unwrap_or(usize::MAX);
        rows.into_iter().skip(number(self.offset)).take(number(self.limit)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_outside_is_refused_and_not_cut() {
        assert_eq!(Page::of(None, None), Ok(Page { offset: 0, limit: 10 }));
        assert_eq!(Page::of(Some(1), Some(100)), Ok(Page { offset: 1, limit: 100 }));
        for (offset, limit) in [(0, 0), (0, 101), (-1, 10), (0, -5)] {
            let refused = Page::of(Some(offset), Some(limit)).unwrap_err();
            assert_eq!((refused.status().as_u16(), refused.code()), (400, "CBC.0100"));
        }
        assert!(Page::up_to(1000, None, Some(1000)).is_ok());
    }

    #[test]
    fn an_offset_of_one_leaves_out_the_first_row() {
        assert_eq!(Page { offset: 1, limit: 2 }.cut(vec![1, 2, 3, 4]), [2, 3]);
        assert!(Page { offset: 9, limit: 2 }.cut(vec![1, 2, 3, 4]).is_empty());
    }
}
