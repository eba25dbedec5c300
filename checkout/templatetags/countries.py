"""`{% load countries %}`: the filter of shopping.templatetags.money by the name of what it does."""

from __future__ import annotations

from django import template

from shopping.templatetags.money import country

register = template.Library()
register.filter("country", country)
