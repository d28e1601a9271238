-- The log of every kiosk as the office keeps it, in the exact bytes in which it was written.
-- site_id stands first in every key and there are no triggers and no foreign keys, so that the same
-- tables can be spread over several servers by Citus. What a foreign key would promise, push() checks.

create table lobby.kiosk (
  site_id text not null,
  kiosk_id text not null,
  -- The login that may push for this kiosk, and for no other.
  role_name text not null,
  registered_at timestamptz not null default now(),
  primary key (site_id, kiosk_id),
  unique (site_id, role_name)
);

-- Opened by the owner's command only; a kiosk cannot invent one.
create table lobby.epoch (
  site_id text not null,
  kiosk_id text not null,
  epoch integer not null check (0 < epoch),
  -- What the epoch's first entry follows: the last acknowledged hash, or 32 zero bytes.
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  opened_at timestamptz not null default now(),
  primary key (site_id, kiosk_id, epoch)
);

-- How far the office has each epoch (上报进度).
create table lobby.watermark (
  site_id text not null,
  kiosk_id text not null,
  epoch integer not null,
  seq bigint not null check (0 <= seq),
  hash bytea not null check (octet_length(hash) = 32),
  advanced_at timestamptz,
  -- When the kiosk last reported, with entries or without.
  seen_at timestamptz,
  primary key (site_id, kiosk_id, epoch)
);

create table lobby.entry (
  site_id text not null,
  kiosk_id text not null,
  epoch integer not null,
  seq bigint not null,
  entry_id uuid not null,
  kind text not null,
  schema_version integer not null,
  at_ms bigint not null,
  clock_state text not null,
  boot_id uuid not null,
  mono_ms bigint not null,
  -- JSON without personal data; of a quarantined entry, whatever it is.
  facts bytea not null,
  -- Nonce and ciphertext under the visit's own key.
  personal bytea,
  hash bytea not null,
  -- Read by the server from the facts, to find a visit's entries quickly; not part of the hash.
  visit_id uuid,
  -- The server could not read the facts: kept as they are, shown in no view of visits.
  quarantined boolean not null,
  received_at timestamptz not null default now(),
  primary key (site_id, kiosk_id, epoch, seq)
);
-- Ciphertext does not compress, and small facts are not worth the time.
alter table lobby.entry alter column personal set storage external;
create index entry_of_visit on lobby.entry (site_id, visit_id) where visit_id is not null;

-- A kiosk whose log is not the one the office has: a cloned or restored card. Never mended by
-- overwriting, always by a new epoch.
create table lobby.incident (
  site_id text not null,
  kiosk_id text not null,
  epoch integer not null,
  seq bigint not null,
  -- What the kiosk has there; the office's own is in the log.
  hash bytea not null,
  -- other-hash: another entry in that place. entries-lost: the kiosk no longer has what it once sent.
  kind text not null,
  times integer not null default 1,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (site_id, kiosk_id, epoch, seq, hash)
);

-- The keys of the personal parts, each wrapped by the office's own key. Erasing a visit is setting its
-- key to null: the row stays, so that no later load can bring the key back.
create table lobby.visit_key (
  site_id text not null,
  visit_id uuid not null,
  kiosk_id text not null,
  wrapped bytea,
  received_at timestamptz not null default now(),
  erased_at timestamptz,
  primary key (site_id, visit_id),
  check (wrapped is null = (erased_at is not null))
);

-- What codes are called by people: departments, matters, staff.
create table lobby.code (
  site_id text not null,
  sort text not null check (sort in ('department', 'matter', 'staff')),
  code text not null,
  name text not null,
  primary key (site_id, sort, code)
);
