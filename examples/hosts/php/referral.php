<?php

/*
 * libiapt from PHP: the same cases as in the other languages, with the same output (examples/expected.txt).
 *
 *   php examples/hosts/php/referral.php [iapt.h]
 */

declare(strict_types=1);

require __DIR__ . '/Iapt.php';

function orMissing(int|string|null $value): string
{
    return (string) ($value ?? 'missing');
}

function showReferral(Iapt $iapt, string $name, array $phq9, array $anxiety, string $measure = 'GAD-7'): void
{
    $facts = $iapt->outcome($phq9, $anxiety, $measure);
    [$phq9, $anxiety] = array_map(fn ($pair) => implode(' to ', array_map('orMissing', $pair)), [$phq9, $anxiety]);
    echo "$name: PHQ-9 $phq9, $measure $anxiety\n   ", implode(' ', $facts), "\n";
}

function showQuestionnaire(Iapt $iapt, array $answers): void
{
    $score = $iapt->score('PHQ-9', $answers);
    echo 'PHQ-9 ', implode(' ', array_map('orMissing', $answers)), "\n";
    $case = $score['case'] ? 'yes' : 'no';
    echo "   total {$score['total']}, imputed {$score['imputed']}, severity {$score['severity']}, case $case, ",
        "self-harm {$score['self_harm']}\n";
}

function showRates(Iapt $iapt, array $counts): void
{
    $show = function (string $fact, int $numerator, int $denominator, ?float $percent) {
        echo "   $fact $numerator of $denominator: ", $percent === null ? 'none' : sprintf('%.1F %%', $percent), "\n";
    };
    $couldRecover = $counts['finished'] - $counts['not_caseness'];
    foreach ($iapt->rates($counts) as $fact => $percent) {
        $denominator = str_ends_with($fact, 'recovery') ? $couldRecover : $counts['finished'];
        $show($fact, $counts[$fact], $denominator, $percent);
    }
    $show('recovery', 0, 0, $iapt->rate(0, 0));
}

/** What a program does with data that may be wrong: there is no result to use. */
function showRefusals(Iapt $iapt): void
{
    $first = 28;
    try {
        $iapt->outcome([$first, 9], [14, 6]);
    } catch (IaptException $error) {
        echo "   PHQ-9 $first: $error->name\n";
        fwrite(STDERR, "outcome: {$error->getMessage()}\n");
    }
    $answers = [3, 2, 2, 1, 2, 1, 1, 4, 0];
    try {
        $iapt->score('PHQ-9', $answers);
    } catch (IaptException $error) {
        // Items are counted from 0, people count from 1.
        $number = $error->item + 1;
        echo "   PHQ-9 item $number answered with {$answers[$error->item]}: $error->name\n";
        fwrite(STDERR, "item $number: {$error->getMessage()}\n");
    }
}

$iapt = new Iapt($argv[1] ?? '/usr/local/include/iapt.h');
echo "Referrals\n";
showReferral($iapt, 'A', [18, 9], [14, 6]);
showReferral($iapt, 'B', [20, 12], [15, 9]);
showReferral($iapt, 'C', [18, null], [14, 6]);
showReferral($iapt, 'D', [18, 9], [41, 15], 'SPIN');
echo "Questionnaire\n";
showQuestionnaire($iapt, [3, 2, 2, 1, 2, 1, 1, 0, null]);
echo "Rates of a service\n";
showRates($iapt, [
    'finished' => 1900,
    'paired' => 1850,
    'caseness' => 1740,
    'not_caseness' => 140,
    'recovery' => 902,
    'reliable_improvement' => 1200,
    'reliable_deterioration' => 100,
    'no_reliable_change' => 550,
    'reliable_recovery' => 860,
]);
echo "Refused\n";
showRefusals($iapt);
