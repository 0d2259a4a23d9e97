"""Whatever the OpenAPI description allows, and what it does not, never ends in a 5xx."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from lichtspiel.serve.settings import Settings

#: What waits for a worker, of which there is none here.
WAITING = ["/v1/images/generations", "/v1/videos/{video_id}/events"]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_server_errors(
    tmp_path_factory: pytest.TempPathFactory, serving: Any, mode: GenerationMode
) -> None:
    folder = tmp_path_factory.mktemp("openapi")
    asked = set()
    with serving(Settings(folder=folder, rate=1_000_000, queue=5)) as url:
        description = schemathesis.openapi.from_url(f"{url}/openapi.json")
        for found in description.exclude(path=WAITING).get_all_operations():
            operation = found.ok()
            if mode.is_negative and not (operation.body or operation.query):
                continue  # nothing that could be said wrongly

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=6,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            def try_out(case: schemathesis.Case) -> None:
                case.call_and_validate(checks=[not_a_server_error])

            try_out()
            asked.add(operation.label)
    assert "POST /v1/videos" in asked and len(asked) > 5
