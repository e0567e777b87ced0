"""Update rules of the stochastic solvers.

An optimizer sees all parameters of a stack as one (K, P) buffer, one row a network,
and keeps its moving averages in buffers of the same shape.
"""

import math
from abc import ABC, abstractmethod

import torch

from nnteach.engine.machine.fused_adam import fused_adam_, has_fused_adam


class Optimizer(ABC):
    """What the update rules share: their buffers and a count of updates.

    Parameters
    ----------
    settings : Settings
        The rule's constants; those that the rule uses are equal throughout a stack.
    buffers : list of Tensor of shape (K, P)
        The moving averages, all zero at the start of a training.
    n_updates : int
        Number of updates made so far.
    n_weights : int
        How many columns of the buffers are weights; the biases follow.
    """

    n_buffers: int
    decouples_penalty = False  # whether the weights shrink beside the step

    def __init__(self, settings, buffers, n_updates, n_weights):
        self.settings = settings
        self.buffers = buffers
        self.n_updates = n_updates
        self.n_weights = n_weights
        self._scratch = torch.empty_like(buffers[0])
        self._learning_rates = None

    def keep(self, rows):
        """Go on with these rows of the stack alone."""
        self.buffers = [buffer[rows] for buffer in self.buffers]
        self._scratch = torch.empty_like(self.buffers[0])

    def set_learning_rates(self, learning_rates):
        """Set the learning rate of each network, a list of K numbers."""
        if learning_rates == self._learning_rates:
            return
        self._learning_rates = learning_rates
        self.learning_rate = self._scratch.new_tensor(learning_rates).view(-1, 1)
        same = len(set(learning_rates)) == 1
        self.common_learning_rate = learning_rates[0] if same else None

    def update_(self, parameters, gradients):
        """Make one step downhill, in place, on tensors of shape (K, P)."""
        self.n_updates += 1
        if self.decouples_penalty:
            weights = parameters[:, : self.n_weights]
            weights.addcmul_(weights, self.learning_rate, value=-self.settings.alpha)
        self.step_(parameters, gradients)

    @abstractmethod
    def step_(self, parameters, gradients):
        """Take the step of the update number ``n_updates``, from 1."""


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015, in the form at the end of their section 2)."""

    n_buffers = 2

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self._n_updates = torch.zeros((), device=self.buffers[0].device)

    def step_(self, parameters, gradients):
        """Step along the mean gradient over the root of the mean square."""
        beta_1, beta_2 = self.settings.beta_1, self.settings.beta_2
        root = math.sqrt(1 - beta_2**self.n_updates)
        mean, mean_square = self.buffers
        if self.common_learning_rate is not None and has_fused_adam():
            fused_adam_(
                parameters,
                gradients,
                mean,
                mean_square,
                self._n_updates.fill_(self.n_updates),
                learning_rate=self.common_learning_rate,
                beta_1=beta_1,
                beta_2=beta_2,
                epsilon=self.settings.epsilon / root,
            )
            return
        correction = root / (1 - beta_1**self.n_updates)
        mean.lerp_(gradients, 1 - beta_1)
        mean_square.mul_(beta_2).addcmul_(gradients, gradients, value=1 - beta_2)
        step = torch.sqrt(mean_square, out=self._scratch).add_(self.settings.epsilon)
        torch.div(mean, step, out=step)
        parameters.addcmul_(step, self.learning_rate, value=-correction)


class SGD(Optimizer):
    """Stochastic gradient descent with momentum, Nesterov's if asked for.

    Both as Sutskever et al., On the importance of initialization and momentum in deep
    learning, 2013; Nesterov's in the form that looks ahead from the new velocity.
    """

    n_buffers = 1

    def step_(self, parameters, gradients):
        """Step along the velocity."""
        momentum = self.settings.momentum
        (velocity,) = self.buffers
        step = torch.mul(gradients, self.learning_rate, out=self._scratch)
        velocity.mul_(momentum).sub_(step)
        if self.settings.nesterovs_momentum:
            parameters.sub_(step).add_(velocity, alpha=momentum)
        else:
            parameters.add_(velocity)


class AdamW(Adam):
    """Adam whose penalty shrinks the weights themselves (Loshchilov and Hutter, 2019).

    The weights, not the biases, lose the fraction learning rate · alpha at each step;
    the penalty is no part of the gradient, and so of its mean square.
    """

    decouples_penalty = True


class RMSprop(Optimizer):
    """Steps over the root of the mean square (Tieleman and Hinton, 2012)."""

    n_buffers = 1

    def step_(self, parameters, gradients):
        """Step along the gradient over the root of its mean square."""
        (mean_square,) = self.buffers
        beta_2 = self.settings.beta_2
        mean_square.mul_(beta_2).addcmul_(gradients, gradients, value=1 - beta_2)
        step = torch.sqrt(mean_square, out=self._scratch).add_(self.settings.epsilon)
        torch.div(gradients, step, out=step)
        parameters.addcmul_(step, self.learning_rate, value=-1)


class Adagrad(Optimizer):
    """Steps over the root of the sum of squares (Duchi, Hazan and Singer, 2011)."""

    n_buffers = 1

    def step_(self, parameters, gradients):
        """Step along the gradient over the root of its sum of squares."""
        (sum_of_squares,) = self.buffers
        sum_of_squares.addcmul_(gradients, gradients)
        step = torch.sqrt(sum_of_squares, out=self._scratch).add_(self.settings.epsilon)
        torch.div(gradients, step, out=step)
        parameters.addcmul_(step, self.learning_rate, value=-1)


OPTIMIZERS = {
    "adam": Adam,
    "adamw": AdamW,
    "sgd": SGD,
    "rmsprop": RMSprop,
    "adagrad": Adagrad,
}
