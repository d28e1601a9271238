-- What is sealed (检举控告) is a count to the office's own people, in the log too: its entries tell who came when, to
-- whom and what became of it. Whoever reads gets the log through a view in which they are a place and a hash, so that
-- the chain of all others can still be followed; the whole log is verified by lobby.verify(), which may read it all.

revoke select on lobby.entry, lobby.visit_row from lobby_reader;

create view lobby.entry_seen as
  select entry.site_id, entry.kiosk_id, entry.epoch, entry.seq,
    case when hidden.it then null else entry.entry_id end as entry_id,
    case when hidden.it then 'sealed' else entry.kind end as kind,
    case when hidden.it then null else entry.schema_version end as schema_version,
    case when hidden.it then null else entry.at_ms end as at_ms,
    case when hidden.it then null else entry.clock_state end as clock_state,
    case when hidden.it then null else entry.boot_id end as boot_id,
    case when hidden.it then null else entry.mono_ms end as mono_ms,
    -- Of what the server could not read nobody knows whose it is.
    case when hidden.it or entry.quarantined then null else entry.facts end as facts,
    case when hidden.it or entry.quarantined then null else entry.personal end as personal,
    entry.hash,
    case when hidden.it then null else entry.visit_id end as visit_id,
    entry.quarantined
  from lobby.entry
    cross join lateral (
      select entry.visit_id is not null and exists (
        select from lobby.sealed as sealed
        where sealed.site_id = entry.site_id and sealed.visit_id = entry.visit_id
      ) as it
    ) as hidden;

-- They read the log for whoever asks, and tell of it only whether it holds, and which visits have moved.
alter function lobby.verify(text, text, integer) security definer set search_path = pg_catalog, pg_temp;
alter function lobby.touched_since() security definer set search_path = pg_catalog, pg_temp;

grant select on lobby.entry_seen to lobby_reader;
