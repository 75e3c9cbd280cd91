-- What programs sign their calls with.

-- The account that a partner is to programs. Rows are made by the program, for ids are drawn by it.
create table account_domain (
    partner_id text primary key references partner (id),
    -- 32 hexadecimal digits
    domain_id text not null unique
);

create table project (
    -- 32 hexadecimal digits
    id text primary key,
    partner_id text not null references partner (id),
    -- the region's id, also the project's name
    region text not null,
    unique (partner_id, region)
);

create table access_key (
    -- 20 capital letters and digits
    id text primary key,
    member_id text not null references member (id),
    -- nonce and cipher text in hexadecimal digits; the key for it is in a file outside the database
    sealed_secret text not null,
    description text not null,
    state text not null,
    created_at text not null,
    -- written now and then, not at each use
    last_used_at text
);

create index access_key_member on access_key (member_id);
