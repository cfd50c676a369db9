"""From tables of sessions to derived referrals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._errors import FrameError
from ._frames import Adapter, adapt, plain
from ._iapt import ArrowStream, Measure, Sessions, _session_columns, _session_names
from ._progress import bar

TABLES = ("referrals", "contacts", "scores", "complaints", "internet_therapy", "employment")


class Derived:
    """Derived referrals, and what was odd in the data: made by `derive`.

    Attributes:
        referrals: A frame of the kind given, one row per pathway: the columns of the table of referrals carried
            through, and the derived ones.
        findings: A frame of the kind given, one row per finding: `table`, `row` (from 0), `pathway_id`, `kind`, and
            `message`, which says what was done about it.
        sessions: What reports are made from; see `iapt.report`.
    """

    def __init__(self, referrals: Any, findings: Any, sessions: Sessions, adapter: Adapter) -> None:
        self.referrals = referrals
        self.findings = findings
        self.sessions = sessions
        self._adapter = adapter

    def __len__(self) -> int:
        return len(self.sessions)

    def __repr__(self) -> str:
        return f"<iapt.Derived: {len(self):,} referrals, {self.count_findings():,} findings>"

    def count_findings(self) -> int:
        """How many findings there are."""
        return len(adapt(self.findings))

    def explain(self, row: int, as_at: Any = None) -> str:
        """Why the referral in a row of `referrals` was derived as it was, as a text for people.

        It contains the patient's dates and scores.

        Args:
            row: The row, from 0.
            as_at: The last day that is known, as a date or ISO text; None for all.

        Raises:
            IndexError: A row that is not there.
        """
        if not 0 <= row < len(self):
            raise IndexError("row must be that of a referral")
        return self.sessions.explain(row, None if as_at is None else str(as_at))


def derive(
    referrals: Any,
    contacts: Any,
    scores: Any,
    complaints: Any = None,
    internet_therapy: Any = None,
    employment: Any = None,
    *,
    names: str | None = None,
    columns: Mapping[str, Any] | None = None,
    tools: Mapping[Any, str] | None = None,
    measures: Mapping[str, Measure] | None = None,
    as_at: Any = None,
    progress: bool | None = None,
) -> Derived:
    """Derives referrals from their sessions: treatment contacts, dates, waits, steps, scores and outcome.

    Everything that is odd in the data becomes a finding and never stops the rest. Dates may be dates, datetimes or
    ISO texts; codes may be numbers or texts, padded with zeros or not; ICD-10 codes may have their dot.

    Args:
        referrals: `pathway_id`, `referral_date`, `discharge_date`, `end_code`, and any other columns, which are
            carried through. A pandas, polars or pyarrow frame, a polars LazyFrame (collected, once), a DuckDB relation,
            or any object that offers Arrow columns; so are the others.
        contacts: One row per contact and activity: `pathway_id`, `contact_id`, `date`, `attendance`, `type`,
            `planned`, `therapy_code`, `duration` in minutes.
        scores: `pathway_id`, `score_id`, `date`, `measure` (a name or a SNOMED CT code), `score`, `contact_id`.
        complaints: `pathway_id`, `complaint_id`, `code`, `date`, `primary`.
        internet_therapy: `pathway_id`, `log_id`, `date`.
        employment: `pathway_id`, `date`, `sick_pay`.
        names: "nhs_england" where the columns bear the names of the national data set.
        columns: From the names above to those of the frames, table by table (`{"contacts": {"date": "Seen"}}`), or
            for all tables that have such a column (`{"pathway_id": "Referral"}`).
        tools: From codes or names in `measure` to the measures that they mean: `{"718583008": "WSAS"}`. The codes of
            PHQ-9 (720433000) and GAD-7 (445455005) are known.
        measures: From names to the caller's own measures, for those without confirmed national thresholds (BIQ,
            CFQ, IBS, PHQ-15) or instead of the built-in ones.
        as_at: The last day of which anything is known; None for all that is recorded.
        progress: Whether to show how far the work is; None for only where there is a terminal.

    Returns:
        The derived referrals and the findings, as frames of the kind of `referrals`.

    Raises:
        FrameError: A column that is needed and not there, or of a type that can't be read; `field` says which.

    Source: NHS England, NHS Talking Therapies metadata. What it leaves open is this project's choice: see the
        documentation of `iapt_core::pathway`.

    >>> import iapt
    >>> import polars as pl
    >>> referrals = pl.DataFrame({"pathway_id": [1], "referral_date": ["2024-04-01"], "discharge_date": ["2024-09-30"]})
    >>> days = ["2024-05-01", "2024-09-01"]
    >>> contacts = pl.DataFrame({"pathway_id": [1, 1], "date": days, "attendance": [5, 5], "type": [2, 2]})
    >>> scores = pl.DataFrame(
    ...     {"pathway_id": [1] * 4, "date": days * 2, "measure": ["PHQ-9"] * 2 + ["GAD-7"] * 2, "score": [18, 9, 14, 6]}
    ... )
    >>> iapt.derive(referrals, contacts, scores).referrals["reliable_recovery"].to_list()
    [True]
    """
    given = dict(zip(TABLES, (referrals, contacts, scores, complaints, internet_therapy, employment), strict=True))
    adapters = {name: adapt(frame) for name, frame in given.items() if frame is not None}
    renamed = by_table(columns or {}, {name: adapter.names() for name, adapter in adapters.items()})
    tables = {name: read(name, adapter, renamed[name], names) for name, adapter in adapters.items()}
    codes = {str(code): str(name) for code, name in (tools or {}).items()}
    sessions = Sessions(tables, codes, plain(measures) or {})
    known = None if as_at is None else str(as_at)
    with bar(progress, len(sessions), "Deriving") as advance:
        derived, findings = sessions.derived(known, advance)
    adapter = adapters["referrals"]
    carried = adapter.names()
    check_new(carried, derived.names)
    frame = adapter.grouped(carried, sessions.kept_rows(known), derived)
    return Derived(frame, adapter.frame_of(findings), sessions, adapter)


def read(table: str, adapter: Adapter, columns: Mapping[str, str], names: str | None) -> tuple[ArrowStream, list[str]]:
    """The columns of a table that the derivation knows, and what it calls them."""
    found = _session_columns(table, adapter.names(), dict(columns), names)
    return adapter.stream([column for _, column in found]), [name for name, _ in found]


def by_table(columns: Mapping[str, Any], present: Mapping[str, list[str]]) -> dict[str, dict[str, str]]:
    """The mapping of names of each table; a name of its own counts before one for all tables that have the column."""
    known = {table: _session_names(table) for table in TABLES}
    for name, column in columns.items():
        wanted = Mapping if name in TABLES else str
        if not isinstance(column, wanted) or not (name in TABLES or any(name in names for names in known.values())):
            text = f"{name}: columns maps names of columns to others, or tables ({', '.join(TABLES)}) to such mappings"
            raise FrameError(text, code="UNKNOWN_NAME", field=str(name))
    shared = {name: column for name, column in columns.items() if name not in TABLES}

    def of(table: str, there: list[str]) -> dict[str, str]:
        return {name: column for name, column in shared.items() if name in known[table] and column in there}

    return {table: of(table, there) | dict(columns.get(table, {})) for table, there in present.items()}


def check_new(carried: list[str], derived: list[str]) -> None:
    """No derived column has the name of one that is carried through."""
    for name in derived:
        if name in carried:
            text = f"{name}: the table of referrals has a column of this name already: the result would have two"
            raise FrameError(text, code="COLUMN_EXISTS", field=name)
