<?php

/*
 * libiapt for PHP, by its FFI extension. The types, functions and numbers are read from iapt.h.
 */

declare(strict_types=1);

/** An error of the library. `name` is the same in every language; no message contains a value of the input. */
final class IaptException extends RuntimeException
{
    public function __construct(string $message, int $status, public readonly string $name, public readonly ?int $item)
    {
        parent::__construct($message, $status);
    }
}

/** One referral with its records: what it points to lives as long as it does. */
final class Pathway
{
    public function __construct(public readonly FFI\CData $c, private readonly array $records)
    {
    }
}

final class Iapt
{
    private const FACTS = [
        'paired', 'caseness', 'not_caseness', 'recovery', 'reliable_improvement', 'reliable_deterioration',
        'no_reliable_change', 'reliable_recovery',
    ];

    private const COUNTS = [
        'finished', 'paired', 'caseness', 'not_caseness', 'recovery', 'reliable_improvement', 'reliable_deterioration',
        'no_reliable_change', 'reliable_recovery',
    ];
    private const RATES = [
        'recovery', 'reliable_recovery', 'reliable_improvement', 'reliable_deterioration', 'no_reliable_change',
    ];

    private readonly FFI $c;
    /** @var array<string, int|string> what iapt.h defines as a number or a text */
    private readonly array $constants;

    public function __construct(string $header, string $library = 'libiapt.so.0')
    {
        $text = @file_get_contents($header);
        if ($text === false) {
            throw new RuntimeException("cannot read $header");
        }
        preg_match_all('/^#define (IAPT_\w+) (-?\d+|INT32_MIN|"[^"]*")$/m', $text, $defined);
        $value = fn (string $text) => $text === 'INT32_MIN' ? -2 ** 31 : json_decode($text);
        $this->constants = array_combine($defined[1], array_map($value, $defined[2]));
        // FFI reads C, but no preprocessor's lines.
        $text = preg_replace('/^#ifdef __cplusplus$.*?^#endif.*?$/ms', '', $text);
        $text = preg_replace('/^#(?:.*\\\\\n)*.*$/m', '', $text);
        $text = preg_replace_callback('/\[(IAPT_\w+)\]/', fn ($found) => "[{$this->constants[$found[1]]}]", $text);
        $this->c = FFI::cdef($text, $library);
        if ($this->c->iapt_abi_version() !== $this->constants['IAPT_ABI_VERSION']) {
            $version = $this->c->iapt_version();
            throw new RuntimeException("$header is not the header of $library $version: their ABI differs");
        }
    }

    /**
     * The facts of a referral, from the first and the last score on PHQ-9 and on an anxiety measure. A missing
     * score is null; a decimal is given as a text, as databases do.
     *
     * @param array{int|string|null, int|string|null} $phq9
     * @param array{int|string|null, int|string|null} $anxiety
     * @return list<string>
     */
    public function outcome(array $phq9, array $anxiety, string $measure = 'GAD-7'): array
    {
        $first = $this->pair('PHQ-9', ...$phq9);
        $second = $this->pair($measure, ...$anxiety);
        $flags = $this->c->new('iapt_outcome_flags');
        $this->check($this->c->iapt_outcome_on(FFI::addr($first), FFI::addr($second), null, FFI::addr($flags)));
        $holds = fn (string $fact) => ($flags->cdata & $this->constants['IAPT_' . strtoupper($fact)]) !== 0;
        return array_values(array_filter(self::FACTS, $holds));
    }

    /**
     * The score of a questionnaire; an unanswered item is null.
     *
     * @param list<int|null> $answers
     */
    public function score(string $measure, array $answers): array
    {
        $items = $this->c->new('int8_t[' . max(1, count($answers)) . ']');
        foreach ($answers as $i => $answer) {
            // What would not fit, or be read as missing, is given as a number that no item allows.
            $items[$i] = match (true) {
                $answer === null => $this->constants['IAPT_MISSING_ITEM'],
                $answer < 0 || $answer > 127 => 127,
                default => $answer,
            };
        }
        $score = $this->c->new('iapt_score');
        $item = $this->c->new('size_t');
        $status = $this->c->iapt_score_items_at(
            $this->measure($measure), $items, count($answers), 0, FFI::addr($score), FFI::addr($item),
        );
        $this->check($status, $item->cdata);
        return [
            'total' => $score->total / $score->divisor,
            'imputed' => $score->imputed,
            'severity' => $this->nameOf('IAPT_SEVERITY_', $score->severity),
            'case' => [1 => true, 0 => false, -1 => null][$score->is_case],
            'self_harm' => $this->nameOf('IAPT_SELF_HARM_', $score->self_harm),
        ];
    }

    /**
     * The official rates in per cent, null where there is none.
     *
     * @param array<string, int> $counts
     * @return array<string, float|null>
     */
    public function rates(array $counts): array
    {
        $in = $this->c->new('iapt_counts');
        $out = $this->c->new('iapt_rates');
        foreach (self::COUNTS as $field) {
            $in->$field = self::natural($counts[$field]);
        }
        $this->check($this->c->iapt_rates_from_counts(FFI::addr($in), FFI::addr($out)));
        $rates = [];
        foreach (self::RATES as $fact) {
            $rates[$fact] = $this->percent($out->$fact);
        }
        return $rates;
    }

    public function rate(int $numerator, int $denominator): ?float
    {
        $tenths = $this->c->new('int16_t');
        $this->check($this->c->iapt_rate_from_counts(
            self::natural($numerator), self::natural($denominator), FFI::addr($tenths),
        ));
        return $this->percent($tenths->cdata);
    }

    /** A day as the library counts them, from '2024-04-01'; null is a missing one. */
    public function day(?string $text): int
    {
        if ($text === null) {
            return $this->constants['IAPT_NO_DAY'];
        }
        $day = $this->c->new('iapt_day');
        $this->check($this->c->iapt_day_parse($text, strlen($text), FFI::addr($day)));
        return $day->cdata;
    }

    /**
     * Why a referral is derived as it is, and what is odd in its records.
     *
     * @return array{string, list<array{table: string, row: int, message: string}>}
     */
    public function derive(Pathway $pathway): array
    {
        $referral = FFI::addr($pathway->c);
        $asAt = $this->day(null);
        $length = $this->c->new('size_t');
        // Without a buffer the call says how long the text is.
        $this->c->iapt_derive_explain($referral, $asAt, null, 0, null, 0, FFI::addr($length));
        $size = $length->cdata + 1;
        $buffer = $this->c->new("char[$size]");
        $this->check($this->c->iapt_derive_explain($referral, $asAt, null, 0, $buffer, $size, FFI::addr($length)));

        $derived = $this->c->new('iapt_derived');
        $count = $this->c->new('size_t');
        $this->check($this->c->iapt_derive($referral, $asAt, null, 0, FFI::addr($derived), null, 0, FFI::addr($count)));
        $room = max(1, $count->cdata);
        $found = $this->c->new("iapt_finding[$room]");
        $this->check($this->c->iapt_derive(
            $referral, $asAt, null, 0, FFI::addr($derived), $found, $count->cdata, FFI::addr($count),
        ));
        $findings = [];
        for ($i = 0; $i < $count->cdata; $i++) {
            $findings[] = [
                'table' => $this->c->iapt_table_name($found[$i]->table),
                'row' => $found[$i]->row,
                'message' => $this->c->iapt_finding_message($found[$i]->kind),
            ];
        }
        return [FFI::string($buffer), $findings];
    }

    /**
     * An official measure of the referrals of a period, exact: not for publication.
     *
     * @param list<Pathway> $pathways
     * @return array{numerator: int, denominator: int, percent: float, lower: float, upper: float}|null
     */
    public function figure(string $id, string $period, array $pathways): ?array
    {
        [$first, $last] = [$this->c->new('iapt_day'), $this->c->new('iapt_day')];
        $this->check($this->c->iapt_period_parse($period, strlen($period), FFI::addr($first), FFI::addr($last)));
        $tally = $this->c->new('iapt_tally *');
        $this->check($this->c->iapt_tally_new($first->cdata, $last->cdata, null, 0, FFI::addr($tally)));
        try {
            foreach ($pathways as $pathway) {
                $this->check($this->c->iapt_tally_add($tally, FFI::addr($pathway->c)));
            }
            $figure = $this->c->new('iapt_figure');
            $this->check($this->c->iapt_tally_figure($tally, $id, null, FFI::addr($figure)));
        } finally {
            $this->c->iapt_tally_free($tally);
        }
        return $figure->status !== $this->constants['IAPT_FIGURE_OK'] ? null : [
            'numerator' => $figure->numerator,
            'denominator' => $figure->denominator,
            'percent' => $figure->value / 10,
            'lower' => $figure->lower / 10,
            'upper' => $figure->upper / 10,
        ];
    }

    /**
     * One referral with its records, each of which names the fields of iapt.h that are recorded. Days are texts, scores
     * are numbers or texts, and an instrument is given by its name.
     */
    public function pathway(array $referral, array $contacts, array $scores, array $complaints): Pathway
    {
        $no = fn (string $what) => $this->constants["IAPT_NO_$what"];
        $contacts = $this->records('iapt_contact', $contacts, [
            'date' => null, 'attendance' => $no('CODE'), 'appointment_type' => $no('CODE'), 'planned' => $no('ANSWER'),
        ]);
        $scores = $this->records('iapt_dated_score', $scores, ['date' => null]);
        $complaints = $this->records('iapt_complaint', $complaints, ['date' => null, 'primary' => $no('ANSWER')]);
        $pathway = $this->c->new('iapt_pathway');
        $pathway->referral_date = $this->day($referral['referral_date']);
        $pathway->discharge_date = $this->day($referral['discharge_date'] ?? null);
        $pathway->end_code = $referral['end_code'] ?? $no('CODE');
        foreach (['contacts' => $contacts, 'scores' => $scores, 'complaints' => $complaints] as $table => $records) {
            if ($records !== null) {
                $pathway->$table = FFI::addr($records[0][0]);
                $pathway->{"{$table}_len"} = count($records[0]);
            }
        }
        return new Pathway($pathway, [$contacts, $scores, $complaints]);
    }

    /** An array of records, followed by the texts that they point to; null where there are none. */
    private function records(string $type, array $records, array $nothing): ?array
    {
        if ($records === []) {
            return null;
        }
        $array = $this->c->new($type . '[' . count($records) . ']');
        $texts = [];
        foreach ($records as $i => $record) {
            foreach ($record + $nothing as $field => $value) {
                $array[$i]->$field = match ($field) {
                    'date' => $this->day($value),
                    'score' => $this->number($value),
                    'instrument' => $this->instrument($value),
                    'code' => $this->c->cast('char *', $texts[] = $this->text($value)),
                    default => $value,
                };
            }
        }
        return [$array, $texts];
    }

    private function instrument(string $name): int
    {
        $instrument = $this->c->new('iapt_instrument');
        $status = $this->c->iapt_instrument_by_name($name, FFI::addr($instrument));
        // A score on an unknown one becomes a finding.
        return $status === $this->constants['IAPT_OK'] ? $instrument->cdata : $this->constants['IAPT_NO_INSTRUMENT'];
    }

    private function text(string $text): FFI\CData
    {
        $bytes = $this->c->new('char[' . strlen($text) + 1 . ']');
        FFI::memcpy($bytes, $text, strlen($text));
        return $bytes;
    }

    private function number(int|string|null $score): FFI\CData
    {
        // A new number is a missing one.
        $number = $this->c->new('iapt_number');
        if ($score !== null) {
            $text = (string) $score;
            $this->check($this->c->iapt_number_parse($text, strlen($text), FFI::addr($number)));
        }
        return $number;
    }

    private function pair(string $measure, int|string|null $first, int|string|null $last): FFI\CData
    {
        $pair = $this->c->new('iapt_pair');
        $this->check($this->c->iapt_measure_definition($this->measure($measure), FFI::addr($pair->measure)));
        $pair->first = $this->number($first);
        $pair->last = $this->number($last);
        return $pair;
    }

    private function measure(string $name): int
    {
        $measure = $this->c->new('iapt_measure');
        $this->check($this->c->iapt_measure_by_name($name, FFI::addr($measure)));
        return $measure->cdata;
    }

    private function check(int $status, ?int $item = null): void
    {
        if ($status !== $this->constants['IAPT_OK']) {
            $ofItem = $status === $this->constants['IAPT_ERROR_ITEM_OUT_OF_RANGE'];
            throw new IaptException(
                $this->c->iapt_status_message($status),
                $status,
                $this->c->iapt_status_name($status),
                $ofItem ? $item : null,
            );
        }
    }

    /** The name of a number among the constants with a prefix: 'mild' of 1 and 'IAPT_SEVERITY_'. */
    private function nameOf(string $prefix, int $number): ?string
    {
        foreach ($this->constants as $name => $value) {
            if ($value === $number && str_starts_with($name, $prefix)) {
                return strtolower(substr($name, strlen($prefix)));
            }
        }
        return null;
    }

    /** A negative number would become a huge one. */
    private static function natural(int $count): int
    {
        return $count >= 0 ? $count : throw new InvalidArgumentException('a count is negative');
    }

    private function percent(int $tenths): ?float
    {
        return $tenths === $this->constants['IAPT_NO_RATE'] ? null : $tenths / 10;
    }
}
