"""Every exception that this package raises on purpose.

TinygradCourseError
├── GraphError (RuntimeError)         the recorded graph can't do what was asked
│   ├── BackwardTwiceError            a second backward pass over buffers that the first one released
│   ├── ChangedValueError             a value that a backward pass needs was changed after it was recorded
│   └── NotRecordedError              a derivative was asked of something that no graph leads to
├── ShapeError (ValueError)           shapes that don't fit, a non-scalar where a scalar is needed
│   ├── AxisError (AxisError)         an axis that an array does not have
│   └── MatrixShapeError (LinAlgError)  no matrix, or not a square one, where linear algebra needs one
├── DtypeError (TypeError)            a gradient asked of numbers that are not floating point
├── UnsupportedError (TypeError)      NumPy offers it, a Tensor does not (yet)
├── DetachError (TypeError)           a conversion that would leave the graph in silence
├── RuleError (RuntimeError)          a derivative rule returned something impossible
├── StateDictError (ValueError)       a saved state that doesn't fit the model
├── TargetError (ValueError)          targets that no class matches
├── DataError (ValueError)            data that can't be trained on
├── SettingError (ValueError)         a setting that no training can work with
├── OptimizerError (ValueError)       tensors that an optimizer can't train
├── DegenerateError (LinAlgError)     a derivative asked of a matrix at which there is none
├── DivergenceError (ArithmeticError) a loss that became infinite or NaN
├── AnomalyError (ArithmeticError)    an operation that makes NaN or infinity, found by detect_anomaly
├── GradientCheckError (AssertionError)  a gradient that numerical differentiation contradicts
├── LawError (AssertionError)         a primitive that breaks one of the laws that rules live by
├── DrawingError (RuntimeError)       a drawing that can't be made
└── MissingExtraError (ImportError)   an optional dependency that isn't installed

AccumulationWarning (UserWarning)     a gradient that grows on after a step was taken with it

Each one is also the exception of Python's or NumPy's that a caller would expect, so that code which
never heard of this package still catches what it should.
"""

import numpy as np


class TinygradCourseError(Exception):
    """The base of everything below."""

    layer: str | None = None
    """The path of the layer in which it was raised, where a model was running."""


class GraphError(TinygradCourseError, RuntimeError):
    """The recorded graph can't do what was asked."""


class BackwardTwiceError(GraphError):
    """A second backward pass over buffers that the first one released."""


class ChangedValueError(GraphError):
    """A value that a backward pass needs was changed after it was recorded."""


class NotRecordedError(GraphError):
    """A derivative was asked of something that no graph leads to."""


class ShapeError(TinygradCourseError, ValueError):
    """Shapes that don't fit, or a non-scalar where a scalar is needed."""


class AxisError(ShapeError, np.exceptions.AxisError):
    """An axis that an array does not have."""


class MatrixShapeError(ShapeError, np.linalg.LinAlgError):
    """An array that is no matrix, or not a square one, where linear algebra needs one."""


class DtypeError(TinygradCourseError, TypeError):
    """A gradient asked of numbers that are not floating point."""


class UnsupportedError(TinygradCourseError, TypeError):
    """NumPy offers it, a Tensor does not."""


class DetachError(TinygradCourseError, TypeError):
    """A conversion that would leave the graph in silence."""


class RuleError(TinygradCourseError, RuntimeError):
    """A derivative rule returned something impossible."""


class StateDictError(TinygradCourseError, ValueError):
    """A saved state that doesn't fit the model."""


class TargetError(TinygradCourseError, ValueError):
    """Targets that no class matches."""


class DataError(TinygradCourseError, ValueError):
    """Data that can't be trained on."""


class SettingError(TinygradCourseError, ValueError):
    """A setting that no training can work with."""


class OptimizerError(TinygradCourseError, ValueError):
    """Tensors that an optimizer can't train."""


class DegenerateError(TinygradCourseError, np.linalg.LinAlgError):
    """A derivative asked of a matrix at which there is none: with equal eigenvalues, or singular."""


class DivergenceError(TinygradCourseError, ArithmeticError):
    """A loss that became infinite or NaN."""

    history: object = None
    """The `training.History` of the epochs before."""


class AnomalyError(TinygradCourseError, ArithmeticError):
    """An operation that makes NaN or infinity, found by `detect_anomaly`."""


class GradientCheckError(TinygradCourseError, AssertionError):
    """A gradient that numerical differentiation contradicts."""


class LawError(TinygradCourseError, AssertionError):
    """A primitive that breaks one of the laws that rules live by."""


class DrawingError(TinygradCourseError, RuntimeError):
    """A drawing that can't be made."""


class MissingExtraError(TinygradCourseError, ImportError):
    """An optional dependency that isn't installed."""


class AccumulationWarning(UserWarning):
    """A gradient that grows on after an optimizer has taken a step with it."""
