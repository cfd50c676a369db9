-- The measures that a family of descriptors names, in order of preference. G93.3, K58 and the two SNOMED CT codes name
-- measures without a range here, whose scores are not valid.
-- Proves ANXIETY-1, ANXIETY-3.
create or replace temp table named_measures as
from (values
    ('F400', 'MI', 1), ('F401', 'SPIN', 1), ('F410', 'PDSS', 1), ('F42', 'OCI', 1), ('F431', 'PCL-5', 1),
    ('F431', 'IES-R', 2), ('F452', 'HAI', 1)
) as named (family, measure, preference);

-- A valid descriptor before none, primary before secondary, then the latest date, the highest id, the last row.
-- Proves ANXIETY-4, ANXIETY-7.
create or replace temp table descriptors as
with known as (
    select
        *,
        complaints.rowid as place,
        upper(replace(trim(Validated_PresentingComplaint::varchar), '.', '')) as code
    from complaints
    where PresCompDate <= getvariable('as_at') or PresCompDate is null
)
select
    p.ref,
    k.code as problem_descriptor,
    case
        when k.code in ('83482000', '723916001') then k.code
        else nullif(regexp_extract(k.code, '^(F400|F401|F410|F42|F431|F452|G933|K58)'), '')
    end as family
from known as k
join pathways as p on k.PathwayID = p.PathwayID
where regexp_full_match(k.code, '[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}|[0-9]{6,18}')
qualify row_number() over (
    partition by p.ref
    order by
        coalesce(upper(k.PresCompCodSig::varchar) in ('P', 'Y', 'TRUE', '1'), false) desc,
        k.PresCompDate desc nulls last,
        k.UniqueID_IDS603 desc nulls last,
        k.place desc
) = 1;

-- The specific measure of the descriptor: first and last scores, and the one that is paired.
create or replace temp table specific as
select
    d.ref,
    max(e.first) as specific_first,
    max(e.last) as specific_last,
    arg_min({'measure': e.measure, 'first': e.first, 'last': e.last}, n.preference)
        filter (e.last is not null) as paired_measure
from descriptors as d
join named_measures as n on d.family = n.family
join score_ends as e on d.ref = e.ref and n.measure = e.measure
group by d.ref;
