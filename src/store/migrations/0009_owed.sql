-- Closing ends nothing that is still to be told in writing (XF 23): older versions let go of a petition with its visit, and
-- nobody was reminded of the 告知书 any more. Those whose notice has not been delivered are at hand again; what the
-- register says of each, and whether the day has come, is found when its entries are played.
update ticket set stage = 'pending'
where stage = 'closed' and visit in (
  select taken.visit from journal as taken
  where taken.kind = 'petition.taken' and taken.visit is not null and json_valid(cast(taken.facts as text))
    and json_extract(cast(taken.facts as text), '$.informs') = 1
    and not exists (
      select 1 from journal as later
      where later.visit = taken.visit and json_valid(cast(later.facts as text)) and (
        later.kind = 'visit.sealed'
        or later.kind = 'visit.registered' and json_extract(cast(later.facts as text), '$.sealed') = 1
        or later.kind in ('matter.delivered', 'matter.merged', 'visit.closed')
          and json_extract(cast(later.facts as text), '$.matter_index')
            = json_extract(cast(taken.facts as text), '$.matter_index')
          and (
            later.kind = 'matter.merged'
            or json_extract(cast(later.facts as text), '$.document') = 'information'
            or json_extract(cast(later.facts as text), '$.outcome') = 'given-back'
          )
      )
    )
);
