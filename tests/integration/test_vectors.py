"""The files of expected values that the unit tests read come from other implementations: made again here, they are the same."""

import runpy
from pathlib import Path

import pytest

UNIT = Path(__file__).resolve().parents[1] / "unit"
MADE = {"sealed credentials": ("store/seal_vector.py", "store/sealed.txt"),
        "SMTP passwords": ("model/smtp_vectors.py", "model/smtp.txt")}


@pytest.mark.parametrize("script, expected", MADE.values(), ids=MADE.keys())
def test_the_expected_values_are_those_of_the_other_implementation(capsys, script, expected):
    runpy.run_path(str(UNIT / script), run_name="__main__")
    assert capsys.readouterr().out == (UNIT / expected).read_text()
