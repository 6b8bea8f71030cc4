"""AWS's own SAM transform, done here.

The embedded AWS would do it if the translator were in its virtual environment. That one must hold
nothing but what Lambda holds, though, or a zip that lacks a package would still work in it.
"""

from typing import Any

from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]


def expand(template: dict[str, Any], session: Any) -> dict[str, Any]:
    """The template in plain CloudFormation. `session` is a boto3 session with a region."""
    translator = Translator({}, Parser(), boto_session=session)
    return dict(translator.translate(template, parameter_values={}))
