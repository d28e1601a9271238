-- What the migrations add up to, for whoever reads. Nothing runs it: run the tests with
-- UPDATE_EXPECT=1 to write it anew.

CREATE TABLE account (
  staff         text    primary key not null,
  password_hash text    not null,
  changed_at    integer not null
) strict, without rowid;

CREATE TABLE epoch (
  epoch         integer primary key not null check (0 < epoch),
  opened_at     integer not null,
  reason        text    not null check (reason in ('install', 'restore', 'repair')),
  previous_hash blob    not null check (length(previous_hash) = 32)
) strict;

CREATE TABLE journal (
  epoch          integer not null references epoch (epoch),
  seq            integer not null check (0 < seq),
  site           text    not null,
  kiosk          text    not null,
  entry_id       blob    not null check (length(entry_id) = 16),
  kind           text    not null,
  schema_version integer not null,
  at             integer not null,
  clock_state    text    not null check (clock_state in ('ntp', 'rtc', 'manual', 'unset')),
  boot_id        blob    not null check (length(boot_id) = 16),
  mono_ms        integer not null,
  -- Lobby time: follows from the moments before; kept so that a part of the journal plays alone.
  lobby_ms       integer not null,
  visit          blob    check (length(visit) = 16),
  facts          blob    not null,
  personal       blob,
  hash           blob    not null check (length(hash) = 32),
  primary key (epoch, seq)
) strict, without rowid;

CREATE INDEX journal_of_arrivals on journal (at) where kind = 'visit.registered';

CREATE INDEX journal_of_days on journal (epoch, seq) where kind = 'day.closed';

CREATE INDEX journal_of_office on journal (epoch, seq) where 'office.' <= kind and kind < 'office/';

CREATE INDEX journal_of_petitions on journal (epoch, seq) where kind = 'petition.taken';

CREATE INDEX journal_of_visit on journal (visit, epoch, seq) where visit is not null;

CREATE TABLE presence (
  staff    text    primary key not null,
  at       text    not null check (at in ('here', 'out', 'meeting')),
  since_ms integer not null,
  until_ms integer
) strict, without rowid;

CREATE TABLE print_job (
  job      blob    primary key not null check (length(job) = 16),
  visit    blob    not null check (length(visit) = 16),
  reprint  integer not null check (reprint in (0, 1)),
  state    text    not null
    check (state in ('queued', 'sending', 'printed', 'in-doubt', 'expired', 'replaced')),
  -- Four printable characters the printer gives back; committed before the first byte leaves.
  fence    text    check (length(fence) = 4),
  attempts integer not null default 0,
  made_at  integer not null,
  turn     integer not null unique, sent integer, paper text not null default 'slip'
  check (paper in ('slip', 'notice', 'materials', 'promise', 'petition', 'transfer', 'referral')), matter integer not null default 0,
  check ((fence is not null) or state not in ('sending', 'in-doubt', 'printed'))
) strict, without rowid;

CREATE INDEX print_job_fence on print_job (fence) where fence is not null;

CREATE INDEX print_job_made on print_job (made_at);

CREATE INDEX print_job_of_visit on print_job (visit, turn);

CREATE UNIQUE INDEX print_job_sent on print_job (sent) where sent is not null;

CREATE INDEX print_job_unsettled on print_job (turn) where state in ('queued', 'sending');

CREATE TABLE roll (
  one       integer primary key not null check (one = 1),
  loaded_at integer not null,
  used_mm   integer not null check (0 <= used_mm),
  papers    integer not null check (0 <= papers)
) strict;

CREATE TABLE secret (
  name  text primary key not null,
  value blob not null
) strict, without rowid;

CREATE TABLE sync_run (
  at      integer primary key not null,
  outcome text    not null,
  entries integer not null,
  detail  text    not null
) strict;

CREATE TABLE "ticket" (
  visit       blob    primary key not null check (length(visit) = 16),
  tap         blob    not null unique check (length(tap) = 16),
  service_day text    not null,
  queue       text    not null check (length(queue) = 1),
  count       integer not null check (0 < count),
  department  text    not null,
  responsible text    not null check (responsible <> ''),
  stage       text    not null
    check (stage in ('waiting', 'called', 'serving', 'missed', 'pending', 'closed')),
  counter     integer,
  -- A number is never given twice on one day, whatever the code above believes.
  unique (service_day, queue, count),
  check (stage <> 'called' or counter is not null),
  check (counter is null or stage in ('called', 'serving'))
) strict, without rowid;

CREATE UNIQUE INDEX ticket_at_counter on ticket (counter) where counter is not null;

CREATE INDEX ticket_open on ticket (stage) where stage <> 'closed';

CREATE TABLE visit_key (
  visit blob primary key not null check (length(visit) = 16),
  key   blob not null check (length(key) = 32)
) strict, without rowid;

CREATE TABLE watermark (
  one   integer primary key not null check (one = 1),
  epoch integer not null,
  seq   integer not null,
  hash  blob    not null check (length(hash) = 32),
  at    integer not null
) strict;
