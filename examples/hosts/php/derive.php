<?php

/*
 * From the records of referrals to figures: one referral derived and explained, and the recovery rate of three. The
 * same output as in C: examples/expected-derive.txt.
 *
 *   php examples/hosts/php/derive.php [iapt.h]
 */

declare(strict_types=1);

require __DIR__ . '/Iapt.php';

$iapt = new Iapt($argv[1] ?? '/usr/local/include/iapt.h');

$referral = ['referral_date' => '2024-04-01', 'discharge_date' => '2024-09-30', 'end_code' => 46];
// Treatments that were attended on time, in the codes of the national data set.
$treated = fn (string $date) => ['date' => $date, 'attendance' => 5, 'appointment_type' => 2];
$contacts = array_map($treated, ['2024-05-01', '2024-06-12', '2024-09-01']);
// The last score is dated after the discharge.
$scores = [
    ['date' => '2024-05-01', 'instrument' => 'PHQ-9', 'score' => 18],
    ['date' => '2024-09-01', 'instrument' => 'PHQ-9', 'score' => 9],
    ['date' => '2024-05-01', 'instrument' => 'SPIN', 'score' => 41],
    ['date' => '2024-09-01', 'instrument' => 'SPIN', 'score' => 15],
    ['date' => '2024-05-01', 'instrument' => 'GAD-7', 'score' => 14],
    ['date' => '2024-12-01', 'instrument' => 'GAD-7', 'score' => 6],
];
$complaints = [['code' => 'F40.1', 'date' => '2024-04-01', 'primary' => 1]];

$pathway = $iapt->pathway($referral, $contacts, $scores, $complaints);
[$explanation, $findings] = $iapt->derive($pathway);
echo $explanation, "\nFindings: ", count($findings), "\n";
foreach ($findings as $finding) {
    echo "   {$finding['table']}, row {$finding['row']}: {$finding['message']}\n";
}

$rate = $iapt->figure('M192', '2024-25', [
    $pathway,
    // Without a descriptor GAD-7 decides, which has no last score.
    $iapt->pathway($referral, $contacts, $scores, []),
    // Treated once: not a finished course.
    $iapt->pathway($referral, array_slice($contacts, 0, 1), $scores, []),
]);
echo 'Recovery rate (M192): ';
if ($rate === null) {
    echo "none\n";
} else {
    printf("%d of %d, %.1F %%, 95 %% interval %.1F to %.1F\n", ...array_values($rate));
}
