-- The roll in the printer: what has come off it, so that its end is known before it comes. Its length is a setting.
create table roll (
  one       integer primary key not null check (one = 1),
  loaded_at integer not null,
  used_mm   integer not null check (0 <= used_mm),
  papers    integer not null check (0 <= papers)
) strict;
