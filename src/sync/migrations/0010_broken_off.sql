-- Who is being served by somebody who has to stay out of it waits again; that a leader knows of what is urgent has its
-- name; and what petitions are about is the office's own list, whose names come with the others.

alter table lobby.code drop constraint code_sort_check;
alter table lobby.code add constraint code_sort_check
  check (sort in ('department', 'matter', 'staff', 'content'));

create or replace view lobby.visit_in_log as
  with told as (
    select site_id, kiosk_id, visit_id,
      (array_agg(to_jsonb(step) order by epoch, seq) filter (where kind = 'visit.registered'))[1] as registered,
      (array_agg(to_jsonb(step) order by epoch, seq)
        filter (where kind in ('visit.called', 'visit.begun', 'visit.received')))[1] as reached,
      (array_agg(kind order by epoch desc, seq desc) filter (where kind in (
        'visit.registered', 'visit.called', 'visit.begun', 'visit.received', 'visit.missed', 'visit.rejoined',
        'visit.returned', 'visit.accepted', 'visit.closed', 'matter.merged', 'matter.undertaken',
        'matter.notice-given') or kind = 'visit.recused' and facts ->> 'waits' = 'true'))[1] as last_kind,
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

create or replace view lobby."来访过程" as
  select
    step.visit_id as "来访编号", step.seq as "序号", step.at as "时间",
    case step.kind when 'visit.registered' then '登记' when 'visit.called' then '叫号'
      when 'visit.begun' then '开始办理' when 'visit.missed' then '过号' when 'visit.rejoined' then '重新排队'
      when 'visit.offered' then '转办' when 'visit.accepted' then '接收' when 'visit.refused' then '退回'
      when 'visit.lapsed' then '逾时未接' when 'visit.closed' then '办结' when 'visit.reprinted' then '补打'
      when 'slip.settled' then '号票' when 'visit.received' then '直接接待' when 'visit.returned' then '回来办理'
      when 'matter.added' then '加办事项' when 'visit.reordered' then '调整顺序'
      when 'matter.escalated' then '报领导' when 'matter.decided' then '领导裁定'
      when 'matter.notice-given' then '一次性告知' when 'matter.materials-received' then '已收材料'
      when 'matter.undertaken' then '承办' when 'matter.extended' then '延期' when 'matter.merged' then '并入'
      when 'petition.taken' then '信访登记' when 'matter.delivered' then '送达' when 'visit.sealed' then '密封'
      when 'visit.opened' then '查看个人信息' when 'visit.recused' then '回避' when 'visit.rang' then '提醒'
      when 'paper.asked' then '打印' when 'matter.handed-on' then '交接班' when 'matter.joined' then '协办'
      when 'matter.progress-told' then '告知进展' when 'matter.clock-set' then '时限调整'
      when 'matter.objected' then '提出异议' when 'matter.objection-answered' then '异议答复'
      when 'visit.classed' then '改变类别' when 'visit.rolled-over' then '顺延'
      when 'visit.called-back' then '回电' when 'visit.urgency-known' then '已知悉'
      else step.kind end as "经过",
    coalesce(staff.name, step.staff) as "经办人", step.counter as "窗口",
    coalesce(to_staff.name, step.to_staff) as "转给", coalesce(department.name, step.department) as "科室",
    step.reason as "原因", step.outcome as "结果", step.site_id as "单位", step.kiosk_id as "自助机",
    step.epoch as "纪元"
  from lobby.visit_step as step
    left join lobby.code as staff on staff.site_id = step.site_id
      and staff.sort = 'staff' and staff.code = step.staff
    left join lobby.code as to_staff on to_staff.site_id = step.site_id
      and to_staff.sort = 'staff' and to_staff.code = step.to_staff
    left join lobby.code as department on department.site_id = step.site_id
      and department.sort = 'department' and department.code = step.department;

-- The register of petitions, each once as it was last written, by what it is about. What is sealed is in no view.
create view lobby."信访登记" as
  select distinct on (step.site_id, step.kiosk_id, step.visit_id, step.facts ->> 'matter_index')
    step.at as "登记时间",
    case step.facts ->> 'category' when 'suggestion' then '建议意见' when 'appeal' then '申诉求决'
      else step.facts ->> 'category' end as "类别",
    coalesce(content.name, step.facts ->> 'content') as "内容分类",
    (step.facts ->> 'people')::integer as "人数", coalesce(staff.name, step.staff) as "登记人",
    step.site_id as "单位", step.kiosk_id as "自助机", step.visit_id as "来访编号"
  from lobby.visit_step as step
    left join lobby.code as content on content.site_id = step.site_id
      and content.sort = 'content' and content.code = step.facts ->> 'content'
    left join lobby.code as staff on staff.site_id = step.site_id
      and staff.sort = 'staff' and staff.code = step.staff
  where step.kind = 'petition.taken'
  order by step.site_id, step.kiosk_id, step.visit_id, step.facts ->> 'matter_index', step.epoch desc, step.seq desc;

grant select on lobby."信访登记" to lobby_reader;

-- What a visit is has changed, so its rows are made anew when the job next runs.
delete from lobby.visit_row;
delete from lobby.projected;
