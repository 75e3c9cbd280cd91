//! Top-ups by two members, customers' payments, corrections.

use super::*;

fn decide(id: &domain::ids::TopUpId, event: TopUpEvent) -> DecideTopUp {
    DecideTopUp { id: id.clone(), event, reason: "未到账".into() }
}

#[tokio::test]
async fn money_is_there_once_a_second_member_confirms_it() {
    let world = World::new().await;
    let (center, finance, second) = (&world.center, &world.finance, &world.second);
    let id = record_top_up(center, finance, &bank_transfer("88.80")).await.unwrap();
    assert_eq!((world.overview().await.balance, world.overview().await.waiting_top_ups), (Amount::ZERO, 1));
    assert_eq!(code(decide_top_up(center, finance, &decide(&id, TopUpEvent::Confirm)).await), "second_member_needed");
    assert_eq!(code(decide_top_up(center, finance, &decide(&id, TopUpEvent::Refuse)).await), "second_member_needed");
    assert_eq!(code(decide_top_up(center, second, &decide(&id, TopUpEvent::Withdraw)).await), "recorded_by_other");
    assert_eq!(code(decide_top_up(center, &world.li, &decide(&id, TopUpEvent::Confirm)).await), "denied");
    assert_eq!(decide_top_up(center, second, &decide(&id, TopUpEvent::Confirm)).await.unwrap(), TopUpState::Confirmed);
    assert_eq!(code(decide_top_up(center, second, &decide(&id, TopUpEvent::Confirm)).await), "already_decided");
    assert_eq!((world.overview().await.balance, world.moves().await), (yuan("88.8"), 1));
    let listed = top_ups(center, finance, &TopUpQuery::default()).await.unwrap().items;
    let found = &listed[0];
    assert_eq!((found.recorded_by.as_str(), found.decided_by.as_str(), found.own), ("finance", "second", true));
    assert!(found.moved.is_some());
    world.assert_sound().await;
}

#[tokio::test]
async fn a_refused_or_withdrawn_top_up_moves_nothing() {
    let world = World::new().await;
    let (center, finance, second) = (&world.center, &world.finance, &world.second);
    let first = record_top_up(center, finance, &bank_transfer("1")).await.unwrap();
    let without = DecideTopUp { reason: String::new(), ..decide(&first, TopUpEvent::Refuse) };
    assert_eq!(code(decide_top_up(center, second, &without).await), "reason:required");
    decide_top_up(center, second, &decide(&first, TopUpEvent::Refuse)).await.unwrap();
    let other = record_top_up(center, finance, &bank_transfer("2")).await.unwrap();
    decide_top_up(center, finance, &decide(&other, TopUpEvent::Withdraw)).await.unwrap();
    assert_eq!(world.moves().await, 0);
    let refused = TopUpQuery { state: Some(TopUpState::Refused), page: 1 };
    let refused = top_ups(center, second, &refused).await.unwrap();
    assert_eq!((refused.total, refused.items[0].reason.as_str(), refused.items[0].own), (1, "未到账", false));
}

#[tokio::test]
async fn everything_wrong_with_a_bank_transfer_is_said_at_once() {
    let world = World::new().await;
    let new = NewTopUp { paid_on: Some("2026-11-23".parse().unwrap()), ..NewTopUp::default() };
    let Err(Error::Invalid(fields)) = record_top_up(&world.center, &world.finance, &new).await else { panic!() };
    let fields: Vec<String> = fields.into_iter().map(|field| format!("{}:{}", field.field, field.code)).collect();
    assert_eq!(fields, ["amount:required", "paid_on:in_future", "bank_reference:required", "payer:required"]);
}

#[tokio::test]
async fn no_more_credit_is_given_back_than_is_used() {
    let world = World::new().await;
    let (center, finance, second) = (&world.center, &world.finance, &world.second);
    world.credit_line("100", "0").await.unwrap();
    world.transfer(&world.allocation("30")).await.unwrap();
    let into_credit = |amount: &str| NewTopUp { account: TopUpAccount::Credit, ..bank_transfer(amount) };
    let much = record_top_up(center, finance, &into_credit("30.01")).await.unwrap();
    assert_eq!(code(decide_top_up(center, second, &decide(&much, TopUpEvent::Confirm)).await), "insufficient:30:30.01");
    let right = record_top_up(center, finance, &into_credit("30")).await.unwrap();
    decide_top_up(center, second, &decide(&right, TopUpEvent::Confirm)).await.unwrap();
    let own = world.overview().await;
    assert_eq!(
        (own.credit, own.cash, own.topped_up, own.allocated),
        (yuan("100"), Amount::ZERO, yuan("30"), yuan("30"))
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn a_customer_s_payment_is_answered_by_one_allocation() {
    let world = World::new().await;
    let (center, finance) = (&world.center, &world.finance);
    world.topped_up("100").await;
    let new = |customer: &CustomerId| NewCustomerPayment {
        customer: customer.clone(),
        amount: "20".into(),
        paid_on: Some("2026-11-21".parse().unwrap()),
        reference: "R1".into(),
        memo: String::new(),
    };
    assert_eq!(code(record_payment(center, finance, &new(&world.referral)).await), "referral_customer");
    let id = record_payment(center, finance, &new(&world.reseller)).await.unwrap();
    assert_eq!(world.overview().await.waiting_payments, 1);
    let other = world.center.customer(&world.partner, "other", "O").await;
    world.associate(&other, "reseller").await;
    let answer = |customer: &CustomerId, direction| Transfer {
        payment: Some(id.clone()),
        ..Transfer::new(direction, Counterpart::Customer(customer.clone()), "20")
    };
    let allocate = TransferDirection::Allocate;
    assert_eq!(code(world.transfer(&answer(&other, allocate)).await), "payment:not_found");
    let moved = world.transfer(&answer(&world.reseller, allocate)).await.unwrap();
    assert_eq!(
        code(world.transfer(&answer(&world.reseller, TransferDirection::Reclaim)).await),
        "payment:not_for_reclaim"
    );
    assert_eq!(code(world.transfer(&answer(&world.reseller, allocate)).await), "payment_allocated");
    assert_eq!(code(withdraw_payment(center, finance, &id).await), "payment_allocated");
    let listed = payments(center, finance, &CustomerPaymentQuery::default()).await.unwrap().items;
    assert_eq!((listed[0].state, listed[0].moved.as_ref()), (CustomerPaymentState::Allocated, Some(&moved.id)));
    let wrong = ReverseMove { id: moved.id, reason: "误操作".into(), key: String::new() };
    reverse_move(center, finance, &wrong).await.unwrap();
    assert_eq!(world.overview().await.waiting_payments, 1, "it waits again");
    withdraw_payment(center, finance, &id).await.unwrap();
    assert_eq!(code(withdraw_payment(center, finance, &id).await), "payment_withdrawn");
    assert_eq!((world.balance().await, world.overview().await.balance), (Amount::ZERO, yuan("100")));
    world.assert_sound().await;
}

#[tokio::test]
async fn a_reversal_needs_a_reason_and_money_that_is_there() {
    let world = World::new().await;
    world.topped_up("100").await;
    let moved = world.transfer(&world.allocation("60")).await.unwrap();
    world.transfer(&world.reclaim("10")).await.unwrap();
    let reverse = async |id: &domain::ids::MoveId, reason: &str| {
        let request = ReverseMove { id: id.clone(), reason: reason.into(), key: String::new() };
        code(reverse_move(&world.center, &world.finance, &request).await)
    };
    assert_eq!(reverse(&moved.id, "").await, "reason:required");
    assert_eq!(reverse(&moved.id, "typo").await, "insufficient:50:60");
    let line = world.credit_line("5", "0").await.unwrap();
    assert_eq!(reverse(&line.id, "typo").await, "not_reversible");
    assert_eq!(world.overview().await.balance, yuan("55"));
}
