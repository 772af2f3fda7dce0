# One image for web, worker, beat and migrate.
FROM node:22-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run --silent build

FROM python:3.11-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORTAL_HOME=/data
RUN useradd --system --create-home --uid 10001 portal && mkdir /data && chown portal:portal /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
COPY --from=assets /app/static/dist static/dist
# Building needs settings, not secrets: these values exist in this one layer's command only.
RUN DATABASE_URL=postgresql://build@127.0.0.1/build REDIS_URL=redis://127.0.0.1 SECRET_KEY=build \
    FIELD_KEYS=build:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA \
    sh -c "python manage.py collectstatic --noinput && python manage.py translations --compile"
USER portal
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--blocking-threads", "4", "--no-ws", "portal.wsgi:application"]
