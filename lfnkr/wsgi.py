"""What the application server runs: `granian --interface wsgi lfnkr.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lfnkr.settings")

application = get_wsgi_application()
