-- One row per pathway that exists as at the day, with the window in which its contacts and scores lie.
-- Proves PERIOD-1, PERIOD-2, PERIOD-3.
create or replace temp table pathways as
select
    row_number() over () as ref,
    r.*,
    if(ServDischDate <= getvariable('as_at'), ServDischDate, null) as discharge_date,
    coalesce(if(ServDischDate <= getvariable('as_at'), ServDischDate, null), getvariable('as_at')) as window_end
from referrals as r
where
    PathwayID is not null
    and (ReferralRequestReceivedDate <= getvariable('as_at') or ReferralRequestReceivedDate is null)
qualify row_number() over (
    partition by PathwayID
    order by ReferralRequestReceivedDate desc nulls last, r.rowid desc
) = 1;
