"""Web archives on Spark: two workers of their own processes, one of which is killed in mid-run."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("pyspark")
pytest.importorskip("warcio")
parquet = pytest.importorskip("pyarrow.parquet")

from archives import write_archive
from wirecopy.spark import extract_warcs

ARCHIVES, PAGES = 8, 12


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.executor.memory": "1g",
        "spark.task.maxFailures": "4",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.executorEnv.PYTHONPATH": os.pathsep.join([os.path.dirname(__file__)]),
    }
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("wirecopy-tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    with pytest.MonkeyPatch.context() as patch:
        # Workers run the Python of the path otherwise, which may be another. Spark takes it from nowhere else here.
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        session = builder.getOrCreate()
        yield session
        session.stop()


@pytest.fixture
def warcs(tmp_path, page):
    made = []
    for archive in range(ARCHIVES):
        place = tmp_path / f"hill-{archive}.warc.gz"
        more = "<p>Another sentence that is long enough to be looked at, and to take some time.</p>" * 30
        bodies = [page.replace("Exampleton", f"Town{archive}x{number}").replace("</article>", more) for number in range(PAGES)]
        write_archive(place, [("200 OK", "text/html; charset=utf-8", body.encode()) for body in bodies])
        made.append(str(place))
    return made


def executors(application):
    """The processes of this application's workers."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            line = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if application in line and any("CoarseGrainedExecutorBackend" in word for word in line):
            found.append(int(entry.name))
    return found


def test_a_killed_worker_costs_nothing_and_doubles_nothing(spark, warcs, tmp_path):
    output = tmp_path / "out"
    killed = []

    def kill():
        parts = output / "_parts"
        while not (parts.is_dir() and any(parts.glob("part-*"))):
            time.sleep(0.05)
        assert not (output / "articles").exists()
        killed.append(executors(spark.sparkContext.applicationId)[0])
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    lines = extract_warcs(spark, warcs, str(output))
    killer.join(10)
    assert killed and not Path(f"/proc/{killed[0]}").exists()
    assert [line["statuses"] for line in lines] == [{"ok": PAGES}] * ARCHIVES
    table = spark.read.parquet(str(output / "articles"))
    assert table.count() == table.select("url").distinct().count() == ARCHIVES * PAGES
    assert sorted(os.listdir(output / "articles")) == sorted(line["file"] for line in lines)
    manifest = (output / "manifest.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in manifest] == lines
    # Asked again, there is nothing to do; other archives are not mixed in.
    assert extract_warcs(spark, warcs, str(output)) == lines
    with pytest.raises(FileExistsError):
        extract_warcs(spark, warcs[1:], str(output))


def test_a_run_that_failed_shows_nothing_and_goes_on_where_it_was(spark, warcs, tmp_path):
    output = tmp_path / "out"
    gone = str(tmp_path / "gone.warc.gz")
    with pytest.raises(Exception, match="gone.warc.gz"):
        extract_warcs(spark, [*warcs[:2], gone], str(output))
    assert not (output / "articles").exists()
    torn = Path(warcs[2]).read_bytes()
    Path(gone).write_bytes(torn[: len(torn) // 2])
    kept = {part: part.stat().st_mtime_ns for part in (output / "_parts").glob("part-*")}
    lines = extract_warcs(spark, [*warcs[:2], gone], str(output))
    statuses = {Path(line["warc"]).name: line["statuses"] for line in lines}
    assert statuses["hill-0.warc.gz"] == {"ok": PAGES}
    assert statuses["gone.warc.gz"]["truncated"] == 1 and 0 < statuses["gone.warc.gz"]["ok"] < PAGES
    for part, time_of_writing in kept.items():
        assert (output / "articles" / part.name).stat().st_mtime_ns == time_of_writing
    found = parquet.read_table(output / "articles", columns=["status"])
    assert found.num_rows == sum(sum(line["statuses"].values()) for line in lines)


def test_a_record_that_ends_the_process_fails_the_job_and_shows_nothing(spark, warcs, page, tmp_path):
    if not aborts_on_request():
        pytest.skip("built without the feature abort-on-request")
    output = tmp_path / "out"
    bad = tmp_path / "bad.warc.gz"
    whole = ("200 OK", "text/html; charset=utf-8", page.encode())
    write_archive(bad, [whole, ("200 OK", "text/html", b"<p>abort"), whole])
    with pytest.raises(RuntimeError, match="A process ended while it read one of: .*bad.warc.gz"):
        extract_warcs(spark, [*warcs, str(bad)], str(output))
    assert not (output / "articles").exists() and not (output / "manifest.jsonl").exists()
    # Without that WARC the same run ends, each good record once.
    lines = extract_warcs(spark, warcs, str(output))
    assert [line["statuses"] for line in lines] == [{"ok": PAGES}] * ARCHIVES
    table = spark.read.parquet(str(output / "articles"))
    assert table.count() == table.select("url").distinct().count() == ARCHIVES * PAGES
    assert sorted(os.listdir(output / "articles")) == sorted(line["file"] for line in lines)


def aborts_on_request():
    """Whether the package was built so that a page can end its process."""
    command = [sys.executable, "-c", "import wirecopy; wirecopy.extract(b'<p>abort')"]
    return subprocess.run(command, capture_output=True).returncode == -signal.SIGABRT
