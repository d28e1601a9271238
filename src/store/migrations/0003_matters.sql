-- Matters that go on after the visitor has gone home (后续办理), visitors received at a desk without a
-- counter (直接接待), papers other than the slip, and where people say they are.

create table ticket_2 (
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

insert into ticket_2 (visit, tap, service_day, queue, count, department, responsible, stage, counter)
  select visit, tap, service_day, queue, count, department, responsible, stage, counter from ticket;
drop table ticket;
alter table ticket_2 rename to ticket;

create index ticket_open on ticket (stage) where stage <> 'closed';
-- A counter serves one ticket.
create unique index ticket_at_counter on ticket (counter) where counter is not null;

alter table print_job add column paper text not null default 'slip'
  check (paper in ('slip', 'notice', 'materials', 'promise', 'petition', 'transfer', 'referral'));
alter table print_job add column matter integer not null default 0;

-- The newest word of each, so that the journal need not be searched for it at every start.
create table presence (
  staff    text    primary key not null,
  at       text    not null check (at in ('here', 'out', 'meeting')),
  since_ms integer not null,
  until_ms integer
) strict, without rowid;
