"""Where networks that version 0.1.0 pickled look for the state of their training."""

from nnteach.engine.training.problem import TrainingState

__all__ = ["TrainingState"]
