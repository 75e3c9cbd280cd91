//! A statement put together from pieces of our own, for queries whose conditions depend on what is asked.

use domain::ids::{CustomerId, CustomerListId, MemberId, MoveId, PartnerId, SavedViewId};
use sqlx::{FromRow, QueryBuilder, Sqlite};

use super::{Connection, Row};
use crate::error::Result;

/// A value to bind.
#[derive(Debug, Clone)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(i64),
}

macro_rules! value_from {
    ($($type:ty => $variant:ident($convert:expr)),+ $(,)?) => {
        $(impl From<$type> for Value {
            fn from(value: $type) -> Self {
                let convert: fn($type) -> _ = $convert;
                Self::$variant(convert(value))
            }
        })+
    };
}

value_from! {
    i64 => Number(|value| value),
    String => Text(|value| value),
    &str => Text(str::to_owned),
    &MemberId => Text(ToString::to_string),
    &CustomerId => Text(ToString::to_string),
    &CustomerListId => Text(ToString::to_string),
    &SavedViewId => Text(ToString::to_string),
    &MoveId => Text(ToString::to_string),
    &PartnerId => Text(ToString::to_string),
}

/// SQL and its values. Pieces are `&'static str`, so that nothing a person typed can become SQL; values are bound in the
/// order in which their places appear.
pub struct Statement(QueryBuilder<Sqlite>);

impl Statement {
    /// A statement that begins with `piece`.
    pub fn new(piece: &'static str) -> Self {
        Self(QueryBuilder::new(piece))
    }

    /// Appends a piece of SQL.
    pub fn add(&mut self, piece: &'static str) -> &mut Self {
        self.0.push(piece);
        self
    }

    /// Appends a place for `value`.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        match value.into() {
            Value::Text(text) => self.0.push_bind(text),
            Value::Number(number) => self.0.push_bind(number),
        };
        self
    }

    /// Appends a list of places in parentheses. Without values a null, which equals nothing: an empty list is not portable.
    pub fn list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        let mut separator = "(";
        for value in values {
            self.add(separator).bind(value);
            separator = ", ";
        }
        self.add(if separator == "(" { "(null)" } else { ")" })
    }

    /// Runs it for what it does.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn execute(mut self, connection: &mut Connection) -> Result<()> {
        self.0.build().execute(connection).await?;
        Ok(())
    }

    /// Runs it for what it does, and says how many rows it wrote.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn count(mut self, connection: &mut Connection) -> Result<u64> {
        Ok(self.0.build().execute(connection).await?.rows_affected())
    }

    /// Runs it for its rows.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn rows<R>(mut self, connection: &mut Connection) -> Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, Row> + Send + Unpin,
    {
        Ok(self.0.build_query_as().fetch_all(connection).await?)
    }

    /// Runs it for its first row.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn row<R>(mut self, connection: &mut Connection) -> Result<R>
    where
        R: for<'r> FromRow<'r, Row> + Send + Unpin,
    {
        Ok(self.0.build_query_as().fetch_one(connection).await?)
    }
}
