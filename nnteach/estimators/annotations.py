"""The types in the signatures of the estimators, by name."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray


class SparseMatrix(Protocol):
    """What scipy's sparse matrices and sparse arrays have."""

    def tocsr(self, copy: bool = ...) -> Any:
        """The same in compressed rows."""


class Splitter(Protocol):
    """What scikit-learn's cross-validation splitters have."""

    def split(self, X: Any, y: Any = ..., groups: Any = ...) -> Any:
        """Yield training and validation rows."""

    def get_n_splits(self, X: Any = ..., y: Any = ..., groups: Any = ...) -> int:
        """Number of splits."""


# data, and what is made of them; y has columns of labels where it is sparse
Inputs = ArrayLike | SparseMatrix
Targets = ArrayLike | SparseMatrix
FloatArray = NDArray[np.floating]
Scorer = Callable[..., float]

# constructor parameters
ActivationName = Literal[
    "identity",
    "logistic",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "softplus",
]
Activation = ActivationName | Sequence[ActivationName]
BatchSize = int | Literal["auto"]
BiasInit = Literal["auto", "zeros"]
ClassWeight = (
    dict[Any, float] | dict[Any, int] | list[dict[int, float]] | Literal["balanced"]
)
ClassifierOutput = Literal["auto", "logistic", "softmax"]
Dropout = float | Sequence[float] | NDArray[np.floating]
HiddenLayerSizes = int | Sequence[int] | NDArray[np.integer]
LearningRate = Literal["constant", "invscaling", "adaptive", "cosine", "one_cycle"]
RandomState = int | np.random.RandomState | None
RegressionLoss = Literal[
    "squared_error", "poisson", "absolute_error", "huber", "quantile"
]
RegressorOutput = Literal["auto", "exp"] | ActivationName
Solver = Literal["adam", "adamw", "sgd", "rmsprop", "adagrad", "lbfgs"]
WeightInit = Literal[
    "auto",
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
    "zeros",
]
