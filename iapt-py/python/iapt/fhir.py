"""FHIR R4: scores, Observations and outcomes of PHQ-9 and GAD-7 from QuestionnaireResponses and Bundles.

Items are known by their LOINC codes as `linkId` or `code`; answers are LOINC answer codes, codings with an ordinal
value, or numbers. Unanswered items are missing. A resource is a dict, JSON text, or JSON bytes.

>>> import iapt.fhir
>>> codes = ["69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"]
>>> response = {
...     "resourceType": "QuestionnaireResponse",
...     "status": "completed",
...     "authored": "2024-05-01",
...     "item": [{"linkId": code, "answer": [{"valueInteger": 2}]} for code in codes],
... }
>>> iapt.fhir.score(response)
ItemScore(GAD-7, total=14, imputed=0, severity=MODERATE, is_case=True, self_harm=None)
"""

from __future__ import annotations

from typing import Any, TypeAlias

from . import _iapt
from ._errors import IaptError
from ._iapt import ItemScore, Outcome

__all__ = ["FhirError", "explain", "observation", "outcome", "score"]

Resource: TypeAlias = dict[str, Any] | str | bytes


class FhirError(IaptError):
    """A FHIR resource that has no result.

    Attributes:
        field: The field at fault; for an item, the link identifiers that lead to it.
        row: The entry of the Bundle at fault, counted from 0; None outside a Bundle.
        item: The questionnaire item at fault, counted from 0; None where there is none.

    >>> import iapt
    >>> try:
    ...     iapt.fhir.score({"resourceType": "QuestionnaireResponse", "status": "completed", "item": [
    ...         {"linkId": "/44260-8", "answer": [{"valueInteger": 4}]},
    ...     ]})
    ... except iapt.fhir.FhirError as error:
    ...     print(error)
    item /44260-8, answer.valueInteger: must be a whole number from 0 to 3, or missing
    """


def score(response: Resource) -> ItemScore:
    """The score of a filled-in PHQ-9 or GAD-7, as `Measure.score` gives it.

    Args:
        response: A QuestionnaireResponse, completed or amended.

    Raises:
        FhirError: A resource that cannot be read, or an answer that its item does not have.
        ItemError: Too many unanswered items for a score.
        TypeError: Neither dict nor str nor bytes.

    >>> import iapt
    >>> codes = ["44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8"]
    >>> answers = ["LA6571-9", "LA6570-1", "LA6570-1", "LA6569-3", "LA6570-1", "LA6569-3", "LA6569-3", "LA6568-5", None]
    >>> response = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [
    ...     {"linkId": code, "answer": [{"valueCoding": {"system": "http://loinc.org", "code": answer}}]}
    ...     for code, answer in zip(codes, answers) if answer
    ... ]}
    >>> result = iapt.fhir.score(response)
    >>> result.measure, int(result), result.imputed, result.self_harm
    (iapt.PHQ9, 14, 1, None)
    """
    return _iapt._fhir_score(_bytes(response))


def observation(response: Resource) -> dict[str, Any]:
    """The score of a filled-in PHQ-9 or GAD-7 as an Observation.

    It has the score with its LOINC and SNOMED CT codes, what the band of the score is called, how many items were
    imputed, and for PHQ-9 the answer on self-harm; a component without a value says that this was not answered. With
    too many unanswered items it has no value but the reason why.

    Args:
        response: A QuestionnaireResponse, completed or amended.

    Raises:
        FhirError: A resource that cannot be read, or an answer that its item does not have.
        TypeError: Neither dict nor str nor bytes.

    >>> import iapt
    >>> response = {"resourceType": "QuestionnaireResponse", "status": "completed", "authored": "2024-05-01", "item": [
    ...     {"linkId": code, "answer": [{"valueInteger": 2}]}
    ...     for code in ["69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"]
    ... ]}
    >>> result = iapt.fhir.observation(response)
    >>> result["valueQuantity"]["value"], result["effectiveDateTime"], result["interpretation"]
    (14, '2024-05-01', [{'text': 'moderate'}])
    """
    import json

    result: dict[str, Any] = json.loads(_iapt._fhir_observation(_bytes(response)))
    return result


def outcome(bundle: Resource) -> Outcome:
    """The outcome of a patient's course of treatment, as `iapt.outcome` gives it.

    The first and the last score of each questionnaire are told by their days, as written; there is a last one only
    where there are two days. What is not completed and what has no score is left out: `explain` lists it.

    Args:
        bundle: A Bundle with the patient's QuestionnaireResponses of PHQ-9 and GAD-7, with Observations of their total
            scores, or with both. Other resources are ignored.

    Raises:
        FhirError: A resource that cannot be read, has no date, or is about another person; two different scores on the
            first or last day.
        TypeError: Neither dict nor str nor bytes.

    >>> import iapt
    >>> def total(code, day, score):
    ...     return {"resource": {
    ...         "resourceType": "Observation", "status": "final", "subject": {"reference": "Patient/1"},
    ...         "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
    ...         "effectiveDateTime": day, "valueQuantity": {"value": score},
    ...     }}
    >>> bundle = {"resourceType": "Bundle", "type": "collection", "entry": [
    ...     total("44261-6", "2024-05-01", 18), total("44261-6", "2024-09-01", 9),
    ...     total("70274-6", "2024-05-01", 14), total("70274-6", "2024-09-01", 6),
    ... ]}
    >>> result = iapt.fhir.outcome(bundle)
    >>> result.reliable_recovery, result.phq9_scores, result.anxiety_scores
    (True, (18, 9), (14, 6))
    """
    return _iapt._fhir_outcome(_bytes(bundle))


def explain(bundle: Resource) -> str:
    """Why a course of treatment has its outcome: `Outcome.explain`, with the days that count and what was left out.

    Args:
        bundle: As for `outcome`.

    Raises:
        FhirError: As for `outcome`.
        TypeError: Neither dict nor str nor bytes.

    >>> import iapt
    >>> print(iapt.fhir.explain({"resourceType": "Bundle", "type": "collection"}).splitlines()[0])
    PHQ-9: never.
    """
    return _iapt._fhir_explain(_bytes(bundle))


def _bytes(resource: Resource) -> bytes:
    """A resource as JSON; what cannot be JSON is refused when it is read."""
    import json  # here, as it would be half of the time that the package takes to be imported

    if isinstance(resource, bytes):
        return resource
    if isinstance(resource, str):
        return resource.encode("utf-8", "surrogatepass")
    if not isinstance(resource, dict):
        raise TypeError(f"a resource must be dict, str or bytes, not {type(resource).__name__}")
    try:
        return json.dumps(resource, default=_plain).encode()
    except (ValueError, RecursionError):
        return b""


def _plain(value: object) -> object:
    """What models of FHIR have where JSON has numbers and texts."""
    from datetime import date
    from decimal import Decimal

    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a resource must be JSON: it has {type(value).__name__}")
