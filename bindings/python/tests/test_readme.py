"""The examples of README.md, run as they stand."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_example_runs(number, page, monkeypatch, tmp_path):
    if "import pyarrow" in EXAMPLES[number]:
        pytest.importorskip("pyarrow")
    if "news.warc.gz" in EXAMPLES[number]:
        pytest.importorskip("warcio")
        from archives import write_archive

        write_archive(tmp_path / "news.warc.gz", [("200 OK", "text/html; charset=utf-8", page.encode())])
        monkeypatch.chdir(tmp_path)
    exec(compile(EXAMPLES[number], f"README.md, example {number + 1}", "exec"), {"html": page})


def test_there_are_examples():
    assert len(EXAMPLES) >= 4
