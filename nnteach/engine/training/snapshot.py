"""The state of a member between two epochs: handed out, and taken back.

Nothing is copied that training does not change in place. A history only gets longer, so
that a snapshot remembers how long it was.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.optimize import OptimizeResult

from nnteach.engine.training.checkpoint_file import CheckpointError
from nnteach.engine.training.history import Column
from nnteach.engine.training.optimizers import OPTIMIZERS
from nnteach.engine.training.problem import TrainingState

HISTORY_KEYS = {"loss", "val_loss", "score", "val_score", "learning_rate"}
# the result of L-BFGS that outlives a file: what scikit-learn warns of
RESULT_TYPES = {"status": int, "message": str, "nit": int}
STATE_TYPES = {
    "solver": str,
    "learning_rate": float,
    "learning_rate_init": (float, type(None)),
    "dropout_seed": (int, type(None)),
    "n_updates": int,
    "n_samples_seen": int,
    "no_improvement_count": int,
    "loss_at_start": float,
    "best_loss": float,
    "best_score": float,
    "best_epoch": (int, type(None)),
    "score_name": (str, type(None)),
    "updates_per_epoch": (int, type(None)),
}


@dataclass
class Snapshot:
    """A member as it was at the end of an epoch."""

    values: dict
    state: TrainingState
    n_epochs: int
    evaluations: list

    def content(self):
        """What a file is to hold: nested dicts and lists of numbers and arrays."""
        values, gradients, points = (
            zip(*self.evaluations, strict=True) if self.evaluations else ((), (), ())
        )
        return {
            **self.values,
            "state": state_content(self.state, self.n_epochs),
            "evaluations": {
                "values": np.array(values, np.float64),
                "gradients": np.array(gradients, np.float64),
                "points": points,
            },
        }


def take_snapshot(member):
    """Take a snapshot of a member that has been written back."""
    problem, result = member.problem, member.optimize_result
    return Snapshot(
        {
            "n_iter": member.n_iter,
            "is_finished": member.is_finished,
            "is_stopped": member.is_stopped,
            "reached_max_iter": member.reached_max_iter,
            "max_iter": problem.settings.max_iter,
            "parameters": member.parameters,
            "start": member.start,
            "n_iter_at_start": member.n_iter_at_start,
            "rows": member.rows,
            "random_state": random_state_content(problem.random_state),
            "result": result and {name: result[name] for name in RESULT_TYPES},
            "callbacks": problem.callbacks_state and problem.callbacks_state(),
        },
        replace(member.state, history=dict(member.state.history)),
        member.state.n_epochs,
        list(member.evaluations),
    )


def restore(member, content):
    """Bring a member to where it was when a snapshot was taken.

    Parameters
    ----------
    member : Member
    content : dict
        What a file held, and may hold anything.

    Raises
    ------
    CheckpointError
        If it is not the content of a snapshot of this member.
    """
    try:
        _restore(member, content)
    except CheckpointError:
        raise
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"it does not describe this training ({error})") from None


def _restore(member, content):
    problem = member.problem
    settings, P = problem.settings, len(problem.parameters)
    dtype = problem.parameters.dtype
    n_iter, max_iter = (_number(content, name, int) for name in ("n_iter", "max_iter"))
    _check_max_iter(settings, max_iter)
    rule = OPTIMIZERS.get(settings.solver)
    state = state_from_content(content["state"], rule.n_buffers if rule else 0, P)
    if state.solver != settings.solver or min(n_iter, max_iter) < 0:
        raise ValueError("its solver or its number of epochs is another one")
    rows = _array(content, "rows", problem.rows.shape, np.int64)
    if not np.array_equal(np.sort(rows), np.sort(problem.rows)):
        raise CheckpointError(
            "the split into training and validation samples is another one now: give "
            "the splitter in validation_fraction an int as random_state"
        )
    evaluations = content["evaluations"]
    points = [str(point) for point in evaluations["points"]]
    n_evaluations = len(points)
    values = _array(evaluations, "values", (n_evaluations,), np.float64)
    shape = (n_evaluations, P) if n_evaluations else (0,)
    gradients = _array(evaluations, "gradients", shape, np.float64)
    result = content["result"]
    if result is not None:
        result = OptimizeResult(
            {name: _number(result, name, kind) for name, kind in RESULT_TYPES.items()}
        )
    parameters = _array(content, "parameters", (P,), dtype)
    start = _array(content, "start", (P,), dtype)
    n_iter_at_start = _number(content, "n_iter_at_start", int)
    is_finished, is_stopped, reached_max_iter = (
        _number(content, name, bool)
        for name in ("is_finished", "is_stopped", "reached_max_iter")
    )
    # last, since it changes what belongs to others
    restore_random_state(problem.random_state, content["random_state"])
    if problem.restore_callbacks is not None:
        problem.restore_callbacks(content["callbacks"], n_iter)
    member.n_iter, member.state, member.rows = n_iter, state, rows
    member.parameters, member.start = parameters, start
    member.n_iter_at_start, member.optimize_result = n_iter_at_start, result
    member.is_finished, member.is_stopped = is_finished, is_stopped
    member.reached_max_iter = reached_max_iter
    member.evaluations = list(zip(values.tolist(), gradients, points, strict=True))
    if settings.max_iter > max_iter:
        _go_on_beyond_max_iter(member)


def _go_on_beyond_max_iter(member):
    """Let a training that had only run out of epochs have some more."""
    result = member.optimize_result
    ran_out = member.reached_max_iter or (result is not None and result.status == 1)
    if ran_out and not member.is_stopped:
        member.is_finished, member.reached_max_iter = False, False
        member.optimize_result = None


def _check_max_iter(settings, before):
    if settings.max_iter < before:
        raise CheckpointError(
            f"max_iter was {before} and is {settings.max_iter} now; it can become "
            "larger, not smaller"
        )
    if settings.max_iter > before and settings.learning_rate in ("cosine", "one_cycle"):
        raise CheckpointError(
            f"max_iter was {before} and is {settings.max_iter} now, where it shapes "
            f"the schedule learning_rate={settings.learning_rate!r}"
        )


def state_content(state, n_epochs=None):
    """What a file is to hold of a TrainingState, as it was after so many epochs."""
    values = {
        name: _as_stored(getattr(state, name), kind)
        for name, kind in STATE_TYPES.items()
    }
    columns = {key: column[:n_epochs] for key, column in state.history.items()}
    n_watched = len(state.monitored_scores)
    if n_epochs is not None:
        n_watched = max(0, n_watched - (state.n_epochs - n_epochs))
    return {
        **values,
        "best_parameters": state.best_parameters,
        "moments": state.moments,
        "history": {key: np.array(column, float) for key, column in columns.items()},
        "monitored_scores": np.array(state.monitored_scores[:n_watched], float),
    }


def _as_stored(value, kind):
    """A number of numpy's, or an int where there may be fractions, as its own kind."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return value if type(value) in kinds else kinds[0](value)


def state_from_content(content, n_moments, n_parameters):
    """The TrainingState that a file holds.

    Parameters
    ----------
    content : dict
    n_moments : int
        Number of the solver's moving averages.
    n_parameters : int

    Returns
    -------
    TrainingState

    Raises
    ------
    ValueError, TypeError, KeyError
        If it is none, or belongs to another network.
    """
    if content.keys() != {field.name for field in fields(TrainingState)}:
        raise ValueError("it is no state of a training")
    values = {name: _number(content, name, kind) for name, kind in STATE_TYPES.items()}
    history, n_epochs = content["history"], None
    if not history.keys() <= HISTORY_KEYS:
        raise ValueError(f"it has a history of {sorted(history)}")
    for name, column in history.items():
        n_epochs = len(column) if n_epochs is None else n_epochs
        _array(history, name, (n_epochs,), np.float64)
    watched = content["monitored_scores"]
    _array(content, "monitored_scores", (len(watched),), np.float64)
    state = unchecked_state_from_content(content | values)
    seed = state.dropout_seed
    if min(state.n_updates, state.n_samples_seen, state.no_improvement_count) < 0 or (
        seed is not None and not 0 <= seed < 2**32
    ):
        raise ValueError("it has a number out of range")
    state.check_arrays(n_moments, n_parameters)
    return state


def unchecked_state_from_content(content):
    """The TrainingState from content that will be checked where training goes on."""
    return TrainingState(
        **content
        | {
            "moments": list(content["moments"]),
            "history": {
                key: Column(map(float, column))
                for key, column in content["history"].items()
            },
            "monitored_scores": list(map(float, content["monitored_scores"])),
        }
    )


def random_state_content(random_state):
    """What a file is to hold of a RandomState."""
    state = random_state.get_state(legacy=False)
    if state["bit_generator"] != "MT19937":
        raise ValueError(
            "Checkpoint needs a random_state that is None, an int or a RandomState of "
            f"numpy's own kind, MT19937. Got {state['bit_generator']} instead."
        )
    return {
        "key": state["state"]["key"],
        "pos": state["state"]["pos"],
        "has_gauss": state["has_gauss"],
        "gauss": state["gauss"],
    }


def restore_random_state(random_state, content):
    """Let a RandomState draw what it would have drawn."""
    position = _number(content, "pos", int)
    if not 0 <= position <= 624:  # numpy reads there without looking
        raise ValueError(f"its random_state is at the position {position}")
    state = {
        "key": _array(content, "key", (624,), np.uint32),
        "pos": position,
    }
    random_state.set_state(
        {
            "bit_generator": "MT19937",
            "state": state,
            "has_gauss": _number(content, "has_gauss", int),
            "gauss": _number(content, "gauss", float),
        }
    )


def _number(content, name, kind):
    value = content[name]
    kinds = kind if isinstance(kind, tuple) else (kind,)
    # a bool is an int, and should not be one here
    if type(value) not in kinds or (isinstance(value, int) and abs(value) >= 2**63):
        raise ValueError(f"its {name} is {value!r}")
    return value


def _array(content, name, shape, dtype):
    array = content[name]
    if not isinstance(array, np.ndarray) or array.shape != shape:
        raise ValueError(
            f"its {name} has the shape {getattr(array, 'shape', None)}, not {shape}"
        )
    if array.dtype != dtype:
        raise ValueError(f"its {name} are {array.dtype}, not {np.dtype(dtype)}")
    return array
