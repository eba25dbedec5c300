"""The proxy before the site, and Prometheus beside it, as production has them, on this machine."""

import os
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from stack import leftovers, secrets
from stack.environment import LOCAL, ROOT
from stack.ports import LOOPBACK, free_port
from stack.programs import find_or_install
from stack.services import Server


class Proxy(Server):
    """Caddy with `deploy/Caddyfile`, on https://localhost: with a certificate of its own.

    `web` are the ports of the web processes. `inside` is a way past TLS, for the stand-in for Stripe.
    """

    title = "The proxy"

    def __init__(self, directory: Path, *, web: Sequence[int], media: Path) -> None:
        super().__init__(directory)
        self.web = web
        self.media = media
        self.inside_port = free_port()

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def inside(self) -> str:
        return f"http://{LOOPBACK}:{self.inside_port}"

    @property
    def certificate(self) -> Path:
        """Of the authority that signed its certificate."""
        return self.directory / "data/caddy/pki/authorities/local/root.crt"

    def choose_port(self) -> str:
        """Where it will answer, before it is started: the site has to know."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        (self.directory / "port").write_text(str(self.port))
        return self.url

    def _prepare(self) -> None:
        leftovers.stop_server(self.directory / "pid", program="caddy", directory=self.directory)
        sites = self.directory / "sites"
        sites.mkdir(exist_ok=True)
        upstreams = " ".join(f"{LOOPBACK}:{port}" for port in self.web)
        (sites / "inside.caddy").write_text(
            f"{self.inside} {{\n\treverse_proxy {upstreams} {{\n"
            f"\t\theader_up Host localhost:{self.port}\n\t\theader_up X-Forwarded-Proto https\n"
            "\t}\n}\n"
        )

    def _command(self) -> list[str | Path]:
        config = ROOT / "deploy" / "Caddyfile"
        return [find_or_install("caddy"), "run", "--config", config, "--adapter", "caddyfile"]

    def _answers(self) -> bool:
        return self.certificate.exists() and _answers(f"{self.inside}/healthz/")

    def _rights(self) -> dict[str, Any]:
        words = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.directory),
            "XDG_DATA_HOME": str(self.directory / "data"),
            "XDG_CONFIG_HOME": str(self.directory / "config"),
            "SITE_ADDRESS": self.url,
            "SITE_HOST": f"localhost:{self.port}",
            "HTTP_PORT": str(free_port()),
            "HTTPS_PORT": str(self.port),
            "WEB": " ".join(f"{LOOPBACK}:{port}" for port in self.web),
            "STATIC_ROOT": str(LOCAL / "static"),
            "MEDIA_ROOT": str(self.media),
            "SITES": str(self.directory / "sites"),
        }
        return super()._rights() | {"env": words, "cwd": self.directory}


class Prometheus(Server):
    """Prometheus with the rules of `ops/prometheus`, which scrapes `targets` (name → port)."""

    title = "Prometheus"

    def __init__(self, directory: Path, *, targets: dict[str, int]) -> None:
        super().__init__(directory)
        self.targets = targets

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def _prepare(self) -> None:
        leftovers.stop_server(
            self.directory / "pid", program="prometheus", directory=self.directory
        )
        folder = ROOT / "ops" / "prometheus"
        wanted = yaml.safe_load((folder / "prometheus.yml").read_text())
        wanted["rule_files"] = [str(folder / "alerts.yml")]
        wanted["alerting"] = {}
        wanted["scrape_configs"] = [
            {
                "job_name": "etal",
                "scrape_interval": "5s",
                "static_configs": [
                    {"targets": [f"{LOOPBACK}:{port}"], "labels": {"process": name}}
                    for name, port in self.targets.items()
                ],
            }
        ]
        secrets.write(self.directory / "prometheus.yml", yaml.safe_dump(wanted))

    def _command(self) -> list[str | Path]:
        return [
            find_or_install("prometheus"),
            f"--config.file={self.directory / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.directory / 'data'}",
            f"--web.listen-address={LOOPBACK}:{self.port}",
        ]

    def _answers(self) -> bool:
        return _answers(f"{self.url}/-/ready")

    def _rights(self) -> dict[str, Any]:
        return super()._rights() | {"cwd": self.directory}


def _answers(url: str) -> bool:
    """Whether anything answers there, be it a refusal."""
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
