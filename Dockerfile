# The image for web, worker, beat and courier. docs/operations.md says what each needs to be told.
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

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /srv/etal --shell /usr/sbin/nologin etal \
    && install -d -o etal -g etal /srv/etal /srv/media /srv/private
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 MEDIA_ROOT=/srv/media PRIVATE_ROOT=/srv/private
WORKDIR /srv/etal
COPY --from=build /srv/venv /srv/venv
COPY --from=static --chown=root:root /srv/etal /srv/etal
USER etal
EXPOSE 8000
VOLUME /srv/media /srv/private
# The role is the name of a line in the Procfile: web, worker, beat or courier.
ENTRYPOINT ["sh", "-c", "eval \"$(sed -n \"s/^$0: *//p\" Procfile)\""]
CMD ["web"]
