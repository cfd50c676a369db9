/*
 * libiapt from Java, by JNA: the same cases as in the other languages, with the same output (examples/expected.txt).
 *
 *   java -cp /usr/share/java/jna.jar examples/hosts/java/Referral.java
 */

import com.sun.jna.IntegerType;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import com.sun.jna.ptr.ByteByReference;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.ShortByReference;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

public final class Referral {
    /** What is used of iapt.h, in its words. */
    interface C extends Library {
        int IAPT_ABI_VERSION = 0;
        int IAPT_OK = 0;
        int IAPT_ERROR_ITEM_OUT_OF_RANGE = 201;
        int IAPT_PAIRED = 1;
        int IAPT_CASENESS = 2;
        int IAPT_NOT_CASENESS = 4;
        int IAPT_RECOVERY = 8;
        int IAPT_RELIABLE_IMPROVEMENT = 16;
        int IAPT_RELIABLE_DETERIORATION = 32;
        int IAPT_NO_RELIABLE_CHANGE = 64;
        int IAPT_RELIABLE_RECOVERY = 128;
        byte IAPT_MISSING_ITEM = -1;
        int IAPT_NO_RATE = -1;
        int IAPT_SEVERITY_MINIMAL = 0;
        int IAPT_SEVERITY_MILD = 1;
        int IAPT_SEVERITY_MODERATE = 2;
        int IAPT_SEVERITY_MODERATELY_SEVERE = 3;
        int IAPT_SEVERITY_SEVERE = 4;
        int IAPT_SELF_HARM_NOT_REPORTED = 0;
        int IAPT_SELF_HARM_REPORTED = 1;
        int IAPT_SELF_HARM_UNKNOWN = 2;
        int IAPT_SELF_HARM_NOT_ASKED = 3;

        String iapt_version();

        int iapt_abi_version();

        String iapt_status_message(int status);

        String iapt_status_name(int status);

        int iapt_number_parse(byte[] text, SizeT length, Ratio out);

        int iapt_measure_by_name(String name, IntByReference out);

        int iapt_measure_definition(int measure, Definition out);

        int iapt_outcome_on(Pair depression, Pair anxiety, Pair specific, ByteByReference out);

        int iapt_score_items_at(int measure, byte[] items, SizeT length, int options, Score out, LongByReference item);

        int iapt_rates_from_counts(Counts counts, Rates out);

        int iapt_rate_from_counts(long numerator, long denominator, ShortByReference tenths);
    }

    public static final class SizeT extends IntegerType {
        public SizeT() {
            this(0);
        }

        public SizeT(long value) {
            super(Native.SIZE_T_SIZE, value, true);
        }
    }

    /** An iapt_number. */
    @FieldOrder({"numerator", "denominator"})
    public static class Ratio extends Structure {
        public long numerator;
        public long denominator;
    }

    @FieldOrder({"minScore", "maxScore", "casenessThreshold", "reliableChange", "wholeScores", "caseWhen", "verified",
        "reserved"})
    public static class Definition extends Structure {
        public Ratio minScore;
        public Ratio maxScore;
        public Ratio casenessThreshold;
        public Ratio reliableChange;
        public byte wholeScores;
        public byte caseWhen;
        public byte verified;
        public byte[] reserved = new byte[5];
    }

    @FieldOrder({"measure", "first", "last"})
    public static class Pair extends Structure {
        public Definition measure;
        public Ratio first;
        public Ratio last;
    }

    @FieldOrder({"total", "divisor", "imputed", "severity", "isCase", "selfHarm"})
    public static class Score extends Structure {
        public int total;
        public int divisor;
        public byte imputed;
        public byte severity;
        public byte isCase;
        public byte selfHarm;
    }

    @FieldOrder({"finished", "paired", "caseness", "notCaseness", "recovery", "reliableImprovement",
        "reliableDeterioration", "noReliableChange", "reliableRecovery"})
    public static class Counts extends Structure {
        public long finished;
        public long paired;
        public long caseness;
        public long notCaseness;
        public long recovery;
        public long reliableImprovement;
        public long reliableDeterioration;
        public long noReliableChange;
        public long reliableRecovery;
    }

    /** Rates in tenths of a per cent. */
    @FieldOrder({"recovery", "reliableRecovery", "reliableImprovement", "reliableDeterioration", "noReliableChange"})
    public static class Rates extends Structure {
        public short recovery;
        public short reliableRecovery;
        public short reliableImprovement;
        public short reliableDeterioration;
        public short noReliableChange;
    }

    enum Fact {
        PAIRED(C.IAPT_PAIRED),
        CASENESS(C.IAPT_CASENESS),
        NOT_CASENESS(C.IAPT_NOT_CASENESS),
        RECOVERY(C.IAPT_RECOVERY),
        RELIABLE_IMPROVEMENT(C.IAPT_RELIABLE_IMPROVEMENT),
        RELIABLE_DETERIORATION(C.IAPT_RELIABLE_DETERIORATION),
        NO_RELIABLE_CHANGE(C.IAPT_NO_RELIABLE_CHANGE),
        RELIABLE_RECOVERY(C.IAPT_RELIABLE_RECOVERY);

        final int mask;

        Fact(int mask) {
            this.mask = mask;
        }

        /** The name in every language, as in "not_caseness". */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** An error of the library. Its code is the same in every language; no message contains a value of the input. */
    static final class IaptException extends RuntimeException {
        final int status;
        final String code;
        /** The item at fault, counted from 0, or -1. */
        final int item;

        IaptException(int status, int item) {
            super(IAPT.iapt_status_message(status));
            this.status = status;
            this.code = IAPT.iapt_status_name(status);
            this.item = item;
        }
    }

    private static final C IAPT = load();

    private static C load() {
        C library = Native.load("libiapt.so.0", C.class);
        if (library.iapt_abi_version() != C.IAPT_ABI_VERSION) {
            throw new IllegalStateException("written for another ABI than that of libiapt " + library.iapt_version());
        }
        return library;
    }

    private static void check(int status) {
        check(status, -1);
    }

    private static void check(int status, long item) {
        if (status != C.IAPT_OK) {
            throw new IaptException(status, status == C.IAPT_ERROR_ITEM_OUT_OF_RANGE ? (int) item : -1);
        }
    }

    static int measure(String name) {
        IntByReference measure = new IntByReference();
        check(IAPT.iapt_measure_by_name(name, measure));
        return measure.getValue();
    }

    /** Two scores on a measure: Integer, BigDecimal or Double, and null for a missing one. */
    static Pair pair(String measure, Number first, Number last) {
        Pair pair = new Pair();
        check(IAPT.iapt_measure_definition(measure(measure), pair.measure));
        setScore(pair.first, first);
        setScore(pair.last, last);
        return pair;
    }

    /** A new Ratio is a missing one. */
    private static void setScore(Ratio ratio, Number score) {
        if (score != null) {
            byte[] text = score.toString().getBytes();
            check(IAPT.iapt_number_parse(text, new SizeT(text.length), ratio));
        }
    }

    static Set<Fact> outcome(Pair depression, Pair anxiety) {
        ByteByReference flags = new ByteByReference();
        check(IAPT.iapt_outcome_on(depression, anxiety, null, flags));
        Set<Fact> facts = EnumSet.allOf(Fact.class);
        facts.removeIf(fact -> (flags.getValue() & fact.mask) == 0);
        return facts;
    }

    /** The score of a questionnaire, in which an unanswered item is null. */
    static Score score(String measure, Integer... answers) {
        byte[] items = new byte[answers.length];
        for (int i = 0; i < items.length; i++) {
            items[i] = item(answers[i]);
        }
        Score score = new Score();
        LongByReference item = new LongByReference();
        int status = IAPT.iapt_score_items_at(measure(measure), items, new SizeT(items.length), 0, score, item);
        check(status, item.getValue());
        return score;
    }

    /** What would not fit, or be read as missing, is given as a number that no item allows. */
    private static byte item(Integer answer) {
        if (answer == null) {
            return C.IAPT_MISSING_ITEM;
        }
        return answer < 0 || answer > Byte.MAX_VALUE ? Byte.MAX_VALUE : answer.byteValue();
    }

    static OptionalDouble percent(short tenths) {
        return tenths == C.IAPT_NO_RATE ? OptionalDouble.empty() : OptionalDouble.of(tenths / 10.0);
    }

    private static String severity(int severity) {
        return switch (severity) {
            case C.IAPT_SEVERITY_MINIMAL -> "minimal";
            case C.IAPT_SEVERITY_MILD -> "mild";
            case C.IAPT_SEVERITY_MODERATE -> "moderate";
            case C.IAPT_SEVERITY_MODERATELY_SEVERE -> "moderately_severe";
            case C.IAPT_SEVERITY_SEVERE -> "severe";
            default -> "none";
        };
    }

    private static String selfHarm(int selfHarm) {
        return switch (selfHarm) {
            case C.IAPT_SELF_HARM_NOT_REPORTED -> "not_reported";
            case C.IAPT_SELF_HARM_REPORTED -> "reported";
            case C.IAPT_SELF_HARM_UNKNOWN -> "unknown";
            case C.IAPT_SELF_HARM_NOT_ASKED -> "not_asked";
            default -> throw new IllegalArgumentException("self-harm " + selfHarm);
        };
    }

    private static void showReferral(String name, Integer[] phq9, String measure, Integer... anxiety) {
        Set<Fact> facts = outcome(pair("PHQ-9", phq9[0], phq9[1]), pair(measure, anxiety[0], anxiety[1]));
        System.out.printf("%s: PHQ-9 %s to %s, %s %s to %s%n", name, orMissing(phq9[0]), orMissing(phq9[1]), measure,
            orMissing(anxiety[0]), orMissing(anxiety[1]));
        System.out.println("   " + facts.stream().map(Fact::toString).collect(Collectors.joining(" ")));
    }

    private static String orMissing(Integer value) {
        return Objects.toString(value, "missing");
    }

    private static void showQuestionnaire(Integer... answers) {
        Score score = score("PHQ-9", answers);
        System.out.println("PHQ-9 " + Arrays.stream(answers).map(Referral::orMissing).collect(Collectors.joining(" ")));
        System.out.printf("   total %d, imputed %d, severity %s, case %s, self-harm %s%n", score.total, score.imputed,
            severity(score.severity), score.isCase == 1 ? "yes" : "no", selfHarm(score.selfHarm));
    }

    private static void showRate(String fact, long numerator, long denominator, short tenths) {
        OptionalDouble percent = percent(tenths);
        System.out.printf(Locale.ROOT, "   %s %d of %d: %s%n", fact, numerator, denominator,
            percent.isPresent() ? String.format(Locale.ROOT, "%.1f %%", percent.getAsDouble()) : "none");
    }

    private static void showRates() {
        Counts counts = new Counts();
        counts.finished = 1900;
        counts.paired = 1850;
        counts.caseness = 1740;
        counts.notCaseness = 140;
        counts.recovery = 902;
        counts.reliableImprovement = 1200;
        counts.reliableDeterioration = 100;
        counts.noReliableChange = 550;
        counts.reliableRecovery = 860;
        Rates rates = new Rates();
        ShortByReference noRate = new ShortByReference();
        check(IAPT.iapt_rates_from_counts(counts, rates));
        check(IAPT.iapt_rate_from_counts(0, 0, noRate));
        long couldRecover = counts.finished - counts.notCaseness;
        showRate("recovery", counts.recovery, couldRecover, rates.recovery);
        showRate("reliable_recovery", counts.reliableRecovery, couldRecover, rates.reliableRecovery);
        showRate("reliable_improvement", counts.reliableImprovement, counts.finished, rates.reliableImprovement);
        showRate("reliable_deterioration", counts.reliableDeterioration, counts.finished, rates.reliableDeterioration);
        showRate("no_reliable_change", counts.noReliableChange, counts.finished, rates.noReliableChange);
        showRate("recovery", 0, 0, noRate.getValue());
    }

    /** What a program does with data that may be wrong: there is no result to use. */
    private static void showRefusals() {
        int first = 28;
        try {
            outcome(pair("PHQ-9", first, 9), pair("GAD-7", 14, 6));
        } catch (IaptException error) {
            System.out.printf("   PHQ-9 %d: %s%n", first, error.code);
            System.err.println("outcome: " + error.getMessage());
        }
        Integer[] answers = {3, 2, 2, 1, 2, 1, 1, 4, 0};
        try {
            score("PHQ-9", answers);
        } catch (IaptException error) {
            // Items are counted from 0, people count from 1.
            int number = error.item + 1;
            System.out.printf("   PHQ-9 item %d answered with %d: %s%n", number, answers[error.item], error.code);
            System.err.println("item " + number + ": " + error.getMessage());
        }
    }

    public static void main(String[] arguments) {
        System.out.println("Referrals");
        showReferral("A", new Integer[] {18, 9}, "GAD-7", 14, 6);
        showReferral("B", new Integer[] {20, 12}, "GAD-7", 15, 9);
        showReferral("C", new Integer[] {18, null}, "GAD-7", 14, 6);
        showReferral("D", new Integer[] {18, 9}, "SPIN", 41, 15);
        System.out.println("Questionnaire");
        showQuestionnaire(3, 2, 2, 1, 2, 1, 1, 0, null);
        System.out.println("Rates of a service");
        showRates();
        System.out.println("Refused");
        showRefusals();
    }
}
