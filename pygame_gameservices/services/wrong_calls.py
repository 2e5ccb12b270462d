"""A call with a wrong number of arguments, answered with the right call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar

from pygame_gameservices.errors import WrongCall
from pygame_gameservices.services.base import Service

C = TypeVar("C", bound=type)


def says_how_to_call(*names: str) -> Callable[[C], C]:
    """Have methods of a class answer a wrong number of arguments with the right call, in place of Python's TypeError.

    Args:
        names: of the methods; all public ones when there are none.
    """

    def decorate(cls: C) -> C:
        held = vars(cls).items()
        methods = names or [name for name, it in held if isinstance(it, FunctionType) and not name.startswith("_")]
        part = "" if issubclass(cls, Service) else f"{re.sub('(?<=[a-z])(?=[A-Z])', '_', cls.__name__).lower()}."
        for name in methods:
            setattr(cls, name, _explained(vars(cls)[name], part + name))
        return cls

    return decorate


def _explained(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    @wraps(method)
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except TypeError as error:
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise  # from within the method
            raise _wrong_call(method, name, arguments, named) from None
        finally:
            del arguments, named  # there may be a token among them, and tracebacks show local values

    return call


def _wrong_call(
    method: Callable[..., Any], name: str, arguments: tuple[Any, ...], named: Mapping[str, Any]
) -> WrongCall:
    from inspect import Parameter, Signature, signature  # slow to load, and not needed before somebody is wrong

    expected = signature(method)
    parameters = [one.replace(annotation=Parameter.empty) for one in expected.parameters.values()][1:]
    right = f"{name}{Signature(parameters)}"
    missing = [
        one.name
        for one in parameters[max(0, len(arguments) - 1) :]
        if one.default is Parameter.empty and one.name not in named and one.kind is not Parameter.VAR_KEYWORD
    ]
    try:
        expected.bind(*arguments, **named)
        problem = "it cannot be called like this"
    except TypeError as error:
        problem = str(error)
    return WrongCall(f"{name}: {problem}; pass {right}", fields=missing)
