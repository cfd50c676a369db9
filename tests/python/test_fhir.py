"""FHIR: the vectors, what Python has of its own, the command, and the resource definitions."""

import copy
import datetime
import doctest
import json
import pickle
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import iapt
import iapt.fhir
from kinds import library

FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "fhir"
CASES = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))}
RESPONSES = [name for name in CASES if name.startswith("response")]
COURSES = [name for name, case in CASES.items() if "course" in case]
REFUSED = [name for name, case in CASES.items() if "error" in case]

PHQ9 = CASES["response_phq9_codes"]["input"]
RECOVERY = CASES["bundle_recovery"]["input"]


def forms_of(resource):
    text = json.dumps(resource)
    return [resource, text, text.encode(), b"\xef\xbb\xbf" + text.encode()]


def refusal(call, resource):
    with pytest.raises(iapt.IaptError) as caught:
        call(resource)
    return caught.value


# The vectors


@pytest.mark.parametrize("name", RESPONSES)
# Proves FHIR-1.
def test_responses(name):
    case = CASES[name]
    for resource in forms_of(case["input"]):
        before = copy.deepcopy(resource)
        assert iapt.fhir.observation(resource) == case["observation"]
        assert resource == before
        measure = iapt.MEASURES[case["measure"]]
        if "valueQuantity" in case["observation"]:
            result = iapt.fhir.score(resource)
            assert result == measure.score(case["answers"]) and result.measure is measure
            assert pickle.loads(pickle.dumps(result)) == result
        else:
            error = refusal(iapt.fhir.score, resource)
            assert (type(error), error.code) == (iapt.ItemError, "TOO_MANY_MISSING")


@pytest.mark.parametrize("name", COURSES)
# Proves FHIR-2.
def test_bundles(name):
    expected = CASES[name]["course"]
    for resource in forms_of(CASES[name]["input"]):
        outcome = iapt.fhir.outcome(resource)
        assert outcome.flags == expected["flags"]
        assert outcome.phq9_scores == tuple(expected["phq9"][1::2])
        assert outcome.anxiety_scores == tuple(expected["gad7"][1::2])
        text = iapt.fhir.explain(resource)
        assert text.endswith(outcome.explain())
        days = [day for day in [*expected["phq9"][::2], *expected["gad7"][::2]] if day]
        assert all(part in text for part in [*days, *expected["left_out"]])


@pytest.mark.parametrize("name", REFUSED)
# Proves FHIR-2, FHIR-3, FHIR-4, FHIR-5.
def test_what_is_refused(name):
    call = iapt.fhir.outcome if name.startswith("bundle") else iapt.fhir.observation
    expected = CASES[name]["error"]
    for resource in forms_of(CASES[name]["input"]):
        error = refusal(call, resource)
        assert type(error) is iapt.fhir.FhirError
        assert (error.code, error.field, error.row, error.item) == (
            expected["code"],
            expected["field"],
            expected["entry"],
            expected["item"],
        )
        assert expected["message"] in (None, str(error))
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error) and vars(again) == vars(error)


# What Python has of its own


OTHERS = [None, 1, [], PHQ9.items(), object(), bytearray(b"{}"), {"x": object()}, {1: {2, 3}}]


@pytest.mark.parametrize("resource", OTHERS, ids=lambda resource: type(resource).__name__)
def test_other_types(resource):
    for call in (iapt.fhir.score, iapt.fhir.observation, iapt.fhir.outcome, iapt.fhir.explain):
        with pytest.raises(TypeError):
            call(resource)


def nested(depth):
    resource = PHQ9["item"]
    for _ in range(depth):
        resource = [{"linkId": "group", "item": resource}]
    return {**PHQ9, "item": resource}


def test_what_is_no_json():
    circle = dict(PHQ9)
    circle["item"] = [circle]
    texts = ("", b"", "{", "\ud800", b"\xff", b"[1", "NaN")
    for resource in (*texts, {"x": float("nan")}, circle, nested(100), nested(5000)):
        error = refusal(iapt.fhir.score, resource)
        assert (error.code, error.field) == ("NOT_JSON", None)
    assert refusal(iapt.fhir.outcome, " " * (iapt._iapt._FHIR_LONGEST + 1)).code == "TOO_LONG"
    assert int(iapt.fhir.score(nested(40))) == 12


def test_values_as_models_have_them():
    moment = datetime.datetime(2024, 5, 1, 0, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
    for authored in (moment, datetime.date(2024, 5, 1)):
        resource = {**PHQ9, "authored": authored, "item": [
            {"linkId": item["linkId"], "answer": [{"valueDecimal": Decimal("1.0")}]} for item in PHQ9["item"][0]["item"]
        ]}  # fmt: skip
        assert iapt.fhir.observation(resource)["effectiveDateTime"] == authored.isoformat()
        assert int(iapt.fhir.score(resource)) == 9
    assert refusal(iapt.fhir.score, {**resource, "authored": Decimal("Infinity")}).code == "NOT_JSON"


def test_agrees_with_the_scoring_of_items():
    random.seed(7)
    codes = [item["linkId"] for item in CASES["response_phq9_too_many_missing"]["input"]["item"]]
    for _ in range(300):
        answers = [random.choice([0, 1, 2, 3, None]) if random.random() < 0.5 else 1 for _ in codes]
        items = [
            {"linkId": code, "answer": [{"valueInteger": answer}]} if answer is not None else {"linkId": code}
            for code, answer in zip(codes, answers, strict=True)
        ]
        resource = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": items}
        try:
            expected = iapt.PHQ9.score(answers)
        except iapt.ItemError as error:
            assert refusal(iapt.fhir.score, resource).code == error.code
        else:
            assert iapt.fhir.score(resource) == expected


def test_examples_in_docstrings():
    result = doctest.testmod(iapt.fhir)
    assert result.attempted > 10 and result.failed == 0


# The resource definitions


def definitions(module):
    """Models of FHIR R4B, which for these resources are those of R4."""
    library("fhir.resources")
    return library(f"fhir.resources.R4B.{module}")


@pytest.mark.parametrize("name", RESPONSES)
def test_observations_are_valid(name):
    model = definitions("observation").Observation
    made = iapt.fhir.observation(CASES[name]["input"])
    read = model.model_validate(made)
    assert json.loads(read.model_dump_json()) == made


def test_the_vectors_are_valid():
    response = definitions("questionnaireresponse").QuestionnaireResponse
    # R4 has no `code` for items; where it is there all the same, it is read.
    for name in RESPONSES:
        if name != "response_gad7_codes_of_items":
            model = response.model_validate(CASES[name]["input"])
            for resource in (model.model_dump_json(), model.model_dump()):
                assert iapt.fhir.observation(resource) == CASES[name]["observation"]
    bundle = definitions("bundle").Bundle
    for name in COURSES:
        model = bundle.model_validate(CASES[name]["input"])
        assert iapt.fhir.outcome(model.model_dump_json()).flags == CASES[name]["course"]["flags"]


# The command


def command(*arguments, code=0, **options):
    line = [sys.executable, "-m", "iapt", "fhir", *map(str, arguments)]
    done = subprocess.run(line, capture_output=True, check=False, encoding="utf-8", **options)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def write(path, resource):
    path.write_text(json.dumps(resource), encoding="utf-8")
    return path


@pytest.fixture
def phq9(tmp_path):
    library("click")
    return write(tmp_path / "response.json", PHQ9)


def test_command_observation(phq9, tmp_path):
    expected = CASES["response_phq9_codes"]["observation"]
    done = command("observation", phq9)
    assert json.loads(done.stdout) == expected and done.stderr == ""
    done = command("observation", phq9, "-o", tmp_path / "out.json")
    assert (done.stdout, done.stderr) == ("", "")
    assert json.loads((tmp_path / "out.json").read_text()) == expected
    assert json.loads(command("observation", "-", input=json.dumps(PHQ9)).stdout) == expected


def test_command_observation_keeps_names(tmp_path):
    library("click")
    subject = {"reference": "Patient/1", "display": "Zoë 李"}
    file, out = write(tmp_path / "r.json", {**PHQ9, "subject": subject}), tmp_path / "o.json"
    assert json.loads(command("observation", file).stdout)["subject"] == subject
    command("observation", file, "--out", out)
    assert json.loads(out.read_text(encoding="utf-8"))["subject"] == subject


def test_command_outcome(tmp_path):
    library("click")
    expected = iapt.fhir.explain(RECOVERY) + "\n"
    assert command("outcome", write(tmp_path / "b.json", RECOVERY)).stdout == expected
    assert command("outcome", "-", input=json.dumps(RECOVERY)).stdout == expected
    assert "Reliable recovery: yes" in expected and "Left out: entry 6, status: " in expected


def test_command_refuses(phq9, tmp_path):
    out = tmp_path / "out.json"
    out.write_text("older")
    bad = write(tmp_path / "bad.json", CASES["error_range"]["input"])
    for arguments, part in [
        (["outcome", phq9], f"{phq9}: resourceType: must be Bundle"),
        (["outcome", tmp_path / "none.json"], "does not exist"),
        (["observation", tmp_path], "is a directory"),
        (["observation", phq9, "--out", tmp_path / "o.txt"], "must end in .json"),
        (["observation", phq9, "--out", tmp_path / "none" / "o.json"], "there is no folder"),
        (["observation", bad, "-o", out], f"{bad}: item /44249-1 > /44260-8"),
        (["observation", "/dev/zero", "-o", out], "/dev/zero: must be at most"),
        (["nonsense"], "No such command"),
    ]:
        done = command(*arguments, code=2)
        assert done.stdout == "" and part in done.stderr
    assert "standard input: must be JSON" in command("observation", "-", code=2, input="{").stderr
    assert out.read_text() == "older"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bad.json", "out.json", "response.json"]


def test_command_help():
    library("click")
    for name in ("observation", "outcome"):
        assert f"iapt fhir {name}" in command(name, "--help").stdout
    assert "observation" in command("--help").stdout
