-- Bills: deliveries, their versions, lines, and the sums that the dashboards read.
--
-- A delivery (the files of one import) writes one version for each (supplier, billing account, month). What is shown is
-- listed in shown_part, customer by customer: switching a version replaces rows there, nothing else.

create table delivery (
    id text primary key,
    partner_id text not null references partner (id),
    -- none for the command line
    member_id text,
    state text not null,
    covers text not null,
    -- JSON list of file names
    files text not null,
    created_at text not null,
    finished_at text,
    -- an import renews it batch by batch; what a dead one left is swept when it is over
    lease_until text,
    rows_read bigint not null,
    bytes_read bigint not null,
    bytes_total bigint not null,
    -- JSON list of import reports
    reports text not null,
    error text not null,
    -- the delivery whose rejected rows these are, mended; its fate is theirs
    mends text references delivery (id)
);

create index delivery_partner on delivery (partner_id, created_at);

-- The refused rows as they came, to be mended and imported again.
create table rejected_row (
    delivery_id text not null references delivery (id),
    file_no bigint not null,
    row_no bigint not null,
    column_name text not null,
    reason text not null,
    -- the record as CSV; row 0 of a file is its header
    record text not null,
    -- the delivery that brought the row again, mended or not
    mended_by text,
    primary key (delivery_id, file_no, row_no)
);

create table bill_version (
    no bigint primary key,
    partner_id text not null references partner (id),
    delivery_id text not null references delivery (id),
    supplier text not null,
    account text not null,
    month text not null,
    covers text not null,
    state text not null,
    lines bigint not null,
    -- whether its lines are still there: they go when it was unchanged, withdrawn, or is older than the last three
    kept boolean not null
);

create index bill_version_delivery on bill_version (delivery_id);
create index bill_version_month on bill_version (partner_id, month, supplier, account, no);

-- A version's lines by customer: how many, and a wrapping sum of their 128-bit hashes. Equal numbers and sums mean the
-- same lines, whatever their order.
create table version_part (
    version_no bigint not null references bill_version (no),
    customer_no bigint not null references customer (no),
    lines bigint not null,
    hash_high bigint not null,
    hash_low bigint not null,
    primary key (version_no, customer_no)
) without rowid;

-- What is shown: the lines of these versions for these customers. More than one version a customer and month only where
-- lines were appended.
create table shown_part (
    partner_id text not null,
    month text not null,
    customer_no bigint not null,
    version_no bigint not null references bill_version (no),
    primary key (partner_id, month, customer_no, version_no)
) without rowid;

create index shown_part_version on shown_part (version_no);
create index shown_part_customer on shown_part (customer_no, version_no);

-- What a delivery's switch took out of shown_part, so that withdrawing it can put it back.
create table replaced_part (
    delivery_id text not null references delivery (id),
    month text not null,
    customer_no bigint not null,
    version_no bigint not null references bill_version (no),
    primary key (delivery_id, month, customer_no, version_no)
);

create index replaced_part_version on replaced_part (version_no);

create table bill_month (
    partner_id text not null references partner (id),
    month text not null,
    state text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (partner_id, month)
);

-- Repeated texts of bill lines, by small numbers. Found by their 128-bit hash (services::imports::texts): an index of the
-- texts themselves would be as large as the table and slow to fill.
create table bill_text (
    no bigint primary key,
    hash_high bigint not null,
    hash_low bigint not null,
    value text not null
) without rowid;

create unique index bill_text_hash on bill_text (hash_low, hash_high);

-- Amounts are integers of 10^-8; null where the source does not give the part. Columns ending in _no refer to bill_text.
create table bill_line (
    version_no bigint not null,
    -- file number in the delivery times 10^12, plus row number in the file, both from 1; from 10^15 on: taken over from an
    -- earlier version by a delivery that covers days
    line_no bigint not null,
    customer_no bigint not null,
    -- billing-zone day, within the version's month
    day text not null,
    bill_type_no bigint not null,
    charge_mode_no bigint not null,
    association_no bigint not null,
    currency_no bigint not null,
    service_no bigint not null,
    resource_type_no bigint not null,
    resource_id_no bigint not null,
    resource_name_no bigint not null,
    region_no bigint not null,
    order_no bigint not null,
    description_no bigint not null,
    tags_no bigint not null,
    source_manager_no bigint not null,
    charge_start_no bigint not null,
    charge_end_no bigint not null,
    trade_time_no bigint not null,
    list bigint,
    discount bigint,
    truncated bigint,
    due bigint not null,
    coupon bigint not null,
    cash bigint,
    credit bigint,
    cash_coupon bigint,
    stored_card bigint,
    bonus bigint,
    debt bigint,
    written_off bigint,
    primary key (version_no, line_no)
) without rowid;

-- A version's lines by customer and day: an index of bill_line that is filled in order once the version is written.
-- Kept by the engine line by line, it would double the time of an import.
create table customer_line (
    version_no bigint not null,
    customer_no bigint not null,
    day text not null,
    line_no bigint not null,
    primary key (version_no, customer_no, day, line_no)
) without rowid;

-- Sums of a version's lines by customer and service. `charged` = lines whose due is not zero.
-- refund and adjustment are the parts of due from lines of those bill types; paid = due - coupon.
create table rollup_part_service (
    version_no bigint not null,
    customer_no bigint not null,
    service_no bigint not null,
    charge_mode_no bigint not null,
    association_no bigint not null,
    currency_no bigint not null,
    lines bigint not null,
    charged bigint not null,
    list bigint not null,
    due bigint not null,
    coupon bigint not null,
    refund bigint not null,
    adjustment bigint not null,
    debt bigint not null,
    -- lines that give the debt, zero or not
    debt_lines bigint not null,
    primary key (version_no, customer_no, service_no, charge_mode_no, association_no, currency_no)
) without rowid;

-- Sums of a version's lines by customer and day.
create table rollup_part_day (
    version_no bigint not null,
    customer_no bigint not null,
    day text not null,
    association_no bigint not null,
    currency_no bigint not null,
    lines bigint not null,
    charged bigint not null,
    list bigint not null,
    due bigint not null,
    coupon bigint not null,
    refund bigint not null,
    adjustment bigint not null,
    debt bigint not null,
    debt_lines bigint not null,
    primary key (version_no, customer_no, day, association_no, currency_no)
) without rowid;

-- Sums of the shown lines by month and customer; written anew for the months that a switch touches.
create table rollup_customer (
    partner_id text not null,
    month text not null,
    customer_no bigint not null,
    association_no bigint not null,
    currency_no bigint not null,
    lines bigint not null,
    charged bigint not null,
    list bigint not null,
    due bigint not null,
    coupon bigint not null,
    refund bigint not null,
    adjustment bigint not null,
    debt bigint not null,
    debt_lines bigint not null,
    primary key (partner_id, month, customer_no, association_no, currency_no)
) without rowid;

-- Sums of the shown lines by month and service; written with rollup_customer.
create table rollup_service (
    partner_id text not null,
    month text not null,
    service_no bigint not null,
    charge_mode_no bigint not null,
    association_no bigint not null,
    currency_no bigint not null,
    lines bigint not null,
    charged bigint not null,
    list bigint not null,
    due bigint not null,
    coupon bigint not null,
    refund bigint not null,
    adjustment bigint not null,
    debt bigint not null,
    debt_lines bigint not null,
    primary key (partner_id, month, service_no, charge_mode_no, association_no, currency_no)
) without rowid;
