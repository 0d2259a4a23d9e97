"""Figures for Prometheus: requests as they come, and the queue as the database has it."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine

from lichtspiel.serve import jobs

#: Bounds of how long answers take, in seconds.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Figures:
    """What one web process counts, and what all of them read from the database."""

    def __init__(self, engine: Engine) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "lichtspiel_requests",
            "Requests answered.",
            ["method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "lichtspiel_request_seconds",
            "Seconds until an answer begins.",
            ["method"],
            buckets=BOUNDS,
            registry=self.registry,
        )
        self.registry.register(Queue(engine))

    def count(self, method: str, status: int, seconds: float) -> None:
        """Count a request whose answer begins."""
        self.requests.labels(method, status).inc()
        self.seconds.labels(method).observe(seconds)

    def told(self) -> bytes:
        """All figures in the format of Prometheus."""
        return generate_latest(self.registry)


class Queue(Collector):
    """The films in the database, counted when somebody asks."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def collect(self) -> Iterable[Metric]:
        films = GaugeMetricFamily("lichtspiel_films", "Films by status.", labels=["status"])
        for status, count in jobs.counts(self.engine).items():
            films.add_metric([status], count)
        yield films
        waited, busy = jobs.pressure(self.engine)
        name = "lichtspiel_longest_wait_seconds"
        yield GaugeMetricFamily(name, "How long the oldest film has waited.", value=waited)
        yield GaugeMetricFamily("lichtspiel_busy_workers", "Workers that make a film.", value=busy)
