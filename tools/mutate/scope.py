"""What names mean in a piece of code: which are arrays, and which stand for the same kind of thing."""

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """The parameters and local names of a function, in groups of the same kind."""

    arrays: tuple[str, ...] = ()
    """Parameters that are arrays."""
    groups: tuple[tuple[str, ...], ...] = ()
    """Names that may stand for one another."""
    result: str = "Array"
    """The type of what is returned."""

    def others(self, name: str) -> list[str]:
        """What may stand in place of a name: the next two of its group."""
        for group in self.groups:
            if name in group:
                at = group.index(name)
                return [*group[at + 1 :], *group[:at]][:2]
        return []


def scope_of(function: ast.Lambda | ast.FunctionDef, array_names: frozenset[str]) -> Scope:
    """The scope of a lambda, whose arrays have `array_names`, or of a function, which is annotated."""
    parameters = function.args.args
    if isinstance(function, ast.Lambda):
        arrays = tuple(p.arg for p in parameters if p.arg in array_names)
        return Scope(arrays, (arrays, tuple(p.arg for p in parameters if p.arg not in arrays)))
    kinds: dict[str, list[str]] = {}
    for p in parameters:
        kinds.setdefault(ast.unparse(p.annotation) if p.annotation else "", []).append(p.arg)
    arrays = tuple(kinds.get("Array", ()))
    local = [name for name in dict.fromkeys(_assigned(function)) if name not in arrays]
    others = (tuple(names) for kind, names in kinds.items() if kind != "Array")
    result = ast.unparse(function.returns) if function.returns else "Array"
    return Scope(arrays, ((*arrays, *local), *others), result)


def _assigned(function: ast.FunctionDef) -> list[str]:
    return [
        name.id
        for statement in ast.walk(function)
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        for name in ast.walk(target)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    ]
