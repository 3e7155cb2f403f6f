# SPDX-License-Identifier: GPL-3.0-or-later
"""Loss and gradients of two small networks by PyTorch's automatic differentiation, for tst_training_torch.

    python3 training_gradients.py > training_gradients.json

Weights, inputs, targets and masks are sines, so that the test makes the same ones by itself. No state noise: with noise
the gradients are checked against finite differences.
"""
import json
import math

import torch

ALPHA = 0.2
TRIALS, STEPS = 5, 24
PARTS = ["m", "n", "J", "w", "I", "si", "so", "bias", "x0"]


def wave(count, part):
    """Numbers 0..count-1 of a part: sin(1 + 1.7 k + 0.9 part + 0.01 k^2)."""
    return [math.sin(1 + 1.7 * k + 0.9 * part + 0.01 * k * k) for k in range(count)]


def columns(count, width, part):
    """`width` columns of `count` numbers, one column after the other."""
    return torch.tensor(wave(count * width, part), dtype=torch.float64).reshape(width, count).T


def case(units, rank, inputs, outputs):
    full = rank == 0
    p = {"w": columns(units, outputs, 3), "I": columns(units, inputs, 4), "si": columns(inputs, 1, 5).flatten(),
         "so": columns(outputs, 1, 6).flatten(), "bias": columns(units, 1, 7).flatten(),
         "x0": columns(units, 1, 8).flatten()}
    if full:
        p["J"] = columns(units, units, 2)
    else:
        p["m"] = columns(units, rank, 0)
        p["n"] = columns(units, rank, 1)
    for value in p.values():
        value.requires_grad_(True)
    gains = 1 + 0.5 * columns(units, 1, 9).flatten()
    u = torch.tensor(wave(TRIALS * STEPS * inputs, 10), dtype=torch.float64).reshape(TRIALS, STEPS, inputs)
    target = torch.tensor(wave(TRIALS * STEPS * outputs, 11), dtype=torch.float64).reshape(TRIALS, STEPS, outputs)
    mask = (torch.tensor(wave(TRIALS * STEPS * outputs, 12)).reshape(TRIALS, STEPS, outputs) > 0.3).double()

    scale = 1.0 if full else 1.0 / units
    j = p["J"] if full else p["m"] @ p["n"].T / units
    x = p["x0"].expand(TRIALS, units)
    errors = []
    for k in range(STEPS):
        r = gains * torch.tanh(x + p["bias"])
        x = x + ALPHA * (-x + r @ j.T + (u[:, k] * p["si"]) @ p["I"].T)
        z = scale * (gains * torch.tanh(x + p["bias"])) @ (p["w"] * p["so"])
        errors.append(mask[:, k] * (z - target[:, k]) ** 2)
    by_trial = torch.stack(errors).sum(dim=(0, 2)) / mask.sum(dim=(1, 2))
    loss = by_trial.mean()
    loss.backward()
    return {"units": units, "rank": rank, "inputs": inputs, "outputs": outputs, "loss": loss.item(),
            "gradients": {name: p[name].grad.T.flatten().tolist() if p[name].dim() == 2 else p[name].grad.tolist()
                          for name in PARTS if name in p}}


if __name__ == "__main__":
    print(json.dumps({"torch": torch.__version__, "cases": [case(11, 2, 2, 2), case(7, 0, 2, 1)]}, indent=1))
