"""Accuracy and R² of a whole stack, equal to scikit-learn's one network at a time.

The score of a network whose outputs are not finite is NaN.
"""

import torch


def accuracy(outputs, targets, sample_weight=None):
    """Fraction of samples whose every label is right.

    Parameters
    ----------
    outputs, targets : Tensor of shape (K, n_outputs, n_samples)
        Probabilities, and zeros and ones. Several outputs of which one target is 1
        are classes; a single one, or any other, are independent labels.
    sample_weight : Tensor of shape (K, n_samples) or None

    Returns
    -------
    Tensor of shape (K,)
    """
    right = ((outputs > 0.5) == (targets > 0.5)).all(dim=1)
    return _nan_unless_finite(_average(right, sample_weight), outputs)


def multiclass_accuracy(outputs, targets, sample_weight=None):
    """Fraction of samples whose likeliest class is the right one."""
    right = outputs.argmax(dim=1) == targets.argmax(dim=1)
    return _nan_unless_finite(_average(right, sample_weight), outputs)


def single_class_accuracy(outputs, targets, sample_weight=None):
    """Accuracy where there is one class, which every output stands for: 1."""
    return _nan_unless_finite(outputs.new_ones(len(outputs)), outputs)


def r2(outputs, targets, sample_weight=None):
    """Coefficient of determination, averaged over the outputs.

    Returns
    -------
    Tensor of shape (K,)
        Where an output's targets are all equal: 1 if they are predicted exactly,
        else 0. NaN of fewer than two samples.
    """
    if targets.shape[2] < 2:
        return outputs.new_full((len(outputs),), torch.nan)
    # as in scikit-learn, or squares of what float32 holds would overflow
    outputs, targets = outputs.double(), targets.double()
    weight = (
        torch.ones_like(targets[:, 0])
        if sample_weight is None
        else sample_weight.double()
    )[:, None]
    mean = (weight * targets).sum(2, keepdim=True) / weight.sum(2, keepdim=True)
    residual = (weight * (targets - outputs).square()).sum(2)
    total = (weight * (targets - mean).square()).sum(2)
    constant = torch.where(residual == 0, 1.0, 0.0).to(residual.dtype)
    score = torch.where(total == 0, constant, 1 - residual / total).mean(dim=-1)
    return _nan_unless_finite(score, score)


def _average(values, sample_weight):
    if sample_weight is None:
        return values.double().mean(dim=1)
    weight = sample_weight.double()
    return (values * weight).sum(dim=1) / weight.sum(dim=1)


def _nan_unless_finite(scores, values):
    """Scores of shape (K,), NaN for networks with values that are not finite."""
    is_finite = values.isfinite().reshape(len(values), -1).all(dim=1)
    return torch.where(is_finite, scores, torch.nan)
