"""Writes convolutions.json: convolutions and transposed ones over sequences, images and volumes."""

import torch.nn.functional as F
from record import Recording, numbers

recording = Recording(__file__)
plain = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
transposed = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
names = {"stride": "stride", "padding": "padding", "dilation": "dilation", "groups": "groups",
         "output_padding": "outputPadding"}


def case(name, function, x, kernel, **options):
    recording.case(
        name,
        lambda x, kernel: function(x, kernel, **options),
        {"x": numbers(*x), "kernel": numbers(*kernel)},
        {names[option]: value for option, value in options.items()},
    )


def conv(rank, x, kernel, **options):
    case(f"conv{rank}d", plain[rank], x, kernel, **options)


def transpose(rank, x, kernel, **options):
    case(f"convTranspose{rank}d", transposed[rank], x, kernel, **options)


conv(1, (2, 3, 5), (2, 3, 3))
conv(1, (1, 4, 9), (6, 2, 3), stride=2, padding=2, dilation=2, groups=2)
conv(1, (1, 2, 6), (2, 1, 4), padding="same", groups=2)
conv(2, (1, 4, 6, 5), (4, 2, 3, 3), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2)
conv(2, (2, 3, 5, 6), (3, 1, 3, 3), padding=1, groups=3)
conv(2, (2, 2, 6, 5), (4, 1, 3, 3), stride=2, padding=1, groups=2)
conv(2, (1, 2, 5, 5), (3, 2, 3, 2), padding="same", dilation=2)
conv(3, (1, 2, 4, 3, 4), (2, 1, 2, 3, 2), stride=(2, 1, 2), padding=(0, 1, 1), dilation=(2, 1, 1), groups=2)

transpose(1, (1, 4, 4), (4, 2, 3), stride=3, padding=1, output_padding=2, groups=2)
transpose(1, (1, 2, 4), (2, 2, 3), dilation=3, output_padding=1, padding=2)
transpose(2, (1, 2, 3, 4), (2, 2, 2, 3), stride=2)
transpose(2, (1, 4, 3, 3), (4, 1, 3, 2), stride=(2, 3), padding=(1, 0), output_padding=(1, 2), groups=4)
transpose(2, (1, 2, 3, 4), (2, 2, 2, 2), padding=3, dilation=(4, 2), output_padding=1)
transpose(3, (1, 2, 2, 2, 3), (2, 1, 2, 3, 2), stride=(1, 2, 2), padding=(0, 1, 1), output_padding=(0, 1, 0), groups=2)

recording.write()
