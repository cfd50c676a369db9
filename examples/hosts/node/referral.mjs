/*
 * libiapt from Node, by koffi: the same cases as in the other languages, with the same output (examples/expected.txt).
 *
 *   npm install --no-package-lock && node referral.mjs
 */

import koffi from 'koffi';

// What is used of iapt.h, in its words.
const IAPT_ABI_VERSION = 0;
const IAPT_OK = 0;
const IAPT_ERROR_ITEM_OUT_OF_RANGE = 201;
const IAPT_PAIRED = 1;
const IAPT_CASENESS = 2;
const IAPT_NOT_CASENESS = 4;
const IAPT_RECOVERY = 8;
const IAPT_RELIABLE_IMPROVEMENT = 16;
const IAPT_RELIABLE_DETERIORATION = 32;
const IAPT_NO_RELIABLE_CHANGE = 64;
const IAPT_RELIABLE_RECOVERY = 128;
const IAPT_MISSING_ITEM = -1;
const IAPT_NO_RATE = -1;
const IAPT_SEVERITY_MINIMAL = 0;
const IAPT_SEVERITY_MILD = 1;
const IAPT_SEVERITY_MODERATE = 2;
const IAPT_SEVERITY_MODERATELY_SEVERE = 3;
const IAPT_SEVERITY_SEVERE = 4;
const IAPT_SELF_HARM_NOT_REPORTED = 0;
const IAPT_SELF_HARM_REPORTED = 1;
const IAPT_SELF_HARM_UNKNOWN = 2;
const IAPT_SELF_HARM_NOT_ASKED = 3;

koffi.struct('iapt_number', { numerator: 'int64_t', denominator: 'uint64_t' });
koffi.struct('iapt_definition', {
    min_score: 'iapt_number',
    max_score: 'iapt_number',
    caseness_threshold: 'iapt_number',
    reliable_change: 'iapt_number',
    whole_scores: 'uint8_t',
    case_when: 'uint8_t',
    verified: 'uint8_t',
    reserved: koffi.array('uint8_t', 5),
});
koffi.struct('iapt_pair', { measure: 'iapt_definition', first: 'iapt_number', last: 'iapt_number' });
koffi.struct('iapt_score', {
    total: 'uint32_t',
    divisor: 'uint32_t',
    imputed: 'uint8_t',
    severity: 'int8_t',
    is_case: 'int8_t',
    self_harm: 'uint8_t',
});
const COUNTS = {
    finished: 'uint64_t',
    paired: 'uint64_t',
    caseness: 'uint64_t',
    not_caseness: 'uint64_t',
    recovery: 'uint64_t',
    reliable_improvement: 'uint64_t',
    reliable_deterioration: 'uint64_t',
    no_reliable_change: 'uint64_t',
    reliable_recovery: 'uint64_t',
};
koffi.struct('iapt_counts', COUNTS);
koffi.struct('iapt_rates', {
    recovery: 'int16_t',
    reliable_recovery: 'int16_t',
    reliable_improvement: 'int16_t',
    reliable_deterioration: 'int16_t',
    no_reliable_change: 'int16_t',
});

const library = koffi.load('libiapt.so.0');
const iapt_version = library.func('const char *iapt_version(void)');
const iapt_abi_version = library.func('uint32_t iapt_abi_version(void)');
const iapt_status_message = library.func('const char *iapt_status_message(int32_t status)');
const iapt_status_name = library.func('const char *iapt_status_name(int32_t status)');
const iapt_number_parse = library.func(
    'int32_t iapt_number_parse(const char *text, size_t length, _Out_ iapt_number *out)');
const iapt_measure_by_name = library.func('int32_t iapt_measure_by_name(const char *name, _Out_ uint32_t *out)');
const iapt_measure_definition = library.func(
    'int32_t iapt_measure_definition(uint32_t measure, _Out_ iapt_definition *out)');
const iapt_outcome_on = library.func('int32_t iapt_outcome_on(const iapt_pair *depression, const iapt_pair *anxiety, '
    + 'const iapt_pair *specific, _Out_ uint8_t *out)');
const iapt_score_items_at = library.func('int32_t iapt_score_items_at(uint32_t measure, const int8_t *items, '
    + 'size_t len, uint32_t options, _Out_ iapt_score *out, _Out_ size_t *error_item)');
const iapt_rates_from_counts = library.func(
    'int32_t iapt_rates_from_counts(const iapt_counts *counts, _Out_ iapt_rates *out)');
const iapt_rate_from_counts = library.func(
    'int32_t iapt_rate_from_counts(uint64_t numerator, uint64_t denominator, _Out_ int16_t *out_tenths)');

if (iapt_abi_version() !== IAPT_ABI_VERSION) {
    throw new Error(`written for another ABI than that of libiapt ${iapt_version()}`);
}

const FACTS = {
    paired: IAPT_PAIRED,
    caseness: IAPT_CASENESS,
    not_caseness: IAPT_NOT_CASENESS,
    recovery: IAPT_RECOVERY,
    reliable_improvement: IAPT_RELIABLE_IMPROVEMENT,
    reliable_deterioration: IAPT_RELIABLE_DETERIORATION,
    no_reliable_change: IAPT_NO_RELIABLE_CHANGE,
    reliable_recovery: IAPT_RELIABLE_RECOVERY,
};
const SEVERITIES = {
    [IAPT_SEVERITY_MINIMAL]: 'minimal',
    [IAPT_SEVERITY_MILD]: 'mild',
    [IAPT_SEVERITY_MODERATE]: 'moderate',
    [IAPT_SEVERITY_MODERATELY_SEVERE]: 'moderately_severe',
    [IAPT_SEVERITY_SEVERE]: 'severe',
};
const SELF_HARM = {
    [IAPT_SELF_HARM_NOT_REPORTED]: 'not_reported',
    [IAPT_SELF_HARM_REPORTED]: 'reported',
    [IAPT_SELF_HARM_UNKNOWN]: 'unknown',
    [IAPT_SELF_HARM_NOT_ASKED]: 'not_asked',
};

/** An error of the library. `code` is the same in every language; no message contains a value of the input. */
class IaptError extends Error {
    name = 'IaptError';

    constructor(status, item) {
        super(iapt_status_message(status));
        this.code = iapt_status_name(status);
        this.item = item;
    }
}

function check(status, item) {
    if (status !== IAPT_OK) {
        throw new IaptError(status, status === IAPT_ERROR_ITEM_OUT_OF_RANGE ? item : undefined);
    }
}

function measure(name) {
    const out = [0];
    check(iapt_measure_by_name(name, out));
    return out[0];
}

function number(score) {
    const out = { numerator: 0, denominator: 0 };
    if (score != null) {
        const text = String(score);
        check(iapt_number_parse(text, Buffer.byteLength(text), out));
    }
    return out;
}

function pair(name, [first, last]) {
    const definition = {};
    check(iapt_measure_definition(measure(name), definition));
    return { measure: definition, first: number(first), last: number(last) };
}

/** The facts of a referral, from the first and the last score on each measure. A missing score is null. */
function outcome({ 'PHQ-9': phq9, ...other }) {
    const [[name, anxiety]] = Object.entries(other);
    const flags = [0];
    check(iapt_outcome_on(pair('PHQ-9', phq9), pair(name, anxiety), null, flags));
    return Object.keys(FACTS).filter((fact) => flags[0] & FACTS[fact]);
}

/** What would not fit, or be read as missing, is given as a number that no item allows. */
function itemOf(answer) {
    if (answer == null) {
        return IAPT_MISSING_ITEM;
    }
    return Number.isInteger(answer) && answer >= 0 && answer <= 127 ? answer : 127;
}

/** The score of a questionnaire, in which an unanswered item is null. */
function scoreItems(name, answers) {
    const score = {};
    const item = [0];
    check(iapt_score_items_at(measure(name), Int8Array.from(answers, itemOf), answers.length, 0, score, item), item[0]);
    return {
        total: score.total / score.divisor,
        imputed: score.imputed,
        severity: SEVERITIES[score.severity] ?? null,
        isCase: { 1: true, 0: false }[score.is_case] ?? null,
        selfHarm: SELF_HARM[score.self_harm],
    };
}

const percent = (tenths) => (tenths === IAPT_NO_RATE ? null : tenths / 10);

/** koffi would take a field that is not there for 0. */
function count(value) {
    if (!Number.isSafeInteger(value) || value < 0) {
        throw new TypeError('not a count');
    }
    return value;
}

/** The official rates in per cent, null where there is none. */
function ratesFromCounts(counts) {
    const rates = {};
    Object.keys(COUNTS).forEach((field) => count(counts[field]));
    check(iapt_rates_from_counts(counts, rates));
    return Object.fromEntries(Object.entries(rates).map(([fact, tenths]) => [fact, percent(tenths)]));
}

function rateFromCounts(numerator, denominator) {
    const tenths = [0];
    check(iapt_rate_from_counts(count(numerator), count(denominator), tenths));
    return percent(tenths[0]);
}

const orMissing = (value) => value ?? 'missing';

function showReferral(name, scores) {
    const facts = outcome(scores);
    const pairs = Object.entries(scores).map(([measure, pair]) => `${measure} ${pair.map(orMissing).join(' to ')}`);
    console.log(`${name}: ${pairs.join(', ')}\n   ${facts.join(' ')}`);
}

function showQuestionnaire(answers) {
    const { total, imputed, severity, isCase, selfHarm } = scoreItems('PHQ-9', answers);
    console.log('PHQ-9', ...answers.map(orMissing));
    console.log(`   total ${total}, imputed ${imputed}, severity ${severity}, case ${isCase ? 'yes' : 'no'}, `
        + `self-harm ${selfHarm}`);
}

function showRate(fact, numerator, denominator, percent) {
    console.log(`   ${fact} ${numerator} of ${denominator}: ${percent === null ? 'none' : `${percent.toFixed(1)} %`}`);
}

function showRates(counts) {
    const rates = ratesFromCounts(counts);
    const couldRecover = counts.finished - counts.not_caseness;
    for (const [fact, percent] of Object.entries(rates)) {
        showRate(fact, counts[fact], fact.endsWith('recovery') ? couldRecover : counts.finished, percent);
    }
    showRate('recovery', 0, 0, rateFromCounts(0, 0));
}

/** What a program does with data that may be wrong: there is no result to use. */
function showRefusals() {
    const first = 28;
    try {
        outcome({ 'PHQ-9': [first, 9], 'GAD-7': [14, 6] });
    } catch (error) {
        if (!(error instanceof IaptError)) throw error;
        console.log(`   PHQ-9 ${first}: ${error.code}`);
        console.error(`outcome: ${error.message}`);
    }
    const answers = [3, 2, 2, 1, 2, 1, 1, 4, 0];
    try {
        scoreItems('PHQ-9', answers);
    } catch (error) {
        if (!(error instanceof IaptError)) throw error;
        // Items are counted from 0, people count from 1.
        console.log(`   PHQ-9 item ${error.item + 1} answered with ${answers[error.item]}: ${error.code}`);
        console.error(`item ${error.item + 1}: ${error.message}`);
    }
}

console.log('Referrals');
showReferral('A', { 'PHQ-9': [18, 9], 'GAD-7': [14, 6] });
showReferral('B', { 'PHQ-9': [20, 12], 'GAD-7': [15, 9] });
showReferral('C', { 'PHQ-9': [18, null], 'GAD-7': [14, 6] });
showReferral('D', { 'PHQ-9': [18, 9], SPIN: [41, 15] });
console.log('Questionnaire');
showQuestionnaire([3, 2, 2, 1, 2, 1, 1, 0, null]);
console.log('Rates of a service');
showRates({
    finished: 1900,
    paired: 1850,
    caseness: 1740,
    not_caseness: 140,
    recovery: 902,
    reliable_improvement: 1200,
    reliable_deterioration: 100,
    no_reliable_change: 550,
    reliable_recovery: 860,
});
console.log('Refused');
showRefusals();
