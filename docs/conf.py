"""How the site is built: ``python -m sphinx -c docs . build/site`` in the checkout, with the ``docs`` extra.

The sources are the pages as they stand in the repository, also those beside the code, so that every link between them
works on GitHub and on the site alike.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
os.environ["ARCADE_HEADLESS"] = "True"  # read by Arcade when it is first imported, for its overlay's reference

import pygame_gameservices  # noqa: E402

project = "pygame_gameservices"
author = "the makers of pygame_gameservices"
copyright = "the makers of pygame_gameservices, MIT licence"
version = release = pygame_gameservices.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinxcontrib.mermaid",
    "public_names",
]
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "pygame_gameservices/**README.md",
    "pygame_gameservices/EVENTS.md",
    "CHANGELOG.md",
]
exclude_patterns = ["docs/README.md"]  # GitHub's way in; the site's is docs/index.md
suppress_warnings = ["ref.python"]  # names such as `title` that several classes have: none of them is linked

myst_heading_anchors = 4
myst_fence_as_directive = ["mermaid"]

default_role = "py:obj"  # in docstrings, `Call` is a name of this package where there is such a one
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
python_use_unqualified_type_names = True
add_module_names = False

html_theme = "furo"
html_title = "pygame_gameservices"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_extra_path = ["_root"]  # the way from the site's address to its first page
pygments_style = "tango"
pygments_dark_style = "monokai"
