"""What the Mozilla HTTP Observatory and Google's CSP Evaluator think of every public page.

    npm install --prefix var/observatory --ignore-scripts @mdn/mdn-http-observatory csp_evaluator
    python3 dev.py lint                         # once: makes .venv
    .venv/bin/python benchmarks/headers.py

Starts the site with its demonstration content behind TLS, with a certificate made for the moment,
and asks for all pages in its sitemaps, for the forms and for the sign-in. Exits 1 when a page gets
less than 130 points, or when its content policy has a finding of high or medium severity. Needs
`node` and `openssl`. Nothing is asked of any other host.
"""

import argparse
import http.server
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.measure import SETTINGS, manage, served  # noqa: E402

TOOLS = ROOT / "var/observatory"
HTTP, HTTPS = 8630, 8631
ENOUGH = 130
FORMS = ["/donate/", "/search/?q=rice", "/pledges/lost-link/", "/sign-in/", "/sign-in/password/"]


def main():
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    from lfnkr.local_postgres import LocalPostgres

    if not (TOOLS / "node_modules").is_dir():
        sys.exit("First install the two packages of npm, as this file says at its beginning.")
    # The package fetches the list of preloaded names when it is installed; “localhost” is not on it.
    (TOOLS / "node_modules/@mdn/mdn-http-observatory/conf/hsts-preload.json").write_text("{}")
    key, certificate, authority = make_certificate()
    site_packages = next((ROOT / ".venv/lib").glob("python3.*/site-packages"))
    with LocalPostgres(ROOT / "var/benchmarks/postgres", site_packages) as postgres:
        env = prepared(postgres)
        tls = {"GRANIAN_SSL_CERTIFICATE": certificate, "GRANIAN_SSL_KEYFILE": key}
        redirector = http.server.ThreadingHTTPServer(("127.0.0.1", HTTP), ToHttps)
        threading.Thread(target=redirector.serve_forever, daemon=True).start()
        with served("lfnkr.wsgi:application", HTTPS, env | tls):
            pages = sorted({*public_pages(env), *FORMS})
            sys.exit(report(scanned(pages, env | {"NODE_EXTRA_CA_CERTS": authority})))


def make_certificate():
    """Make a certificate for localhost, and the authority for a moment that signs it."""

    def openssl(*arguments):
        command = ["openssl", "req", "-x509", "-nodes", "-days", "2", *arguments]
        subprocess.run(command, cwd=TOOLS, check=True, capture_output=True)

    files = ("-newkey", "rsa:2048", "-keyout")
    openssl(*files, "authority.key", "-out", "authority.pem", "-subj", "/CN=Authority for a moment")
    openssl(*files, "site.key", "-out", "site.pem", "-subj", "/CN=localhost",
            "-CA", "authority.pem", "-CAkey", "authority.key",
            "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=CA:FALSE")  # fmt: skip
    return [str(TOOLS / name) for name in ("site.key", "site.pem", "authority.pem")]


def prepared(postgres):
    """Return the environment of a site with demonstration content that believes in HTTPS."""
    env = {**os.environ, **SETTINGS, **postgres.environment("headers")}
    env |= {"HTTPS": "on", "ALLOWED_HOSTS": "localhost", "SITE_URL": f"https://localhost:{HTTPS}"}
    subprocess.run(["createdb", "headers"], env=env, stderr=subprocess.DEVNULL, check=False)
    for command in ("migrate --verbosity 0", "collectstatic --no-input --verbosity 0"):
        manage(env, *command.split())
    manage(env | {"DEMO_PASSWORD": "only for this measure"}, "load_demo")
    return env


class ToHttps(http.server.BaseHTTPRequestHandler):
    """Does what the reverse proxy does to whoever comes without encryption."""

    def do_GET(self):
        self.send_response(301)
        self.send_header("Location", f"https://localhost:{HTTPS}{self.path}")
        self.end_headers()

    def log_message(self, *words):
        pass


def public_pages(env):
    """Return the paths of all pages that the sitemaps name, asked inside one process."""
    program = (
        "import re; from django.test import Client; ask = Client(headers={'host': 'localhost'}).get;"
        "maps = re.findall('<loc>([^<]+)', ask('/sitemap.xml', secure=True).content.decode());"
        "print(*(place for address in maps for place in re.findall('<loc>([^<]+)',"
        " ask('/' + address.split('/', 3)[3], secure=True).content.decode())))"
    )
    told = manage(env, "shell", "--verbosity", "0", "--command", program)
    return {urlsplit(address).path for address in re.findall(r"https://\S+", told)}


def scanned(pages, env):
    command = ["node", ROOT / "benchmarks/headers.mjs", TOOLS, str(HTTP), str(HTTPS)]
    done = subprocess.run(
        command, env=env, input="\n".join(pages), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def report(results):
    """Print the scores and every finding; return how many pages are not good enough."""
    bad = [r for r in results if r["score"] < ENOUGH or r["severe"] or r["status"] != 200]
    for result in bad:
        print(json.dumps(result, indent=1))
    scores = [result["score"] for result in results]
    print(f"{len(results)} pages: {min(scores)} to {max(scores)} points of the Observatory")
    findings = sorted({line for result in results for line in result["mild"]})
    print("Lesser findings of the CSP Evaluator:", *(findings or ["none"]), sep="\n  ")
    return len(bad) and 1


if __name__ == "__main__":
    main()
