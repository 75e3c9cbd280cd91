-- Customers and who manages them.

create table customer (
    -- small number that bill lines and rollups carry
    no bigint primary key,
    id text not null unique,
    partner_id text not null references partner (id),
    -- the key a bill knows it by: (partner, supplier, account)
    supplier text not null,
    account_id text not null,
    account_name text not null,
    name text not null,
    -- domain::customers::folded, for searching
    account_name_folded text not null,
    name_folded text not null,
    association text not null,
    origin text not null,
    phone text not null,
    email text not null,
    -- first day with a line; none before
    first_seen text,
    created_at text not null,
    unique (partner_id, supplier, account_id)
);

create index customer_partner on customer (partner_id, created_at);

-- Half-open intervals [from_day, until_day), never overlapping for one customer.
create table assignment (
    id text primary key,
    partner_id text not null references partner (id),
    customer_no bigint not null references customer (no),
    manager_id text not null references member (id),
    from_day text not null,
    -- 9999-12-31 while it goes on
    until_day text not null,
    assigned_by text not null,
    assigned_at text not null,
    ended_by text,
    ended_at text,
    check (from_day < until_day),
    unique (customer_no, from_day)
);

create index assignment_manager on assignment (manager_id, from_day, until_day);
