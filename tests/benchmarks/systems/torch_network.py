"""A network in torch's own words, for the systems built on it."""

from itertools import pairwise

from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "logistic": nn.Sigmoid}
CRITERIA = {
    "binary": nn.BCEWithLogitsLoss,
    "multiclass": nn.CrossEntropyLoss,
    "squared": nn.MSELoss,
}


def build_network(layer_sizes, activation):
    """Return an ``nn.Sequential`` with Glorot's weights, as scikit-learn draws them."""
    layers = []
    for n_in, n_out in pairwise(layer_sizes):
        linear = nn.Linear(n_in, n_out)
        nn.init.xavier_uniform_(linear.weight)
        nn.init.zeros_(linear.bias)
        layers += [linear, ACTIVATIONS[activation]()]
    return nn.Sequential(*layers[:-1])
