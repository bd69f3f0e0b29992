"""Lists by fiscal year and, within one, by month.

Django's own way by date reads each row's day to find out of which years there are any.
"""

from datetime import date

from django.contrib import admin
from django.db.models import DateTimeField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from donations.years import first_day, fiscal_year, last_day, year_text


class YearFilter(admin.SimpleListFilter):
    """The rows of a fiscal year, by the `day_field` of their admin. One query for the first day."""

    title = gettext_lazy("year")
    parameter_name = "year"

    def lookups(self, request, model_admin):
        self.field = model_admin.day_field
        rows = model_admin.model.objects.order_by(self.field)
        first = rows.values_list(as_day(rows.model, self.field), flat=True).first()
        if first is None:
            return []
        this_year = fiscal_year(timezone.localdate())
        return [(year, year_text(year)) for year in range(this_year, fiscal_year(first) - 1, -1)]

    def queryset(self, request, queryset):
        year = year_of(self.value())
        return queryset if year is None else between(queryset, self.field, year_days(year))


class MonthFilter(admin.SimpleListFilter):
    """Stands below `YearFilter` when a year is chosen."""

    title = gettext_lazy("month")
    parameter_name = "month"

    def lookups(self, request, model_admin):
        self.field = model_admin.day_field
        year = year_of(request.GET.get(YearFilter.parameter_name))
        days = [] if year is None else months_of(year)
        return [(f"{day:%Y-%m}", date_format(day, "YEAR_MONTH_FORMAT")) for day in days]

    def queryset(self, request, queryset):
        chosen = dict(self.lookup_choices)
        if self.value() not in chosen:
            return queryset
        first = date.fromisoformat(f"{self.value()}-01")
        return between(queryset, self.field, (first, next_month(first)))


def year_of(text):
    """Return the year that an address names, or None."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and 1900 <= int(text) <= 9000 else None


def year_days(year):
    """Return the first day of a fiscal year and of the next one."""
    return first_day(year), first_day(year + 1)


def months_of(year):
    days, day = [], first_day(year)
    while day <= last_day(year):
        days.append(day)
        day = next_month(day)
    return days


def next_month(day):
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def as_day(model, field):
    return f"{field}__date" if isinstance(model._meta.get_field(field), DateTimeField) else field


def between(queryset, field, days):
    """Return the rows from the first of two days on, up to the day before the second."""
    first, after = days
    name = as_day(queryset.model, field)
    return queryset.filter(**{f"{name}__gte": first, f"{name}__lt": after})
