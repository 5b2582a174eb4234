from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from reports.models import chart, training


@require_GET
def my_training(request):
    page = training.my_training(request.user, now=timezone.now())
    hours = chart.hours_chart(page.hours.months, target_minutes=page.hours.target_minutes)
    return render(request, "reports/my_training.html", {"page": page, "chart": hours})
