-- The desk learns from the office's own days when it wakes: the newest of a few hundred entries among
-- millions are to be found at once.
create index journal_of_days on journal (epoch, seq) where kind = 'day.closed';
