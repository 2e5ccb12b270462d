"""A directive for the API reference: every public name whose home lies in some part of the package.

``.. public-names:: services.gamejolt core.events`` documents all names that ``pygame_gameservices`` exports from these
parts, in their order; with ``:also:``, classes that are no names of the package but come as attributes, such as what
``gj.scores`` is.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.nodes import nested_parse_with_titles

PACKAGE = "pygame_gameservices"


def names_in(*parts: str) -> list[str]:
    """The public names whose home is one of `parts` of the package, or in one of them."""
    homes: dict[str, str] = import_module(PACKAGE)._HOME_OF
    return [name for name, home in homes.items() if any(home == part or home.startswith(f"{part}.") for part in parts)]


def entry(path: str, value: Any) -> list[str]:
    """The lines that document one name."""
    if inspect.isclass(value):
        bases = [base for base in value.__bases__ if base.__module__.startswith(PACKAGE)]
        more = ["   :show-inheritance:"] if bases else []
        return [f".. autoclass:: {path}", "   :members:", *more, ""]
    return [f".. auto{'function' if inspect.isroutine(value) else 'data'}:: {path}", ""]


class PublicNames(Directive):
    """See above."""

    optional_arguments = 20
    final_argument_whitespace = False
    has_content = False
    option_spec = {"also": directives.unchanged, "all-of": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Return what was written about the names."""
        package = import_module(PACKAGE)
        found = [(f"{PACKAGE}.{name}", getattr(package, name)) for name in names_in(*self.arguments)]
        whole = self.options.get("all-of", "")
        if whole:
            module = import_module(f"{PACKAGE}.{whole}")
            found += [(f"{PACKAGE}.{whole}.{name}", getattr(module, name)) for name in module.__all__]
        for path in self.options.get("also", "").split():
            module_name, _, name = path.rpartition(".")
            found.append((f"{PACKAGE}.{path}", getattr(import_module(f"{PACKAGE}.{module_name}"), name)))
        lines = [f".. py:currentmodule:: {PACKAGE}", ""]
        for path, value in found:
            lines += entry(path, value)
        home = nodes.section()
        home.document = self.state.document
        nested_parse_with_titles(self.state, StringList(lines, source=__file__), home)
        return home.children


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of the directive."""
    app.add_directive("public-names", PublicNames)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
