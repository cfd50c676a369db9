// libiapt from Go, by cgo: the same cases as in the other languages, with the same output (examples/expected.txt).
//
//	go run .
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"example.org/iapt-example/iapt"
)

// some makes a score or an answer of a value; nil is a missing one.
func some[T any](value T) *T { return &value }

func on(measure iapt.Measure, first, last *float64) iapt.Scores {
	return iapt.Scores{Measure: measure, First: first, Last: last}
}

func orMissing[T any](value *T) string {
	if value == nil {
		return "missing"
	}
	return fmt.Sprint(*value)
}

func showReferral(name string, depression, anxiety iapt.Scores) error {
	outcome, err := iapt.OutcomeOf(depression, anxiety)
	if err != nil {
		return err
	}
	pair := func(s iapt.Scores) string {
		return fmt.Sprintf("%v %s to %s", s.Measure, orMissing(s.First), orMissing(s.Last))
	}
	fmt.Printf("%s: %s, %s\n  ", name, pair(depression), pair(anxiety))
	for _, fact := range iapt.Facts {
		if outcome.Has(fact) {
			fmt.Print(" ", fact)
		}
	}
	fmt.Println()
	return nil
}

func showReferrals() error {
	for _, referral := range []struct {
		name                string
		depression, anxiety iapt.Scores
	}{
		{"A", on(iapt.PHQ9, some(18.0), some(9.0)), on(iapt.GAD7, some(14.0), some(6.0))},
		{"B", on(iapt.PHQ9, some(20.0), some(12.0)), on(iapt.GAD7, some(15.0), some(9.0))},
		{"C", on(iapt.PHQ9, some(18.0), nil), on(iapt.GAD7, some(14.0), some(6.0))},
		{"D", on(iapt.PHQ9, some(18.0), some(9.0)), on(iapt.SPIN, some(41.0), some(15.0))},
	} {
		if err := showReferral(referral.name, referral.depression, referral.anxiety); err != nil {
			return err
		}
	}
	return nil
}

func showQuestionnaire() error {
	answers := []*int{some(3), some(2), some(2), some(1), some(2), some(1), some(1), some(0), nil}
	score, err := iapt.ScoreItems(iapt.PHQ9, answers)
	if err != nil {
		return err
	}
	fmt.Print(iapt.PHQ9)
	for _, answer := range answers {
		fmt.Print(" ", orMissing(answer))
	}
	isCase := "no"
	if score.IsCase != nil && *score.IsCase {
		isCase = "yes"
	}
	fmt.Printf("\n   total %v, imputed %d, severity %s, case %s, self-harm %s\n", score.Total, score.Imputed,
		score.Severity, isCase, score.SelfHarm)
	return nil
}

func showRate(fact iapt.Fact, numerator, denominator uint64, percent *float64) {
	text := "none"
	if percent != nil {
		text = fmt.Sprintf("%.1f %%", *percent)
	}
	fmt.Printf("   %v %d of %d: %s\n", fact, numerator, denominator, text)
}

func showRates() error {
	counts := iapt.Counts{
		Finished:              1900,
		Paired:                1850,
		Caseness:              1740,
		NotCaseness:           140,
		Recovery:              902,
		ReliableImprovement:   1200,
		ReliableDeterioration: 100,
		NoReliableChange:      550,
		ReliableRecovery:      860,
	}
	rates, err := iapt.RatesOf(counts)
	if err != nil {
		return err
	}
	none, err := iapt.Rate(0, 0)
	if err != nil {
		return err
	}
	couldRecover := counts.Finished - counts.NotCaseness
	showRate(iapt.Recovery, counts.Recovery, couldRecover, rates.Recovery)
	showRate(iapt.ReliableRecovery, counts.ReliableRecovery, couldRecover, rates.ReliableRecovery)
	showRate(iapt.ReliableImprovement, counts.ReliableImprovement, counts.Finished, rates.ReliableImprovement)
	showRate(iapt.ReliableDeterioration, counts.ReliableDeterioration, counts.Finished, rates.ReliableDeterioration)
	showRate(iapt.NoReliableChange, counts.NoReliableChange, counts.Finished, rates.NoReliableChange)
	showRate(iapt.Recovery, 0, 0, none)
	return nil
}

// What a program does with data that may be wrong: there is no result to use.
func showRefusals() error {
	var refused *iapt.Error
	first := 28.0
	_, err := iapt.OutcomeOf(on(iapt.PHQ9, &first, some(9.0)), on(iapt.GAD7, some(14.0), some(6.0)))
	if !errors.As(err, &refused) {
		return fmt.Errorf("a score that does not exist was not refused: %w", err)
	}
	fmt.Printf("   PHQ-9 %v: %s\n", first, refused.Code)
	fmt.Fprintln(os.Stderr, "outcome:", refused)

	answers := []*int{some(3), some(2), some(2), some(1), some(2), some(1), some(1), some(4), some(0)}
	_, err = iapt.ScoreItems(iapt.PHQ9, answers)
	if !errors.As(err, &refused) || refused.Item < 0 {
		return fmt.Errorf("an answer that does not exist was not refused: %w", err)
	}
	// Items are counted from 0, people count from 1.
	fmt.Printf("   PHQ-9 item %d answered with %d: %s\n", refused.Item+1, *answers[refused.Item], refused.Code)
	fmt.Fprintf(os.Stderr, "item %d: %v\n", refused.Item+1, refused)
	return nil
}

func main() {
	for _, part := range []struct {
		title string
		show  func() error
	}{
		{"Referrals", showReferrals},
		{"Questionnaire", showQuestionnaire},
		{"Rates of a service", showRates},
		{"Refused", showRefusals},
	} {
		fmt.Println(part.title)
		if err := part.show(); err != nil {
			log.Fatalf("%s: %v", strings.ToLower(part.title), err)
		}
	}
}
