//! Before a delivery is read: its files opened and recognised, and what the reading thread must know of the database.

use std::collections::HashMap;
use std::sync::Arc;

use domain::customers::AssociationType;
use domain::ids::PartnerId;

use crate::center::Center;
use crate::db::Connection;
use crate::error::{Error, Result};

use super::NewDelivery;
use super::draft::Customer;
use super::format::Knowledge;
use super::kept::{self, Asked};
use super::mappings;
use super::parse::Known;
use super::rows::Homes;
use super::source::{Limits, Open, OpenBill, SourceFile, Unpacked, open, refused};
use super::texts::Texts;

/// The files of a delivery, opened.
pub enum Opened {
    /// All are recognised; the folders of unpacked archives go with the second.
    Bills(Vec<(SourceFile, OpenBill)>, Vec<Arc<Unpacked>>),
    /// The first file that must be asked about.
    Asks(Box<Asked>),
}

/// Opens the files of a delivery and recognises each.
///
/// # Errors
/// As [`open`]; `Invalid`: `mixed`, or for `mapping` `unknown`.
pub async fn open_all(center: &Center, partner: &PartnerId, delivery: &NewDelivery) -> Result<Opened> {
    let mut tx = center.db.read().await?;
    let saved = mappings::layouts(&mut tx, partner).await?;
    drop(tx);
    if let Some(wanted) = delivery.mapping.as_ref().filter(|wanted| saved.iter().all(|saved| saved.name != **wanted)) {
        return Err(domain::errors::FieldError::new("mapping", "unknown").with(wanted).into());
    }
    let knowledge = Knowledge { saved, wanted: delivery.mapping.clone(), answers: delivery.answers.clone() };
    let limits = Limits { unpacked: delivery.max_bytes, folder: kept::unpacked(center) };
    let files = delivery.files.clone();
    tokio::task::spawn_blocking(move || open_each(&files, &knowledge, &limits)).await.map_err(Error::internal)?
}

fn open_each(files: &[SourceFile], knowledge: &Knowledge, limits: &Limits) -> Result<Opened> {
    let (mut bills, mut folders) = (Vec::new(), Vec::new());
    for file in files {
        for Open { source, bill, unpacked } in open(file, knowledge, limits, bills.len())? {
            match bill {
                Ok(bill) => bills.push((source, bill)),
                Err(question) => return Ok(Opened::Asks(Box::new(Asked { file: source, question }))),
            }
            folders.extend(unpacked);
        }
    }
    let is_mended = |bill: &OpenBill| bill.header.columns.rejected.is_some();
    match bills.iter().find(|(_, bill)| is_mended(bill)) {
        Some((file, _)) if !bills.iter().all(|(_, bill)| is_mended(bill)) => {
            Err(refused(file, "mixed", &"mended rows and bills cannot be one delivery"))
        }
        _ => Ok(Opened::Bills(bills, folders)),
    }
}

/// What the reading thread must know of the database; for `details` also where customers' consumption stands.
///
/// # Errors
/// `Internal`.
pub async fn known(center: &Center, partner: &PartnerId, details: bool) -> Result<Known> {
    let mut tx = center.db.read().await?;
    let settings = crate::partners::get(&mut tx, partner).await?;
    let texts = Texts::load(&mut tx).await?;
    let rows: Vec<(i64, String, String, String, String)> = sqlx::query_as(
        "select no, supplier, account_id, account_name, association from customer where partner_id = $1",
    )
    .bind(partner.as_str())
    .fetch_all(&mut *tx)
    .await?;
    let customers: Vec<Customer> = rows
        .into_iter()
        .map(|(no, supplier, account, name, association)| Customer {
            no,
            supplier,
            account,
            name,
            association: association.parse().unwrap_or(AssociationType::Unknown),
            new: false,
            changed: false,
        })
        .collect();
    let (next_customer, next_version): (i64, i64) = sqlx::query_as(
        "select (select coalesce(max(no), 0) + 1 from customer), (select coalesce(max(no), 0) + 1 from bill_version)",
    )
    .fetch_one(&mut *tx)
    .await?;
    let closed = crate::months::closings(&mut tx, partner).await?;
    let homes = if details { homes(&mut tx, partner, &customers).await? } else { Homes::default() };
    Ok(Known { zone: settings.zone, texts, customers, next_customer, next_version, closed, homes })
}

/// Where customers' consumption stands: suppliers and billing accounts of what is shown, newest first.
async fn homes(connection: &mut Connection, partner: &PartnerId, customers: &[Customer]) -> Result<Homes> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select c.account_id, c.supplier, v.account
         from shown_part s join customer c on c.no = s.customer_no join bill_version v on v.no = s.version_no
         where s.partner_id = $1 group by c.account_id, c.supplier, v.account order by max(v.no) desc",
    )
    .bind(partner.as_str())
    .fetch_all(connection)
    .await?;
    let mut homes = HashMap::<String, Vec<(String, String)>>::new();
    for (account, supplier, billing) in rows {
        homes.entry(account).or_default().push((supplier, billing));
    }
    for customer in customers {
        let known = homes.entry(customer.account.clone()).or_default();
        if known.iter().all(|(supplier, _)| *supplier != customer.supplier) {
            known.push((customer.supplier.clone(), String::new()));
        }
    }
    Ok(Homes(std::sync::Arc::new(homes)))
}
