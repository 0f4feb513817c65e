"""Which addresses of the admin belong to no model?"""

from django.contrib import admin
from django.urls import path

from .findings import findings_page

urlpatterns = [path("funn/", admin.site.admin_view(findings_page), name="admin-findings")]
