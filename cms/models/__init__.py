from cms.models.home import HomePage
from cms.models.settings import SiteSettings

__all__ = ["HomePage", "SiteSettings"]
