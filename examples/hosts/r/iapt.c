/*
 * What R needs to call libiapt. Every function gives list(status, result, at): `at` is the row or the item at fault,
 * counted from 1, or NA. referral.R makes errors and names of that.
 *
 *   PKG_CPPFLAGS="$(pkg-config --cflags iapt)" PKG_LIBS="$(pkg-config --libs iapt)" R CMD SHLIB iapt.c
 */

#include <iapt.h>

#include <R.h>
#include <R_ext/Rdynload.h>
#include <Rinternals.h>

static const struct {
    iapt_outcome_flags mask;
    const char *name;
} FACTS[] = {
    {IAPT_PAIRED, "paired"},
    {IAPT_CASENESS, "caseness"},
    {IAPT_NOT_CASENESS, "not_caseness"},
    {IAPT_RECOVERY, "recovery"},
    {IAPT_RELIABLE_IMPROVEMENT, "reliable_improvement"},
    {IAPT_RELIABLE_DETERIORATION, "reliable_deterioration"},
    {IAPT_NO_RELIABLE_CHANGE, "no_reliable_change"},
    {IAPT_RELIABLE_RECOVERY, "reliable_recovery"},
};

enum { NUMBER_OF_FACTS = sizeof FACTS / sizeof *FACTS };

static const char *const SEVERITIES[] = {
    [IAPT_SEVERITY_MINIMAL] = "minimal",
    [IAPT_SEVERITY_MILD] = "mild",
    [IAPT_SEVERITY_MODERATE] = "moderate",
    [IAPT_SEVERITY_MODERATELY_SEVERE] = "moderately_severe",
    [IAPT_SEVERITY_SEVERE] = "severe",
};

static const char *const SELF_HARM[] = {
    [IAPT_SELF_HARM_NOT_REPORTED] = "not_reported",
    [IAPT_SELF_HARM_REPORTED] = "reported",
    [IAPT_SELF_HARM_UNKNOWN] = "unknown",
    [IAPT_SELF_HARM_NOT_ASKED] = "not_asked",
};

/* `result` must be protected; `at` is counted from 0, SIZE_MAX for none. */
static SEXP answer(iapt_status status, SEXP result, size_t at)
{
    const char *names[] = {"status", "result", "at", ""};
    SEXP list = PROTECT(mkNamed(VECSXP, names));
    SET_VECTOR_ELT(list, 0, ScalarInteger(status));
    SET_VECTOR_ELT(list, 1, result);
    SET_VECTOR_ELT(list, 2, ScalarReal(at == SIZE_MAX ? NA_REAL : (double)at + 1));
    UNPROTECT(1);
    return list;
}

static iapt_status definition(SEXP name, iapt_definition *out)
{
    iapt_measure measure;
    const iapt_status status = iapt_measure_by_name(CHAR(asChar(name)), &measure);
    return status == IAPT_OK ? iapt_measure_definition(measure, out) : status;
}

static SEXP percent(int16_t tenths)
{
    return ScalarReal(tenths == IAPT_NO_RATE ? NA_REAL : tenths / 10.0);
}

/* The name and the text of a status. */
static SEXP r_status(SEXP status)
{
    SEXP texts = PROTECT(allocVector(STRSXP, 2));
    SET_STRING_ELT(texts, 0, mkChar(iapt_status_name(asInteger(status))));
    SET_STRING_ELT(texts, 1, mkChar(iapt_status_message(asInteger(status))));
    UNPROTECT(1);
    return texts;
}

/*
 * A logical matrix, a row a referral and a column a fact. The scores are doubles of one length, in which NA, being a
 * NaN, is a missing one.
 */
static SEXP r_outcomes(SEXP depression, SEXP depression_first, SEXP depression_last, SEXP anxiety, SEXP anxiety_first,
                       SEXP anxiety_last)
{
    const R_xlen_t n = XLENGTH(depression_first);
    uint8_t *flags = (uint8_t *)R_alloc((size_t)n + 1, 1);
    iapt_definition measures[2];
    size_t row = SIZE_MAX;
    iapt_status status = definition(depression, &measures[0]);
    if (status == IAPT_OK) {
        status = definition(anxiety, &measures[1]);
    }
    if (status == IAPT_OK) {
        status = iapt_outcomes_f64_on(&measures[0], &measures[1], REAL(depression_first), REAL(depression_last),
                                      REAL(anxiety_first), REAL(anxiety_last), (size_t)n, flags, &row);
    }
    if (status != IAPT_OK) {
        return answer(status, R_NilValue, row);
    }
    SEXP facts = PROTECT(allocMatrix(LGLSXP, (int)n, NUMBER_OF_FACTS));
    SEXP names = PROTECT(allocVector(VECSXP, 2));
    SEXP columns = PROTECT(allocVector(STRSXP, NUMBER_OF_FACTS));
    for (int fact = 0; fact < NUMBER_OF_FACTS; fact++) {
        SET_STRING_ELT(columns, fact, mkChar(FACTS[fact].name));
        for (R_xlen_t i = 0; i < n; i++) {
            LOGICAL(facts)[fact * n + i] = (flags[i] & FACTS[fact].mask) != 0;
        }
    }
    SET_VECTOR_ELT(names, 1, columns);
    setAttrib(facts, R_DimNamesSymbol, names);
    SEXP list = answer(IAPT_OK, facts, SIZE_MAX);
    UNPROTECT(3);
    return list;
}

/* What would not fit, or be read as missing, is given as a number that no item allows. */
static int8_t item(double answered)
{
    if (ISNAN(answered)) {
        return IAPT_MISSING_ITEM;
    }
    if (answered < 0 || answered > INT8_MAX || answered != (int8_t)answered) {
        return INT8_MAX;
    }
    return (int8_t)answered;
}

/* The score of the answers, doubles, to a questionnaire. */
static SEXP r_score_items(SEXP name, SEXP answers)
{
    const R_xlen_t n = XLENGTH(answers);
    int8_t *items = (int8_t *)R_alloc((size_t)n + 1, 1);
    iapt_measure measure;
    iapt_score score;
    size_t bad = SIZE_MAX;
    iapt_status status = iapt_measure_by_name(CHAR(asChar(name)), &measure);
    for (R_xlen_t i = 0; i < n; i++) {
        items[i] = item(REAL(answers)[i]);
    }
    if (status == IAPT_OK) {
        status = iapt_score_items_at(measure, items, (size_t)n, 0, &score, &bad);
    }
    if (status != IAPT_OK) {
        return answer(status, R_NilValue, bad);
    }
    const char *names[] = {"total", "imputed", "severity", "is_case", "self_harm", ""};
    SEXP result = PROTECT(mkNamed(VECSXP, names));
    SET_VECTOR_ELT(result, 0, ScalarReal((double)score.total / score.divisor));
    SET_VECTOR_ELT(result, 1, ScalarInteger(score.imputed));
    SET_VECTOR_ELT(result, 2,
                   ScalarString(score.severity == IAPT_NO_SEVERITY ? NA_STRING : mkChar(SEVERITIES[score.severity])));
    SET_VECTOR_ELT(result, 3, ScalarLogical(score.is_case < 0 ? NA_LOGICAL : score.is_case));
    SET_VECTOR_ELT(result, 4, ScalarString(mkChar(SELF_HARM[score.self_harm])));
    SEXP list = answer(IAPT_OK, result, SIZE_MAX);
    UNPROTECT(1);
    return list;
}

/* The official rates in per cent. The counts are doubles in the order of iapt_counts. */
static SEXP r_rates(SEXP counts)
{
    const double *count = REAL(counts);
    const iapt_counts in = {
        .finished = (uint64_t)count[0],
        .paired = (uint64_t)count[1],
        .caseness = (uint64_t)count[2],
        .not_caseness = (uint64_t)count[3],
        .recovery = (uint64_t)count[4],
        .reliable_improvement = (uint64_t)count[5],
        .reliable_deterioration = (uint64_t)count[6],
        .no_reliable_change = (uint64_t)count[7],
        .reliable_recovery = (uint64_t)count[8],
    };
    const char *names[] = {"recovery",   "reliable_recovery", "reliable_improvement", "reliable_deterioration",
                                 "no_reliable_change", ""};
    iapt_rates out;
    const iapt_status status = iapt_rates_from_counts(&in, &out);
    if (status != IAPT_OK) {
        return answer(status, R_NilValue, SIZE_MAX);
    }
    SEXP result = PROTECT(mkNamed(VECSXP, names));
    SET_VECTOR_ELT(result, 0, percent(out.recovery));
    SET_VECTOR_ELT(result, 1, percent(out.reliable_recovery));
    SET_VECTOR_ELT(result, 2, percent(out.reliable_improvement));
    SET_VECTOR_ELT(result, 3, percent(out.reliable_deterioration));
    SET_VECTOR_ELT(result, 4, percent(out.no_reliable_change));
    SEXP list = answer(IAPT_OK, result, SIZE_MAX);
    UNPROTECT(1);
    return list;
}

static SEXP r_rate(SEXP numerator, SEXP denominator)
{
    int16_t tenths;
    const iapt_status status =
        iapt_rate_from_counts((uint64_t)asReal(numerator), (uint64_t)asReal(denominator), &tenths);
    SEXP result = PROTECT(status == IAPT_OK ? percent(tenths) : R_NilValue);
    SEXP list = answer(status, result, SIZE_MAX);
    UNPROTECT(1);
    return list;
}

static const R_CallMethodDef CALLS[] = {
    {"status", (DL_FUNC)&r_status, 1},
    {"outcomes", (DL_FUNC)&r_outcomes, 6},
    {"score_items", (DL_FUNC)&r_score_items, 2},
    {"rates", (DL_FUNC)&r_rates, 1},
    {"rate", (DL_FUNC)&r_rate, 2},
    {NULL, NULL, 0},
};

/* R calls this when it loads the shared object. */
void R_init_iapt(DllInfo *info)
{
    if (iapt_abi_version() != IAPT_ABI_VERSION) {
        error("built for another ABI than that of libiapt %s", iapt_version());
    }
    R_registerRoutines(info, NULL, CALLS, NULL, NULL);
    R_useDynamicSymbols(info, FALSE);
}
