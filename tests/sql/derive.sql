-- One row per pathway: the columns of the referral, what is derived from its sessions, and the facts of its outcome.
-- A score is a case from `case_from` on; the MI, a mean with decimals, above it.
-- Proves CASENESS-1, CHANGE-1.
create or replace temp table thresholds as
from (values
    ('GAD-7', 8, 4), ('SPIN', 19, 10), ('MI', 2.3, 0.73), ('PDSS', 8, 5), ('OCI', 40, 32), ('PCL-5', 32, 10),
    ('IES-R', 33, 9), ('HAI', 18, 4)
) as known (measure, case_from, change);

-- Proves COURSE-1, ANXIETY-2, ANXIETY-5.
create or replace temp table joined as
select
    p.*,
    coalesce(t.treatment_contacts, 0) as treatment_contacts,
    coalesce(c.care_contacts, 0) as care_contacts,
    c.assessment_date,
    t.* exclude (ref, treatment_contacts),
    coalesce(p.discharge_date is not null and t.treatment_contacts >= 2, false) as finished_course,
    g.* exclude (ref),
    d.* exclude (ref),
    coalesce(x.paired_measure.measure, 'GAD-7') as anxiety_measure,
    if(x.paired_measure is null, s.gad7_first, x.paired_measure.first) as anxiety_first,
    if(x.paired_measure is null, s.gad7_last, x.paired_measure.last) as anxiety_last,
    x.specific_first,
    x.specific_last,
    s.* exclude (ref),
    e.* exclude (ref)
from pathways as p
left join treated as t on p.ref = t.ref
left join seen as c on p.PathwayID = c.PathwayID
left join stages as g on p.ref = g.ref
left join descriptors as d on p.ref = d.ref
left join specific as x on p.ref = x.ref
left join scored as s on p.ref = s.ref
left join sick_pay as e on p.ref = e.ref;

-- Proves PAIRED-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-2, CHANGE-3, CHANGE-4, RECOVERY-1, RECOVERY-2.
create or replace temp table derived as
with compared as (
    select
        j.*,
        phq9_first >= 10 as phq9_case_first,
        phq9_last >= 10 as phq9_case_last,
        phq9_first - phq9_last as phq9_fall,
        if(t.measure = 'MI', anxiety_first::decimal(12, 6) > case_from, anxiety_first >= case_from) as anxiety_case_first,
        if(t.measure = 'MI', anxiety_last::decimal(12, 6) > case_from, anxiety_last >= case_from) as anxiety_case_last,
        anxiety_first::decimal(12, 6) - anxiety_last::decimal(12, 6) as anxiety_fall,
        t.change
    from joined as j
    join thresholds as t on j.anxiety_measure = t.measure
), facts as (
    select
        *,
        phq9_fall is not null and anxiety_fall is not null as paired,
        coalesce(phq9_case_first or anxiety_case_first, false) as caseness,
        coalesce(not phq9_case_first and not anxiety_case_first, false) as not_caseness,
        phq9_fall >= 6 or anxiety_fall >= change as better,
        phq9_fall <= -6 or anxiety_fall <= -change as worse
    from compared
), outcomes as (
    select
        * exclude (
            phq9_case_first, phq9_case_last, phq9_fall, anxiety_case_first, anxiety_case_last, anxiety_fall, change,
            better, worse
        ),
        paired and caseness and not phq9_case_last and not anxiety_case_last as recovery,
        paired and better and not worse as reliable_improvement,
        paired and worse and not better as reliable_deterioration,
        paired and better = worse as no_reliable_change
    from facts
)
select *, recovery and reliable_improvement as reliable_recovery
from outcomes;
