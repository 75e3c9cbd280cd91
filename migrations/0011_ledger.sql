-- The ledger: accounts, moves and postings; and the partner's funds built on them.

-- An account comes into being with its first move. Its balance is the sum of its postings, kept beside them.
create table ledger_account (
    id text primary key,
    partner_id text not null references partner (id),
    -- domain::ledger::AccountKind
    kind text not null,
    -- the customer, the indirect partner or the part of the outside world; empty for the partner's own two
    owner text not null,
    currency text not null check (currency = 'CNY'),
    -- in 10^-8, as all amounts
    balance bigint not null,
    -- how many postings it has
    sequence bigint not null,
    -- the balance does not go below it by a posting that takes; none for the outside world
    floor bigint,
    unique (partner_id, kind, owner)
);

-- Never changed, never deleted.
create table ledger_move (
    id text primary key,
    partner_id text not null references partner (id),
    -- from 1 on, by partner: the order in which moves were made
    sequence bigint not null,
    -- domain::ledger::MoveKind
    kind text not null,
    at text not null,
    -- none for jobs and the command line
    member_id text references member (id),
    reason text not null,
    -- whom it concerns: a customer or an indirect partner; empty for what concerns the partner alone
    counterpart text not null,
    reference_kind text,
    reference_id text,
    -- the move that this one reverses or refunds
    about_id text references ledger_move (id),
    -- a request with the same key moves nothing a second time
    idempotency_key text not null,
    -- what the request with that key asked for
    request text not null,
    unique (partner_id, sequence),
    unique (partner_id, idempotency_key)
);

create index ledger_move_kind on ledger_move (partner_id, kind, sequence);
create index ledger_move_counterpart on ledger_move (partner_id, counterpart, sequence);
create index ledger_move_about on ledger_move (about_id);
-- A move is reversed once.
create unique index ledger_move_reversal on ledger_move (about_id) where kind = 'reversal';

-- Never changed, never deleted. The postings of a move sum to zero.
create table ledger_posting (
    account_id text not null references ledger_account (id),
    -- from 1 on, by account
    sequence bigint not null,
    move_id text not null references ledger_move (id),
    amount bigint not null check (amount <> 0),
    balance_after bigint not null,
    primary key (account_id, sequence)
);

create index ledger_posting_move on ledger_posting (move_id);

-- The engine itself refuses to change what was written; only a demo partner can be removed with everything of it. The text of
-- these triggers is SQLite's: another engine needs its own.
create trigger ledger_move_is_final before update on ledger_move begin
    select raise(abort, 'a move of money is never changed');
end;

create trigger ledger_move_stays before delete on ledger_move
when not exists (select 1 from partner p where p.id = old.partner_id and p.demo) begin
    select raise(abort, 'a move of money is never deleted');
end;

create trigger ledger_posting_is_final before update on ledger_posting begin
    select raise(abort, 'a posting is never changed');
end;

create trigger ledger_posting_stays before delete on ledger_posting
when not exists (
    select 1 from ledger_account a join partner p on p.id = a.partner_id where a.id = old.account_id and p.demo
) begin
    select raise(abort, 'a posting is never deleted');
end;

-- Bank transfers into the partner's account: recorded by one member, decided by a second one.
create table top_up (
    id text primary key,
    partner_id text not null references partner (id),
    -- domain::funds::TopUpAccount
    account text not null,
    amount bigint not null,
    paid_on text not null,
    bank_reference text not null,
    payer text not null,
    memo text not null,
    -- domain::funds::TopUpState
    state text not null,
    recorded_by text not null references member (id),
    recorded_at text not null,
    decided_by text references member (id),
    decided_at text,
    reason text not null,
    move_id text references ledger_move (id),
    check (decided_by is null or state = 'withdrawn' or decided_by <> recorded_by)
);

create index top_up_partner on top_up (partner_id, recorded_at);

-- Money set aside for a purpose: the floor of the cash account is the sum of what is not released.
create table earmark (
    id text primary key,
    partner_id text not null references partner (id),
    amount bigint not null,
    purpose text not null,
    created_by text not null references member (id),
    created_at text not null,
    released_by text references member (id),
    released_at text
);

create index earmark_partner on earmark (partner_id, created_at);

-- What a reseller-model customer paid to the partner, before it is allocated.
create table customer_payment (
    id text primary key,
    partner_id text not null references partner (id),
    customer_id text not null references customer (id),
    amount bigint not null,
    paid_on text not null,
    reference text not null,
    memo text not null,
    -- domain::funds::CustomerPaymentState
    state text not null,
    recorded_by text not null references member (id),
    recorded_at text not null,
    move_id text references ledger_move (id)
);

create index customer_payment_partner on customer_payment (partner_id, recorded_at);

-- The supplier's id of a move that was made there, too.
create table supplier_transaction (
    move_id text primary key references ledger_move (id),
    partner_id text not null references partner (id),
    transaction_id text not null,
    recorded_by text references member (id),
    recorded_at text not null,
    unique (partner_id, transaction_id)
);

-- Files of the supplier's income and expense details.
create table supplier_file (
    id text primary key,
    partner_id text not null references partner (id),
    name text not null,
    from_day text not null,
    to_day text not null,
    uploaded_by text not null references member (id),
    uploaded_at text not null
);

create table supplier_file_row (
    file_id text not null references supplier_file (id),
    row_no bigint not null,
    transaction_id text not null,
    day text not null,
    -- by how much the partner's account changed
    amount bigint not null,
    counterpart text not null,
    -- domain::funds::MatchReason
    reason text not null,
    move_id text references ledger_move (id),
    primary key (file_id, row_no)
);

create index supplier_file_row_move on supplier_file_row (move_id);
