"""Keras 3, on the backend that the environment variable KERAS_BACKEND names."""

import keras
import numpy as np

from works import BETA_1, BETA_2, EPSILON, LEARNING_RATE, load_data

ACTIVATIONS = {"relu": "relu", "logistic": "sigmoid"}


class Trainer:
    """``compile`` once and ``fit``; the compiled model is kept, its state is not."""

    gives_logits = True

    def __init__(self, work):
        self.work = work
        X, y = load_data(work.data, work.n_samples, "float32")
        self.X, self.y = X, y
        keras.utils.set_random_seed(0)
        n_inputs, *sizes, n_outputs = work.layer_sizes
        activation = ACTIVATIONS[work.activation]
        self.network = keras.Sequential(
            [
                keras.Input((n_inputs,)),
                *(keras.layers.Dense(size, activation) for size in sizes),
                keras.layers.Dense(n_outputs),
            ]
        )
        optimizer = keras.optimizers.Adam(
            LEARNING_RATE, beta_1=BETA_1, beta_2=BETA_2, epsilon=EPSILON
        )
        loss = {
            "binary": keras.losses.BinaryCrossentropy(from_logits=True),
            "multiclass": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "squared": keras.losses.MeanSquaredError(),
        }[work.loss]
        self.network.compile(optimizer, loss)
        optimizer.build(self.network.trainable_variables)
        self.variables = [*self.network.trainable_variables, *optimizer.variables]
        self.start = [np.array(variable) for variable in self.variables]

    def reset(self):
        """Go back to the starting weights and a fresh optimizer."""
        for variable, value in zip(self.variables, self.start, strict=True):
            variable.assign(value)

    def train(self):
        """Train the network from the state it is in."""
        self.network.fit(
            self.X,
            self.y,
            batch_size=self.work.batch_size,
            epochs=self.work.epochs,
            shuffle=True,
            verbose=0,
        )

    def outputs(self, X):
        """Outputs of the network before the last activation."""
        return [self.network.predict(X, batch_size=len(X), verbose=0)]
