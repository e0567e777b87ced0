"""The systems that are compared, each in a process of its own.

A system's module has a class ``Trainer``: made from a work, it trains fresh networks at
every call of ``train``, and ``outputs`` are what they then make of inputs.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class System:
    """A system, the module that runs it and the settings of its process."""

    name: str
    module: str
    options: dict = field(default_factory=dict)
    environment: dict = field(default_factory=dict)


FLOAT64 = {"dtype": "float64"}
ALL = [
    System("nnteach", "systems.nnteach_net"),
    System("nnteach-float64", "systems.nnteach_net", FLOAT64),
    System("scikit-learn", "systems.sklearn_mlp"),
    System("scikit-learn-float64", "systems.sklearn_mlp", FLOAT64),
    System("skorch", "systems.skorch_net"),
    System("keras-torch", "systems.keras_model", {}, {"KERAS_BACKEND": "torch"}),
    System("keras-jax", "systems.keras_model", {}, {"KERAS_BACKEND": "jax"}),
    System("torch", "systems.torch_loop"),
    System("jax", "systems.jax_scan"),
    System("c", "systems.one_core"),
    System("nnteach-gpu", "systems.nnteach_net", {"device": "cuda"}),
]
SYSTEMS = {system.name: system for system in ALL}
