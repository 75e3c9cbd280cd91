//! Many at once.

use std::collections::HashSet;

use super::*;
use crate::center::Center;
use crate::db::Database;

/// Sixty-four clients, half of them in another program on the same file, allocate more than there is; each sends each request twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_clients_never_overspend_lose_or_double_a_move() {
    const CLIENTS: usize = 64;
    const EACH: usize = 3;
    let world = World::new().await;
    world.topped_up("1000").await;
    world.credit_line("50", "0").await.unwrap();
    let mut customers = vec![world.reseller.clone()];
    for number in 0..7 {
        let customer = world.center.customer(&world.partner, &format!("c{number}"), "C").await;
        world.associate(&customer, "reseller").await;
        customers.push(customer);
    }
    let url = format!("sqlite://{}", world.center.folder().join("test.db").display());
    let beside = Center::new(Database::open(&url).await.unwrap(), world.center.clock.clone());
    let mut clients = Vec::new();
    for client in 0..CLIENTS {
        let center = if client % 2 == 0 { (*world.center).clone() } else { beside.clone() };
        let (finance, customer) = (world.finance.clone(), customers[client % customers.len()].clone());
        clients.push(tokio::spawn(async move {
            let mut made = Vec::new();
            for round in 0..EACH {
                let asked = Transfer {
                    key: format!("{client}-{round}"),
                    ..Transfer::new(TransferDirection::Allocate, Counterpart::Customer(customer.clone()), "7.01")
                };
                let (first, again) =
                    tokio::join!(transfer(&center, &finance, &asked), transfer(&center, &finance, &asked));
                match (first, again) {
                    (Ok(first), Ok(again)) => {
                        assert_eq!(first.id, again.id);
                        assert!(first.repeated != again.repeated, "one of the two made it");
                        made.push(first.id);
                    }
                    (Err(Error::Insufficient(_)), Err(Error::Insufficient(_))) => {}
                    other => panic!("{other:?}"),
                }
            }
            made
        }));
    }
    let mut made = HashSet::new();
    let mut count = 0_i64;
    for client in clients {
        for id in client.await.unwrap() {
            assert!(made.insert(id));
            count += 1;
        }
    }
    // 1050 / 7.01: no more than fits, and as many as fit
    assert_eq!(count, 149);
    assert_eq!(world.moves().await, count + 2);
    let own = world.overview().await;
    assert_eq!((own.balance, own.with_customers), (yuan("5.51"), yuan("1044.49")));
    world.assert_sound().await;
}
