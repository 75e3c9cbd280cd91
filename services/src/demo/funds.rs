//! The demo partner's funds: what a year of topping up, allocating and reclaiming leaves behind, through the services that people use.

use domain::access::Actor;
use domain::customers::AssociationType;
use domain::funds::{
    Counterpart, DecideTopUp, NewCustomerPayment, NewEarmark, NewTopUp, SetCreditLine, TopUpEvent, Transfer,
    TransferDirection,
};
use domain::ids::{CustomerId, MemberId, PartnerId};
use domain::ledger::{Account, Leg, MoveKind, Outside};
use domain::money::Amount;
use domain::periods::{Day, Month};
use jiff::Timestamp;

use super::DemoData;
use super::catalogue::Site;
use super::people::{ADMINISTRATOR, FINANCE};
use super::random::{Random, place};
use crate::center::Center;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::ledger::NewMove;
use crate::{funds, ledger, members};

/// Months with moves, the current one included.
const MONTHS: i32 = 9;
/// Customers with an account.
const CUSTOMERS: usize = 8;
/// Every so many customers' allocations answer a payment that was recorded before.
const WITH_PAYMENT: usize = 3;

/// Who moves money in the demo, and for whom.
struct Books<'a> {
    center: &'a Center,
    partner: &'a PartnerId,
    /// Records and allocates.
    finance: Actor,
    /// Confirms.
    administrator: Actor,
    customers: Vec<CustomerId>,
    seed: u64,
}

/// Makes the moves of the past months, each at its time.
///
/// # Errors
/// `Internal`.
pub(super) async fn load(
    center: &Center,
    partner: &PartnerId,
    (data, members): (&DemoData, &[MemberId]),
) -> Result<()> {
    let actor = async |member: &MemberId| members::actor(center, member).await?.ok_or(Error::NotFound);
    let books = Books {
        center,
        partner,
        finance: actor(&members[FINANCE]).await?,
        administrator: actor(&members[ADMINISTRATOR]).await?,
        customers: customers(center, partner, data).await?,
        seed: data.seed,
    };
    let today = data.last_day.plus(1);
    for index in (1 - MONTHS)..=0 {
        Box::pin(books.month(today.month().plus(index), today)).await?;
    }
    Box::pin(books.open_ends(today)).await
}

/// The largest reseller-model customers of the mainland site, whose money is CNY.
async fn customers(center: &Center, partner: &PartnerId, data: &DemoData) -> Result<Vec<CustomerId>> {
    let mut tx = center.db.read().await?;
    let mut found = Vec::new();
    let fits = |customer: &&super::DemoCustomer| {
        customer.site == Site::Mainland && customer.association == AssociationType::Reseller
    };
    for customer in data.customers.iter().filter(fits) {
        let id: Option<String> = sqlx::query_scalar(
            "select id from customer where partner_id = $1 and supplier = $2 and account_id = $3 and association = $4",
        )
        .bind(partner.as_str())
        .bind(customer.site.supplier())
        .bind(&customer.account_id)
        .bind(AssociationType::Reseller.code())
        .fetch_optional(&mut *tx)
        .await?;
        found.extend(id.map(CustomerId::new));
    }
    found.truncate(CUSTOMERS);
    Ok(found)
}

impl Books<'_> {
    /// The centre at an hour (UTC) of a day; never later than now.
    fn at(&self, day: Day, hour: i8) -> Result<Center> {
        let instant: Timestamp = format!("{day}T{hour:02}:15:00Z").parse().map_err(Error::internal)?;
        let mut center = self.center.clone();
        center.clock = Clock::fixed(instant.min(self.center.clock.now()));
        Ok(center)
    }

    /// Topped up on the 2nd, allocated on the 3rd and 16th, used in between, now and then reclaimed on the 25th: day by day, so that
    /// the books are in the order of time.
    async fn month(&self, month: Month, today: Day) -> Result<()> {
        for of_month in [2, 3, 14, 16, 25] {
            let day = month.first_day().plus(of_month - 1);
            if day >= today {
                break;
            }
            if of_month == 2 {
                self.begin(day, month.months_to(today.month()) == MONTHS - 1).await?;
                continue;
            }
            for (index, customer) in self.customers.iter().enumerate() {
                let mut random = Random::at(self.seed, &[9, place(index), u64::from(month.days().unsigned_abs())]);
                let size = i64::try_from(CUSTOMERS + 2 - index).unwrap_or(1);
                let allocated = size * random.between(28, 36) * 100;
                match of_month {
                    3 => self.allocate(day, (index, customer), allocated).await?,
                    14 => self.uses(day, customer, allocated * random.between(55, 80) / 100).await?,
                    16 => self.allocate(day, (index + 1, customer), allocated / 2).await?,
                    _ if index % 4 == 3 => self.reclaim(day, customer, format!("{}.50", allocated / 10)).await?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// The top-up of a month; before the first one, the credit line, and after it, money set aside.
    async fn begin(&self, day: Day, first: bool) -> Result<()> {
        if !first {
            return self.top_up(day, "270000").await;
        }
        let line = SetCreditLine { line: "500000".into(), seen: Amount::ZERO, reason: "年度授信".into() };
        funds::set_credit_line(&self.at(day, 1)?, &self.finance, &line).await?;
        self.top_up(day, "400000").await?;
        let aside = NewEarmark { amount: "30000".into(), purpose: "年度框架专款".into() };
        funds::earmark(&self.at(day, 4)?, &self.finance, &aside).await?;
        Ok(())
    }

    async fn reclaim(&self, day: Day, customer: &CustomerId, amount: String) -> Result<()> {
        let asked = between(TransferDirection::Reclaim, customer, amount);
        let asked = Transfer { reason: "余额回收".into(), ..asked };
        funds::transfer(&self.at(day, 8)?, &self.finance, &asked).await?;
        Ok(())
    }

    async fn top_up(&self, day: Day, amount: &str) -> Result<()> {
        let id = funds::record_top_up(&self.at(day, 2)?, &self.finance, &bank_transfer(day, amount)).await?;
        let confirm = DecideTopUp { id, event: TopUpEvent::Confirm, reason: String::new() };
        funds::decide_top_up(&self.at(day, 3)?, &self.administrator, &confirm).await?;
        Ok(())
    }

    /// Allocates, some of it as the answer to what the customer paid the day before.
    async fn allocate(&self, day: Day, (index, customer): (usize, &CustomerId), yuan: i64) -> Result<()> {
        let mut asked = between(TransferDirection::Allocate, customer, yuan.to_string());
        asked.reason = "月度拨款".into();
        if index % WITH_PAYMENT == 0 {
            let payment = payment(customer, yuan, day.plus(-1));
            asked.payment = Some(funds::record_payment(&self.at(day, 4)?, &self.finance, &payment).await?);
        } else {
            asked.supplier_transaction = format!("AD{}{:04}", day.to_string().replace('-', ""), index);
        }
        funds::transfer(&self.at(day, 6)?, &self.finance, &asked).await?;
        Ok(())
    }

    /// The supplier takes what the customer used.
    async fn uses(&self, day: Day, customer: &CustomerId, yuan: i64) -> Result<()> {
        let amount: Amount = yuan.to_string().parse().map_err(Error::internal)?;
        let less = amount.checked_neg().ok_or_else(|| Error::internal("no such amount"))?;
        let legs = vec![
            Leg { account: Account::Customer(customer.clone()), amount: less },
            Leg { account: Account::Outside(Outside::Supplier), amount },
        ];
        let center = self.at(day, 16)?;
        let mut tx = center.db.write().await?;
        let usage = NewMove { reason: "按需消费".into(), ..NewMove::new(MoveKind::Usage, customer.as_str(), legs) };
        ledger::post_unscoped(&center, &mut tx, self.partner, &usage).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What waits today: a top-up for a second member, a customer's payment for its allocation.
    async fn open_ends(&self, today: Day) -> Result<()> {
        let yesterday = today.plus(-1);
        let center = self.at(yesterday, 9)?;
        funds::record_top_up(&center, &self.finance, &bank_transfer(yesterday, "260000")).await?;
        if let Some(customer) = self.customers.first() {
            funds::record_payment(&center, &self.finance, &payment(customer, 18_000, yesterday)).await?;
        }
        Ok(())
    }
}

fn bank_transfer(day: Day, amount: &str) -> NewTopUp {
    NewTopUp {
        amount: amount.into(),
        paid_on: Some(day),
        bank_reference: format!("{}0001", day.to_string().replace('-', "")),
        payer: super::PARTNER.into(),
        memo: "对公转账".into(),
        ..NewTopUp::default()
    }
}

fn between(direction: TransferDirection, customer: &CustomerId, amount: String) -> Transfer {
    Transfer::new(direction, Counterpart::Customer(customer.clone()), amount)
}

fn payment(customer: &CustomerId, yuan: i64, paid_on: Day) -> NewCustomerPayment {
    NewCustomerPayment {
        customer: customer.clone(),
        amount: yuan.to_string(),
        paid_on: Some(paid_on),
        reference: format!("客户回款 {paid_on}"),
        memo: String::new(),
    }
}
