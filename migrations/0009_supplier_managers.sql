-- The account managers whom bills name: what a version says, whom a name means, and which assignments go on after a split.

-- Sums of a version's lines by customer and the supplier's own account manager (source_manager_no of bill_line; an empty
-- text where the bill names none). `days` has a bit for each day of the version's month with such a line, the lowest for
-- the first: a row for each day would make as many rows as the bill has customers and days.
create table rollup_part_manager (
    version_no bigint not null,
    customer_no bigint not null,
    source_manager_no bigint not null,
    currency_no bigint not null,
    days bigint not null,
    lines bigint not null,
    due bigint not null,
    primary key (version_no, customer_no, source_manager_no, currency_no)
) without rowid;

insert into rollup_part_manager (version_no, customer_no, source_manager_no, currency_no, days, lines, due)
select l.version_no, l.customer_no, l.source_manager_no, l.currency_no,
       -- different powers of two: their sum is a set
       cast(sum(distinct 1 << (cast(substr(l.day, 9, 2) as integer) - 1)) as bigint), count(*), cast(sum(l.due) as bigint)
from bill_line l
join bill_version v on v.no = l.version_no
where v.kept
group by l.version_no, l.customer_no, l.source_manager_no, l.currency_no;

-- Whom a supplier's name means, where it is neither a sign-in name nor the name of just one account manager.
create table supplier_manager (
    partner_id text not null references partner (id),
    -- as the bills spell it
    name text not null,
    -- none: nobody of ours
    member_id text references member (id),
    set_by text not null,
    set_at text not null,
    primary key (partner_id, name)
);

-- The assignment that this one goes on from after other days were put between: then nobody was assigned anew.
alter table assignment add column continues text;

-- The shown lines of a month summed for its control sheet, once for each state of what is shown: reading a million lines takes
-- seconds. `shown` stands for the parts that were summed.
create table month_lines_of (
    partner_id text not null references partner (id),
    month text not null,
    shown text not null,
    primary key (partner_id, month)
);

create table month_lines (
    partner_id text not null references partner (id),
    month text not null,
    customer_no bigint not null,
    currency text not null,
    lines bigint not null,
    -- whole units and the rest, as sums of many lines may pass 64 bits
    due bigint not null,
    due_rest bigint not null,
    coupon bigint not null,
    coupon_rest bigint not null,
    -- lines whose identities fail
    unbalanced bigint not null,
    primary key (partner_id, month, customer_no, currency)
) without rowid;
