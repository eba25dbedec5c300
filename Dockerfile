# The image of every process of the site; its role is a line of the Procfile. docs/operations.md says what
# each needs to be told. `--target proxy` is the proxy with the static files.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /srv/venv
COPY requirements/base.txt /tmp/base.txt
RUN /srv/venv/bin/pip install --require-hashes -r /tmp/base.txt

FROM build AS static
WORKDIR /srv/etal
COPY . .
# Collecting files reads the settings but connects to nothing: these values never leave this stage.
RUN SECRET_KEY=at-build-time-only-and-long-enough-for-the-settings-to-accept \
    DATABASE_URL=postgres://nobody@localhost/nothing REDIS_URL=redis://localhost/0 \
    PUBLIC_URL=https://localhost ALLOWED_HOSTS=localhost \
    EMAIL_URL=smtp://localhost:25 DEFAULT_FROM_EMAIL=nobody@localhost \
    STRIPE_SECRET_KEY=sk_test_x STRIPE_PUBLISHABLE_KEY=pk_test_x STRIPE_WEBHOOK_SECRET=whsec_x \
    /srv/venv/bin/python manage.py collectstatic --noinput

FROM caddy:2 AS proxy
COPY deploy/Caddyfile /etc/caddy/Caddyfile
COPY --from=static /srv/etal/.local/static /srv/www

FROM python:3.13-slim AS site
RUN useradd --system --uid 10001 --home-dir /srv/etal --shell /usr/sbin/nologin etal \
    && install -d -o 10001 -g 10001 /srv/media /srv/private
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 METRICS_HOST=0.0.0.0 METRICS_PORT=9464 \
    MEDIA_ROOT=/srv/media PRIVATE_ROOT=/srv/private \
    WORKER_ALIVE_FILE=/tmp/worker.alive BEAT_ALIVE_FILE=/tmp/beat.alive \
    COURIER_ALIVE_FILE=/tmp/courier.alive
WORKDIR /srv/etal
COPY --from=build /srv/venv /srv/venv
COPY --from=static --chown=0:0 /srv/etal /srv/etal
# By number, so that it can be seen not to be root's.
USER 10001
EXPOSE 8000 9464
VOLUME /srv/media /srv/private
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s CMD ["python", "deploy/healthy.py"]
# web, worker, beat, courier or exporter.
ENTRYPOINT ["sh", "-c", "eval \"$(sed -n \"s/^$0: *//p\" Procfile)\""]
CMD ["web"]
