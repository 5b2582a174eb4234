"""Pages of a list that may be very long: its rows are counted up to a limit, so that a page of a million costs no more
than one of ten thousand."""

from django.core.paginator import Paginator
from django.db.models import Aggregate, Count, QuerySet

MOST = 10_000


class LongPaginator(Paginator):
    """Counts at most MOST rows, and the `sums` over them in the same query; where `is_cut` there are more of them, the
    sums are not known and the pages end at the limit."""

    def __init__(self, rows: QuerySet, per_page: int, **sums: Aggregate):
        super().__init__(rows, per_page)
        self.sums = rows.order_by()[: MOST + 1].aggregate(number=Count("pk"), **sums)
        number = self.sums.pop("number")
        self.is_cut = number > MOST
        self.count = min(number, MOST)


def is_longer(rows: QuerySet, limit: int) -> bool:
    return rows.order_by()[limit : limit + 1].exists()
