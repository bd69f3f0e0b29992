"""The backup of docs/running.md brings everything back."""

import os
import subprocess

import pytest
from django.db import connection

from news.models import Article
from tests.factories import make_article


@pytest.fixture
def postgres_tool():
    """Return a function that runs one of PostgreSQL's own commands on the tests' server."""
    server = connection.settings_dict
    address = {
        "PGHOST": server["HOST"],
        "PGPORT": str(server["PORT"] or 5432),
        "PGUSER": server["USER"],
        "PGPASSWORD": server["PASSWORD"],
    }

    def run(*command, **options):
        done = subprocess.run(
            command, env=os.environ | address, capture_output=True, check=False, **options
        )
        if b"server version mismatch" in done.stderr:
            pytest.skip("pg_dump here is older than the server of DATABASE_URL.")
        assert done.stderr == b""
        return done.stdout

    return run


@pytest.mark.django_db(transaction=True)
def test_a_backup_can_be_restored_and_found_in(postgres_tool):
    article = make_article(title="Rice for the winter")
    database = connection.settings_dict["NAME"]
    backup = postgres_tool("pg_dump", "--format", "custom", database)
    restored = f"{database}_restored"
    postgres_tool("createdb", restored)
    try:
        options = ["--clean", "--if-exists", "--no-owner", "--exit-on-error"]
        postgres_tool("pg_restore", "--dbname", restored, *options, input=backup)
        table = Article._meta.db_table
        search = f"select title_en, search @@ to_tsquery('rice') from {table}"
        found = postgres_tool("psql", "--dbname", restored, "-Atc", search)
    finally:
        postgres_tool("dropdb", restored)
    assert found == f"{article.title}|t\n".encode()
