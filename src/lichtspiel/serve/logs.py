"""Logs: lines for people, or JSON objects for machines, one a line on standard error.

What is worth a field of its own is given to the loggers as `extra`.
"""

from __future__ import annotations

import logging
import logging.config
from typing import Any

#: Format -> the formatter. Both begin with the time; JSON also has all fields that were given.
FORMATS: dict[str, dict[str, Any]] = {
    "text": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
    "json": {
        "()": "pythonjsonlogger.json.JsonFormatter",
        "fmt": ["levelname", "name", "process", "message"],
        "rename_fields": {"levelname": "level", "name": "logger"},
        "timestamp": True,
    },
}


def begin(name: str) -> None:
    """Log in the format of that name, from here on in this process."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"chosen": FORMATS[name]},
            "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "chosen"}},
            "root": {"level": "WARNING", "handlers": ["lines"]},
            "loggers": {"lichtspiel": {"level": "INFO"}, "uvicorn": {"level": "INFO"}},
        }
    )
