from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from reports import filters
from reports.models import chart, training
from reports.models.record import record_of


@require_GET
def my_training(request):
    page = training.my_training(request.user, now=timezone.now())
    hours = chart.hours_chart(page.hours.months, target_minutes=page.hours.target_minutes)
    return render(request, "reports/my_training.html", {"page": page, "chart": hours})


@require_GET
def training_record(request):
    period = filters.period_of(request)
    record = record_of(request.user, period)
    context = {
        "record": record,
        "hours": record.hours,
        "chart": chart.hours_chart(record.hours.months, target_minutes=record.hours.target_minutes),
        "period": period,
        "years": filters.years(record.first_year, period),
    }
    return render(request, "reports/training_record.html", context)
