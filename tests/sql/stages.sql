-- Stages of stepped care: runs of two or more contacts of one intensity.
-- Proves STAGE-1, STAGE-3, STAGE-5.
create or replace temp table stages as
with elements as (
    select ref, day, false as high from treatment where low
    union all
    select ref, day, true from treatment where high
), turns as (
    select
        *,
        row_number() over in_order as place,
        (high is distinct from lag(high) over in_order)::integer as turn
    from elements
    window in_order as (partition by ref order by day, high)
), numbered as (
    select *, sum(turn) over (partition by ref order by place) as run from turns
), runs as (
    select ref, high, min(place) as first_place, max(place) as last_place, min(day) as first_day, max(day) as last_day
    from numbered
    group by ref, run, high
    having count(*) >= 2
), ordered as (
    select *, row_number() over (partition by ref order by first_place) as stage
    from runs
)
select
    one.ref,
    if(one.high, 'high', 'low') as first_stage,
    case when two.high then 'high' when not two.high then 'low' end as second_stage,
    if(one.high <> two.high, two.first_day - one.last_day, null) as stage_wait,
    two.first_place - one.last_place - 1 as between_stages
from ordered as one
left join ordered as two on one.ref = two.ref and two.stage = 2
where one.stage = 1 and one.first_place <= 2;
