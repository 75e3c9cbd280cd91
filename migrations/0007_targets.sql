-- Teams of account managers, and targets for their consumption.

create table team (
    id text primary key,
    partner_id text not null references partner (id),
    name text not null,
    -- domain::customers::folded: names that differ in case only are one name
    name_folded text not null,
    -- grows with every change of its name or members
    version bigint not null,
    created_at text not null,
    unique (partner_id, name_folded)
);

-- An account manager is in one team at most.
create table team_member (
    member_id text primary key references member (id),
    team_id text not null references team (id)
);

create index team_member_team on team_member (team_id);

-- What an account manager is to reach as due of a month in a currency.
create table target (
    partner_id text not null references partner (id),
    manager_id text not null references member (id),
    month text not null,
    currency text not null,
    -- in 10^-8; null where it was taken away: the row stays, so that its version never goes back
    amount bigint,
    version bigint not null,
    changed_by text not null,
    changed_at text not null,
    primary key (manager_id, month, currency)
);

create index target_partner on target (partner_id, month);
