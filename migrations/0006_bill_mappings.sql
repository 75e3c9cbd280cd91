-- Bills whose layout nobody knows: what is asked of a person, and what the answers make known for the next time.

-- While a delivery waits for an answer, its files are kept for a while. JSON: the files, the header, what is missing.
alter table delivery add column asks text not null default '';
alter table delivery add column keep_until text;
-- JSON list of what was answered of which file
alter table delivery add column answers text not null default '[]';

-- Where the fields of a layout are, known again by the set of its column names.
create table bill_mapping (
    id text primary key,
    partner_id text not null references partner (id),
    -- shown as the format of its files
    name text not null,
    -- JSON list of column names
    header text not null,
    -- JSON object: field to column or constant
    sources text not null,
    created_by text not null,
    created_at text not null,
    unique (partner_id, name)
);
