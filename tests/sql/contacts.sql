-- Proves STAGE-2.
create or replace temp table low_intensity as
from (values
    ('748051000000105'), ('748101000000105'), ('748041000000107'), ('748091000000102'),
    ('748061000000108'), ('702545008'), ('1026111000000108'), ('975131000000104')
) as codes (code);

-- Proves STAGE-2.
create or replace temp table high_intensity as
from (values
    ('1127281000000100'), ('1129471000000105'), ('314034001'), ('449030000'), ('933221000000107'),
    ('1026131000000100'), ('304891004'), ('228557008'), ('443730003')
) as codes (code);

-- One row per contact: its last row counts, the therapy codes of all its rows are united.
-- Proves CONTACT-1, CONTACT-2, CONTACT-8.
create or replace temp table contacts_once as
with one as (
    select
        PathwayID,
        Unique_CareContactID as contact_id,
        arg_max(
            {
                'day': CareContDate,
                'attendance': try_cast(AttendOrDNACode as integer),
                'type': try_cast(AppType as integer),
                'planned': PlannedCareContIndicator
            },
            contacts.rowid
        ) as last_row,
        coalesce(bool_or(CodeProcAndProcStatus::varchar in (from low_intensity)), false) as low,
        coalesce(bool_or(CodeProcAndProcStatus::varchar in (from high_intensity)), false) as high
    from contacts
    where CareContDate <= getvariable('as_at') or CareContDate is null
    group by PathwayID, Unique_CareContactID, if(Unique_CareContactID is null, contacts.rowid, null)
)
select
    PathwayID,
    contact_id,
    last_row.day as day,
    if(last_row.type in (1, 2, 3, 4, 5, 6, 10), last_row.type, null) as type,
    coalesce(last_row.attendance in (5, 6), false) or coalesce(last_row.planned = 'N', false) as attended,
    low,
    high
from one;

-- What counts as treatment: contacts and, one each and of high intensity, internet therapy logs.
-- Proves CONTACT-3, CONTACT-5, CONTACT-7.
create or replace temp table treatment as
with logs_once as (
    select PathwayID, arg_max({'day': StartDateIntEnabledTherLog}, logs.rowid).day as day
    from logs
    where StartDateIntEnabledTherLog <= getvariable('as_at') or StartDateIntEnabledTherLog is null
    group by PathwayID, UniqueID_IDS205, if(UniqueID_IDS205 is null, logs.rowid, null)
), either as (
    select PathwayID, day, low, high from contacts_once where attended and type in (2, 3, 5)
    union all
    select PathwayID, day, false, true from logs_once
)
select p.ref, e.day, e.low, e.high
from either as e
join pathways as p on e.PathwayID = p.PathwayID and e.day between p.ReferralRequestReceivedDate and p.window_end;

create or replace temp table treated as
select
    ref,
    count(*) as treatment_contacts,
    min(day) as first_treatment_date,
    min(day, 2)[2] as second_treatment_date,
    max(day) as last_treatment_date,
    min(day) filter (low) as first_low_intensity_date,
    min(day) filter (high) as first_high_intensity_date
from treatment
group by ref;

-- Proves CONTACT-4, CONTACT-6.
create or replace temp table seen as
select
    PathwayID,
    min(day) filter (type in (1, 3)) as assessment_date,
    count(*) filter (type is distinct from 6) as care_contacts
from contacts_once
where attended and day is not null
group by PathwayID;
