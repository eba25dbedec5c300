"""Buying agents that have come: the operator's staff's, to look at."""

from __future__ import annotations

from django.contrib import admin

from partners.models import Agent
from shopping.admin_site import site
from shopping.own_rows import OwnRowsAdmin


@admin.register(Agent, site=site)
class AgentAdmin(OwnRowsAdmin):
    list_display = ["name", "known_by", "created_at"]
    search_fields = ["name", "known_by"]
    ordering = ["-id"]
    fields = readonly_fields = ["name", "known_by", "created_at"]
