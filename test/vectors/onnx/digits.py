"""Trains a small network on the first 1,000 digits and exports it to digits.onnx, beside this file, for fine-tuning.

Run with any Python that has PyTorch (made with 1.13): /usr/bin/python3 test/vectors/onnx/digits.py
"""
import csv
import gzip
import pathlib
import warnings

import torch
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings("ignore")
torch.manual_seed(0)
FOLDER = pathlib.Path(__file__).parent
DATA = FOLDER.parents[2] / "data" / "digits.csv.gz"


class Digits(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.hidden = nn.Linear(16 * 2 * 2, 32)
        self.fc = nn.Linear(32, classes)

    def forward(self, image):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(image))), 2)
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2)
        return self.fc(F.relu(self.hidden(x.flatten(1))))


def main():
    with gzip.open(DATA, "rt") as lines:
        rows = torch.tensor([[float(cell) for cell in row] for row in csv.reader(lines) if row[0][:1].isdigit()])
    images, labels = rows[:, :64].reshape(-1, 1, 8, 8) / 16, rows[:, 64].long()
    images, others, labels, answers = images[:1000], images[1000:], labels[:1000], labels[1000:]
    model = Digits(10)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    for _ in range(15):
        for batch in torch.randperm(len(images)).split(32):
            optimizer.zero_grad()
            F.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
    model.eval()
    right = (model(others).argmax(1) == answers).float().mean()
    torch.onnx.export(
        model, images[:1], str(FOLDER / "digits.onnx"), opset_version=15,
        input_names=["image"], output_names=["logits"], dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
        training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,  # which keep the names of the state_dict
    )
    print(f"{right:.1%} of {len(others)} other digits right")


main()
