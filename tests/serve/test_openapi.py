"""Whatever the OpenAPI description allows, and what it does not, never ends in a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error

from lichtspiel.serve.settings import Settings


@pytest.fixture(scope="module")
def description(
    tmp_path_factory: pytest.TempPathFactory, serving: Any
) -> Iterator[schemathesis.schemas.BaseSchema]:
    """The description as the server sends it. What waits for a worker is left out."""
    with serving(Settings(folder=tmp_path_factory.mktemp("openapi"), rate=1_000_000)) as url:
        read = schemathesis.openapi.from_url(f"{url}/openapi.json")
        waiting = ["/v1/images/generations", "/v1/videos/{video_id}/events"]
        yield read.exclude(path=waiting)


schema = schemathesis.pytest.from_fixture("description")


@schema.parametrize()
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_server_errors(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=[not_a_server_error])
