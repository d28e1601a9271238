-- What was asked lately, and how many papers a busy half-day takes, is counted at each start and after each
-- paper: by these it costs as much after ten years as after one month.
create index journal_of_arrivals on journal (at) where kind = 'visit.registered';
create index print_job_made on print_job (made_at);
-- The papers of one visit, and the paper a printer names when it comes back.
create index print_job_of_visit on print_job (visit, turn);
create index print_job_fence on print_job (fence) where fence is not null;
