-- Exports that are written in the background, and where they stand (导出记录).

create table export_job (
    id text primary key,
    partner_id text not null references partner (id),
    -- who made it, and the only one who may download it
    member_id text not null references member (id),
    -- what is exported, e.g. lines
    view text not null,
    format text not null,
    -- language of headings and of the file's head
    language text not null,
    -- the view's query as JSON
    query text not null,
    -- the same in words, in the language of the file
    filters text not null,
    state text not null,
    -- what the member could see when the file was asked for: a file is not handed to whoever may see less by now
    sees_all boolean not null,
    clear_names boolean not null,
    created_at text not null,
    finished_at text,
    -- the file goes then
    expires_at text,
    -- the one that writes the file renews it; a job whose lease is over is taken up again
    lease_until text,
    attempts bigint not null,
    -- for the download; empty before the file is there
    file_name text not null,
    row_count bigint not null,
    byte_count bigint not null,
    -- of the data in the file; none before it is read
    data_version bigint,
    -- a stable code; empty where nothing went wrong
    error text not null
);

create index export_job_member on export_job (partner_id, member_id, created_at);
create index export_job_state on export_job (state, created_at);
