-- Customers by a pasted list, saved views, and what a summary by customer needs beside.

-- Customers that a member chose by a pasted list. Whoever opens a link with its id sees those of them in the own scope.
create table customer_list (
    id text primary key,
    partner_id text not null references partner (id),
    member_id text not null references member (id),
    -- of the customers' numbers: the same customers are kept once for a member
    digest text not null,
    used_at text not null,
    unique (member_id, digest)
);

create table customer_list_entry (
    list_id text not null references customer_list (id),
    customer_no bigint not null references customer (no),
    primary key (list_id, customer_no)
) without rowid;

-- A member's own filters of a page under a name.
create table saved_view (
    id text primary key,
    partner_id text not null references partner (id),
    member_id text not null references member (id),
    page text not null,
    name text not null,
    -- domain::customers::folded
    name_folded text not null,
    -- the address's query, without the question mark
    parameters text not null,
    is_default boolean not null,
    changed_at text not null,
    unique (member_id, page, name_folded)
);

-- Texts of bills whose letters the engine cannot fold (É, full width), folded as domain::customers::folded does. Row 0 says
-- that the texts from before there was this table are in it, too.
create table folded_text (
    no bigint primary key,
    folded text not null
) without rowid;

-- Lines that give the list price, zero or not: without them a list price of zero could not be told from none.
alter table rollup_part_service add column list_lines bigint not null default 0;
alter table rollup_part_day add column list_lines bigint not null default 0;
alter table rollup_customer add column list_lines bigint not null default 0;
alter table rollup_service add column list_lines bigint not null default 0;

create table given_by_service (
    version_no bigint not null,
    customer_no bigint not null,
    service_no bigint not null,
    charge_mode_no bigint not null,
    association_no bigint not null,
    currency_no bigint not null,
    given bigint not null,
    primary key (version_no, customer_no, service_no, charge_mode_no, association_no, currency_no)
) without rowid;

insert into given_by_service
select version_no, customer_no, service_no, charge_mode_no, association_no, currency_no, count(*)
from bill_line where list is not null
group by version_no, customer_no, service_no, charge_mode_no, association_no, currency_no;

update rollup_part_service set list_lines = coalesce((
    select g.given from given_by_service g
    where g.version_no = rollup_part_service.version_no and g.customer_no = rollup_part_service.customer_no
      and g.service_no = rollup_part_service.service_no and g.charge_mode_no = rollup_part_service.charge_mode_no
      and g.association_no = rollup_part_service.association_no
      and g.currency_no = rollup_part_service.currency_no), 0);

drop table given_by_service;

create table given_by_day (
    version_no bigint not null,
    customer_no bigint not null,
    day text not null,
    association_no bigint not null,
    currency_no bigint not null,
    given bigint not null,
    primary key (version_no, customer_no, day, association_no, currency_no)
) without rowid;

insert into given_by_day
select version_no, customer_no, day, association_no, currency_no, count(*)
from bill_line where list is not null
group by version_no, customer_no, day, association_no, currency_no;

update rollup_part_day set list_lines = coalesce((
    select g.given from given_by_day g
    where g.version_no = rollup_part_day.version_no and g.customer_no = rollup_part_day.customer_no
      and g.day = rollup_part_day.day and g.association_no = rollup_part_day.association_no
      and g.currency_no = rollup_part_day.currency_no), 0);

drop table given_by_day;

update rollup_customer set list_lines = coalesce((
    select cast(sum(r.list_lines) as bigint) from shown_part s
    join rollup_part_service r on r.version_no = s.version_no and r.customer_no = s.customer_no
    where s.partner_id = rollup_customer.partner_id and s.month = rollup_customer.month
      and s.customer_no = rollup_customer.customer_no and r.association_no = rollup_customer.association_no
      and r.currency_no = rollup_customer.currency_no), 0);

create table given_by_month (
    partner_id text not null,
    month text not null,
    service_no bigint not null,
    charge_mode_no bigint not null,
    association_no bigint not null,
    currency_no bigint not null,
    given bigint not null,
    primary key (partner_id, month, service_no, charge_mode_no, association_no, currency_no)
) without rowid;

insert into given_by_month
select s.partner_id, s.month, r.service_no, r.charge_mode_no, r.association_no, r.currency_no,
    cast(sum(r.list_lines) as bigint)
from shown_part s
join rollup_part_service r on r.version_no = s.version_no and r.customer_no = s.customer_no
group by s.partner_id, s.month, r.service_no, r.charge_mode_no, r.association_no, r.currency_no;

update rollup_service set list_lines = coalesce((
    select g.given from given_by_month g
    where g.partner_id = rollup_service.partner_id and g.month = rollup_service.month
      and g.service_no = rollup_service.service_no and g.charge_mode_no = rollup_service.charge_mode_no
      and g.association_no = rollup_service.association_no and g.currency_no = rollup_service.currency_no), 0);

drop table given_by_month;
