-- The earliest and the latest record that says yes or no; on one day the last row of the table counts.
-- Proves SICKPAY-1.
create or replace temp table sick_pay as
select
    p.ref,
    arg_min(e.SickpayIndicator, (e.EmployStatusRecDate, -e.rowid)) as sick_pay_first,
    arg_max(e.SickpayIndicator, (e.EmployStatusRecDate, e.rowid)) as sick_pay_last
from employment as e
join pathways as p
    on e.PathwayID = p.PathwayID and e.EmployStatusRecDate between p.ReferralRequestReceivedDate and p.window_end
where e.SickpayIndicator in ('Y', 'N')
group by p.ref;
