"""Workers on a cluster of Ray: an actor for each GPU of a node, or for each two of its cores.

Ray starts them and says when one is gone; which film is made by whom stays in the database.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
from sqlalchemy import Engine

from lichtspiel.serve import jobs
from lichtspiel.serve.settings import Settings
from lichtspiel.serve.worker import work

log = logging.getLogger(__name__)

CORES = 2  # for each actor of a node without a GPU

#: A place on a node that can have a worker: the node's id and a number.
Place = tuple[str, int]


class Actor:
    """A worker as an actor of Ray."""

    def work(self, settings: Settings, name: str) -> None:
        work(settings, name)


@dataclass(frozen=True)
class Worker:
    """A worker that was started: its name in the database, its actor, and the end of its work."""

    name: str
    actor: Any
    end: Any


@contextmanager
def joined(address: str) -> Iterator[None]:
    """Be part of the cluster at an address; ValueError where there is none."""
    try:
        ray.init(address=address, logging_level=logging.WARNING, log_to_driver=False)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ValueError(
            f"No cluster of Ray can be joined at {address}; start one here with: ray start --head"
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def tend(settings: Settings, engine: Engine, workers: dict[Place, Worker]) -> None:
    """Take out workers that are gone, and let every place of the cluster have one."""
    for place, worker in list(workers.items()):
        if ray.wait([worker.end], timeout=0)[0]:
            told = {"worker": worker.name, "reason": _reason(worker)}
            log.warning("worker %s died: %s", *told.values(), extra=told)
            jobs.free(engine, worker.name, died=True)
            del workers[place]
    for node in ray.nodes():
        for number in range(places(node["Resources"]) if node["Alive"] else 0):
            place = (node["NodeID"], number)
            if place not in workers:
                workers[place] = _start(settings, node)


def dismiss(engine: Engine, workers: Mapping[Place, Worker]) -> None:
    """End all workers; what they were making waits again."""
    for worker in workers.values():
        ray.kill(worker.actor)
        jobs.free(engine, worker.name, died=False)


def places(resources: Mapping[str, float]) -> int:
    """How many workers a node can have: one for each GPU, or for each two cores, or for one."""
    cores = int(resources.get("CPU", 0))
    return int(resources.get("GPU", 0)) or cores // CORES or min(cores, 1)


def _reason(worker: Worker) -> str:
    """Why a worker is gone: what Ray says of it, on a line."""
    try:
        ray.get(worker.end)
    except Exception as error:
        return " ".join(str(error).split())
    return "it stopped"


def _start(settings: Settings, node: Mapping[str, Any]) -> Worker:
    name, resources = f"ray:{uuid.uuid4().hex}", node["Resources"]
    gpus = min(1, resources.get("GPU", 0))
    cores = 0 if gpus else min(CORES, resources["CPU"])
    here = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
    options = {"num_cpus": cores, "num_gpus": gpus, "scheduling_strategy": here}
    actor: Any = ray.remote(Actor).options(**options).remote()
    return Worker(name, actor, actor.work.remote(settings, name))
