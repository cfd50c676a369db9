-- The measures that are known and have a range here, by name without case, blanks and punctuation, or by code.
create or replace temp table measures as
from (values
    ('phq9', 'PHQ-9', 0, 27, true), ('720433000', 'PHQ-9', 0, 27, true),
    ('gad7', 'GAD-7', 0, 21, true), ('445455005', 'GAD-7', 0, 21, true),
    ('spin', 'SPIN', 0, 68, true), ('mi', 'MI', 1, 5, false), ('pdss', 'PDSS', 0, 28, true),
    ('oci', 'OCI', 0, 168, true), ('pcl5', 'PCL-5', 0, 80, true), ('iesr', 'IES-R', 0, 88, true),
    ('hai', 'HAI', 0, 54, true), ('pswq', 'PSWQ', 16, 80, true),
    ('wsaswork', 'WSAS work', 0, 8, true),
    ('wsashomemanagement', 'WSAS home management', 0, 8, true),
    ('wsassocialleisureactivities', 'WSAS social leisure activities', 0, 8, true),
    ('wsasprivateleisureactivities', 'WSAS private leisure activities', 0, 8, true),
    ('wsasrelationships', 'WSAS relationships', 0, 8, true)
) as known (name, measure, low, high, whole);

create or replace temp table measure_names as
select n.text, m.*
from (select distinct CodedAssToolType::varchar as text from scores) as n
join measures as m on regexp_replace(lower(n.text), '[^a-z0-9]', '', 'g') = m.name;

-- The valid scores: of rows with one id and measure the last, in range, in the window, not of a follow-up.
-- Proves FIRSTLAST-1, FIRSTLAST-2, FIRSTLAST-5.
create or replace temp table valid_scores as
with known as (
    select
        p.ref,
        n.measure,
        s.AssToolCompDate as day,
        s.PersScore as score,
        s.UniqueID_IDS607 as id,
        s.rowid as place,
        s.PathwayID,
        s.Unique_CareContactID as contact_id,
        s.PersScore between n.low and n.high and (not n.whole or s.PersScore = floor(s.PersScore)) as in_range,
        s.AssToolCompDate between p.ReferralRequestReceivedDate and p.window_end as in_window
    from scores as s
    join measure_names as n on s.CodedAssToolType::varchar = n.text
    join pathways as p on s.PathwayID = p.PathwayID
    where s.AssToolCompDate <= getvariable('as_at') or s.AssToolCompDate is null
), corrected as (
    select ref, measure, id, max(place) as last_place
    from known
    where id is not null
    group by ref, measure, id
    having count(*) > 1
), follow_ups as (
    select PathwayID, contact_id from contacts_once where type = 6 and contact_id is not null
)
select k.ref, k.measure, k.day, k.score, k.id, k.place
from known as k
anti join corrected as c on k.ref = c.ref and k.measure = c.measure and k.id = c.id and k.place < c.last_place
anti join follow_ups as f on k.PathwayID = f.PathwayID and k.contact_id = f.contact_id
where k.in_range and k.in_window;

-- On one day the score with the highest id counts; a last score needs two days.
-- Proves FIRSTLAST-3, FIRSTLAST-4.
create or replace temp table score_ends as
with days as (
    select ref, measure, day, arg_max(score, (coalesce(id, -1), place)) as score
    from valid_scores
    group by ref, measure, day
)
select
    ref,
    measure,
    arg_min(score, day) as first,
    if(count(*) > 1, arg_max(score, day), null) as last
from days
group by ref, measure;

create or replace temp table scored as
select
    ref,
    max(first) filter (measure = 'PHQ-9') as phq9_first,
    max(last) filter (measure = 'PHQ-9') as phq9_last,
    max(first) filter (measure = 'GAD-7') as gad7_first,
    max(last) filter (measure = 'GAD-7') as gad7_last,
    max(first) filter (measure = 'WSAS work') as wsas_work_first,
    max(last) filter (measure = 'WSAS work') as wsas_work_last,
    max(first) filter (measure = 'WSAS home management') as wsas_home_management_first,
    max(last) filter (measure = 'WSAS home management') as wsas_home_management_last,
    max(first) filter (measure = 'WSAS social leisure activities') as wsas_social_leisure_activities_first,
    max(last) filter (measure = 'WSAS social leisure activities') as wsas_social_leisure_activities_last,
    max(first) filter (measure = 'WSAS private leisure activities') as wsas_private_leisure_activities_first,
    max(last) filter (measure = 'WSAS private leisure activities') as wsas_private_leisure_activities_last,
    max(first) filter (measure = 'WSAS relationships') as wsas_relationships_first,
    max(last) filter (measure = 'WSAS relationships') as wsas_relationships_last
from score_ends
group by ref;
