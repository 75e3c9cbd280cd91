//! The demo partner's targets: somewhat more or less than the month before brought, up to two months ahead.

use std::collections::BTreeMap;

use domain::ids::{MemberId, PartnerId};
use domain::periods::Month;

use super::DemoData;
use super::people::DIRECTOR;
use super::random::{Random, place};
use crate::center::Center;
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};

/// Months after the current one that have a target already.
const AHEAD: i32 = 2;
/// Targets are multiples of a hundred, in 10⁻⁸ units.
const STEP: i64 = 100 * 100_000_000;

/// Due of an account manager's customers by currency and month, each month by whoever had the customer in its middle.
type Dues = BTreeMap<(String, String), BTreeMap<Month, i64>>;

/// Sets the targets as if the director had set each on the first day of its month.
///
/// # Errors
/// `Internal`.
pub(super) async fn load(
    center: &Center,
    connection: &mut Connection,
    partner: &PartnerId,
    (data, members): (&DemoData, &[MemberId]),
) -> Result<()> {
    let now = stored(center.clock.now());
    let this = data.last_day.plus(1).month();
    let mut count = 0;
    for ((manager, currency), dues) in dues(connection, partner).await? {
        let who = members.iter().position(|member| member.as_str() == manager).unwrap_or_default();
        let months = (0..=data.first_month.months_to(this) + AHEAD).map(|index| data.first_month.plus(index));
        for (index, month) in months.enumerate() {
            let of_currency = u64::from(currency.bytes().next().unwrap_or_default());
            let mut random = Random::at(data.seed, &[6, place(who), place(index), of_currency]);
            let Some(amount) = amount(&dues, month.min(this), random.between(92, 112)) else { continue };
            let set_at = format!("{}T01:30:00.000000Z", month.first_day()).min(now.clone());
            sqlx::query(
                "insert into target (partner_id, manager_id, month, currency, amount, version, changed_by, changed_at)
                 values ($1, $2, $3, $4, $5, 1, $6, $7)",
            )
            .bind(partner.as_str())
            .bind(&manager)
            .bind(month.to_string())
            .bind(&currency)
            .bind(amount)
            .bind(members[DIRECTOR].as_str())
            .bind(set_at)
            .execute(&mut *connection)
            .await?;
            count += 1;
        }
    }
    let detail = format!("{count} targets");
    crate::audit::record_unscoped(center, connection, partner, ("target.load", partner.as_str(), &detail)).await
}

/// `percent` of the due of the month before, rounded up; of the month itself where there is none before. None without either.
fn amount(dues: &BTreeMap<Month, i64>, month: Month, percent: i64) -> Option<i64> {
    let due = dues.get(&month.plus(-1)).or_else(|| dues.get(&month)).copied().filter(|due| *due > 0)?;
    let wanted = due / 100 * percent;
    Some((wanted / STEP + 1) * STEP)
}

async fn dues(connection: &mut Connection, partner: &PartnerId) -> Result<Dues> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "select a.manager_id, t.value, r.month, cast(sum(r.due) as bigint)
         from rollup_customer r
         join assignment a on a.customer_no = r.customer_no
           and a.from_day <= r.month || '-15' and a.until_day > r.month || '-15'
         join bill_text t on t.no = r.currency_no
         where r.partner_id = $1
         group by a.manager_id, t.value, r.month",
    )
    .bind(partner.as_str())
    .fetch_all(connection)
    .await?;
    let mut dues = Dues::new();
    for (manager, currency, month, due) in rows {
        let month = month.parse().map_err(Error::internal)?;
        dues.entry((manager, currency)).or_default().insert(month, due);
    }
    Ok(dues)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_round_part_of_the_month_before() {
        let month = |text: &str| text.parse::<Month>().unwrap();
        let dues = BTreeMap::from([(month("2026-09"), 1_000 * STEP), (month("2026-10"), 5)]);
        assert_eq!(amount(&dues, month("2026-10"), 110), Some(1_101 * STEP));
        assert_eq!(amount(&dues, month("2026-09"), 100), Some(1_001 * STEP), "nothing before: its own");
        assert_eq!(amount(&dues, month("2026-12"), 100), None);
    }
}
