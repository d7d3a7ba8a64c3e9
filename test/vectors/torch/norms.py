"""Writes norms.json: norms of torch.nn.functional, and modules of torch.nn as they train for three
steps and then evaluate. rms_norm, which PyTorch 1.13 lacks, is its paper's formula."""

import torch
import torch.nn.functional as F
from record import Recording, numbers

recording = Recording(__file__)


def affine(channels):
    return {"weight": numbers(channels), "bias": numbers(channels)}


def measured(x, weight, bias, eps):
    axes = [axis for axis in range(x.dim()) if axis != 1]
    y = F.batch_norm(x, None, None, weight, bias, training=True, eps=eps)
    return y, x.mean(axes), x.var(axes, unbiased=False)


def rms(x, weight, eps):
    axes = list(range(x.dim() - weight.dim(), x.dim()))
    return x / torch.sqrt((x * x).mean(axes, keepdim=True) + eps) * weight


def gates():
    shapes = [((4, 3), 1e-5), ((2, 2, 3), 0.1), ((2, 2, 2, 2), 1e-5), ((2, 2, 1, 2, 2), 1e-3)]
    for shape, eps in shapes:
        x, own, options = numbers(*shape), affine(shape[1]), {"epsilon": eps}
        kept = {"mean": numbers(shape[1]), "variance": numbers(shape[1]).abs() + 0.5}
        recording.case(
            "batchNorm",
            lambda x, weight, bias, mean, variance: F.batch_norm(
                x, mean, variance, weight, bias, eps=eps
            ),
            {"x": x, **own, **kept},
            options,
            gradients=["x", "weight", "bias"],
        )
        recording.case(
            "batchNormTraining",
            lambda x, weight, bias: measured(x, weight, bias, eps),
            {"x": x, **own},
            options,
        )
        if len(shape) > 2:
            recording.case(
                "instanceNorm",
                lambda x, weight, bias: F.instance_norm(x, weight=weight, bias=bias, eps=eps),
                {"x": x, **own},
                options,
            )
    for shape, groups, eps in [((2, 6), 3, 1e-5), ((2, 4, 3), 2, 0.2), ((1, 4, 2, 2), 1, 1e-5)]:
        recording.case(
            "groupNorm",
            lambda x, weight, bias: F.group_norm(x, groups, weight, bias, eps),
            {"x": numbers(*shape), **affine(shape[1])},
            {"groups": groups, "epsilon": eps},
        )
    for shape, row, eps in [((3, 4), (4,), 1e-5), ((2, 3, 2), (3, 2), 0.1)]:
        x, options = numbers(*shape), {"epsilon": eps}
        recording.case(
            "layerNorm",
            lambda x, weight, bias: F.layer_norm(x, row, weight, bias, eps),
            {"x": x, "weight": numbers(*row), "bias": numbers(*row)},
            options,
        )
        recording.case(
            "rmsNorm",
            lambda x, weight: rms(x, weight, eps),
            {"x": x, "weight": numbers(*row)},
            options,
        )
    for shape, size, options in [
        ((1, 5, 2), 5, {}),
        ((1, 4, 2, 2), 2, {"alpha": 0.5, "beta": 0.6, "k": 2}),
        ((1, 3, 1, 1, 2), 4, {"alpha": 1.5}),
    ]:
        recording.case(
            "localResponseNorm",
            lambda x: F.local_response_norm(x, size, **options),
            {"x": numbers(*shape)},
            {"size": size, **options},
        )
    for shape, p, axis in [((3, 4), 2, 1), ((2, 3, 2), 1, 0), ((2, 5), 3, -1), ((4, 3), 0.5, 0)]:
        recording.case(
            "normalize",
            lambda x: F.normalize(x, p=p, dim=axis),
            {"x": numbers(*shape)},
            {"p": p, "axis": axis},
        )


def module(name, made, shape, options):
    """What a module gives for a batch after three others: trained on them, then evaluated."""
    steps = [numbers(*shape) for _ in range(3)]
    own = {key: numbers(*value.shape) for key, value in made.named_parameters()}

    def run(x, **rest):
        for key in own:
            made._parameters[key] = rest[key]
        made.reset_running_stats()
        made.train()
        for step in ("a", "b", "c"):
            made(rest[step])
        trained = made(x)
        kept = [] if made.running_mean is None else [made.running_mean, made.running_var]
        kept = [value.clone().detach() for value in kept]
        made.eval()
        return (trained, made(x), *kept)

    inputs = {"x": numbers(*shape), **dict(zip("abc", steps)), **own}
    recording.case(name, run, inputs, options, gradients=["x", *own])


def modules():
    nn = torch.nn
    for name, kind, shape in [
        ("batchNorm1d", nn.BatchNorm1d, (3, 2)),
        ("batchNorm1d", nn.BatchNorm1d, (2, 2, 3)),
        ("batchNorm2d", nn.BatchNorm2d, (2, 2, 1, 2)),
        ("batchNorm3d", nn.BatchNorm3d, (1, 2, 2, 1, 2)),
        ("instanceNorm1d", nn.InstanceNorm1d, (2, 2, 3)),
        ("instanceNorm2d", nn.InstanceNorm2d, (1, 2, 2, 2)),
        ("instanceNorm3d", nn.InstanceNorm3d, (1, 2, 2, 1, 2)),
    ]:
        module(name, kind(shape[1]), shape, {"channels": shape[1]})
    for options in [
        {"momentum": None},
        {"momentum": 0.3, "eps": 0.1},
        {"affine": False},
        {"track_running_stats": False},
        {"affine": False, "track_running_stats": False},
    ]:
        module("batchNorm1d", nn.BatchNorm1d(2, **options), (3, 2), {"channels": 2, **options})
    for options in [
        {"affine": True},
        {"track_running_stats": True},
        {"affine": True, "track_running_stats": True, "momentum": 0.4, "eps": 0.01},
    ]:
        made = nn.InstanceNorm1d(2, **options)
        module("instanceNorm1d", made, (2, 2, 3), {"channels": 2, **options})


gates()
modules()
recording.write()
