import redis
from django.test import Client

from shopping import health


def test_health_is_good_when_database_and_redis_answer(db):
    answer = Client().get("/healthz/")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "redis": True}


def test_health_is_bad_when_redis_is_away(db, monkeypatch):
    nowhere = redis.Redis(port=1, socket_connect_timeout=1)
    monkeypatch.setattr(health, "broker", nowhere)
    answer = Client().get("/healthz/")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "redis": False}
