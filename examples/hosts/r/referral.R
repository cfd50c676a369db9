# libiapt from R, by .Call: the same cases as in the other languages, with the same output (examples/expected.txt).
#
#   Rscript referral.R     beside the shared object that R CMD SHLIB made of iapt.c

iapt <- dyn.load(paste0("iapt", .Platform$dynlib.ext))

# A condition of the class iapt_error: `code` is the same in every language, `at` the row or the item at fault, and no
# message contains a value of the input.
call_iapt <- function(name, ...) {
  answer <- .Call(getNativeSymbolInfo(name, iapt), ...)
  if (answer$status != 0) {
    texts <- .Call(getNativeSymbolInfo("status", iapt), answer$status)
    stop(structure(
      list(message = texts[2], call = NULL, code = texts[1], at = answer$at),
      class = c("iapt_error", "error", "condition")
    ))
  }
  answer$result
}

# A row of facts for each referral. A missing score is NA.
outcomes <- function(phq9_first, phq9_last, anxiety_first, anxiety_last, measure = "GAD-7") {
  scores <- lapply(list(phq9_first, phq9_last, anxiety_first, anxiety_last), as.double)
  stopifnot(length(unique(lengths(scores))) == 1)
  call_iapt("outcomes", "PHQ-9", scores[[1]], scores[[2]], measure, scores[[3]], scores[[4]])
}

# The score of a questionnaire, in which an unanswered item is NA.
score_items <- function(measure, answers) {
  call_iapt("score_items", measure, as.double(answers))
}

COUNTS <- c(
  "finished", "paired", "caseness", "not_caseness", "recovery", "reliable_improvement", "reliable_deterioration",
  "no_reliable_change", "reliable_recovery"
)

# The official rates in per cent, NA where there is none.
rates_from_counts <- function(counts) {
  stopifnot(setequal(names(counts), COUNTS), all(counts >= 0))
  call_iapt("rates", as.double(counts[COUNTS]))
}

rate_from_counts <- function(numerator, denominator) {
  stopifnot(numerator >= 0, denominator >= 0)
  call_iapt("rate", numerator, denominator)
}

line <- function(...) cat(..., "\n", sep = "")
or_missing <- function(values) ifelse(is.na(values), "missing", values)

show_referrals <- function(referrals, measure) {
  facts <- with(referrals, outcomes(phq9_first, phq9_last, anxiety_first, anxiety_last, measure))
  for (i in seq_len(nrow(referrals))) {
    scores <- or_missing(unlist(referrals[i, -1]))
    line(referrals$name[i], ": PHQ-9 ", scores[1], " to ", scores[2], ", ", measure, " ", scores[3], " to ", scores[4])
    line("   ", paste(colnames(facts)[facts[i, ]], collapse = " "))
  }
}

show_questionnaire <- function(answers) {
  score <- score_items("PHQ-9", answers)
  line("PHQ-9 ", paste(or_missing(answers), collapse = " "))
  line(
    "   total ", score$total, ", imputed ", score$imputed, ", severity ", score$severity, ", case ",
    if (isTRUE(score$is_case)) "yes" else "no", ", self-harm ", score$self_harm
  )
}

show_rate <- function(fact, numerator, denominator, percent) {
  text <- if (is.na(percent)) "none" else sprintf("%.1f %%", percent)
  line("   ", fact, " ", numerator, " of ", denominator, ": ", text)
}

show_rates <- function(counts) {
  rates <- rates_from_counts(counts)
  could_recover <- counts["finished"] - counts["not_caseness"]
  for (fact in names(rates)) {
    show_rate(fact, counts[fact], if (endsWith(fact, "recovery")) could_recover else counts["finished"], rates[[fact]])
  }
  show_rate("recovery", 0, 0, rate_from_counts(0, 0))
}

# What a program does with data that may be wrong: there is no result to use.
show_refusals <- function() {
  first <- 28
  tryCatch(outcomes(first, 9, 14, 6), iapt_error = function(error) {
    line("   PHQ-9 ", first, ": ", error$code)
    message("outcome: ", conditionMessage(error))
  })
  answers <- c(3, 2, 2, 1, 2, 1, 1, 4, 0)
  tryCatch(score_items("PHQ-9", answers), iapt_error = function(error) {
    line("   PHQ-9 item ", error$at, " answered with ", answers[error$at], ": ", error$code)
    message("item ", error$at, ": ", conditionMessage(error))
  })
}

line("Referrals")
show_referrals(data.frame(
  name = c("A", "B", "C"), phq9_first = c(18, 20, 18), phq9_last = c(9, 12, NA), anxiety_first = c(14, 15, 14),
  anxiety_last = c(6, 9, 6)
), "GAD-7")
show_referrals(data.frame(name = "D", phq9_first = 18, phq9_last = 9, anxiety_first = 41, anxiety_last = 15), "SPIN")
line("Questionnaire")
show_questionnaire(c(3, 2, 2, 1, 2, 1, 1, 0, NA))
line("Rates of a service")
show_rates(c(
  finished = 1900, paired = 1850, caseness = 1740, not_caseness = 140, recovery = 902, reliable_improvement = 1200,
  reliable_deterioration = 100, no_reliable_change = 550, reliable_recovery = 860
))
line("Refused")
show_refusals()
