"""What an epoch's weights are worth on the training and on the validation set."""

import numpy as np
import torch

from nnteach.engine.data import evaluate, join_samples


def validate(stack, tasks):
    """Score a stack's present weights.

    Parameters
    ----------
    stack : NetworkStack
    tasks : list of TrainingTask
        The stack's networks, all of them with a validation set.

    Returns
    -------
    dict of str to sequence of float
        For each network the loss on the validation set, without the penalty, and the
        scores on the training and on the validation set.
    """
    validation = tasks[0].validation
    held_out = join_samples([task.validation.samples for task in tasks])
    rows = torch.from_numpy(np.stack([task.validation.rows for task in tasks]))
    outputs = evaluate(stack, held_out, rows)
    targets = held_out.targets(rows)
    weight = held_out.score_weights(rows)
    losses = stack.loss.sample_losses(outputs, targets)
    if weight is None:
        losses = losses.mean(dim=1)
    else:
        losses = (losses * weight).sum(dim=1) / weight.sum(dim=1)
    if validation.scorer is None:
        val_scores = validation.score(outputs, targets, weight)
        training = join_samples([task.samples for task in tasks])
        rows = torch.from_numpy(np.stack([task.rows for task in tasks]))
        scores = validation.score(
            evaluate(stack, training, rows),
            training.targets(rows),
            training.score_weights(rows),
        )
        pairs = zip(scores.tolist(), val_scores.tolist(), strict=True)
    else:
        parameters = stack.parameters.cpu().numpy()
        pairs = (
            task.validation.scorer(row.copy())
            for task, row in zip(tasks, parameters, strict=True)
        )
    scores, val_scores = zip(*pairs, strict=True)
    return {"val_loss": losses.tolist(), "score": scores, "val_score": val_scores}
