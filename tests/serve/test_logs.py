"""Logs: an object a line, with fields; nothing that a user sends can break a line."""

from __future__ import annotations

import json
import subprocess
import sys

SCRIPT = """
import logging
from lichtspiel.serve import logs

logs.begin("{}")
log = logging.getLogger("lichtspiel.serve.test")
log.info("%r: %d", "/v1/videos\\nERROR forged", 404, extra={{"path": "/v1", "status": 404}})
log.debug("not told")
logging.getLogger("sqlalchemy").info("not told")
"""


def told(name: str) -> list[str]:
    command = [sys.executable, "-c", SCRIPT.format(name)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()


def test_an_object_a_line() -> None:
    (line,) = told("json")
    fields = json.loads(line)
    assert fields["message"] == "'/v1/videos\\nERROR forged': 404"
    assert (fields["level"], fields["logger"]) == ("INFO", "lichtspiel.serve.test")
    assert (fields["path"], fields["status"]) == ("/v1", 404)
    assert fields["timestamp"].startswith("20") and fields["process"] > 0


def test_lines_for_people() -> None:
    (line,) = told("text")
    assert line.endswith("INFO lichtspiel.serve.test: '/v1/videos\\nERROR forged': 404")
