-- Whoever comes again with a petition is found among the registers, however many other visits there were.
create index journal_of_petitions on journal (epoch, seq) where kind = 'petition.taken';
