"""What differs between two requests for the same page: `{% hole %}…{% endhole %}`, and `{% fill name %}`,
which is `{{ name }}` without a template's work: for what is long, and what is a word."""

from __future__ import annotations

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import conditional_escape

register = template.Library()
# In the context of a shell being made: the list that gathers the holes.
GATHERED = "_holes"
# No page's own text can hold this character: HTML forbids it.
MARK = "\x00"


class Hole(template.Node):
    """Renders what it encloses; in a shell it leaves a mark there (see shopping.shells)."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        holes: list[NodeList] | None = context.get(GATHERED)
        if holes is None:
            return self.nodelist.render(context)
        holes.append(self.nodelist)
        return f"{MARK}{len(holes) - 1}{MARK}"


@register.tag
def hole(parser: Parser, token: Token) -> Hole:
    nodelist = parser.parse(("endhole",))
    parser.delete_first_token()
    return Hole(nodelist)


class Fill(template.Node):
    """The variable `name` of the view; in a shell its name, for which its value is put there."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> str:
        if GATHERED in context:
            return f"{MARK}{self.name}{MARK}"
        return conditional_escape(context.get(self.name) or "")


@register.tag
def fill(parser: Parser, token: Token) -> Fill:
    _fill, name = token.split_contents()
    return Fill(name)
