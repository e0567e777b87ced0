"""The training loop that every introduction to torch shows."""

import torch

from systems.torch_network import CRITERIA, build_network
from works import BETA_1, BETA_2, EPSILON, LEARNING_RATE, load_data


class Trainer:
    """Automatic differentiation and the fused Adam."""

    gives_logits = True

    def __init__(self, work):
        self.work = work
        X, y = load_data(work.data, work.n_samples, "float32")
        self.X, self.y = torch.from_numpy(X), torch.from_numpy(y)
        if work.loss != "multiclass":
            self.y = self.y.float()[:, None]

    def train(self):
        """Train a network of fresh weights."""
        work, X, y = self.work, self.X, self.y
        torch.manual_seed(0)
        self.network = build_network(work.layer_sizes, work.activation)
        criterion = CRITERIA[work.loss]()
        optimizer = torch.optim.Adam(
            self.network.parameters(),
            lr=LEARNING_RATE,
            betas=(BETA_1, BETA_2),
            eps=EPSILON,
            fused=True,
        )
        for _ in range(work.epochs):
            for rows in torch.randperm(len(X)).split(work.batch_size):
                optimizer.zero_grad()
                loss = criterion(self.network(X[rows]), y[rows])
                loss.backward()
                optimizer.step()

    @torch.inference_mode()
    def predict(self, X):
        """Labels of the two classes."""
        return (self.network(torch.from_numpy(X))[:, 0] > 0).long().numpy()

    @torch.inference_mode()
    def outputs(self, X):
        """Outputs of the network before the last activation."""
        return [self.network(torch.from_numpy(X)).numpy()]
