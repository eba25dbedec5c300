"""The least that Django can be: one view, no middleware, no database."""

SECRET_KEY = "a bench has no secrets, but Django wants fifty characters here"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "benchmarks.bare.urls"
USE_TZ = True
