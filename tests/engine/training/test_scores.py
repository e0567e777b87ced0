"""The scores of a stack are scikit-learn's, one network at a time."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.metrics import accuracy_score, r2_score

from nnteach.engine.training.scores import accuracy, multiclass_accuracy, r2

pytestmark = pytest.mark.engine

random_state = np.random.RandomState(0)
OUTPUTS = random_state.uniform(size=(2, 3, 40))
LABELS = random_state.randint(2, size=(2, 3, 40)).astype(float)
# half of the labels are those that the outputs stand for
LABELS[..., ::2] = OUTPUTS[..., ::2] > 0.5
CLASSES = np.eye(3)[random_state.randint(3, size=(2, 40))].swapaxes(1, 2)
TARGETS = OUTPUTS + random_state.normal(0, 0.3, OUTPUTS.shape)
WEIGHT = random_state.uniform(0, 2, (2, 40))
each_weight = pytest.mark.parametrize("weight", [None, WEIGHT], ids=["none", "weight"])


def one_by_one(metric, targets, outputs, weight):
    weights = [None, None] if weight is None else weight
    return [
        metric(target.T, output.T, sample_weight=weight)
        for target, output, weight in zip(targets, outputs, weights, strict=True)
    ]


def of_the_stack(score, outputs, targets, weight):
    arrays = (outputs, targets, weight)
    return score(*(None if a is None else torch.from_numpy(a) for a in arrays))


@each_weight
@pytest.mark.parametrize("n_outputs", [1, 3])
def test_accuracy(n_outputs, weight):
    outputs, labels = OUTPUTS[:, :n_outputs], LABELS[:, :n_outputs]
    expected = one_by_one(accuracy_score, labels, (outputs > 0.5) * 1.0, weight)
    assert_allclose(of_the_stack(accuracy, outputs, labels, weight), expected)


@each_weight
def test_multiclass_accuracy(weight):
    guesses, classes = (OUTPUTS.argmax(axis=1), CLASSES.argmax(axis=1))
    expected = one_by_one(accuracy_score, classes, guesses, weight)
    score = of_the_stack(multiclass_accuracy, OUTPUTS, CLASSES, weight)
    assert_allclose(score, expected)


@each_weight
def test_r2(weight):
    expected = one_by_one(r2_score, TARGETS, OUTPUTS, weight)
    assert_allclose(of_the_stack(r2, OUTPUTS, TARGETS, weight), expected)


@each_weight
def test_r2_of_constant_targets(weight):
    targets = np.ones((2, 2, 40))
    outputs = np.stack([targets[0], targets[0] + [[0.0], [0.5]]])
    expected = one_by_one(r2_score, targets, outputs, weight)
    assert expected == [1.0, 0.5]
    assert_allclose(of_the_stack(r2, outputs, targets, weight), expected)
