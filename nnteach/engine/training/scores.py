"""Accuracy and R² of a whole stack, equal to scikit-learn's one network at a time."""

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
    return _average(((outputs > 0.5) == (targets > 0.5)).all(dim=1), sample_weight)


def multiclass_accuracy(outputs, targets, sample_weight=None):
    """Fraction of samples whose likeliest class is the right one."""
    return _average(outputs.argmax(dim=1) == targets.argmax(dim=1), sample_weight)


def r2(outputs, targets, sample_weight=None):
    """Coefficient of determination, averaged over the outputs.

    Returns
    -------
    Tensor of shape (K,)
        Where an output's targets are all equal: 1 if they are predicted exactly,
        else 0.
    """
    weight = (
        torch.ones_like(targets[:, 0]) if sample_weight is None else sample_weight
    )[:, None]
    mean = (weight * targets).sum(2, keepdim=True) / weight.sum(2, keepdim=True)
    residual = (weight * (targets - outputs).square()).sum(2)
    total = (weight * (targets - mean).square()).sum(2)
    constant = torch.where(residual == 0, 1.0, 0.0).to(residual.dtype)
    return torch.where(total == 0, constant, 1 - residual / total).mean(dim=-1)


def _average(values, sample_weight):
    if sample_weight is None:
        return values.double().mean(dim=1)
    return (values * sample_weight).sum(dim=1) / sample_weight.sum(dim=1)
