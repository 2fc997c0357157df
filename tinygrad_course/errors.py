"""All exceptions that this package raises on purpose.

TinygradCourseError
├── GraphError (RuntimeError)         an operation that the recorded graph does not allow
│   ├── BackwardTwiceError            a second backward pass over buffers that the first one released
│   ├── ChangedValueError             a value that a backward pass needs was changed after it was recorded
│   └── NotRecordedError              a derivative of something that was not recorded
├── ShapeError (ValueError)           shapes that don't fit, a non-scalar where a scalar is needed
│   ├── AxisError (AxisError)         an axis that an array does not have
│   └── MatrixShapeError (LinAlgError)  no matrix, or not a square one, where linear algebra needs one
├── DtypeError (TypeError)            numbers of a dtype that is not allowed, such as integers with a gradient
├── UnsupportedError (TypeError)      a part of NumPy that Tensors don't support
├── DetachError (TypeError)           a conversion that would silently leave the graph
├── RuleError (RuntimeError)          an invalid derivative rule, or an invalid result of one
├── StateDictError (ValueError)       a saved state that doesn't fit the model
├── FileFormatError (ValueError)      a file that is damaged, or not what it should be
├── CheckpointError (ValueError)      a checkpoint of another training than the one that goes on
├── TargetError (ValueError)          targets that are no class, or no probability
├── DataError (ValueError)            data that can't be trained on
├── SettingError (ValueError)         an invalid setting
├── OptimizerError (ValueError)       tensors that an optimizer can't train
├── DegenerateError (LinAlgError)     a matrix at which a derivative does not exist
├── DivergenceError (ArithmeticError) a loss that became infinite or NaN, predictions that became NaN
├── AnomalyError (ArithmeticError)    an operation that makes NaN or infinity, found by detect_anomaly
├── GradientCheckError (AssertionError)  a gradient that numerical differentiation contradicts
├── LawError (AssertionError)         a primitive that breaks one of the laws of primitives
├── DrawingError (RuntimeError)       a drawing that can't be made
├── ExportError (ValueError)          a model that can't be written as an ONNX file
└── MissingExtraError (ImportError)   an optional dependency that isn't installed

AccumulationWarning (UserWarning)     a gradient that is added to after a step has used it
UntrainedWarning (UserWarning)        parameters that get gradients, or should, and are not trained
GradientWarning (UserWarning)         the .grad of a tensor that was computed, which backward() does not fill
ThreadsWarning (UserWarning)          matrix products on more threads than is good for their size

Each one is also the exception of Python or NumPy in parentheses, so that code which catches that one works
without knowing this package.
"""

import numpy as np


class TinygradCourseError(Exception):
    """The base class of all exceptions of this package."""

    layer: str | None = None
    """The path of the layer in which it was raised, if a model was running."""


class GraphError(TinygradCourseError, RuntimeError):
    """An operation that the recorded graph does not allow."""


class BackwardTwiceError(GraphError):
    """A second backward pass over buffers that the first one released."""


class ChangedValueError(GraphError):
    """A value that a backward pass needs was changed after it was recorded."""


class NotRecordedError(GraphError):
    """A derivative of something that was not recorded."""


class ShapeError(TinygradCourseError, ValueError):
    """Shapes that don't fit, or a non-scalar where a scalar is needed."""


class AxisError(ShapeError, np.exceptions.AxisError):
    """An axis that an array does not have."""


class MatrixShapeError(ShapeError, np.linalg.LinAlgError):
    """An array that is no matrix, or not a square one, where linear algebra needs one."""


class DtypeError(TinygradCourseError, TypeError):
    """Numbers of a dtype that is not allowed, such as integers that should require a gradient."""


class UnsupportedError(TinygradCourseError, TypeError):
    """A part of NumPy that Tensors don't support."""


class DetachError(TinygradCourseError, TypeError):
    """A conversion that would silently leave the graph."""


class RuleError(TinygradCourseError, RuntimeError):
    """An invalid derivative rule, or an invalid result of one."""


class StateDictError(TinygradCourseError, ValueError):
    """A saved state that doesn't fit the model."""


class FileFormatError(TinygradCourseError, ValueError):
    """A file that is damaged, or is not what it should be."""


class CheckpointError(TinygradCourseError, ValueError):
    """A checkpoint of another training: of other data, another model, or other settings."""


class TargetError(TinygradCourseError, ValueError):
    """Targets that are no class of the model, or no probability."""


class DataError(TinygradCourseError, ValueError):
    """Data that can't be trained on."""


class SettingError(TinygradCourseError, ValueError):
    """An invalid setting."""


class OptimizerError(TinygradCourseError, ValueError):
    """Tensors that an optimizer can't train."""


class DegenerateError(TinygradCourseError, np.linalg.LinAlgError):
    """A matrix at which a derivative does not exist: with equal eigenvalues, or singular."""


class DivergenceError(TinygradCourseError, ArithmeticError):
    """A loss that became infinite or NaN, or predictions that became NaN."""

    history: object = None
    """The `training.History` of the finished epochs."""


class AnomalyError(TinygradCourseError, ArithmeticError):
    """An operation that makes NaN or infinity, found by `detect_anomaly`."""


class GradientCheckError(TinygradCourseError, AssertionError):
    """A gradient that numerical differentiation contradicts."""


class LawError(TinygradCourseError, AssertionError):
    """A primitive that breaks one of the laws of primitives."""


class DrawingError(TinygradCourseError, RuntimeError):
    """A drawing that can't be made."""


class ExportError(TinygradCourseError, ValueError):
    """A model that can't be written as an ONNX file."""


class MissingExtraError(TinygradCourseError, ImportError):
    """An optional dependency that isn't installed."""


class GradientWarning(UserWarning):
    """The .grad of a tensor that was computed was asked for: backward() fills those of leaves."""


class AccumulationWarning(UserWarning):
    """A gradient that is added to after an optimizer has taken a step with it."""


class UntrainedWarning(UserWarning):
    """Parameters of a model that its optimizer does not train, or whose gradient nothing uses."""


class ThreadsWarning(UserWarning):
    """Matrix products on more threads than is good for their size, because threadpoolctl is missing."""
