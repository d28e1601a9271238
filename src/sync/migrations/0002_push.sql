-- The only two things a kiosk may do: ask how far the office has its log, and push what comes next.
-- Refusals carry a code of their own: LB001 not your kiosk, LB002 unknown epoch, LB003 not the next
-- entry, LB005 an entry is not what its hash says, LB006 facts that are no JSON object, LB007 arrays
-- that do not fit together. A divergence is no error, because its incident must be kept: it is an answer.

-- The hash an entry must have after `previous`, as the journal on the kiosk reckons it: SHA-256 over
-- fields, each its length as four bytes and its bytes, all numbers big-endian. `place` is the part that
-- is the same in a whole batch: see place_bytes.
create function lobby.entry_hash(
  previous bytea, place bytea, seq bigint, entry_id uuid, kind text, schema_version integer, at_ms bigint,
  clock_state text, boot_id uuid, mono_ms bigint, facts bytea, personal bytea
) returns bytea language sql stable parallel safe as $$
  select sha256(
    '\x00000020'::bytea || previous || place || int8send(seq)
    || '\x00000010'::bytea || uuid_send(entry_id)
    || int4send(octet_length(convert_to(kind, 'UTF8'))) || convert_to(kind, 'UTF8')
    || '\x00000002'::bytea || substring(int4send(schema_version) from 3)
    || '\x00000008'::bytea || int8send(at_ms)
    || int4send(octet_length(convert_to(clock_state, 'UTF8'))) || convert_to(clock_state, 'UTF8')
    || '\x00000010'::bytea || uuid_send(boot_id)
    || '\x00000008'::bytea || int8send(mono_ms)
    || '\x00000020'::bytea || sha256(facts)
    || '\x00000020'::bytea || sha256(coalesce(personal, ''::bytea))
  )
$$;

-- Site, kiosk and epoch as the hash takes them, and the length of the seq that follows.
create function lobby.place_bytes(its_site text, its_kiosk text, its_epoch integer)
returns bytea language sql stable parallel safe as $$
  select int4send(octet_length(convert_to(its_site, 'UTF8'))) || convert_to(its_site, 'UTF8')
    || int4send(octet_length(convert_to(its_kiosk, 'UTF8'))) || convert_to(its_kiosk, 'UTF8')
    || '\x00000004'::bytea || int4send(its_epoch) || '\x00000008'::bytea
$$;

create function lobby.refuse(code text, its_seq bigint) returns bytea language plpgsql as $$
begin
  raise exception using errcode = code, message = 'entry ' || its_seq || ' is refused', detail = its_seq::text;
end
$$;

-- Lets nobody in but the login of this kiosk.
create function lobby.admit(its_site text, its_kiosk text) returns void language plpgsql stable as $$
begin
  if not exists (
    select from lobby.kiosk
    where site_id = its_site and kiosk_id = its_kiosk and role_name = session_user
  ) then
    raise exception using errcode = 'LB001', message = 'this login does not belong to that kiosk';
  end if;
end
$$;

create function lobby.watermark(its_site text, its_kiosk text, its_epoch integer)
returns table (acknowledged_seq bigint, acknowledged_hash bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform lobby.admit(its_site, its_kiosk);
  return query
    select mark.seq, mark.hash from lobby.watermark as mark
    where mark.site_id = its_site and mark.kiosk_id = its_kiosk and mark.epoch = its_epoch;
  if not found then
    raise exception using errcode = 'LB002', message = 'this epoch is not registered';
  end if;
end
$$;

-- Takes the entries from `first_seq` on, which follow `previous`; all of them or none. An empty batch
-- says "here my log ends" and lets the office see that the kiosk is there and has lost nothing.
-- Answers 'pushed' or 'diverged', and how far the office has the log.
create function lobby.push(
  its_site text, its_kiosk text, its_epoch integer, first_seq bigint, previous bytea,
  entry_ids uuid[], kinds text[], schema_versions integer[], ats bigint[], clock_states text[],
  boot_ids uuid[], monos bigint[], facts_bytes bytea[], personals bytea[], hashes bytea[],
  quarantines boolean[], key_visits uuid[], key_bytes bytea[]
) returns table (outcome text, acknowledged_seq bigint, acknowledged_hash bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  size constant integer := cardinality(hashes);
  here constant bytea := lobby.place_bytes(its_site, its_kiosk, its_epoch);
  mark_seq bigint;
  mark_hash bytea;
  stands bytea;
  other_seq bigint;
  other_hash bytea;
begin
  perform lobby.admit(its_site, its_kiosk);
  if 1000 < size or cardinality(key_visits) <> cardinality(key_bytes) or exists (
    select from unnest(array[
      cardinality(entry_ids), cardinality(kinds), cardinality(schema_versions), cardinality(ats),
      cardinality(clock_states), cardinality(boot_ids), cardinality(monos), cardinality(facts_bytes),
      cardinality(personals), cardinality(quarantines)
    ]) as length where length is distinct from size
  ) then
    raise exception using errcode = 'LB007', message = 'the arrays of this batch do not fit together';
  end if;

  -- Two senders of one kiosk wait for each other here; the second then finds its entries already there.
  select mark.seq, mark.hash into mark_seq, mark_hash from lobby.watermark as mark
    where mark.site_id = its_site and mark.kiosk_id = its_kiosk and mark.epoch = its_epoch
    for update;
  if not found then
    raise exception using errcode = 'LB002', message = 'this epoch is not registered';
  end if;
  if mark_seq + 1 < first_seq or first_seq < 1 then
    raise exception using errcode = 'LB003', message = 'this is not the next entry', detail = mark_seq::text;
  end if;

  if first_seq <= mark_seq or previous <> mark_hash then
    if first_seq = 1 then
      select it.previous_hash into stands from lobby.epoch as it
        where it.site_id = its_site and it.kiosk_id = its_kiosk and it.epoch = its_epoch;
    else
      select it.hash into stands from lobby.entry as it
        where it.site_id = its_site and it.kiosk_id = its_kiosk and it.epoch = its_epoch
          and it.seq = first_seq - 1;
    end if;
    if stands is distinct from previous then
      other_seq := first_seq - 1;
      other_hash := previous;
    else
      select it.seq, sent.hash into other_seq, other_hash
        from unnest(hashes) with ordinality as sent (hash, nth)
        join lobby.entry as it on it.seq = first_seq + sent.nth - 1
        where it.site_id = its_site and it.kiosk_id = its_kiosk and it.epoch = its_epoch
          and it.hash <> sent.hash
        order by it.seq limit 1;
    end if;
    if other_seq is null and first_seq + size - 1 < mark_seq and size = 0 then
      other_seq := first_seq - 1;
      other_hash := previous;
      insert into lobby.incident as known (site_id, kiosk_id, epoch, seq, hash, kind)
        values (its_site, its_kiosk, its_epoch, other_seq, other_hash, 'entries-lost')
        on conflict (site_id, kiosk_id, epoch, seq, hash)
        do update set times = known.times + 1, last_at = excluded.last_at;
      return query select 'diverged', mark_seq, mark_hash;
      return;
    end if;
    if other_seq is not null then
      insert into lobby.incident as known (site_id, kiosk_id, epoch, seq, hash, kind)
        values (its_site, its_kiosk, its_epoch, other_seq, other_hash, 'other-hash')
        on conflict (site_id, kiosk_id, epoch, seq, hash)
        do update set times = known.times + 1, last_at = excluded.last_at;
      return query select 'diverged', mark_seq, mark_hash;
      return;
    end if;
    -- The same entries once more: an answer was lost on the way. The kiosk reads the watermark and goes on.
    raise exception using errcode = 'LB003', message = 'these entries are already here', detail = mark_seq::text;
  end if;

  insert into lobby.entry (
    site_id, kiosk_id, epoch, seq, entry_id, kind, schema_version, at_ms, clock_state, boot_id, mono_ms,
    facts, personal, hash, visit_id, quarantined
  )
  select
    its_site, its_kiosk, its_epoch, first_seq + sent.nth - 1, sent.entry_id, sent.kind,
    sent.schema_version, sent.at_ms, sent.clock_state, sent.boot_id, sent.mono_ms,
    case when sent.quarantined or jsonb_typeof(read.facts) = 'object' then sent.facts
      else lobby.refuse('LB006', first_seq + sent.nth - 1) end,
    sent.personal,
    case when sent.hash = lobby.entry_hash(
        sent.previous, here, first_seq + sent.nth - 1, sent.entry_id, sent.kind, sent.schema_version,
        sent.at_ms, sent.clock_state, sent.boot_id, sent.mono_ms, sent.facts, sent.personal
      ) then sent.hash
      else lobby.refuse('LB005', first_seq + sent.nth - 1) end,
    (read.facts ->> 'visit')::uuid,
    sent.quarantined
  from unnest(
      entry_ids, kinds, schema_versions, ats, clock_states, boot_ids, monos, facts_bytes, personals, hashes,
      quarantines, array_prepend(previous, hashes)
    ) with ordinality as sent (
      entry_id, kind, schema_version, at_ms, clock_state, boot_id, mono_ms, facts, personal, hash,
      quarantined, previous, nth
    )
    -- `offset 0` keeps the planner from parsing the facts once for each mention.
    cross join lateral (
      select case when not sent.quarantined then convert_from(sent.facts, 'UTF8')::jsonb end as facts offset 0
    ) as read
  where sent.nth <= size;

  insert into lobby.visit_key (site_id, visit_id, kiosk_id, wrapped)
    select its_site, sent.visit_id, its_kiosk, sent.wrapped
    from unnest(key_visits, key_bytes) as sent (visit_id, wrapped)
    on conflict (site_id, visit_id) do nothing;

  if 0 < size then
    mark_seq := first_seq + size - 1;
    mark_hash := hashes[size];
  end if;
  update lobby.watermark as mark set
      seq = mark_seq, hash = mark_hash, seen_at = now(),
      advanced_at = case when 0 < size then now() else mark.advanced_at end
    where mark.site_id = its_site and mark.kiosk_id = its_kiosk and mark.epoch = its_epoch;
  return query select 'pushed', mark_seq, mark_hash;
end
$$;

-- Whether an epoch is complete and untouched: the entries counted, and the first that does not hold.
create function lobby.verify(its_site text, its_kiosk text, its_epoch integer)
returns table (entries bigint, quarantined bigint, holds boolean, first_wrong_seq bigint)
language sql stable as $$
  with chain as (
    select it.*, row_number() over (order by it.seq) as place,
      lag(it.hash, 1, (
        select start.previous_hash from lobby.epoch as start
        where start.site_id = its_site and start.kiosk_id = its_kiosk and start.epoch = its_epoch
      )) over (order by it.seq) as previous
    from lobby.entry as it
    where it.site_id = its_site and it.kiosk_id = its_kiosk and it.epoch = its_epoch
  ), told as (
    select count(*) as entries, count(*) filter (where chain.quarantined) as quarantined,
      min(chain.seq) filter (
        where chain.seq <> chain.place or chain.hash is distinct from lobby.entry_hash(
          chain.previous, lobby.place_bytes(its_site, its_kiosk, its_epoch), chain.seq, chain.entry_id,
          chain.kind, chain.schema_version, chain.at_ms, chain.clock_state, chain.boot_id, chain.mono_ms,
          chain.facts, chain.personal)
      ) as first_wrong_seq
    from chain
  )
  select told.entries, told.quarantined,
    told.first_wrong_seq is null and coalesce(mark.seq = told.entries and (mark.seq = 0 or mark.hash = (
      select last.hash from lobby.entry as last
      where last.site_id = its_site and last.kiosk_id = its_kiosk and last.epoch = its_epoch
        and last.seq = mark.seq)), false),
    -- Entries missing at the end show as the first that is not there.
    coalesce(told.first_wrong_seq, case when told.entries < mark.seq then told.entries + 1 end)
  from told left join lobby.watermark as mark
    on mark.site_id = its_site and mark.kiosk_id = its_kiosk and mark.epoch = its_epoch
$$;
