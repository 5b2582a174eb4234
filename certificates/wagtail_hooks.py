"""The editors' side: the wording and look of certificates. What does not fit cannot be saved."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from certificates.actions import check_template, publish_template
from certificates.models import CertificateTemplate


class TemplateForm(WagtailAdminModelForm):
    """The last question before saving: does the longest certificate fit?"""

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            try:
                check_template(self.instance)
            except ValidationError as refused:
                self.add_error(None, refused)


CertificateTemplate.base_form_class = TemplateForm


class CertificateTemplateViewSet(SnippetViewSet):
    model = CertificateTemplate
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("Certificate templates")
    menu_order = 240
    add_to_admin_menu = True
    list_display = ["__str__", "heading", "valid_months"]


register_snippet(CertificateTemplateViewSet)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def put_into_use(request, instance):
    if isinstance(instance, CertificateTemplate):
        publish_template(instance, actor=request.user, now=timezone.now())
