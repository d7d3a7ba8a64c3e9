"""Writes pooling.json: pools over sequences, images and volumes, plain and adaptive."""

import torch
import torch.nn.functional as F
from record import Recording, numbers

recording = Recording(__file__)
names = {"stride": "stride", "padding": "padding", "dilation": "dilation", "ceil_mode": "ceilMode",
         "count_include_pad": "countIncludePad", "divisor_override": "divisorOverride"}
largest = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
mean = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
power = {1: F.lp_pool1d, 2: F.lp_pool2d}
adaptive_largest = {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d}
adaptive_mean = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}


def pool(name, functions, x, window, **options):
    function = functions[len(x) - 2]
    recording.case(
        f"{name}{len(x) - 2}d",
        lambda x: function(x, window, **options),
        {"x": numbers(*x)},
        {"window": window, **{names[option]: value for option, value in options.items()}},
    )


def adaptive(name, functions, x, size):
    function = functions[len(x) - 2]
    recording.case(
        f"{name}{len(x) - 2}d", lambda x: function(x, size), {"x": numbers(*x)}, {"size": size}
    )


def lp(x, norm, window, **options):
    function = power[len(x) - 2]
    recording.case(
        f"lpPool{len(x) - 2}d",
        lambda x: function(x, norm, window, **options),
        {"x": numbers(*x).abs() + 0.1},
        {"norm": norm, "window": window, **{names[o]: value for o, value in options.items()}},
    )


pool("maxPool", largest, (2, 2, 9), 3, stride=2, padding=1, dilation=2)
pool("maxPool", largest, (1, 1, 7), 2, stride=3, padding=1, ceil_mode=True)
pool("maxPool", largest, (1, 1, 90), 40)
pool("maxPool", largest, (1, 2, 7, 6), (3, 2), stride=(2, 1), padding=(1, 0), ceil_mode=True)
pool("maxPool", largest, (1, 1, 13, 14), (6, 7))
pool("maxPool", largest, (1, 1, 4, 4, 5), (2, 3, 2), stride=(2, 1, 2), padding=(1, 1, 0), dilation=(1, 1, 2))
pool("avgPool", mean, (1, 2, 8), 3, padding=1, ceil_mode=True, count_include_pad=False)
pool("avgPool", mean, (1, 2, 6, 7), (3, 2), stride=(2, 3), padding=(1, 1), ceil_mode=True)
pool("avgPool", mean, (1, 1, 9, 10), (7, 5), stride=(1, 2), padding=(3, 2), divisor_override=3)
pool("avgPool", mean, (1, 1, 13, 14), (6, 7))
pool("avgPool", mean, (1, 1, 3, 4, 5), (2, 3, 2), stride=(1, 2, 2), padding=1, count_include_pad=False)
lp((1, 2, 7), 2, 3, stride=2, ceil_mode=True)
lp((1, 2, 5, 6), 2.5, (2, 3), ceil_mode=True)
adaptive("adaptiveAvgPool", adaptive_mean, (1, 2, 7), 3)
adaptive("adaptiveAvgPool", adaptive_mean, (1, 2, 6, 7), (3, 4))
adaptive("adaptiveAvgPool", adaptive_mean, (1, 2, 5, 6), (None, 4))
adaptive("adaptiveAvgPool", adaptive_mean, (1, 2, 3, 4, 5), (2, 3, 4))
adaptive("adaptiveMaxPool", adaptive_largest, (1, 2, 7), 3)
adaptive("adaptiveMaxPool", adaptive_largest, (1, 2, 7, 7), 1)
adaptive("adaptiveMaxPool", adaptive_largest, (1, 2, 3, 4, 5), (2, 3, 4))

# Ties go to the first of a window.
recording.case(
    "maxPool2d",
    lambda x: F.max_pool2d(x, (6, 7), stride=(3, 4), padding=(3, 2)),
    {"x": torch.randint(0, 3, (1, 1, 9, 10)).to(torch.float64)},
    {"window": (6, 7), "stride": (3, 4), "padding": (3, 2)},
)

recording.write()
