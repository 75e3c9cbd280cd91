//! The demo partner: a made-up distributor with customers, members, bills and a history of assignments.
//!
//! Generating is pure: the same day and seed give the same data on every machine. Loading goes through the same services as
//! real data, the bills through the same importer.

mod catalogue;
mod companies;
mod focus;
mod funds;
mod lines;
mod load;
mod people;
mod portfolios;
mod random;
mod remove;
mod resources;
mod targets;
mod teams;
mod wallet;

use std::io::Write;

use domain::periods::{Day, Month};

use crate::error::Result;

pub use catalogue::Site;
pub use companies::DemoCustomer;
pub use load::{DemoSummary, load_unscoped};
pub use people::{DEMO_PASSWORD, DemoSignIn, is_demo_login_unscoped, offered_sign_ins_unscoped, sign_ins};
pub use portfolios::DemoAssignment;
pub use remove::remove_unscoped;
pub use teams::{DemoTeam, TEAMS};

/// The demo partner's name.
pub const PARTNER: &str = "云桥数字科技（演示）";
/// The seed of the demo that `partner-center demo` loads.
pub const SEED: u64 = 20_251_122;
/// How many months of bills there are, the current one included. Source: 客户消费 looks back up to 18 months.
pub const MONTHS: i32 = 18;

/// A bill file that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillFile {
    /// File name without folders.
    pub name: String,
    /// 账期.
    pub month: Month,
    /// Who bills.
    pub site: Site,
}

/// Everything of the demo partner.
#[derive(Debug, Clone)]
pub struct DemoData {
    /// Its name.
    pub partner: &'static str,
    /// Its members.
    pub members: &'static [DemoSignIn],
    /// Its customers, the largest first.
    pub customers: Vec<DemoCustomer>,
    /// Who manages which customer from when, customer by customer, oldest first.
    pub assignments: Vec<DemoAssignment>,
    /// Its bill files, oldest first; [`DemoData::write`] writes them.
    pub bills: Vec<BillFile>,
    /// Its seed.
    seed: u64,
    /// The last day with lines: the day before today, as with the supplier's own summaries.
    last_day: Day,
    first_month: Month,
}

/// Makes the demo data as of `today`, a day in GMT+8.
pub fn generate(today: Day, seed: u64) -> DemoData {
    let first_month = today.month().plus(1 - MONTHS);
    let last_day = today.plus(-1);
    let customers = companies::customers(seed, MONTHS);
    let assignments = portfolios::assignments(&customers, first_month.first_day(), today, seed);
    let bills = (0..MONTHS)
        .map(|index| first_month.plus(index))
        .filter(|month| month.first_day() <= last_day)
        .flat_map(|month| Site::ALL.map(|site| bill_file(site, month)))
        .collect();
    DemoData { partner: PARTNER, members: sign_ins(), customers, assignments, bills, seed, last_day, first_month }
}

fn bill_file(site: Site, month: Month) -> BillFile {
    BillFile { name: format!("{}-{month}.csv", site.file_stem()), month, site }
}

impl DemoData {
    /// Writes a bill file as CSV and says how many rows it has.
    ///
    /// # Errors
    /// `Internal` where `out` cannot be written to.
    pub fn write(&self, file: &BillFile, out: impl Write) -> Result<u64> {
        let window = lines::Window {
            seed: self.seed,
            index: self.first_month.months_to(file.month),
            months: MONTHS,
            month: file.month,
            last_day: self.last_day,
        };
        let first_day = self.first_month.first_day();
        let mut bill = focus::Bill::new(out, file.site, file.month)?;
        for (index, customer) in self.customers.iter().enumerate().filter(|(_, customer)| customer.site == file.site) {
            let resources = resources::resources(customer, self.seed, MONTHS);
            for line in lines::lines(customer, &resources, window) {
                let known = (self.assignments.as_slice(), self.members);
                let manager = if line.kind == lines::Kind::Coupon {
                    ""
                } else {
                    portfolios::on_record(known, index, (first_day, line.day))
                };
                bill.push(&line, manager)?;
            }
        }
        bill.finish()
    }
}

#[cfg(test)]
mod tests;
