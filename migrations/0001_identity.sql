-- Partners, members, sessions, and who did what.

create table partner (
    id text primary key,
    name text not null,
    -- IANA name; bill days and months are days and months of this zone
    billing_zone text not null,
    -- whether the day of an assignment counts for the new account manager; applied when from_day is written
    assignment_day_counts boolean not null,
    -- made by `partner-center demo`: only such a partner has demo sign-ins, and only it can be removed by a command
    demo boolean not null,
    -- grows with every change of shown bill data
    data_version bigint not null,
    data_changed_at text,
    created_at text not null
);

create table member (
    id text primary key,
    partner_id text not null references partner (id),
    -- lower case; unique in the installation
    login text not null unique,
    name text not null,
    password_hash text not null,
    must_change_password boolean not null,
    state text not null,
    failed_sign_ins bigint not null,
    locked_until text,
    last_sign_in text,
    created_at text not null
);

create index member_partner on member (partner_id, login);

create table member_role (
    member_id text not null references member (id),
    role text not null,
    primary key (member_id, role)
);

create table session (
    -- SHA-256 of the token; the token itself is only in the browser
    token_hash text primary key,
    -- none before sign-in
    member_id text references member (id),
    data text not null,
    expires_at text not null
);

create index session_member on session (member_id);
create index session_expiry on session (expires_at);

-- One row for every write and every export. Never changed.
create table audit_record (
    id text primary key,
    partner_id text not null references partner (id),
    -- none for the command line
    member_id text,
    at text not null,
    action text not null,
    subject text not null,
    detail text not null
);

create index audit_partner on audit_record (partner_id, at);
