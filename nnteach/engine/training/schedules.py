"""Learning-rate schedules: the rate of each epoch."""

import math

# as in torch.optim.lr_scheduler.OneCycleLR
ONE_CYCLE_RISE = 0.3
ONE_CYCLE_START = 1 / 25
ONE_CYCLE_END = 1 / 25e4


def scheduled_learning_rate(settings, epoch, n_samples_seen, present):
    """Learning rate of an epoch.

    Parameters
    ----------
    settings : Settings
    epoch : int
        Number of the epoch, from 0.
    n_samples_seen : int
        Number of training samples seen before it.
    present : float
        Learning rate of the epoch before; the adaptive schedule goes on with it.

    Returns
    -------
    float
    """
    initial = settings.learning_rate_init
    if settings.learning_rate == "adaptive":
        return present
    if settings.learning_rate == "invscaling":
        # scikit-learn's first epoch is not scaled yet
        try:
            return initial / (n_samples_seen + 1) ** float(settings.power_t)
        except OverflowError:
            return 0.0
    if settings.learning_rate == "cosine":
        progress = min(epoch / settings.max_iter, 1.0)
        return _cosine(initial, 0.0, progress)
    if settings.learning_rate == "one_cycle":
        return initial * _one_cycle(epoch, settings.max_iter)
    return initial


def _one_cycle(epoch, n_epochs):
    """Rise to 1 and fall again (Smith and Topin, 2019), along halves of a cosine."""
    if n_epochs == 1:
        return 1.0
    top, last = ONE_CYCLE_RISE * n_epochs - 1, n_epochs - 1
    epoch = min(epoch, last)
    if epoch <= top:
        return _cosine(ONE_CYCLE_START, 1.0, epoch / top)
    return _cosine(1.0, ONE_CYCLE_END, (epoch - top) / (last - top))


def _cosine(start, end, progress):
    return end + (start - end) * (1 + math.cos(math.pi * progress)) / 2


def learning_rate_after_plateau(settings, learning_rate):
    """Learning rate with which to go on after a plateau, or None to stop."""
    adaptive = settings.learning_rate == "adaptive"
    return learning_rate / 5 if adaptive and learning_rate > 1e-6 else None
