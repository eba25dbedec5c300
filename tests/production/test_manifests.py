"""Containers, the composed stack and Kubernetes, as far as they can be checked without an engine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from compose_spec import models

from shopping.environment import Environment
from stack.environment import ROOT, search_path
from stack.processes import commands
from stack.programs import find_or_install

COMPOSE = ROOT / "docker-compose.yml"
DEPLOY = ROOT / "deploy"
BASE = DEPLOY / "kubernetes" / "base"
ROLES = {"web", "worker", "beat", "courier", "exporter"}
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()

Manifest = dict[str, Any]


def composed() -> Manifest:
    return yaml.safe_load(COMPOSE.read_text())


def manifests() -> list[Manifest]:
    """What the base lists, each document of it."""
    listed = yaml.safe_load((BASE / "kustomization.yaml").read_text())["resources"]
    assert sorted(listed) == sorted(
        {path.name for path in BASE.glob("*.yaml")} - {"kustomization.yaml"}
    )
    return [each for name in listed for each in yaml.safe_load_all((BASE / name).read_text())]


def pods() -> Iterator[tuple[str, Manifest]]:
    """Name and template of each that runs something."""
    for each in manifests():
        if each["kind"] in {"Deployment", "Job"}:
            yield each["metadata"]["name"], each["spec"]["template"]


def named(kind: str) -> dict[str, Manifest]:
    return {each["metadata"]["name"]: each for each in manifests() if each["kind"] == kind}


# Containers -------------------------------------------------------------------------------------


def test_the_image_is_made_as_images_should_be() -> None:
    done = subprocess.run(
        ["hadolint", "Dockerfile"],
        cwd=ROOT,
        env={"PATH": search_path()},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_the_image_runs_each_line_of_the_procfile_but_the_stand_in() -> None:
    assert set(commands()) - {"sandbox"} == ROLES
    text = (ROOT / "Dockerfile").read_text()
    assert "USER 10001" in text
    assert "HEALTHCHECK" in text


@pytest.mark.parametrize("age", [0, 3600])
def test_a_container_is_healthy_as_long_as_its_process_shows_it(tmp_path: Path, age: int) -> None:
    sign = tmp_path / "worker.alive"
    sign.touch()
    os.utime(sign, (time.time() - age, time.time() - age))
    done = subprocess.run(
        [sys.executable, DEPLOY / "healthy.py"], env={"WORKER_ALIVE_FILE": str(sign)}, check=False
    )
    assert done.returncode == (1 if age else 0)


def test_a_container_that_shows_nothing_and_answers_nothing_is_not_healthy() -> None:
    words = {"PORT": "1", "PUBLIC_URL": "https://shop.example"}
    done = subprocess.run([sys.executable, DEPLOY / "healthy.py"], env=words, check=False)
    assert done.returncode == 1


def test_the_proxys_configuration_is_good() -> None:
    done = subprocess.run(
        [find_or_install("caddy"), "validate", "--config", DEPLOY / "Caddyfile"],
        env={"PATH": os.defpath, "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


# The composed stack -----------------------------------------------------------------------------


def test_the_composed_stack_keeps_to_the_specification() -> None:
    models.ComposeSpecification.model_validate(composed())


def test_each_service_is_bounded_watched_and_without_rights_it_does_not_need() -> None:
    services = composed()["services"]
    for name, service in services.items():
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
        if service["image"] == "etal":
            assert service["read_only"], name
            assert service["cap_drop"] == ["ALL"], name
        else:
            assert service["healthcheck"]["test"], name
    roles = {
        each["command"]
        for each in services.values()
        if each["image"] == "etal" and "command" in each
    }
    assert roles == ROLES
    queues = {each.get("environment", {}).get("WORKER_QUEUES") for each in services.values()} - {
        None
    }
    assert queues == {"celery", "stripe", "imports"}


def test_nothing_but_the_proxy_is_open_to_others() -> None:
    for name, service in composed()["services"].items():
        ports = service.get("ports", [])
        assert name == "proxy" or all(port.startswith("127.0.0.1:") for port in ports), name


def test_each_volume_that_is_named_is_there() -> None:
    stack = composed()
    used = {
        volume.split(":")[0]
        for service in stack["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert used == set(stack["volumes"])


def test_each_word_that_it_takes_is_explained() -> None:
    for word in set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE.read_text())):
        assert f"`{word}`" in OPERATIONS, word


def test_what_a_process_is_told_is_what_it_knows() -> None:
    known = {name.upper() for name in Environment.model_fields}
    procfile = (ROOT / "Procfile").read_text()
    for name, service in composed()["services"].items():
        if service["image"] == "etal":
            for word in set(service["environment"]) - {"EXPORTER"}:
                assert word in known or f"${{{word}" in procfile or f"${word}" in procfile, (
                    name,
                    word,
                )


# Kubernetes -------------------------------------------------------------------------------------


def test_each_manifest_is_one_that_kubernetes_knows() -> None:
    for manifest in manifests():
        if not manifest["apiVersion"].startswith("keda.sh/"):
            kubernetes_validate.validate(manifest, "1.34", strict=True)


def test_each_pod_is_bounded_and_without_rights() -> None:
    for name, pod in pods():
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["automountServiceAccountToken"] is False, name
        for container in spec["containers"]:
            assert container["resources"].keys() == {"requests", "limits"}, name
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"] is True, name
            assert security["allowPrivilegeEscalation"] is False, name
            assert security["capabilities"] == {"drop": ["ALL"]}, name


def test_each_deployment_selects_its_own_pods_and_asks_how_they_are() -> None:
    for name, each in named("Deployment").items():
        labels = each["spec"]["template"]["metadata"]["labels"]
        assert each["spec"]["selector"]["matchLabels"].items() <= labels.items(), name
        for container in each["spec"]["template"]["spec"]["containers"]:
            assert {"readinessProbe", "livenessProbe"} <= container.keys(), name
    web = named("Deployment")["web"]["spec"]["template"]["spec"]["containers"][0]
    assert web["livenessProbe"]["httpGet"]["path"] == "/healthz/"
    assert web["readinessProbe"]["httpGet"]["path"] == "/readyz/"


def test_services_budgets_and_scalers_are_of_what_there_is() -> None:
    deployments = named("Deployment")
    labels = [each["spec"]["template"]["metadata"]["labels"] for each in deployments.values()]
    for service in named("Service").values():
        assert any(service["spec"]["selector"].items() <= each.items() for each in labels)
    budgets = named("PodDisruptionBudget")
    for budget in budgets.values():
        wanted = budget["spec"]["selector"]["matchLabels"].items()
        assert any(wanted <= each.items() for each in labels)
    several = {name for name, each in deployments.items() if each["spec"]["replicas"] > 1}
    assert set(budgets) == several
    for each in [*named("HorizontalPodAutoscaler").values(), *named("ScaledObject").values()]:
        assert each["spec"]["scaleTargetRef"]["name"] in deployments
    queues = {
        trigger["metadata"]["listName"]
        for each in named("ScaledObject").values()
        for trigger in each["spec"]["triggers"]
        if trigger["type"] == "redis"
    }
    assert queues == {"celery", "stripe", "imports"}
    assert deployments["beat"]["spec"]["replicas"] == 1


def test_what_is_mounted_is_there() -> None:
    generated = yaml.safe_load((BASE / "kustomization.yaml").read_text())["configMapGenerator"]
    maps = {each["name"] for each in generated}
    claims = set(named("PersistentVolumeClaim"))
    for name, pod in pods():
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        for container in pod["spec"]["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} == set(volumes), name
        for volume in volumes.values():
            assert volume.get("configMap", {}).get("name", "etal") in maps
            assert volume.get("persistentVolumeClaim", {}).get("claimName", "etal-files") in claims
    for each in generated:
        for file in each.get("files", []):
            assert (BASE / file.rpartition("=")[2]).exists()


def test_overlays_build_on_the_base() -> None:
    for path in (DEPLOY / "kubernetes" / "overlays").glob("*/kustomization.yaml"):
        overlay = yaml.safe_load(path.read_text())
        assert overlay["resources"] == ["../../base"]
        assert {each["name"] for each in overlay["replicas"]} <= set(named("Deployment"))


def test_both_stacks_have_the_same_pooler() -> None:
    assert (BASE / "pgbouncer.ini").read_text() == (DEPLOY / "pgbouncer.ini").read_text()
    assert "pool_mode = transaction" in (DEPLOY / "pgbouncer.ini").read_text()
