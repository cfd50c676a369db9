-- Every measure of a period, by the columns that stand for {by}. Counts, means and medians have a value, percentages
-- also a numerator and a denominator.
-- Proves COURSE-1, COURSE-2, COURSE-3, WAIT-1, WAIT-2, WAIT-3, WAIT-4, WAIT-5, STAGE-4, STAGE-6, SICKPAY-1, REPORT-2,
-- REPORT-3, REPORT-4, REPORT-5, RATE-1, RATE-2.
with dated as (
    select
        *,
        coalesce(discharge_date between getvariable('start') and getvariable('as_at'), false) as ended,
        discharge_date is null as open,
        coalesce(assessment_date between getvariable('start') and getvariable('as_at'), false) as assessed,
        coalesce(first_treatment_date between getvariable('start') and getvariable('as_at'), false) as entered,
        coalesce(second_treatment_date between getvariable('start') and getvariable('as_at'), false) as had_second,
        assessment_date - ReferralRequestReceivedDate as assessment_wait,
        first_treatment_date - ReferralRequestReceivedDate as treatment_wait,
        second_treatment_date - first_treatment_date as second_wait,
        getvariable('as_at') - ReferralRequestReceivedDate as waiting,
        getvariable('as_at') - last_treatment_date as idle,
        try_cast(EndCode as integer) as end_code
    from derived
), r as (
    select
        *,
        ended and finished_course as finished,
        open and assessment_date is null as waits_for_assessment,
        open and first_treatment_date is null as waits_for_treatment,
        ended and finished_course and coalesce(assessment_date <= first_treatment_date, false) as stepped
    from dated
), steps as (
    select
        *,
        coalesce(stepped and first_stage = 'high', false) as begins_high,
        coalesce(stepped and first_stage = 'low', false) as begins_low,
        coalesce(stepped and first_stage = 'high' and second_stage = 'low' and between_stages <= 1, false) as step_down,
        coalesce(stepped and first_stage = 'low' and second_stage = 'high', false) as step_up,
        first_high_intensity_date - assessment_date as high_wait,
        first_low_intensity_date - assessment_date as low_wait
    from r
), m as (
    select
        {by}
        count(*) filter (ReferralRequestReceivedDate between getvariable('start') and getvariable('as_at')) as M001,
        count(*) filter (open and idle <= 60) as M019,
        count(*) filter (open and idle between 61 and 90) as M020,
        count(*) filter (open and idle between 91 and 120) as M021,
        count(*) filter (open and idle > 120) as M022,
        count(*) filter (assessed) as M023,
        count(*) filter (assessed and assessment_wait < 29) as M024,
        count(*) filter (assessed and assessment_wait between 29 and 56) as M025,
        count(*) filter (assessed and assessment_wait between 57 and 90) as M026,
        count(*) filter (assessed and assessment_wait > 90) as M027,
        count(*) filter (ended and assessment_date is null) as M028,
        count(*) filter (waits_for_assessment) as M029,
        count(*) filter (waits_for_assessment and waiting > 90) as M030,
        count(*) filter (entered) as M031,
        count(*) filter (entered and treatment_wait < 29) as M032,
        count(*) filter (entered and treatment_wait between 29 and 56) as M033,
        count(*) filter (entered and treatment_wait between 57 and 90) as M034,
        count(*) filter (entered and treatment_wait > 90) as M035,
        count(*) filter (entered and treatment_wait <= 42) as M036,
        count(*) filter (entered and treatment_wait <= 126) as M037,
        count(*) filter (waits_for_treatment) as M038,
        count(*) filter (waits_for_treatment and waiting <= 14) as M039,
        count(*) filter (waits_for_treatment and waiting <= 28) as M040,
        count(*) filter (waits_for_treatment and waiting <= 42) as M041,
        count(*) filter (waits_for_treatment and waiting <= 84) as M042,
        count(*) filter (waits_for_treatment and waiting <= 126) as M043,
        count(*) filter (waits_for_treatment and waiting > 126) as M044,
        count(*) filter (waits_for_treatment and waiting > 90) as M045,
        count(*) filter (had_second and second_wait > 28) as M046,
        count(*) filter (had_second and second_wait > 90) as M047,
        avg(treatment_wait) filter (entered) as M048,
        median(treatment_wait) filter (entered) as M049,
        avg(treatment_wait) filter (finished) as M050,
        median(treatment_wait) filter (finished) as M051,
        count(*) filter (finished and treatment_wait <= 42) as M052,
        count(*) filter (finished and treatment_wait <= 126) as M054,
        count(*) filter (ended) as M056,
        count(*) filter (ended and end_code = 10) as M057,
        count(*) filter (ended and end_code = 11) as M058,
        count(*) filter (ended and end_code = 12) as M059,
        count(*) filter (ended and end_code = 13) as M060,
        count(*) filter (ended and end_code = 14) as M061,
        count(*) filter (ended and end_code = 17) as M062,
        count(*) filter (ended and end_code = 95) as M063,
        count(*) filter (ended and end_code = 46) as M066,
        count(*) filter (ended and end_code = 49) as M069,
        count(*) filter (ended and end_code = 96) as M070,
        count(*) filter (
            ended and EndCode is not null
            and coalesce(end_code not in (10, 11, 12, 13, 14, 16, 17, 46, 47, 48, 49, 50, 95, 96), true)
        ) as M071,
        count(*) filter (ended and EndCode is null) as M072,
        count(*) filter (ended and care_contacts = 0) as M073,
        count(*) filter (ended and care_contacts > 0 and treatment_contacts = 0) as M074,
        count(*) filter (ended and treatment_contacts = 1) as M075,
        count(*) filter (finished) as M076,
        coalesce(sum(treatment_contacts) filter (finished), 0) as M089,
        count(*) filter (had_second and second_wait < 29) as M121,
        count(*) filter (had_second and second_wait between 29 and 90) as M122,
        avg(treatment_contacts) filter (finished) as M141,
        median(treatment_contacts) filter (finished) as M142,
        max(treatment_contacts) filter (finished) as M143,
        min(treatment_contacts) filter (finished) as M144,
        count(*) filter (ended and first_treatment_date is null) as M153,
        count(*) filter (finished and not_caseness) as M179,
        count(*) filter (had_second) as M184,
        count(*) filter (finished and reliable_improvement) as M185,
        count(*) filter (finished and no_reliable_change) as M187,
        count(*) filter (finished and reliable_deterioration) as M189,
        count(*) filter (finished and recovery) as M191,
        count(*) filter (finished and reliable_recovery) as M193,
        count(*) filter (
            finished and coalesce(specific_first, gad7_first) is not null and coalesce(specific_last, gad7_last) is null
        ) as M196,
        count(*) filter (finished and coalesce(specific_first, gad7_first) is null) as M197,
        count(*) filter (finished and coalesce(specific_last, gad7_last) is not null) as M198,
        count(*) filter (finished and phq9_first is not null and phq9_last is null) as M199,
        count(*) filter (finished and phq9_first is null) as M200,
        count(*) filter (finished and phq9_last is not null) as M201,
        count(*) filter (finished and phq9_last is not null and anxiety_last is not null) as M202,
        count(*) filter (finished and family is not null) as M203,
        count(*) filter (finished and family is not null and anxiety_measure <> 'GAD-7') as M204,
        {wsas}
        count(*) filter (finished and sick_pay_first = 'Y' and sick_pay_last = 'N') as M237,
        count(*) filter (ended and end_code = 16) as M340,
        count(*) filter (ended and end_code = 48) as M341,
        count(*) filter (ended and end_code = 50) as M342,
        count(*) filter (ended and end_code = 47) as M344,
        avg(high_wait) filter (begins_high) as M347,
        avg(low_wait) filter (begins_low) as M348,
        avg(stage_wait) filter (step_down) as M349,
        avg(stage_wait) filter (step_up) as M350,
        sum(last_treatment_date - first_treatment_date) filter (finished)
            / sum(treatment_contacts - 1) filter (finished) as M351,
        count(*) filter (begins_high) as M352,
        count(*) filter (begins_low) as M353,
        count(*) filter (step_down) as M354,
        count(*) filter (step_up) as M355,
        count(*) filter (begins_high and high_wait < 29) as M356,
        count(*) filter (begins_low and low_wait < 29) as M357,
        count(*) filter (begins_high and high_wait <= 90) as M358,
        count(*) filter (begins_low and low_wait <= 90) as M359,
        count(*) filter (step_up and stage_wait < 29) as M360,
        count(*) filter (step_up and stage_wait <= 90) as M361
    from steps
    group by all
)
select entry.measure_id, {by} entry.numerator, entry.denominator, entry.value
from (
    select
        {by}
        unnest([
        {values}
        ]) as entry
    from m
)
