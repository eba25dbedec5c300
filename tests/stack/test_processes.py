import urllib.error
import urllib.request

import psutil
import pytest

from stack import health
from stack.processes import Stack


@pytest.fixture
def stack(tmp_path, database_url, redis_url):
    stack = Stack(tmp_path, database_url=database_url, redis_url=redis_url)
    yield stack
    stack.stop()


def test_processes_start_die_at_once_and_come_back(stack):
    stack.start()
    assert health.web(stack.url)
    before = {name: stack.pids(name) for name in ("web", "worker")}
    stack.kill9("web")
    stack.kill9("worker")
    assert not any(psutil.pid_exists(pid) for pids in before.values() for pid in pids)
    assert not health.web(stack.url)
    assert not health.worker(stack.redis_url)
    stack.start("web", "worker")
    assert health.web(stack.url)
    assert health.worker(stack.redis_url)
    everything = [pid for name in ("web", "worker", "beat", "sandbox") for pid in stack.pids(name)]
    stack.stop()
    assert not any(psutil.pid_exists(pid) for pid in everything)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(stack.sandbox_url)
