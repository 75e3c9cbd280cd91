//! The rules of allocating and reclaiming.

use domain::ledger::{Account, Leg, MoveKind, Outside};

use super::*;
use crate::ledger::{self, NewMove};

/// The customer uses what it was given.
async fn spends(world: &World, amount: &str) {
    let legs = vec![
        Leg { account: Account::Customer(world.reseller.clone()), amount: yuan(&format!("-{amount}")) },
        Leg { account: Account::Outside(Outside::Supplier), amount: yuan(amount) },
    ];
    let mut tx = world.center.db.write().await.unwrap();
    let usage = NewMove::new(MoveKind::Usage, world.reseller.as_str(), legs);
    ledger::post_unscoped(&world.center, &mut tx, &world.partner, &usage).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_balance_is_top_ups_and_credit_less_what_is_allocated_whatever_customers_spend_of_it() {
    let world = World::new().await;
    world.topped_up("1000").await;
    world.credit_line("500", "0").await.unwrap();
    world.transfer(&world.allocation("300")).await.unwrap();
    let before = world.overview().await;
    assert_eq!((before.balance, before.allocatable, before.allocated), (yuan("1200"), yuan("1200"), yuan("300")));
    assert_eq!((before.topped_up, before.credit_line, before.with_customers), (yuan("1000"), yuan("500"), yuan("300")));
    spends(&world, "100").await;
    let after = world.overview().await;
    assert_eq!((after.balance, after.allocated, after.with_customers), (yuan("1200"), yuan("300"), yuan("200")));
    world.assert_sound().await;
}

#[tokio::test]
async fn only_reseller_model_customers_are_allocated_to_and_reclaimed_from() {
    let world = World::new().await;
    world.topped_up("1000").await;
    let other = world.center.partner("Other", "UTC").await;
    let foreign = world.center.customer(&other, "foreign", "F").await;
    world.associate(&foreign, "reseller").await;
    for direction in TransferDirection::ALL {
        for (customer, expected) in
            [(&world.referral, "referral_customer"), (&world.unknown, "association_unknown"), (&foreign, "not_found")]
        {
            let asked = Transfer::new(*direction, Counterpart::Customer(customer.clone()), "1");
            assert_eq!(code(world.transfer(&asked).await), expected);
            assert_eq!(code(preview(&world.center, &world.finance, &asked).await), expected);
        }
        let stranger = Counterpart::Indirect(domain::ids::IndirectPartnerId::new("i"));
        let asked = Transfer::new(*direction, stranger, "1");
        assert_eq!(code(transfer(&world.center, &world.admin, &asked).await), "indirect_partner:not_found");
    }
    assert_eq!(world.moves().await, 1);
}

#[tokio::test]
async fn amounts_are_positive_with_two_decimals_and_within_what_is_there() {
    let world = World::new().await;
    world.topped_up("100").await;
    for (amount, expected) in [
        ("", "amount:required"),
        ("0", "amount:not_positive"),
        ("-1", "amount:not_positive"),
        ("1.001", "amount:too_many_decimals"),
        ("ten", "amount:malformed"),
        ("100.01", "insufficient:100:100.01"),
    ] {
        assert_eq!(code(world.transfer(&world.allocation(amount)).await), expected, "{amount}");
    }
    assert_eq!(code(world.transfer(&world.reclaim("0.01")).await), "insufficient:0:0.01");
    world.transfer(&world.allocation("100.00")).await.unwrap();
    assert_eq!(code(world.transfer(&world.reclaim("100.01")).await), "insufficient:100:100.01");
    world.transfer(&world.reclaim("100")).await.unwrap();
    assert_eq!((world.overview().await.balance, world.balance().await), (yuan("100"), Amount::ZERO));
    world.assert_sound().await;
}

#[tokio::test]
async fn earmarked_money_is_not_allocated_until_it_is_released() {
    let world = World::new().await;
    world.topped_up("100").await;
    let new = |amount: &str| NewEarmark { amount: amount.into(), purpose: "专项".into() };
    assert_eq!(code(earmark(&world.center, &world.finance, &new("100.01")).await), "insufficient:100:100.01");
    let id = earmark(&world.center, &world.finance, &new("40")).await.unwrap();
    let own = world.overview().await;
    assert_eq!((own.balance, own.earmarked, own.allocatable), (yuan("100"), yuan("40"), yuan("60")));
    assert_eq!(code(world.transfer(&world.allocation("60.01")).await), "insufficient:60:60.01");
    world.transfer(&world.allocation("60")).await.unwrap();
    world.assert_sound().await;
    release_earmark(&world.center, &world.finance, &id).await.unwrap();
    assert_eq!(code(release_earmark(&world.center, &world.finance, &id).await), "already_released");
    world.transfer(&world.allocation("40")).await.unwrap();
    let all = earmarks(&world.center, &world.finance).await.unwrap();
    assert_eq!((all.len(), all[0].released_by.as_str()), (1, "finance"));
    world.assert_sound().await;
}

#[tokio::test]
async fn cash_is_allocated_before_credit_and_credit_comes_back_first() {
    let world = World::new().await;
    world.topped_up("100").await;
    world.credit_line("50", "0").await.unwrap();
    let seen = preview(&world.center, &world.finance, &world.allocation("120")).await.unwrap();
    assert_eq!((seen.cash, seen.credit), (yuan("100"), yuan("20")));
    assert_eq!(seen.own, BeforeAfter { before: yuan("150"), after: yuan("30") });
    assert_eq!(seen.counterpart, BeforeAfter { before: Amount::ZERO, after: yuan("120") });
    assert_eq!(seen.counterpart_name, "代售客户");
    assert_eq!(world.moves().await, 2, "nothing moved yet");
    world.transfer(&world.allocation("120")).await.unwrap();
    assert_eq!(code(world.credit_line("10", "50").await), "insufficient:10:20");
    assert_eq!(code(world.credit_line("10", "40").await), "changed_since");
    world.transfer(&world.reclaim("50")).await.unwrap();
    let own = world.overview().await;
    assert_eq!((own.cash, own.credit), (yuan("30"), yuan("50")));
    world.credit_line("0", "50").await.unwrap();
    assert_eq!(world.overview().await.credit, Amount::ZERO);
    world.assert_sound().await;
}

#[tokio::test]
async fn a_reseller_model_customer_cannot_top_up_and_is_told_its_partner() {
    let world = World::new().await;
    assert_eq!(code(customer_top_up(&world.center, &world.finance, &world.reseller).await), "partner_tops_up");
    assert_eq!(code(customer_top_up(&world.center, &world.finance, &world.referral).await), "supplier_tops_up");
    let account = customer_account(&world.center, &world.finance, &world.reseller).await.unwrap();
    assert_eq!((account.topped_up_by.as_deref(), account.balance), (Some("云桥"), Some(Amount::ZERO)));
    let account = customer_account(&world.center, &world.finance, &world.referral).await.unwrap();
    assert_eq!((account.topped_up_by, account.balance, account.can_transfer), (None, None, false));
}

#[tokio::test]
async fn an_account_manager_sees_the_balances_of_own_customers_and_nothing_else_of_the_funds() {
    let world = World::new().await;
    world.topped_up("100").await;
    world.transfer(&world.allocation("10")).await.unwrap();
    let (center, li) = (&world.center, &world.li);
    assert_eq!(code(customer_account(center, li, &world.reseller).await), "not_found");
    assert_eq!(customer_balances(center, li, (std::slice::from_ref(&world.reseller), None)).await.unwrap(), []);
    world.assign(&world.reseller, &li.member).await;
    let account = customer_account(center, li, &world.reseller).await.unwrap();
    assert_eq!((account.balance, account.can_transfer), (Some(yuan("10")), false));
    let asked = [world.referral.clone(), world.reseller.clone(), world.reseller.clone()];
    let found = customer_balances(center, li, (&asked, None)).await.unwrap();
    assert_eq!(found, [CustomerBalance { customer: world.reseller.clone(), balance: yuan("10") }]);
    assert_eq!(code(transfer(center, li, &world.allocation("1")).await), "denied");
    assert_eq!(code(preview(center, li, &world.allocation("1")).await), "denied");
    assert_eq!(code(overview(center, li).await), "denied");
    assert_eq!(code(records(center, li, &RecordQuery::default()).await), "denied");
    assert_eq!(code(adjustments(center, li, &AdjustQuery::default()).await), "denied");
    assert_eq!(code(top_ups(center, li, &TopUpQuery::default()).await), "denied");
    assert_eq!(code(payments(center, li, &CustomerPaymentQuery::default()).await), "denied");
    assert_eq!(code(earmarks(center, li).await), "denied");
    let indirect = Counterpart::Indirect(domain::ids::IndirectPartnerId::new("i"));
    let asked = Transfer::new(TransferDirection::Allocate, indirect, "1");
    assert_eq!(code(world.transfer(&asked).await), "denied", "finance does not manage indirect partners");
}

#[tokio::test]
async fn the_same_key_moves_money_once_even_when_the_money_is_gone_by_then() {
    let world = World::new().await;
    world.topped_up("100").await;
    let asked = Transfer { key: "k1".into(), ..world.allocation("100") };
    let first = world.transfer(&asked).await.unwrap();
    let again = world.transfer(&Transfer { amount: "100.00".into(), ..asked.clone() }).await.unwrap();
    assert_eq!((first.repeated, again.repeated, &first.id), (false, true, &again.id));
    assert_eq!(again.counterpart_balance, yuan("100"));
    for other in [
        Transfer { amount: "99".into(), ..asked.clone() },
        Transfer { direction: TransferDirection::Reclaim, ..asked.clone() },
        Transfer { reason: "other".into(), ..asked.clone() },
    ] {
        assert_eq!(code(world.transfer(&other).await), "idempotency_key_reused");
    }
    assert_eq!((world.moves().await, world.balance().await), (2, yuan("100")));
    let audited = world.center.audit().await;
    assert_eq!(audited.iter().filter(|(action, ..)| action == "funds.allocate").count(), 1);
}

#[tokio::test]
async fn balances_that_changed_since_they_were_seen_stop_a_transfer() {
    let world = World::new().await;
    world.topped_up("100").await;
    let seen = preview(&world.center, &world.finance, &world.allocation("10")).await.unwrap();
    let confirmed = Transfer { seen: Some((seen.own.before, seen.counterpart.before)), ..world.allocation("10") };
    world.transfer(&world.allocation("1")).await.unwrap();
    assert_eq!(code(world.transfer(&confirmed).await), "changed_since");
    assert_eq!(world.balance().await, yuan("1"));
}
