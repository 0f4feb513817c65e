"""Who takes part in what: the Django app of cooperations and memberships."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = _("Samarbeid og avtaler")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register who may do what, and let the documents rest while the tables are changed."""
        from django.db.models.signals import post_migrate, pre_migrate

        from . import permissions  # noqa: F401
        from .answers import writing

        pre_migrate.connect(writing.pause, sender=self)
        post_migrate.connect(writing.resume, sender=self)
