"""Web archives to a table of articles on Apache Spark: one WARC a task, no shuffle, every capture once.

A task writes one Parquet file under a name that follows from its WARC, beside its place first, so that a task that runs
twice leaves one file. The table appears by the renaming of a directory once every WARC is done; until then readers see
nothing, and a run that was broken off goes on with the WARCs that are left. The output is a directory that the driver
and all workers see; WARCs may be paths, or addresses that pyarrow opens (``s3://``).
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterable
from typing import Any

import pyarrow
import pyarrow.fs
import pyarrow.parquet

from wirecopy import extract_warc

__all__ = ["extract_warcs"]

# Under which name a file's counts stand in its footer.
_FOOTER = b"wirecopy"


def extract_warcs(spark: Any, warcs: Iterable[str], output: str, **arguments: Any) -> list[dict[str, Any]]:
    """Writes ``output/articles`` (Parquet) and ``output/manifest.jsonl``, and gives the manifest's lines.

    A line names a WARC, its file, and how many of its captures had which status. ``arguments`` are those of
    ``extract``. Where the table is there already with just these WARCs, nothing is done.

    Raises ``FileExistsError`` where a table of other WARCs is there, and ``RuntimeError`` with Spark's error where a WARC
    cannot be read or a record ends the worker's process whenever it is tried; no table appears then, and the error names
    the WARCs that were being read where processes ended.
    """
    warcs = sorted(set(warcs))
    table, parts = os.path.join(output, "articles"), os.path.join(output, "_parts")
    if os.path.isdir(table):
        return _finished(output, table, warcs)
    os.makedirs(parts, exist_ok=True)
    done = {warc: line for warc in warcs if (line := _line(parts, warc))}
    left = [warc for warc in warcs if warc not in done]
    if left:
        done.update((line["warc"], line) for line in _run(spark, left, _Task(parts, arguments)))
    lines = [done[warc] for warc in warcs]
    _keep_only(parts, {line["file"] for line in lines})
    os.rename(parts, table)
    _write_manifest(output, lines)
    return lines


def _run(spark: Any, warcs: list[str], task: _Task) -> list[dict[str, Any]]:
    _remove_unfinished(task.parts)
    try:
        return spark.sparkContext.parallelize(warcs, len(warcs)).map(task).collect()
    except Exception as error:
        lost = _unfinished(task.parts)
        names = [warc for warc in warcs if any(name.startswith(f".{_name(warc)}.") for name in lost)]
        where = f" A process ended while it read one of: {', '.join(names)}." if names else ""
        raise RuntimeError(f"no table was written.{where} Spark says: {error}") from error


def _unfinished(parts: str) -> list[str]:
    """Files of tasks that are at work, or whose process ended within."""
    return [name for name in os.listdir(parts) if name.startswith(".part-")]


def _remove_unfinished(parts: str) -> None:
    for name in _unfinished(parts):
        os.remove(os.path.join(parts, name))


class _Task:
    """What a worker does with a WARC."""

    def __init__(self, parts: str, arguments: dict[str, Any]) -> None:
        self.parts = parts
        self.arguments = arguments

    def __call__(self, warc: str) -> dict[str, Any]:
        name = _name(warc)
        return _as_line(warc, name, _write_part(warc, os.path.join(self.parts, name), self.arguments))


def _name(warc: str) -> str:
    return f"part-{hashlib.sha256(warc.encode()).hexdigest()[:32]}.parquet"


def _open(warc: str) -> Any:
    """A local path, or an address of an object storage."""
    if "://" not in warc:
        return open(warc, "rb")
    files, path = pyarrow.fs.FileSystem.from_uri(warc)
    return files.open_input_stream(path)


def _write_part(warc: str, place: str, arguments: dict[str, Any]) -> dict[str, int]:
    """The captures of a WARC as one file, whole or not at all. A file by the same name is replaced by its like."""
    beside = f"{os.path.dirname(place)}/.{os.path.basename(place)}.{uuid.uuid4().hex}"
    statuses: dict[str, int] = {}
    try:
        with _open(warc) as source:
            batches = pyarrow.RecordBatchReader.from_stream(extract_warc(source, threads=1, **arguments))
            schema = batches.schema.insert(0, pyarrow.field("warc", pyarrow.large_string(), nullable=False))
            with pyarrow.parquet.ParquetWriter(beside, schema, compression="zstd") as writer:
                for batch in batches:
                    for status in batch.column("status").to_pylist():
                        statuses[status] = statuses.get(status, 0) + 1
                    names = pyarrow.array([warc] * batch.num_rows, pyarrow.large_string())
                    writer.write_batch(pyarrow.RecordBatch.from_arrays([names, *batch.columns], schema=schema))
                writer.add_key_value_metadata({_FOOTER: json.dumps({"warc": warc, "statuses": statuses})})
        with open(beside, "rb+") as written:
            os.fsync(written.fileno())
        os.replace(beside, place)
    finally:
        if os.path.exists(beside):
            os.remove(beside)
    return statuses


def _as_line(warc: str, file: str, statuses: dict[str, int]) -> dict[str, Any]:
    return {"warc": warc, "file": file, "statuses": statuses}


def _line(directory: str, warc: str) -> dict[str, Any] | None:
    """The manifest's line of a WARC that an earlier run did, from the footer of its file."""
    place = os.path.join(directory, _name(warc))
    if not os.path.exists(place):
        return None
    footer = json.loads(pyarrow.parquet.read_metadata(place).metadata[_FOOTER])
    return _as_line(warc, _name(warc), footer["statuses"])


def _finished(output: str, table: str, warcs: list[str]) -> list[dict[str, Any]]:
    lines = [_line(table, warc) for warc in warcs]
    files = {name for name in os.listdir(table) if name.startswith("part-")}
    if files != {_name(warc) for warc in warcs}:
        raise FileExistsError(f"{table} holds the articles of other WARCs: give another directory")
    known = [line for line in lines if line]
    _write_manifest(output, known)
    return known


def _keep_only(parts: str, files: set[str]) -> None:
    """Removes what killed tasks left, and what an earlier run did of WARCs that are not asked for any more."""
    for name in os.listdir(parts):
        if name not in files:
            os.remove(os.path.join(parts, name))


def _write_manifest(output: str, lines: list[dict[str, Any]]) -> None:
    place = os.path.join(output, "manifest.jsonl")
    with open(f"{place}.part", "w", encoding="utf-8") as manifest:
        manifest.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        manifest.flush()
        os.fsync(manifest.fileno())
    os.replace(f"{place}.part", place)
