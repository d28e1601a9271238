-- In which order papers went to the printer: an answer to one says that everything sent before it came out or is lost.
alter table print_job add column sent integer;

create unique index print_job_sent on print_job (sent) where sent is not null;
