// tests/vectors/derivation.csv in C++17, and tallies that are counted in parallel; through iapt.hpp.

#include <iapt.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
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

std::optional<iapt::day> day(const std::string &text)
{
    const auto read = iapt::day::parse(text);
    return read ? std::optional(*read) : std::nullopt;
}

std::optional<std::int16_t> code(const std::string &text)
{
    if (text.empty()) {
        return std::nullopt;
    }
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits && text.size() < 5 ? static_cast<std::int16_t>(std::stoi(text)) : iapt::no_such_code;
}

std::optional<iapt::answer> answer(const std::string &text)
{
    const auto is = [&](const std::vector<std::string> &texts) {
        return std::find(texts.begin(), texts.end(), text) != texts.end();
    };
    if (is({"", "U", "Z"})) {
        return std::nullopt;
    }
    return is({"Y", "true", "1", "P"})    ? iapt::answer(true)
           : is({"N", "false", "0", "S"}) ? iapt::answer(false)
                                          : iapt::answer::unknown();
}

template <typename Number>
std::optional<Number> whole(const std::string &text)
{
    return text.empty() ? std::nullopt : std::optional(static_cast<Number>(std::stoull(text)));
}

std::optional<std::string> present(const std::string &text)
{
    return text.empty() ? std::nullopt : std::optional(text);
}

std::vector<std::uint64_t> ids(const Rows &table, const Rows &other = {})
{
    std::vector<std::optional<std::string>> texts;
    for (const Cells &row : table) {
        texts.push_back(present(row.at("id")));
    }
    for (const Cells &row : other) {
        texts.push_back(present(row.at("contact_id")));
    }
    return iapt::rank_ids(texts).value();
}

iapt::dated_score score(const Cells &row, std::uint64_t id, std::uint64_t contact_id)
{
    const auto read = iapt::number::parse(row.at("score"));
    const auto on = iapt::find_instrument(row.at("measure"));
    iapt::dated_score score;
    score.id = id;
    score.contact_id = contact_id;
    score.date = day(row.at("date"));
    score.score = read ? std::optional(*read) : std::nullopt;
    score.instrument = on ? std::optional(*on) : std::nullopt;
    score.unreadable = !row.at("score").empty() && !read;
    return score;
}

/// A referral as it is given.
class Referral {
public:
    explicit Referral(const Rows &all) : rows(all)
    {
        const Rows as_ats = rows_of(rows, "as_at");
        as_at = as_ats.empty() ? std::nullopt : day(as_ats[0].at("date"));
        read_referral();
        read_contacts();
        read_others();
    }

    bool is_known(const Cells &referral) const
    {
        const std::optional<iapt::day> date = day(referral.at("date"));
        return !as_at || !date || *date <= *as_at;
    }

    iapt::pathway pathway;
    std::optional<iapt::day> as_at;
    std::size_t kept = 0;

private:
    void read_referral()
    {
        const Rows referrals = rows_of(rows, "referral");
        for (std::size_t i = 0; i < referrals.size(); i++) {
            const std::optional<iapt::day> date = day(referrals[i].at("date"));
            if (is_known(referrals[i]) && date >= pathway.referral_date) {
                kept = i;
                pathway.referral_date = date;
                pathway.discharge_date = day(referrals[i].at("discharge_date"));
                pathway.end_code = code(referrals[i].at("code"));
            }
        }
    }

    void read_contacts()
    {
        const Rows contacts = rows_of(rows, "contact"), scores = rows_of(rows, "score");
        const std::vector<std::uint64_t> numbers = ids(contacts, scores), score_ids = ids(scores);
        for (std::size_t i = 0; i < contacts.size(); i++) {
            const Cells &row = contacts[i];
            pathway.contacts.push_back({numbers[i], whole<std::uint64_t>(row.at("code")), day(row.at("date")),
                                        code(row.at("attendance")), code(row.at("type")),
                                        whole<std::uint16_t>(row.at("duration")), answer(row.at("planned"))});
        }
        for (std::size_t i = 0; i < scores.size(); i++) {
            pathway.scores.push_back(score(scores[i], score_ids[i], numbers[contacts.size() + i]));
        }
    }

    void read_others()
    {
        const Rows complaints = rows_of(rows, "complaint"), logs = rows_of(rows, "internet_therapy");
        const std::vector<std::uint64_t> complaint_ids = ids(complaints), log_ids = ids(logs);
        for (std::size_t i = 0; i < complaints.size(); i++) {
            const Cells &row = complaints[i];
            pathway.complaints.push_back(
                {complaint_ids[i], row.at("code"), day(row.at("date")), answer(row.at("primary"))});
        }
        for (std::size_t i = 0; i < logs.size(); i++) {
            pathway.therapy_logs.push_back({log_ids[i], day(logs[i].at("date"))});
        }
        for (const Cells &row : rows_of(rows, "employment")) {
            pathway.sick_pay.push_back({day(row.at("date")), answer(row.at("sick_pay"))});
        }
    }

    const Rows &rows;
};

std::string text(const std::optional<iapt::number> &number)
{
    return number ? to_string(*number) : "";
}

std::string text(const std::optional<iapt::day> &date)
{
    return date ? to_string(*date) : "";
}

std::string text(const std::optional<std::int32_t> &days)
{
    return days ? std::to_string(*days) : "";
}

std::string text(const std::optional<iapt::intensity> &stage)
{
    return !stage ? "" : *stage == iapt::intensity::low ? "low" : "high";
}

std::string text(const std::optional<bool> &paid)
{
    return !paid ? "" : *paid ? "Y" : "N";
}

std::string boolean(bool value)
{
    return value ? "true" : "false";
}

std::optional<std::string> score_field(const iapt::derived &d, const std::string &field)
{
    const std::size_t end = field.rfind('_');
    const std::string name = field.substr(0, end), which = field.substr(end + 1);
    if (which != "first" && which != "last") {
        return std::nullopt;
    }
    std::optional<iapt::instrument> on;
    if (name == "anxiety") {
        on = d.anxiety_measure();
    } else if (name == "specific") {
        on = d.specific_measure();
        if (on == iapt::instrument(iapt::pcl5) && !d.score(iapt::pcl5).first) {
            on = iapt::iesr;
        }
        if (!on) {
            return "";
        }
    } else if (const auto found = iapt::find_instrument(name)) {
        on = *found;
    } else {
        return std::nullopt;
    }
    return text(which == "first" ? d.score(*on).first : d.score(*on).last);
}

std::string field_of(const iapt::derived &d, const std::string &field)
{
    static const std::map<std::string, iapt::fact> facts{
        {"paired", iapt::fact::paired},
        {"caseness", iapt::fact::caseness},
        {"not_caseness", iapt::fact::not_caseness},
        {"recovery", iapt::fact::recovery},
        {"reliable_improvement", iapt::fact::reliable_improvement},
        {"reliable_deterioration", iapt::fact::reliable_deterioration},
        {"no_reliable_change", iapt::fact::no_reliable_change},
        {"reliable_recovery", iapt::fact::reliable_recovery},
    };
    static const std::map<std::string, std::function<std::string(const iapt::derived &)>> fields{
        {"treatment_contacts", [](const auto &r) { return std::to_string(r.treatment_contacts()); }},
        {"care_contacts", [](const auto &r) { return std::to_string(r.care_contacts()); }},
        {"low_intensity_contacts", [](const auto &r) { return std::to_string(r.low_intensity_contacts()); }},
        {"high_intensity_contacts", [](const auto &r) { return std::to_string(r.high_intensity_contacts()); }},
        {"assessment_date", [](const auto &r) { return text(r.assessment_date()); }},
        {"first_treatment_date", [](const auto &r) { return text(r.first_treatment_date()); }},
        {"second_treatment_date", [](const auto &r) { return text(r.second_treatment_date()); }},
        {"last_treatment_date", [](const auto &r) { return text(r.last_treatment_date()); }},
        {"first_low_intensity_date", [](const auto &r) { return text(r.first_low_intensity_date()); }},
        {"first_high_intensity_date", [](const auto &r) { return text(r.first_high_intensity_date()); }},
        {"assessment_wait", [](const auto &r) { return text(r.assessment_wait()); }},
        {"treatment_wait", [](const auto &r) { return text(r.treatment_wait()); }},
        {"second_treatment_wait", [](const auto &r) { return text(r.second_treatment_wait()); }},
        {"stage_wait", [](const auto &r) { return text(r.stage_wait()); }},
        {"finished_course", [](const auto &r) { return boolean(r.finished_course()); }},
        {"treated_once", [](const auto &r) { return boolean(r.treated_once()); }},
        {"ended_before_treatment", [](const auto &r) { return boolean(r.ended_before_treatment()); }},
        {"first_stage", [](const auto &r) { return text(r.first_stage()); }},
        {"second_stage", [](const auto &r) { return text(r.second_stage()); }},
        {"sick_pay_first", [](const auto &r) { return text(r.sick_pay_first()); }},
        {"sick_pay_last", [](const auto &r) { return text(r.sick_pay_last()); }},
        {"problem_descriptor", [](const auto &r) { return r.problem_descriptor(); }},
        {"anxiety_measure", [](const auto &r) { return std::string(r.anxiety_measure().name()); }},
    };
    const auto fact = facts.find(field);
    if (fact != facts.end()) {
        return boolean(d.facts().has(fact->second));
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
    const auto number = iapt::number::parse(cell);
    return number ? to_string(*number) : cell;
}

std::vector<std::string> texts_of(const std::vector<iapt::finding> &findings, const Rows &rows,
                                  const Referral &referral)
{
    std::vector<std::string> texts;
    const auto add = [&](std::string_view table, std::size_t row, std::string_view kind) {
        texts.push_back(std::string(table) + " " + std::to_string(row) + " " + std::string(kind));
    };
    for (const iapt::finding &found : findings) {
        const bool about_referral = found.table == iapt::table::referrals;
        add(name_of(found.table), about_referral ? referral.kept : found.row, found.name());
    }
    const Rows referrals = rows_of(rows, "referral");
    for (std::size_t i = 0; i < referrals.size(); i++) {
        if (i != referral.kept && referral.is_known(referrals[i])) {
            add("referrals", i, "duplicate_id");
        }
    }
    std::sort(texts.begin(), texts.end());
    return texts;
}

// Proves CONTACT-1, CONTACT-2, CONTACT-3, CONTACT-4, CONTACT-5, CONTACT-6, CONTACT-7, CONTACT-8, COURSE-1, COURSE-2,
// COURSE-3, FIRSTLAST-1, FIRSTLAST-2, FIRSTLAST-3, FIRSTLAST-4, FIRSTLAST-5, FIRSTLAST-6, ANXIETY-1, ANXIETY-2,
// ANXIETY-3, ANXIETY-4, ANXIETY-5, ANXIETY-7, STAGE-1, STAGE-2, STAGE-3, STAGE-5, PERIOD-2, FINDING-1, FINDING-2,
// FINDING-5, MEASURE-13, CASENESS-4, RECOVERY-1, CHANGE-4.
void check_case(const Rows &rows)
{
    const std::string &name = rows.at(0).at("case");
    const Referral referral(rows);
    const iapt::derived derived = iapt::derive(referral.pathway, referral.as_at).value();
    const iapt::derivation again = iapt::derive_with_findings(referral.pathway, referral.as_at).value();
    for (const Cells &row : rows_of(rows, "expect")) {
        const std::string expected = normal(row.at("value")), what = name + ", " + row.at("field");
        checks.status(what, expected, normal(field_of(derived, row.at("field"))));
        checks.status(what, expected, normal(field_of(again.derived, row.at("field"))));
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
    checks.status(name + ", findings", joined(expected), joined(texts_of(again.findings, rows, referral)));
}

iapt::tally new_tally()
{
    return iapt::tally::make(iapt::period::parse("2024-25").value()).value();
}

/// A tally of each thread's own gives, merged, what one tally of all gives.
// Proves REPORT-9.
void check_tallies(const std::vector<Rows> &cases)
{
    const std::vector<Referral> referrals(cases.begin(), cases.end());
    iapt::tally all = new_tally();
    for (const Referral &referral : referrals) {
        all.add(referral.pathway).value();
    }
    std::vector<iapt::tally> tallies;
    for (int i = 0; i < 3; i++) {
        tallies.push_back(new_tally());
    }
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < tallies.size(); i++) {
        threads.emplace_back([&referrals, i, &tally = tallies[i]] {
            for (std::size_t at = i; at < referrals.size(); at += 3) {
                tally.add(referrals[at].pathway).value();
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    tallies[0].merge(tallies[1]).value();
    tallies[0].merge(tallies[2]).value();
    for (std::size_t i = 0; i < iapt::indicator_count(); i++) {
        const std::string id(iapt::indicator_at(i).value().id());
        const iapt::figure one = all.figure(id).value(), other = tallies[0].figure(id).value();
        checks.same(id, "value", true, one.value() == other.value());
        checks.same(id, "numerator", true, one.numerator() == other.numerator());
        checks.same(id, "denominator", true, one.denominator() == other.denominator());
        checks.same(id, "status", true, one.status() == other.status());
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
