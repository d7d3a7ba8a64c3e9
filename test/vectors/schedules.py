"""Writes schedules.json: the learning rates that PyTorch's schedulers set for each step, in float64.

Run it with any Python that has PyTorch:
    python3 test/vectors/schedules.py
"""

import json
import pathlib
import platform
import warnings

import torch

warnings.simplefilter("ignore")
schedulers = torch.optim.lr_scheduler
STEPS = 24


def optimizer(learning_rate):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=learning_rate)


def rates(make, learning_rate=0.3, steps=STEPS, measures=None):
    stepper = optimizer(learning_rate)
    scheduler = make(stepper)
    recorded = []
    for index in range(steps):
        recorded.append(stepper.param_groups[0]["lr"])
        stepper.step()
        if index + 1 < steps or measures:
            scheduler.step(*([measures[index]] if measures else []))
    return recorded


one_cycle = schedulers.OneCycleLR
measures = [3, 2, 2.5, 2, 1.99, 2.1, 2.2, 1.9, 1.8999, 1.95, 1.96, 1.97, 1.98, 1.99, 2, 2.1, 2.2, 2.3]
plateau = schedulers.ReduceLROnPlateau


def warm_then_cosine(o):
    warm = schedulers.LinearLR(o, start_factor=0.1, total_iters=5)
    return schedulers.SequentialLR(o, [warm, schedulers.CosineAnnealingLR(o, 12)], milestones=[5])


runs = {
    "stepLr": rates(lambda o: schedulers.StepLR(o, 5, gamma=0.4)),
    "multiStepLr": rates(lambda o: schedulers.MultiStepLR(o, [3, 7, 15], gamma=0.5)),
    "constantLr": rates(lambda o: schedulers.ConstantLR(o, factor=0.25, total_iters=4)),
    "constantLr by default": rates(lambda o: schedulers.ConstantLR(o)),
    "linearLr": rates(lambda o: schedulers.LinearLR(o, 0.1, 0.8, total_iters=7)),
    "linearLr by default": rates(lambda o: schedulers.LinearLR(o)),
    "exponentialLr": rates(lambda o: schedulers.ExponentialLR(o, 0.9)),
    "polynomialLr": rates(lambda o: schedulers.PolynomialLR(o, total_iters=9, power=2.5)),
    "cosineAnnealingLr": rates(lambda o: schedulers.CosineAnnealingLR(o, 10, eta_min=0.02)),
    "cosineAnnealingWarmRestarts": rates(
        lambda o: schedulers.CosineAnnealingWarmRestarts(o, 3, T_mult=2, eta_min=0.01)
    ),
    "oneCycleLr": rates(lambda o: one_cycle(o, 0.5, total_steps=STEPS)),
    "oneCycleLr in three": rates(
        lambda o: one_cycle(
            o,
            0.5,
            total_steps=STEPS,
            pct_start=0.4,
            anneal_strategy="linear",
            div_factor=10,
            final_div_factor=100,
            three_phase=True,
        )
    ),
    "lambdaLr": rates(lambda o: schedulers.LambdaLR(o, lambda step: 1 / (1 + 0.5 * step))),
    "sequentialLr": rates(warm_then_cosine),
    "chainedLr": rates(
        lambda o: schedulers.ChainedScheduler(
            [schedulers.ConstantLR(o, 0.1, 2), schedulers.ExponentialLR(o, 0.9)]
        )
    ),
    "reduceLrOnPlateau": rates(
        lambda o: plateau(o, factor=0.5, patience=1), steps=len(measures), measures=measures
    ),
    "reduceLrOnPlateau with all": rates(
        lambda o: plateau(
            o, mode="max", factor=0.3, patience=2, threshold=0.1, threshold_mode="abs", cooldown=2, min_lr=0.02
        ),
        steps=len(measures),
        measures=measures,
    ),
}
lines = ",\n".join(f'    "{name}": {json.dumps(record)}' for name, record in runs.items())
versions = json.dumps({"torch": torch.__version__, "python": platform.python_version()})
pathlib.Path(__file__).with_suffix(".json").write_text(
    f'{{\n  "versions": {versions},\n  "measures": {json.dumps(measures)},\n'
    f'  "runs": {{\n{lines}\n  }}\n}}\n'
)
