"""Fill in a form of the office as a browser without JavaScript does: send what it shows, and changes."""

from html.parser import HTMLParser

from django.contrib.messages import get_messages
from django.urls import reverse


class FormReader(HTMLParser):
    """Reads what a form would send if nobody touched it."""

    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside, self.sent = form_id, False, {}
        self.textarea = self.select = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = attrs.get("id") == self.form_id
        elif self.inside:
            getattr(self, f"read_{tag}", lambda attrs: None)(attrs)

    def read_input(self, attrs):
        kind = attrs.get("type", "text")
        chosen = kind not in ("checkbox", "radio") or "checked" in attrs
        if "name" in attrs and chosen and kind not in ("submit", "button", "file"):
            value = attrs.get("value", "on" if kind == "checkbox" else "")
            self.sent.setdefault(attrs["name"], []).append(value)

    def read_textarea(self, attrs):
        self.textarea = attrs["name"]
        self.sent[self.textarea] = [""]

    def read_select(self, attrs):
        self.select = attrs.get("name")

    def read_option(self, attrs):
        if self.select and "selected" in attrs:
            self.sent.setdefault(self.select, []).append(attrs.get("value", ""))

    def handle_data(self, text):
        if self.textarea:
            self.sent[self.textarea][0] += text

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.textarea = None
        elif tag == "form":
            self.inside = False


def shown_in(response, form_id="article_form"):
    reader = FormReader(form_id)
    reader.feed(response.content.decode())
    assert reader.sent, f"no form {form_id}"
    # HTML drops the first line break of a textarea, which Django writes.
    return {name: [v.removeprefix("\r\n") for v in values] for name, values in reader.sent.items()}


def send(client, url, form_id="article_form", to=None, **typed):
    """Open a form, change what is typed, and send it."""
    return client.post(to or url, shown_in(client.get(url), form_id) | typed)


def add_url(model="news_article"):
    return reverse(f"admin:{model}_add")


def change_url(row):
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])


def list_url(model="news_article"):
    return reverse(f"admin:{model}_changelist")


def act(client, action, *rows, model="news_article", **more):
    """Tick rows of a list and choose an action."""
    ticked = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(list_url(model), ticked | more)


def told(response):
    """Return the sentences that the next page will show."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def complaints(response, form_id="adminform"):
    """Return what a form that was not saved complains of, by field."""
    errors = response.context[form_id].form.errors
    return {field: [str(error) for error in found] for field, found in errors.items()}
