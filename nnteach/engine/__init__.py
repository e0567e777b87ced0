"""The engine: it trains stacks of networks with hand-written passes, on torch.

A map for whoever reads it for the first time. Begin with the page:

- ``network/layer.py``: a layer, with the equations of the forward and the backward
  pass. ``network/stack.py`` goes through all layers, there and back;
  ``activations.py`` and ``losses.py`` have each formula beside its fast kernel.

Then follow a training from the outside in:

- ``training/problem.py``: what goes in, a ``Problem``, and what comes out, an
  ``Outcome``.
- ``training/train.py``: problems of one shape become stacks, stacks are shared out
  among the processor's cores.
- ``training/loop.py``: epochs of shuffled batches, until every network of the stack has
  stopped. ``member.py`` holds what changes for each network, ``stopping.py`` says when
  it stops, ``optimizers.py`` and ``schedules.py`` how it steps, ``scores.py`` and
  ``epoch_scores.py`` what its weights are worth, ``lbfgs.py`` how L-BFGS does it all.
  ``stack_checkpoint.py`` keeps a training in a file: ``snapshot.py`` says what of it,
  ``checkpoint_file.py`` in which form, ``checkpoint_place.py`` where.
- ``samples/``: what networks learn from, and the batches of an epoch.
- ``inference.py``: a fitted network alone. ``torch_module.py``: the same as a module of
  torch.

What the hardware wants is in ``machine/``: the sizes at which the engine goes another
way (``limits.py``), products, kernels, threads, devices. None of it changes a result.

K is the number of networks in a stack, P the number of parameters of each. Inside the
engine a sample is a column, and arrays have a first dimension of length K.
"""
