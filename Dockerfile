# One image: the web server by default; docker-compose.yml also runs the worker with it.
# Python 3.11, because that is what the tests run on.
FROM python:3.11-slim-bookworm

# What `scan_media` looks at stored files with.
RUN apt-get update -qq \
    && apt-get install -qq --no-install-recommends libimage-exiftool-perl qpdf > /dev/null \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/lfnkr
COPY requirements/production.txt requirements/
RUN pip install --quiet --no-cache-dir --disable-pip-version-check \
    --only-binary :all: --require-hashes -r requirements/production.txt

COPY . .
ENV PYTHONUNBUFFERED=1 MEDIA_ROOT=/srv/media STATIC_ROOT=/srv/static

# Hash and compress the static files now. The settings must be readable for that; nothing
# of these values stays in the image.
RUN SECRET_KEY=unused DATABASE_URL=postgres://unused/unused ALLOWED_HOSTS=unused \
    SITE_URL=https://unused EMAIL_URL=consolemail:// DEFAULT_FROM_EMAIL=unused \
    python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q .

# The site may write to /srv/media and nowhere else.
RUN useradd --system --uid 10001 lfnkr && install -d -o lfnkr -g lfnkr /srv/media
USER lfnkr
VOLUME /srv/media
EXPOSE 8000

# Few threads, for each keeps a connection to the database. Backpressure counts open connections,
# most of which only wait; further ones queue in the system. No log of who asked for what.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
    "--workers", "2", "--blocking-threads", "4", "--backpressure", "512", \
    "--workers-kill-timeout", "20", "--no-access-log", "lfnkr.wsgi:application"]
