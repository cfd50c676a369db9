"""What the Python tests share: where the reference data is, the oracle, and which frame libraries are here."""

import importlib.util
import os
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load(path):
    """A module by its path: the oracle is no part of the package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def naive():
    return load(ROOT / "tests" / "naive.py")


@pytest.fixture(scope="session")
def reference():
    folder = Path(os.environ.get("IAPT_REFERENCE_DIR", ROOT.parent / "shared" / "reference"))
    if not folder.is_dir():
        reason = f"NOT CHECKED AGAINST PUBLISHED DATA: no folder {folder}; set IAPT_REFERENCE_DIR"
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    return folder
