from cms.models.area import AreaPage, AreasIndexPage
from cms.models.home import HomePage
from cms.models.news import NewsIndexPage, NewsPage
from cms.models.report import AccessibilityReport
from cms.models.settings import SiteSettings
from cms.models.standard import StandardPage

__all__ = [
    "AccessibilityReport",
    "AreaPage",
    "AreasIndexPage",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "SiteSettings",
    "StandardPage",
]
