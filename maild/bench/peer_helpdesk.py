"""django-helpdesk's `get_email` on a backlog: run by a Python that has it, never by maild. Prints one line of JSON.

`peer_helpdesk.py FOLDER MAILS SMTP_PORT`: one queue on SQLite that reads MAILS, a folder of files, and answers each new ticket.
"""

import json
import resource
import sys
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

CONTRIB = ("auth", "contenttypes", "sessions", "messages", "sites", "humanize", "admin")
APPS = ("bootstrap4form", "rest_framework", "account", "pinax.invitations", "pinax.teams", "reversion", "helpdesk")
URLS = """from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
"""


def main(folder: Path, mails: str, smtp_port: int) -> None:
    """Make the desk, take the mail in, tell what became of it."""
    (folder / "helpdesk_urls.py").write_text(URLS)
    sys.path.insert(0, str(folder))
    import_module("django.conf").settings.configure(
        INSTALLED_APPS=[*(f"django.contrib.{name}" for name in CONTRIB), *APPS],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "helpdesk.db")}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        ROOT_URLCONF="helpdesk_urls",
        SITE_ID=1,
        SECRET_KEY=folder.name,  # of a scratch desk
        USE_TZ=True,
        MEDIA_ROOT=str(folder / "media"),
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=smtp_port,
        LOGGING={"version": 1, "disable_existing_loggers": True},
    )
    import_module("django").setup()
    import_module("django.core.management").call_command("migrate", verbosity=0)
    models = import_module("helpdesk.models")
    queue = {"title": "support", "slug": "support", "email_address": "support@vendor.test", "allow_email_submission": True}
    models.Queue.objects.create(**queue, email_box_type="local", email_box_local_dir=mails, email_box_interval=0)
    began = time.monotonic()
    import_module("helpdesk.email").process_email(quiet=True)
    seconds = time.monotonic() - began
    name = f"django-helpdesk {version('django-helpdesk')}, get_email"
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"name": name, "seconds": seconds, "tickets": models.Ticket.objects.count(), "memory_mb": memory_mb}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
