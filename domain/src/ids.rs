//! Identifiers: newtypes over text, so that a member's id is never taken for a customer's.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps a text that is known to be an id, or is about to be looked up as one.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self(text.to_owned()))
            }
        }
    };
}

id!(
    /// A partner: the company whose customers, bills and members these are.
    PartnerId
);
id!(
    /// A member of a partner's organisation (组织成员).
    MemberId
);
id!(
    /// A customer of a partner. The supplier's own account id stands beside it.
    CustomerId
);
id!(
    /// A member's access key for signed calls: 20 capital letters and digits.
    AccessKeyId
);
id!(
    /// Customers that a member chose by a pasted list.
    CustomerListId
);
id!(
    /// A member's saved view of a page.
    SavedViewId
);
id!(
    /// One delivery of bill files.
    DeliveryId
);
id!(
    /// A team of account managers.
    TeamId
);
id!(
    /// One export that is written in the background.
    ExportId
);
id!(
    /// A saved mapping of columns.
    MappingId
);
id!(
    /// One assignment of a customer to an account manager.
    AssignmentId
);
id!(
    /// A move of money: the transaction id that people and programs see.
    MoveId
);
id!(
    /// An indirect partner (云经销商), whom a distributor serves.
    IndirectPartnerId
);
id!(
    /// A recorded bank transfer into the partner's account.
    TopUpId
);
id!(
    /// A customer's payment outside the partner centre.
    CustomerPaymentId
);
id!(
    /// Money set aside for a purpose.
    EarmarkId
);
id!(
    /// A file of the supplier's income and expense details.
    SupplierFileId
);
