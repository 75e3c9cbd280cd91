-- Month close: what was done to a bill month, and why. bill_month has where it stands now.

create table month_event (
    partner_id text not null references partner (id),
    month text not null,
    -- from 1 on, by month
    no bigint not null,
    event text not null,
    -- empty but for reopening
    reason text not null,
    -- no reference: it may have been no member
    member_id text not null,
    at text not null,
    primary key (partner_id, month, no)
);

-- What became of months before there was a history.
insert into month_event (partner_id, month, no, event, reason, member_id, at)
select partner_id, month, 1, 'bill', '', changed_by, changed_at from bill_month where state in ('billed', 'closed');

insert into month_event (partner_id, month, no, event, reason, member_id, at)
select partner_id, month, 2, 'close', '', changed_by, changed_at from bill_month where state = 'closed';
