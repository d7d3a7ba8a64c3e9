"""Writes images.json: windows as columns, other sizes, shuffles and pads of images and their kin."""

import torch.nn.functional as F
from record import Recording, numbers

recording = Recording(__file__)


def unfold(x, window, **options):
    recording.case(
        "unfold2d", lambda x: F.unfold(x, window, **options), {"x": numbers(*x)}, {"window": window, **options}
    )


def fold(x, size, window, **options):
    recording.case(
        "fold2d",
        lambda x: F.fold(x, size, window, **options),
        {"x": numbers(*x)},
        {"size": size, "window": window, **options},
    )


def interpolate(x, **options):
    names = {"scale_factor": "scaleFactor", "align_corners": "alignCorners",
             "recompute_scale_factor": "recomputeScaleFactor"}
    recording.case(
        "interpolate",
        lambda x: F.interpolate(x, **options),
        {"x": numbers(*x)},
        {names.get(option, option): value for option, value in options.items()},
    )


def pad(mode, x, low, high):
    """torch lists the last axis first, low before high; it pads no batch and no channels."""
    pairs = [count for pair in reversed(list(zip(low[2:], high[2:]))) for count in pair]
    recording.case(
        f"pad {mode}",
        lambda x: F.pad(x, pairs, mode=mode),
        {"x": numbers(*x)},
        {"low": low, "high": high},
    )


unfold((2, 2, 5, 4), (3, 2))
unfold((1, 2, 5, 6), 2, stride=(2, 1), padding=(1, 0), dilation=2)
fold((1, 12, 9), (4, 5), (2, 3))
fold((1, 8, 8), (5, 6), 2, stride=(3, 2), padding=1)

interpolate((1, 1, 4, 6), size=(7, 3), mode="nearest")
interpolate((1, 2, 5), size=8, mode="nearest-exact")
interpolate((1, 1, 4, 6), size=(7, 3), mode="area")
interpolate((1, 2, 5), scale_factor=1.7)
interpolate((1, 2, 2, 3), scale_factor=(2, 3))
interpolate((1, 1, 2, 3, 2), size=(3, 5, 4))
for aligned in (False, True):
    interpolate((1, 2, 4, 5), size=(7, 3), mode="bilinear", align_corners=aligned)
    interpolate((1, 1, 4, 5), size=(7, 3), mode="bicubic", align_corners=aligned)
interpolate((1, 1, 2, 3, 3), size=(3, 2, 5), mode="trilinear")
interpolate((1, 2, 3, 4), scale_factor=1.6, mode="bilinear")
interpolate((1, 2, 3, 4), scale_factor=1.6, mode="bilinear", recompute_scale_factor=True)
interpolate((1, 1, 3), size=1, mode="linear", align_corners=True)
interpolate((1, 2, 4), size=7, mode="linear")

recording.case("pixelShuffle", lambda x: F.pixel_shuffle(x, 2), {"x": numbers(2, 8, 3, 2)})
recording.case("pixelUnshuffle", lambda x: F.pixel_unshuffle(x, 2), {"x": numbers(2, 2, 4, 6)})
# torch 1.13 has no derivative of it.
recording.case("channelShuffle", lambda x: F.channel_shuffle(x, 3), {"x": numbers(2, 6, 2, 2)}, gradients=[])

for mode in ("reflect", "replicate", "circular"):
    pad(mode, (1, 1, 4, 5), (0, 0, 3, 1), (0, 0, 0, 4))

pad("reflect", (1, 1, 3, 2, 3), (0, 0, 1, 1, 2), (0, 0, 2, 1, 1))

recording.write()
