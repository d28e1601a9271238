-- Whoever has to stay out of a matter answers no more: the leader who is to decide does meanwhile (XF 28).

create or replace view lobby.visit_in_log as
  with told as (
    select site_id, kiosk_id, visit_id,
      (array_agg(to_jsonb(step) order by epoch, seq) filter (where kind = 'visit.registered'))[1] as registered,
      (array_agg(to_jsonb(step) order by epoch, seq)
        filter (where kind in ('visit.called', 'visit.begun', 'visit.received')))[1] as reached,
      (array_agg(kind order by epoch desc, seq desc) filter (where kind in (
        'visit.registered', 'visit.called', 'visit.begun', 'visit.received', 'visit.missed', 'visit.rejoined',
        'visit.returned', 'visit.accepted', 'visit.closed', 'matter.merged', 'matter.undertaken',
        'matter.notice-given')))[1] as last_kind,
      count(*) filter (where kind in ('visit.closed', 'matter.merged'))
        > count(*) filter (where kind = 'matter.added') as all_closed,
      (array_agg(case when kind in ('matter.decided', 'matter.handed-on') then to_staff
          when kind = 'matter.escalated' then facts ->> 'answers'
          else coalesce(offer, staff) end
        order by epoch desc, seq desc) filter (where kind in (
          'visit.begun', 'visit.received', 'visit.accepted', 'matter.decided', 'matter.handed-on')
          or kind = 'matter.escalated' and facts ->> 'answers' is not null))[1] as moved_to,
      (array_agg(kind order by epoch desc, seq desc) filter (where kind in (
          'visit.begun', 'visit.received', 'visit.accepted', 'matter.decided', 'matter.handed-on')
          or kind = 'matter.escalated' and facts ->> 'answers' is not null))[1] as moved_by,
      (array_agg(offer order by epoch desc, seq desc) filter (where kind = 'visit.accepted'))[1] as accepted,
      jsonb_object_agg(offer, jsonb_build_object('to', to_staff, 'department', department))
        filter (where kind = 'visit.offered' and offer is not null) as offers,
      (array_agg(counter order by epoch desc, seq desc)
        filter (where kind in ('visit.called', 'visit.begun')))[1] as counter,
      (array_agg(coalesce(outcome, 'merged') order by epoch desc, seq desc)
        filter (where kind in ('visit.closed', 'matter.merged')))[1] as outcome,
      (array_agg(step.told order by epoch desc, seq desc) filter (where kind = 'visit.closed'))[1] as told,
      min(at) filter (where kind = 'visit.registered') as arrived_at,
      min(at) filter (where kind = 'visit.called') as called_at,
      min(at) filter (where kind in ('visit.begun', 'visit.received')) as begun_at,
      max(at) filter (where kind in ('visit.closed', 'matter.merged')) as closed_at,
      bool_and(clock_trusted) as clock_trusted,
      count(*) filter (where kind = 'visit.called') as calls,
      count(*) filter (where kind = 'visit.accepted') as handovers,
      count(*) filter (where kind = 'visit.refused') as refused_handovers,
      count(*) as steps
    from lobby.visit_step as step
    group by site_id, kiosk_id, visit_id
  )
  select
    site_id, kiosk_id, visit_id,
    registered -> 'facts' ->> 'number' as number,
    registered -> 'facts' ->> 'day' as day,
    coalesce(offers -> accepted ->> 'department', registered ->> 'department') as department,
    registered ->> 'department' as first_department,
    registered -> 'facts' ->> 'matter' as matter,
    registered -> 'facts' ->> 'kind' as matter_kind,
    registered -> 'facts' ->> 'rule' as rule,
    registered -> 'facts' ->> 'class' as class,
    registered -> 'facts' ->> 'language' as language,
    registered -> 'facts' ->> 'people' as people,
    registered -> 'facts' ->> 'origin' as origin,
    registered -> 'facts' ->> 'responder' as first_responder,
    case moved_by
      when 'visit.begun' then moved_to
      when 'visit.received' then moved_to
      when 'matter.decided' then moved_to
      when 'matter.handed-on' then moved_to
      when 'matter.escalated' then moved_to
      when 'visit.accepted' then offers -> moved_to ->> 'to'
      else registered -> 'facts' ->> 'responder' end as responsible,
    case
      when all_closed then 'closed'
      when last_kind = 'visit.called' then 'called'
      when last_kind in ('visit.begun', 'visit.received') then 'serving'
      when last_kind = 'visit.missed' then 'missed'
      when last_kind in ('matter.undertaken', 'matter.notice-given') then 'pending'
      else 'waiting' end as stage,
    counter, case when all_closed then outcome end as outcome, told,
    arrived_at, called_at, begun_at,
    case when all_closed then closed_at end as closed_at,
    -- Until first called or begun. The clock on the wall may step; the one since boot does not.
    case when registered ->> 'boot_id' = reached ->> 'boot_id'
      then ((reached ->> 'mono_ms')::bigint - (registered ->> 'mono_ms')::bigint) / 1000
      else ((reached ->> 'at_ms')::bigint - (registered ->> 'at_ms')::bigint) / 1000 end as waited_seconds,
    calls, handovers, refused_handovers, clock_trusted, steps
  from told
  where registered is not null;
