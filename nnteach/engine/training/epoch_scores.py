"""What an epoch's weights are worth on the training and on the validation set."""

import numpy as np
import torch

from nnteach.engine.samples.samples import compute_outputs_of_rows, join_samples


def score_epoch(stack, problems):
    """Score a stack's present weights.

    Parameters
    ----------
    stack : NetworkStack
    problems : list of Problem
        Those of the stack's networks, all of them with a validation set.

    Returns
    -------
    dict of str to sequence of float
        For each network the loss on the validation set, without the penalty, and the
        scores on the training and on the validation set.
    """
    validations = [problem.validation for problem in problems]
    held_out = join_samples([validation.samples for validation in validations])
    rows = _stack_rows(validations)
    outputs = compute_outputs_of_rows(stack, held_out, rows)
    targets = held_out.targets(rows)
    weight = held_out.score_weights(rows)
    losses = stack.loss.sample_losses(outputs, targets)
    if weight is None:
        losses = losses.mean(dim=1)
    else:
        losses = (losses * weight).sum(dim=1) / weight.sum(dim=1)
    if validations[0].scorer is None:
        val_scores = validations[0].score(outputs, targets, weight)
        training = join_samples([problem.samples for problem in problems])
        rows = _stack_rows(problems)
        scores = validations[0].score(
            compute_outputs_of_rows(stack, training, rows),
            training.targets(rows),
            training.score_weights(rows),
        )
        pairs = zip(scores.tolist(), val_scores.tolist(), strict=True)
    else:
        # a scorer would take outputs that are not finite for some class, or fail
        is_finite = outputs.isfinite().flatten(1).all(dim=1)[:, None]
        parameters = torch.where(is_finite, stack.parameters, torch.nan).cpu().numpy()
        pairs = (
            validation.scorer(row.copy())
            for validation, row in zip(validations, parameters, strict=True)
        )
    scores, val_scores = zip(*pairs, strict=True)
    return {"val_loss": losses.tolist(), "score": scores, "val_score": val_scores}


def _stack_rows(holders):
    return torch.from_numpy(np.stack([holder.rows for holder in holders]))
