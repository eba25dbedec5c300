"""`{% hole %}…{% endhole %}`: what differs between two requests for the same page."""

from __future__ import annotations

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context

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
