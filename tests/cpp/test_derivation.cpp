// tests/vectors/derivation.csv in C++17, and tallies that are counted in parallel.

#include <iapt.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "check.hpp"
#include "vectors.hpp"

namespace {

Checks checks;

using Rows = std::vector<Cells>;

Rows rows_of(const Rows &all, const std::string &table)
{
    Rows rows;
    std::copy_if(all.begin(), all.end(), std::back_inserter(rows),
                 [&](const Cells &row) { return row.at("table") == table; });
    return rows;
}

iapt_day day(const std::string &text)
{
    iapt_day value = IAPT_NO_DAY;
    return iapt_day_parse(text.data(), text.size(), &value) == IAPT_OK ? value : IAPT_NO_DAY;
}

std::int16_t code(const std::string &text)
{
    if (text.empty()) {
        return IAPT_NO_CODE;
    }
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits && text.size() < 5 ? static_cast<std::int16_t>(std::stoi(text)) : IAPT_UNKNOWN_CODE;
}

std::int8_t answer(const std::string &text)
{
    const auto is = [&](const std::vector<std::string> &texts) {
        return std::find(texts.begin(), texts.end(), text) != texts.end();
    };
    if (is({"", "U", "Z"})) {
        return IAPT_NO_ANSWER;
    }
    return is({"Y", "true", "1", "P"}) ? IAPT_YES : is({"N", "false", "0", "S"}) ? IAPT_NO : 2;
}

std::vector<std::uint64_t> ids(const Rows &table, const Rows &other = {})
{
    std::vector<const char *> texts;
    for (const Cells &row : table) {
        texts.push_back(row.at("id").empty() ? nullptr : row.at("id").c_str());
    }
    for (const Cells &row : other) {
        texts.push_back(row.at("contact_id").empty() ? nullptr : row.at("contact_id").c_str());
    }
    std::vector<std::uint64_t> numbers(texts.size());
    checks.same("ids", "status", IAPT_OK, iapt_rank_ids(texts.data(), texts.size(), numbers.data()));
    return numbers;
}

/// A referral in the arrays in which it is given. The texts of complaints are those of the rows.
class Referral {
public:
    explicit Referral(const Rows &all) : rows(all)
    {
        const Rows as_ats = rows_of(rows, "as_at");
        as_at = as_ats.empty() ? IAPT_NO_DAY : day(as_ats[0].at("date"));
        contact_rows = rows_of(rows, "contact");
        score_rows = rows_of(rows, "score");
        complaint_rows = rows_of(rows, "complaint");
        read_referral();
        read_contacts();
        read_others();
        pathway.contacts = contacts.data();
        pathway.contacts_len = contacts.size();
        pathway.scores = scores.data();
        pathway.scores_len = scores.size();
        pathway.complaints = complaints.data();
        pathway.complaints_len = complaints.size();
        pathway.therapy_logs = logs.data();
        pathway.therapy_logs_len = logs.size();
        pathway.sick_pay = sick_pay.data();
        pathway.sick_pay_len = sick_pay.size();
    }

    Referral(const Referral &) = delete;
    Referral &operator=(const Referral &) = delete;

    bool is_known(const Cells &referral) const
    {
        const iapt_day date = day(referral.at("date"));
        return as_at == IAPT_NO_DAY || date == IAPT_NO_DAY || date <= as_at;
    }

    iapt_pathway pathway = IAPT_PATHWAY_INIT;
    iapt_day as_at = IAPT_NO_DAY;
    std::size_t kept = 0;

private:
    void read_referral()
    {
        const Rows referrals = rows_of(rows, "referral");
        for (std::size_t i = 0; i < referrals.size(); i++) {
            if (is_known(referrals[i]) && day(referrals[i].at("date")) >= pathway.referral_date) {
                kept = i;
                pathway.referral_date = day(referrals[i].at("date"));
                pathway.discharge_date = day(referrals[i].at("discharge_date"));
                pathway.end_code = code(referrals[i].at("code"));
            }
        }
    }

    void read_contacts()
    {
        const std::vector<std::uint64_t> numbers = ids(contact_rows, score_rows);
        const std::vector<std::uint64_t> score_ids = ids(score_rows);
        for (std::size_t i = 0; i < contact_rows.size(); i++) {
            const Cells &row = contact_rows[i];
            const auto therapy = row.at("code").empty() ? 0 : std::stoull(row.at("code"));
            const auto minutes = row.at("duration").empty() ? 0 : std::stoi(row.at("duration"));
            contacts.push_back({numbers[i], therapy, day(row.at("date")), code(row.at("attendance")),
                                code(row.at("type")), static_cast<std::uint16_t>(minutes), answer(row.at("planned"))});
        }
        for (std::size_t i = 0; i < score_rows.size(); i++) {
            const Cells &row = score_rows[i];
            const std::string &text = row.at("score");
            iapt_dated_score score = IAPT_DATED_SCORE_INIT;
            score.id = score_ids[i];
            score.contact_id = numbers[contact_rows.size() + i];
            score.date = day(row.at("date"));
            iapt_instrument_by_name(row.at("measure").c_str(), &score.instrument);
            score.unreadable =
                !text.empty() && iapt_number_parse(text.data(), text.size(), &score.score) != IAPT_OK ? 1 : 0;
            scores.push_back(score);
        }
    }

    void read_others()
    {
        const std::vector<std::uint64_t> complaint_ids = ids(complaint_rows);
        for (std::size_t i = 0; i < complaint_rows.size(); i++) {
            const Cells &row = complaint_rows[i];
            complaints.push_back(
                {complaint_ids[i], row.at("code").c_str(), day(row.at("date")), answer(row.at("primary"))});
        }
        const Rows log_rows = rows_of(rows, "internet_therapy");
        const std::vector<std::uint64_t> log_ids = ids(log_rows);
        for (std::size_t i = 0; i < log_rows.size(); i++) {
            logs.push_back({log_ids[i], day(log_rows[i].at("date"))});
        }
        for (const Cells &row : rows_of(rows, "employment")) {
            sick_pay.push_back({day(row.at("date")), answer(row.at("sick_pay"))});
        }
    }

    const Rows &rows;
    Rows contact_rows, score_rows, complaint_rows;
    std::vector<iapt_contact> contacts;
    std::vector<iapt_dated_score> scores;
    std::vector<iapt_complaint> complaints;
    std::vector<iapt_therapy_log> logs;
    std::vector<iapt_sick_pay> sick_pay;
};

std::string text(iapt_number number)
{
    return number.denominator == 0 ? "" : std::to_string(number.numerator) + "/" + std::to_string(number.denominator);
}

std::string date(iapt_day value)
{
    std::int32_t year = 0, month = 0, day_of_month = 0;
    if (iapt_day_to_ymd(value, &year, &month, &day_of_month) != IAPT_OK) {
        return "";
    }
    const auto two = [](std::int32_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return std::to_string(year) + "-" + two(month) + "-" + two(day_of_month);
}

std::string wait(std::int32_t days)
{
    return days == IAPT_NO_WAIT ? "" : std::to_string(days);
}

std::string choice(int number, const std::string &zero, const std::string &one)
{
    return number < 0 ? "" : number == 0 ? zero : one;
}

std::string boolean(int number)
{
    return choice(number, "false", "true");
}

std::optional<std::string> score_field(const iapt_derived &d, const std::string &field)
{
    const std::size_t end = field.rfind('_');
    const std::string name = field.substr(0, end), which = field.substr(end + 1);
    iapt_instrument instrument = IAPT_NO_INSTRUMENT;
    if (which != "first" && which != "last") {
        return std::nullopt;
    }
    if (name == "anxiety") {
        instrument = d.anxiety_measure;
    } else if (name == "specific") {
        const bool iesr = d.specific_measure == IAPT_PCL5 && d.scores[IAPT_PCL5].first.denominator == 0;
        instrument = iesr ? IAPT_IESR : d.specific_measure;
    } else if (iapt_instrument_by_name(name.c_str(), &instrument) != IAPT_OK) {
        return std::nullopt;
    }
    return text(which == "first" ? d.scores[instrument].first : d.scores[instrument].last);
}

std::string field_of(const iapt_derived &d, const std::string &field)
{
    static const std::vector<std::string> facts{"paired",   "caseness",
                                                "not_caseness", "recovery",
                                                "reliable_improvement", "reliable_deterioration",
                                                "no_reliable_change", "reliable_recovery"};
    static const std::map<std::string, std::function<std::string(const iapt_derived &)>> fields{
        {"treatment_contacts", [](const auto &r) { return std::to_string(r.treatment_contacts); }},
        {"care_contacts", [](const auto &r) { return std::to_string(r.care_contacts); }},
        {"low_intensity_contacts", [](const auto &r) { return std::to_string(r.low_intensity_contacts); }},
        {"high_intensity_contacts", [](const auto &r) { return std::to_string(r.high_intensity_contacts); }},
        {"assessment_date", [](const auto &r) { return date(r.assessment_date); }},
        {"first_treatment_date", [](const auto &r) { return date(r.first_treatment_date); }},
        {"second_treatment_date", [](const auto &r) { return date(r.second_treatment_date); }},
        {"last_treatment_date", [](const auto &r) { return date(r.last_treatment_date); }},
        {"first_low_intensity_date", [](const auto &r) { return date(r.first_low_intensity_date); }},
        {"first_high_intensity_date", [](const auto &r) { return date(r.first_high_intensity_date); }},
        {"assessment_wait", [](const auto &r) { return wait(r.assessment_wait); }},
        {"treatment_wait", [](const auto &r) { return wait(r.treatment_wait); }},
        {"second_treatment_wait", [](const auto &r) { return wait(r.second_treatment_wait); }},
        {"stage_wait", [](const auto &r) { return wait(r.stage_wait); }},
        {"finished_course", [](const auto &r) { return boolean(r.finished_course); }},
        {"treated_once", [](const auto &r) { return boolean(r.treated_once); }},
        {"ended_before_treatment", [](const auto &r) { return boolean(r.ended_before_treatment); }},
        {"first_stage", [](const auto &r) { return choice(r.first_stage, "low", "high"); }},
        {"second_stage", [](const auto &r) { return choice(r.second_stage, "low", "high"); }},
        {"sick_pay_first", [](const auto &r) { return choice(r.sick_pay_first, "N", "Y"); }},
        {"sick_pay_last", [](const auto &r) { return choice(r.sick_pay_last, "N", "Y"); }},
        {"problem_descriptor", [](const auto &r) { return std::string(r.problem_descriptor); }},
        {"anxiety_measure", [](const auto &r) { return std::string(iapt_instrument_name(r.anxiety_measure)); }},
    };
    const auto fact = std::find(facts.begin(), facts.end(), field);
    if (fact != facts.end()) {
        return boolean(d.flags >> (fact - facts.begin()) & 1);
    }
    const auto found = fields.find(field);
    if (found != fields.end()) {
        return found->second(d);
    }
    const std::optional<std::string> score = score_field(d, field);
    if (!score) {
        throw std::runtime_error("no field " + field);
    }
    return *score;
}

/// A number in lowest terms; any other text as it is.
std::string normal(const std::string &cell)
{
    iapt_number number{0, 0};
    return iapt_number_parse(cell.data(), cell.size(), &number) == IAPT_OK ? text(number) : cell;
}

std::vector<std::string> findings_of(const Rows &rows, const Referral &referral)
{
    std::vector<iapt_finding> findings(rows.size());
    std::size_t count = 0;
    iapt_derived derived{};
    iapt_derive(&referral.pathway, referral.as_at, nullptr, 0, &derived, findings.data(), findings.size(), &count);
    std::vector<std::string> found;
    for (std::size_t i = 0; i < count && i < findings.size(); i++) {
        const bool about_referral = findings[i].table == IAPT_TABLE_REFERRALS;
        const std::size_t row = about_referral ? referral.kept : findings[i].row;
        found.push_back(iapt_table_name(findings[i].table) + (" " + std::to_string(row) + " ") +
                        iapt_finding_name(findings[i].kind));
    }
    const Rows referrals = rows_of(rows, "referral");
    for (std::size_t i = 0; i < referrals.size(); i++) {
        if (i != referral.kept && referral.is_known(referrals[i])) {
            found.push_back("referrals " + std::to_string(i) + " duplicate_id");
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

void check_case(const Rows &rows)
{
    const std::string &name = rows.at(0).at("case");
    const Referral referral(rows);
    iapt_derived derived{};
    const iapt_status status =
        iapt_derive(&referral.pathway, referral.as_at, nullptr, 0, &derived, nullptr, 0, nullptr);
    checks.status(name, "OK", iapt_status_name(status));
    for (const Cells &row : rows_of(rows, "expect")) {
        const std::string value = field_of(derived, row.at("field"));
        checks.status(name + ", " + row.at("field"), normal(row.at("value")), normal(value));
    }
    std::vector<std::string> expected;
    for (const Cells &row : rows_of(rows, "finding")) {
        expected.push_back(row.at("field") + " " + row.at("id") + " " + row.at("value"));
    }
    std::sort(expected.begin(), expected.end());
    const auto joined = [](const std::vector<std::string> &texts) {
        std::string all;
        for (const std::string &each : texts) {
            all += each + "; ";
        }
        return all;
    };
    checks.status(name + ", findings", joined(expected), joined(findings_of(rows, referral)));
}

struct Free {
    void operator()(iapt_tally *tally) const { iapt_tally_free(tally); }
};

using Tally = std::unique_ptr<iapt_tally, Free>;

Tally new_tally()
{
    iapt_day first = 0, last = 0;
    iapt_tally *tally = nullptr;
    checks.same("period", "status", IAPT_OK, iapt_period_parse("2024-25", 7, &first, &last));
    checks.same("tally", "status", IAPT_OK, iapt_tally_new(first, last, nullptr, 0, &tally));
    return Tally(tally);
}

/// A tally of each thread's own gives, merged, what one tally of all gives.
void check_tallies(const std::vector<Rows> &cases)
{
    std::vector<std::unique_ptr<Referral>> referrals;
    for (const Rows &rows : cases) {
        referrals.push_back(std::make_unique<Referral>(rows));
    }
    const Tally all = new_tally();
    for (const auto &referral : referrals) {
        iapt_tally_add(all.get(), &referral->pathway);
    }
    std::vector<Tally> tallies;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 3; i++) {
        tallies.push_back(new_tally());
        threads.emplace_back([&referrals, i, tally = tallies.back().get()] {
            for (std::size_t at = i; at < referrals.size(); at += 3) {
                iapt_tally_add(tally, &referrals[at]->pathway);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    checks.same("tallies", "merged", IAPT_OK, iapt_tally_merge(tallies[0].get(), tallies[1].get()));
    checks.same("tallies", "merged", IAPT_OK, iapt_tally_merge(tallies[0].get(), tallies[2].get()));
    for (std::size_t i = 0; i < iapt_indicator_count(); i++) {
        iapt_indicator indicator{};
        iapt_figure one{}, other{};
        checks.same("indicator", "status", IAPT_OK, iapt_indicator_at(i, &indicator));
        checks.same(indicator.id, "status", IAPT_OK, iapt_tally_figure(all.get(), indicator.id, nullptr, &one));
        checks.same(indicator.id, "status", IAPT_OK,
                    iapt_tally_figure(tallies[0].get(), indicator.id, nullptr, &other));
        checks.same(indicator.id, "value", one.value, other.value);
        checks.same(indicator.id, "numerator", one.numerator, other.numerator);
        checks.same(indicator.id, "denominator", one.denominator, other.denominator);
        checks.same(indicator.id, "figure", one.status, other.status);
    }
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::cerr << "usage: " << argv[0] << " path/to/tests/vectors\n";
        return 2;
    }
    try {
        std::vector<Rows> cases;
        for (const Cells &row : read_vectors(argv[1], "derivation.csv")) {
            if (cases.empty() || cases.back()[0].at("case") != row.at("case")) {
                cases.emplace_back();
            }
            cases.back().push_back(row);
        }
        checks.same("derivation.csv", "enough cases", true, cases.size() > 300);
        for (const Rows &rows : cases) {
            check_case(rows);
        }
        check_tallies(cases);
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return checks.result("derivation in C++");
}
