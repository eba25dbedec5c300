"""Whole addresses in templates."""

from __future__ import annotations

from django import template

from shopping.absolute import absolute

register = template.Library()
register.filter("absolute", absolute)
