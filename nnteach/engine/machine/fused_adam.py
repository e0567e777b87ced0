"""torch's Adam as a single operation, where this torch has it.

It is a private name of torch, whose plain operations do without.
"""

import torch


def has_fused_adam():
    """Whether this torch has the operation that is called here."""
    return hasattr(torch, "_fused_adam_")


def fused_adam_(
    parameters,
    gradients,
    mean,
    mean_square,
    n_updates,
    *,
    learning_rate,
    beta_1,
    beta_2,
    epsilon,
):
    """Make one step of Adam in place, on tensors of one shape.

    Parameters
    ----------
    parameters, gradients, mean, mean_square : Tensor of shape (K, P)
    n_updates : Tensor of shape ()
        Number of this update, from 1.
    learning_rate, beta_1, beta_2 : float
    epsilon : float
        What is added after the root of the mean square has been divided by
        sqrt(1 - beta_2**n_updates).

    Raises
    ------
    ValueError
        If the shapes differ: torch would write beyond the arrays' ends.
    """
    shape = parameters.shape
    if not (gradients.shape == mean.shape == mean_square.shape == shape):
        raise ValueError(
            f"Adam needs gradients and moving averages of the parameters' shape "
            f"{tuple(shape)}. Got {tuple(gradients.shape)}, {tuple(mean.shape)} and "
            f"{tuple(mean_square.shape)} instead."
        )
    torch._fused_adam_(
        [parameters],
        [gradients],
        [mean],
        [mean_square],
        [],
        [n_updates],
        lr=learning_rate,
        beta1=beta_1,
        beta2=beta_2,
        weight_decay=0.0,
        eps=epsilon,
        amsgrad=False,
        maximize=False,
    )
