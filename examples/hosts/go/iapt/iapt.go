// Package iapt computes outcomes of NHS Talking Therapies by libiapt.
//
// A missing score or answer is nil.
package iapt

// #cgo pkg-config: iapt
// #include <iapt.h>
// #include <stdlib.h>
import "C"

import (
	"math"
	"strconv"
	"unsafe"
)

func init() {
	if C.iapt_abi_version() != C.IAPT_ABI_VERSION {
		panic("iapt: built for another ABI than that of libiapt " + C.GoString(C.iapt_version()))
	}
}

// Error is why libiapt gave no result. Its text contains no value of the input.
type Error struct {
	Status int
	Code   string // the same in every language, as in "OUT_OF_RANGE"
	Item   int    // the item at fault, counted from 0, or -1
	text   string
}

func (e *Error) Error() string { return e.text }

func check(status C.iapt_status) error {
	if status == C.IAPT_OK {
		return nil
	}
	return &Error{
		Status: int(status),
		Code:   C.GoString(C.iapt_status_name(status)),
		Item:   -1,
		text:   C.GoString(C.iapt_status_message(status)),
	}
}

// Measure is a questionnaire with national numbers.
type Measure C.iapt_measure

const (
	PHQ9 Measure = C.IAPT_PHQ9
	GAD7 Measure = C.IAPT_GAD7
	SPIN Measure = C.IAPT_SPIN
)

func (m Measure) String() string {
	name := C.iapt_measure_name(C.iapt_measure(m))
	if name == nil {
		return "no measure"
	}
	return C.GoString(name)
}

// Scores are the first and the last score on a measure.
type Scores struct {
	Measure     Measure
	First, Last *float64
}

func (s Scores) pair() (pair C.iapt_pair, err error) {
	if err = check(C.iapt_measure_definition(C.iapt_measure(s.Measure), &pair.measure)); err != nil {
		return pair, err
	}
	if pair.first, err = number(s.First); err != nil {
		return pair, err
	}
	pair.last, err = number(s.Last)
	return pair, err
}

func number(score *float64) (out C.iapt_number, err error) {
	if score == nil {
		return out, nil
	}
	text := strconv.FormatFloat(*score, 'g', -1, 64)
	c := C.CString(text)
	defer C.free(unsafe.Pointer(c))
	err = check(C.iapt_number_parse(c, C.size_t(len(text)), &out))
	return out, err
}

// Fact is one of the facts of an outcome.
type Fact C.iapt_outcome_flags

const (
	Paired                Fact = C.IAPT_PAIRED
	Caseness              Fact = C.IAPT_CASENESS
	NotCaseness           Fact = C.IAPT_NOT_CASENESS
	Recovery              Fact = C.IAPT_RECOVERY
	ReliableImprovement   Fact = C.IAPT_RELIABLE_IMPROVEMENT
	ReliableDeterioration Fact = C.IAPT_RELIABLE_DETERIORATION
	NoReliableChange      Fact = C.IAPT_NO_RELIABLE_CHANGE
	ReliableRecovery      Fact = C.IAPT_RELIABLE_RECOVERY
)

// Facts are all of them, in the order of every language.
var Facts = []Fact{
	Paired, Caseness, NotCaseness, Recovery, ReliableImprovement, ReliableDeterioration, NoReliableChange,
	ReliableRecovery,
}

var factNames = map[Fact]string{
	Paired:                "paired",
	Caseness:              "caseness",
	NotCaseness:           "not_caseness",
	Recovery:              "recovery",
	ReliableImprovement:   "reliable_improvement",
	ReliableDeterioration: "reliable_deterioration",
	NoReliableChange:      "no_reliable_change",
	ReliableRecovery:      "reliable_recovery",
}

func (f Fact) String() string { return factNames[f] }

// Outcome is the set of facts that hold of a referral.
type Outcome C.iapt_outcome_flags

// Has says whether a fact holds.
func (o Outcome) Has(fact Fact) bool { return uint8(o)&uint8(fact) != 0 }

// OutcomeOf is the outcome of a referral from its scores on PHQ-9 and on an anxiety measure.
func OutcomeOf(depression, anxiety Scores) (Outcome, error) {
	d, err := depression.pair()
	if err != nil {
		return 0, err
	}
	a, err := anxiety.pair()
	if err != nil {
		return 0, err
	}
	var flags C.iapt_outcome_flags
	err = check(C.iapt_outcome_on(&d, &a, nil, &flags))
	return Outcome(flags), err
}

// Score is the score of a questionnaire.
type Score struct {
	Total    float64
	Imputed  int
	Severity string // empty where the measure has no bands
	IsCase   *bool  // nil where the measure has no threshold
	SelfHarm string
}

var severities = map[C.int8_t]string{
	C.IAPT_SEVERITY_MINIMAL:           "minimal",
	C.IAPT_SEVERITY_MILD:              "mild",
	C.IAPT_SEVERITY_MODERATE:          "moderate",
	C.IAPT_SEVERITY_MODERATELY_SEVERE: "moderately_severe",
	C.IAPT_SEVERITY_SEVERE:            "severe",
}

var selfHarm = map[C.uint8_t]string{
	C.IAPT_SELF_HARM_NOT_REPORTED: "not_reported",
	C.IAPT_SELF_HARM_REPORTED:     "reported",
	C.IAPT_SELF_HARM_UNKNOWN:      "unknown",
	C.IAPT_SELF_HARM_NOT_ASKED:    "not_asked",
}

// ScoreItems scores the answers to a questionnaire's items.
func ScoreItems(measure Measure, answers []*int) (Score, error) {
	// One more than there are, so that there is always a first one to point to.
	items := make([]C.int8_t, len(answers)+1)
	for i, answer := range answers {
		items[i] = item(answer)
	}
	var score C.iapt_score
	var bad C.size_t
	status := C.iapt_score_items_at(C.iapt_measure(measure), &items[0], C.size_t(len(answers)), 0, &score, &bad)
	if err := check(status); err != nil {
		if status == C.IAPT_ERROR_ITEM_OUT_OF_RANGE {
			err.(*Error).Item = int(bad)
		}
		return Score{}, err
	}
	out := Score{
		Total:    float64(score.total) / float64(score.divisor),
		Imputed:  int(score.imputed),
		Severity: severities[score.severity],
		SelfHarm: selfHarm[score.self_harm],
	}
	if score.is_case >= 0 {
		isCase := score.is_case == 1
		out.IsCase = &isCase
	}
	return out, nil
}

// What would not fit, or be read as missing, is given as a number that no item allows.
func item(answer *int) C.int8_t {
	switch {
	case answer == nil:
		return C.IAPT_MISSING_ITEM
	case *answer < 0 || *answer > math.MaxInt8:
		return math.MaxInt8
	default:
		return C.int8_t(*answer)
	}
}

// Counts are over the referrals of a service that finished a course of treatment.
type Counts struct {
	Finished, Paired, Caseness, NotCaseness, Recovery, ReliableImprovement, ReliableDeterioration, NoReliableChange,
	ReliableRecovery uint64
}

// Rates are the official rates in per cent, nil where there is none.
type Rates struct {
	Recovery, ReliableRecovery, ReliableImprovement, ReliableDeterioration, NoReliableChange *float64
}

// RatesOf are the rates of a service.
func RatesOf(counts Counts) (Rates, error) {
	in := C.iapt_counts{
		finished:               C.uint64_t(counts.Finished),
		paired:                 C.uint64_t(counts.Paired),
		caseness:               C.uint64_t(counts.Caseness),
		not_caseness:           C.uint64_t(counts.NotCaseness),
		recovery:               C.uint64_t(counts.Recovery),
		reliable_improvement:   C.uint64_t(counts.ReliableImprovement),
		reliable_deterioration: C.uint64_t(counts.ReliableDeterioration),
		no_reliable_change:     C.uint64_t(counts.NoReliableChange),
		reliable_recovery:      C.uint64_t(counts.ReliableRecovery),
	}
	var out C.iapt_rates
	if err := check(C.iapt_rates_from_counts(&in, &out)); err != nil {
		return Rates{}, err
	}
	return Rates{
		Recovery:              percent(out.recovery),
		ReliableRecovery:      percent(out.reliable_recovery),
		ReliableImprovement:   percent(out.reliable_improvement),
		ReliableDeterioration: percent(out.reliable_deterioration),
		NoReliableChange:      percent(out.no_reliable_change),
	}, nil
}

// Rate is a rate in per cent from its two counts, nil where the denominator is 0.
func Rate(numerator, denominator uint64) (*float64, error) {
	var tenths C.int16_t
	if err := check(C.iapt_rate_from_counts(C.uint64_t(numerator), C.uint64_t(denominator), &tenths)); err != nil {
		return nil, err
	}
	return percent(tenths), nil
}

func percent(tenths C.int16_t) *float64 {
	if tenths == C.IAPT_NO_RATE {
		return nil
	}
	value := float64(tenths) / 10
	return &value
}
