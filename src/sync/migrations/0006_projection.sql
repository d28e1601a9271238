-- Visits as rows: what the log says of each is reckoned once, by a job with a watermark of its own
-- (lobby.project), and not anew for every question. The job may run at any time or never: visits with entries it
-- has not seen are reckoned from the log when they are read. The rows can be thrown away and made again.
-- And sealed visits (检举控告) are in every view only what they may be, a count: also one that was sealed later,
-- whose earlier steps had come before.

-- Found in the log by push(), so that no view has to search for them.
create table lobby.sealed (
  site_id text not null,
  visit_id uuid not null,
  kiosk_id text not null,
  day text,
  primary key (site_id, visit_id)
);

-- Of one batch, or of all that is there: which visits it says are sealed. The office forgets the key it may have
-- been sent before: from then on only the discipline contact's own key opens them.
create function lobby.seal(its_site text, its_kiosk text, its_epoch integer, first_seq bigint, last_seq bigint)
returns void language plpgsql as $$
begin
  insert into lobby.sealed (site_id, visit_id, kiosk_id, day)
    select found.site_id, found.visit_id, found.kiosk_id, min(found.day)
    from (
      select it.site_id, it.visit_id, it.kiosk_id, (
          select convert_from(first.facts, 'UTF8')::jsonb ->> 'day' from lobby.entry as first
          where first.site_id = it.site_id and first.visit_id = it.visit_id and first.kiosk_id = it.kiosk_id
            and first.kind = 'visit.registered' and not first.quarantined
          limit 1
        ) as day
      from lobby.entry as it
      where it.site_id = its_site and it.kiosk_id = its_kiosk and it.epoch = its_epoch
        and it.seq between first_seq and last_seq and it.visit_id is not null and not it.quarantined
        and case it.kind when 'visit.sealed' then true
          when 'visit.registered' then convert_from(it.facts, 'UTF8')::jsonb -> 'sealed' = 'true'::jsonb
          else false end
    ) as found
    group by found.site_id, found.visit_id, found.kiosk_id
    on conflict (site_id, visit_id) do nothing;
  delete from lobby.visit_key as key
    where key.site_id = its_site and key.visit_id in (
      select sealed.visit_id from lobby.sealed as sealed
        join lobby.entry as it on it.visit_id = sealed.visit_id and it.site_id = its_site
      where sealed.site_id = its_site and it.kiosk_id = its_kiosk and it.epoch = its_epoch
        and it.seq between first_seq and last_seq
    );
end
$$;

drop trigger forget_sealed on lobby.entry;
drop function lobby.forget_sealed();

alter function lobby.push(
  text, text, integer, bigint, bytea, uuid[], text[], integer[], bigint[], text[], uuid[], bigint[], bytea[],
  bytea[], bytea[], boolean[], uuid[], bytea[]
) rename to take_entries;
revoke all on function lobby.take_entries(
  text, text, integer, bigint, bytea, uuid[], text[], integer[], bigint[], text[], uuid[], bigint[], bytea[],
  bytea[], bytea[], boolean[], uuid[], bytea[]
) from lobby_kiosk, public;

-- As before (see take_entries), and looks for what is sealed.
create function lobby.push(
  its_site text, its_kiosk text, its_epoch integer, first_seq bigint, previous bytea,
  entry_ids uuid[], kinds text[], schema_versions integer[], ats bigint[], clock_states text[],
  boot_ids uuid[], monos bigint[], facts_bytes bytea[], personals bytea[], hashes bytea[],
  quarantines boolean[], key_visits uuid[], key_bytes bytea[]
) returns table (outcome text, acknowledged_seq bigint, acknowledged_hash bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  taken record;
begin
  select it.* into taken from lobby.take_entries(
    its_site, its_kiosk, its_epoch, first_seq, previous, entry_ids, kinds, schema_versions, ats, clock_states,
    boot_ids, monos, facts_bytes, personals, hashes, quarantines, key_visits, key_bytes
  ) as it;
  if taken.outcome = 'pushed' and kinds && array['visit.sealed', 'visit.registered'] then
    perform lobby.seal(its_site, its_kiosk, its_epoch, first_seq, taken.acknowledged_seq);
  end if;
  return query select taken.outcome, taken.acknowledged_seq, taken.acknowledged_hash;
end
$$;

do $$
declare
  mark record;
begin
  for mark in select * from lobby.watermark loop
    perform lobby.seal(mark.site_id, mark.kiosk_id, mark.epoch, 1, mark.seq);
  end loop;
end
$$;

-- Without the steps of what is sealed.
create or replace view lobby.visit_step as
  select
    entry.site_id, entry.kiosk_id, entry.visit_id, entry.epoch, entry.seq,
    to_timestamp(entry.at_ms / 1000.0) at time zone 'Asia/Shanghai' as at,
    entry.clock_state <> 'unset' as clock_trusted,
    entry.kind, entry.schema_version,
    read.facts ->> 'by' as staff, read.facts ->> 'counter' as counter,
    read.facts ->> 'offer' as offer, read.facts ->> 'from' as from_staff, read.facts ->> 'to' as to_staff,
    read.facts ->> 'department' as department, read.facts ->> 'reason' as reason,
    read.facts ->> 'outcome' as outcome, read.facts ->> 'told' as told,
    read.facts, entry.at_ms, entry.boot_id, entry.mono_ms
  from lobby.entry
    -- `offset 0` keeps the planner from parsing the facts once for each column.
    cross join lateral (select convert_from(entry.facts, 'UTF8')::jsonb as facts offset 0) as read
  where entry.visit_id is not null and not entry.quarantined
    and not exists (
      select from lobby.sealed as sealed
      where sealed.site_id = entry.site_id and sealed.visit_id = entry.visit_id
    );

-- What the log says of each visit, reckoned at every look.
alter view lobby.visit rename to visit_in_log;

-- The same, kept.
create table lobby.visit_row as select * from lobby.visit_in_log with no data;
alter table lobby.visit_row add primary key (site_id, kiosk_id, visit_id);
create index visit_row_of_day on lobby.visit_row (site_id, day);

-- How far the job has read each epoch.
create table lobby.projected (
  site_id text not null,
  kiosk_id text not null,
  epoch integer not null,
  seq bigint not null,
  advanced_at timestamptz not null default now(),
  primary key (site_id, kiosk_id, epoch)
);

-- The job: reckons anew each visit that has entries since the last time. Returns how many visits. Two at once wait
-- for each other. `rebuild` throws all rows away first.
create function lobby.project(rebuild boolean default false) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  mark record;
  done bigint;
  till bigint;
  visits uuid[];
  total bigint := 0;
begin
  if rebuild then
    lock table lobby.projected in exclusive mode;
    delete from lobby.visit_row;
    delete from lobby.projected;
  end if;
  for mark in select * from lobby.watermark order by site_id, kiosk_id, epoch loop
    insert into lobby.projected (site_id, kiosk_id, epoch, seq)
      values (mark.site_id, mark.kiosk_id, mark.epoch, 0) on conflict do nothing;
    select it.seq into done from lobby.projected as it
      where it.site_id = mark.site_id and it.kiosk_id = mark.kiosk_id and it.epoch = mark.epoch for update;
    while done < mark.seq loop
      till := least(done + 5000, mark.seq);
      select array_agg(distinct it.visit_id) into visits from lobby.entry as it
        where it.site_id = mark.site_id and it.kiosk_id = mark.kiosk_id and it.epoch = mark.epoch
          and done < it.seq and it.seq <= till and it.visit_id is not null;
      if visits is not null then
        delete from lobby.visit_row as it
          where it.site_id = mark.site_id and it.kiosk_id = mark.kiosk_id and it.visit_id = any (visits);
        insert into lobby.visit_row select it.* from lobby.visit_in_log as it
          where it.site_id = mark.site_id and it.kiosk_id = mark.kiosk_id and it.visit_id = any (visits);
        total := total + cardinality(visits);
      end if;
      done := till;
      update lobby.projected as it set seq = done, advanced_at = now()
        where it.site_id = mark.site_id and it.kiosk_id = mark.kiosk_id and it.epoch = mark.epoch;
    end loop;
  end loop;
  return total;
end
$$;

-- Visits with entries the job has not seen. `rows`, here and below: usually a day's, and a plan for millions would
-- cost more than they do; compiling one, too.
create function lobby.touched_since() returns table (site_id text, kiosk_id text, visit_id uuid)
language sql stable rows 50 set jit = off as $$
  select distinct entry.site_id, entry.kiosk_id, entry.visit_id
  from lobby.watermark as mark
    left join lobby.projected as done using (site_id, kiosk_id, epoch)
    join lobby.entry on entry.site_id = mark.site_id and entry.kiosk_id = mark.kiosk_id
      and entry.epoch = mark.epoch and coalesce(done.seq, 0) < entry.seq
  where coalesce(done.seq, 0) < mark.seq and entry.visit_id is not null
$$;

create function lobby.visits_since() returns setof lobby.visit_row
language sql stable rows 50 set jit = off as $$
  select fresh.* from lobby.touched_since() as since
    -- `offset 0` makes the planner ask for one visit at a time, by its index.
    cross join lateral (
      select it.* from lobby.visit_in_log as it
      where it.site_id = since.site_id and it.kiosk_id = since.kiosk_id and it.visit_id = since.visit_id offset 0
    ) as fresh
$$;

-- Every visit as it is now: the rows the job has made, what has happened since, and of what is sealed that it is.
create view lobby.visit as
  select kept.* from lobby.visit_row as kept
  where not exists (
    select from lobby.touched_since() as since
    where since.site_id = kept.site_id and since.kiosk_id = kept.kiosk_id and since.visit_id = kept.visit_id
  )
  union all
  select fresh.* from lobby.visits_since() as fresh
  union all
  select sealed.site_id, sealed.kiosk_id, sealed.visit_id,
    null, sealed.day, null, null, null, 'sealed', null, null, null, null, null, null, null, 'sealed',
    null, null, null, null, null, null, null, null, null, null, null, null, null
  from lobby.sealed as sealed;

-- lobby."来访" reads this view from 0007 on.

revoke all on all functions in schema lobby from public;
grant execute on function lobby.push(
  text, text, integer, bigint, bytea, uuid[], text[], integer[], bigint[], text[], uuid[], bigint[], bytea[],
  bytea[], bytea[], boolean[], uuid[], bytea[]
) to lobby_kiosk;
grant select on lobby.sealed, lobby.visit_row, lobby.projected, lobby.visit, lobby.visit_in_log to lobby_reader;
grant execute on function lobby.project(boolean), lobby.touched_since(), lobby.visits_since() to lobby_reader;
