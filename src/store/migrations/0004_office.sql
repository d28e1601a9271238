-- What the office arranges is read whole at each start: an index finds its few entries among all the visits'.
create index journal_of_office on journal (epoch, seq) where 'office.' <= kind and kind < 'office/';
