"""Writes criteria.json: the criteria of torch.nn on random numbers, with every reduction and option.
Options stand under the names of sluice, which the test hands on as they are."""

import torch
import torch.nn.functional as F
from modules import module_case
from record import Recording, numbers

recording = Recording(__file__)

names = {
    "epsilon": "eps",
    "ignoreIndex": "ignore_index",
    "labelSmoothing": "label_smoothing",
    "logInput": "log_input",
    "logTarget": "log_target",
    "posWeight": "pos_weight",
    "zeroInfinity": "zero_infinity",
    "keepDims": "keepdim",
    "axis": "dim",
}


def spelled(options):
    """Options under PyTorch's names; weights as tensors."""
    plain = {names.get(key, key): value for key, value in options.items()}
    if plain.get("reduction") == "batchMean":
        plain["reduction"] = "batchmean"
    return {
        key: torch.tensor(value, dtype=torch.float64) if key in ("weight", "pos_weight") else value
        for key, value in plain.items()
    }


def record(name, function, inputs, *variants, gradients=None):
    for options in variants:
        recording.case(
            name,
            lambda **given: function(*given.values(), **spelled(options)),
            inputs,
            options,
            gradients=gradients,
        )


def signs(*shape):
    return torch.randint(0, 2, shape).double() * 2 - 1


def probabilities(*shape):
    return ((torch.rand(*shape) * 0.9 + 0.05) * 1e4).round() / 1e4


none, total = {"reduction": "none"}, {"reduction": "sum"}
pair = {"input": numbers(2, 3), "target": numbers(2, 3)}
record("mse", F.mse_loss, pair, {}, none, total)
record("l1", F.l1_loss, pair, {}, none, total)
record("huber", F.huber_loss, pair, {}, {"delta": 0.4, **none}, {"delta": 0.4, **total})
record("smoothL1", F.smooth_l1_loss, pair, {}, {"beta": 0.4, **none}, {"beta": 0.0, **total})

logits = numbers(3, 3) * 2
labels = torch.tensor([2, 0, 1])
weight = [0.5, 1.25, 2.0]
marked = torch.tensor([2, -100, 1])
hard = {"input": logits, "target": labels}
variants = [
    {},
    none,
    total,
    {"weight": weight},
    {"labelSmoothing": 0.2},
    {"labelSmoothing": 0.2, "weight": weight},
    {"labelSmoothing": 0.2, "weight": weight, "ignoreIndex": 2, **total},
]
record("crossEntropy", F.cross_entropy, hard, *variants)
ignoring = [
    {"ignoreIndex": -100},
    {"ignoreIndex": -100, "weight": weight},
    {"ignoreIndex": -100, "labelSmoothing": 0.2},
    {"ignoreIndex": -100, "labelSmoothing": 0.2, "weight": weight},
]
record("crossEntropy", F.cross_entropy, {"input": logits, "target": marked}, *ignoring)
wide = {"input": numbers(1, 3, 2, 2), "target": torch.randint(0, 3, (1, 2, 2))}
record("crossEntropy", F.cross_entropy, wide, {"weight": weight, "labelSmoothing": 0.1})
record("crossEntropy", F.cross_entropy, wide, {"ignoreIndex": 1, "weight": weight, **none})
record("crossEntropy", F.cross_entropy, {"input": numbers(5), "target": torch.tensor(3)}, {})
extreme = torch.tensor([[1e3, 0.0, -1e3], [-80.0, 90.0, 0.0], [700.0, 700.0, -700.0]])
record("crossEntropy", F.cross_entropy, {"input": extreme, "target": torch.tensor([0, 0, 2])}, none)
soft = {"input": logits, "target": torch.softmax(numbers(3, 3), 1)}
record("crossEntropy", F.cross_entropy, soft, {}, {"weight": weight, **total})
record("crossEntropy", F.cross_entropy, soft, {"weight": weight, "labelSmoothing": 0.3})
deep = {"input": numbers(2, 3, 2), "target": torch.softmax(numbers(2, 3, 2), 1)}
record("crossEntropy", F.cross_entropy, deep, {"weight": weight, **none})

scores = {"input": torch.log_softmax(logits, 1), "target": labels}
record("nll", F.nll_loss, scores, {}, total, {"weight": weight})
record("nll", F.nll_loss, scores, {"ignoreIndex": 2, "weight": weight})
record("nll", F.nll_loss, wide, {"ignoreIndex": 1}, {"weight": weight, **none})

likely = {"input": probabilities(2, 3), "target": probabilities(2, 3)}
record("bce", F.binary_cross_entropy, likely, {}, none)
record("bce", F.binary_cross_entropy, likely, {"weight": weight, **total}, gradients=["input"])
flags = {"input": numbers(2, 3) * 3, "target": probabilities(2, 3)}
weights = [{}, none, {"weight": weight, **total}, {"posWeight": weight}]
both = {"weight": [[0.5, 1.0, 2.0], [3.0, 0.0, 1.0]], "posWeight": weight, **none}
record("bceWithLogits", F.binary_cross_entropy_with_logits, flags, *weights, both)
far = {"input": torch.tensor([800.0, -800.0, 30.0]), "target": torch.tensor([0.0, 1.0, 1.0])}
record("bceWithLogits", F.binary_cross_entropy_with_logits, far, {"posWeight": [3.0], **none})

record("poissonNll", F.poisson_nll_loss, {"input": numbers(6), "target": torch.arange(6.0)}, {})
counts = {"input": probabilities(6) * 4, "target": torch.tensor([0.0, 1.0, 2.0, 3.5, 1.5, 7.0])}
record(
    "poissonNll",
    F.poisson_nll_loss,
    counts,
    {"full": True, **none},
    {"logInput": False, "full": True, **total},
    {"logInput": False, "epsilon": 0.01},
    gradients=["input"],
)
spread = {**pair, "variance": probabilities(2, 3) * 2}
record("gaussianNll", F.gaussian_nll_loss, spread, {}, {"full": True, **none})
record("gaussianNll", F.gaussian_nll_loss, spread, {"epsilon": 0.7, **total})
record("gaussianNll", F.gaussian_nll_loss, {**pair, "variance": probabilities(2, 1)}, {})
record("gaussianNll", F.gaussian_nll_loss, {**pair, "variance": probabilities(2)}, none)

guessed = torch.log_softmax(numbers(2, 4), 1)
known = torch.softmax(numbers(2, 4), 1)
kinds = [{}, none, {"reduction": "batchMean"}]
record("klDiv", F.kl_div, {"input": guessed, "target": known}, *kinds)
logged = [{"logTarget": True, "reduction": "batchMean"}]
record("klDiv", F.kl_div, {"input": guessed, "target": known.log()}, *logged)
zeros = torch.tensor([[0.0, 0.5, 0.5, 0.0]])
record("klDiv", F.kl_div, {"input": guessed[:1], "target": zeros}, none, gradients=["input"])

ranked = {"input1": numbers(4), "input2": numbers(4), "target": signs(4)}
record("marginRanking", F.margin_ranking_loss, ranked, {"margin": 0.5}, none)
ties = {"input1": torch.ones(3), "input2": torch.ones(3), "target": torch.tensor([1.0, -1, 1])}
record("marginRanking", F.margin_ranking_loss, ties, total)
distant = {"input": numbers(2, 3), "target": signs(2, 3)}
hinges = [{}, {"margin": 0.25, **none}, {"margin": 2.0, **total}]
record("hingeEmbedding", F.hinge_embedding_loss, distant, *hinges, gradients=["input"])
record("softMargin", F.soft_margin_loss, distant, {}, none, gradients=["input"])

several = torch.tensor([[2, 0, -1], [1, 1, 2], [-1, 2, 0]])
many = {"input": numbers(3, 3), "target": several}
record("multiLabelMargin", F.multilabel_margin_loss, many, none, total)
one = {"input": numbers(4), "target": torch.tensor([1, 3, -1, 0])}
record("multiLabelMargin", F.multilabel_margin_loss, one, {})
tagged = {"input": numbers(2, 3) * 3, "target": torch.randint(0, 2, (2, 3)).double()}
tags = [{}, none, {"weight": weight, **total}]
record("multiLabelSoftMargin", F.multilabel_soft_margin_loss, tagged, *tags)

record("multiMargin", F.multi_margin_loss, hard, {}, {"p": 2, "margin": 0.5, **none})
record("multiMargin", F.multi_margin_loss, hard, {"weight": weight}, {"p": 2, "margin": 2.0, **total})
record("multiMargin", F.multi_margin_loss, {"input": numbers(5), "target": torch.tensor(3)}, {})

rows = {"input1": numbers(3, 3), "input2": numbers(3, 3), "target": signs(3)}
cosines = [{}, {"margin": 0.25, **none}, {"margin": -0.5, **total}]
record("cosineEmbedding", F.cosine_embedding_loss, rows, *cosines, gradients=["input1", "input2"])
similar = {"x1": numbers(1, 3, 2), "x2": numbers(1, 3, 2)}
record("cosineSimilarity", F.cosine_similarity, similar, {}, {"axis": -1})
norms = [{}, {"p": 1.0, "epsilon": 0.0}, {"p": 3.0, "keepDims": True}]
record("pairwiseDistance", F.pairwise_distance, similar, *norms)
near = numbers(3, 2)
triple = {"anchor": near, "positive": near + numbers(3, 2), "negative": near - numbers(3, 2)}
triplets = [{}, {"swap": True, **none}, {"p": 1.0, "margin": 3.0, "swap": True, **total}]
record("tripletMargin", F.triplet_margin_loss, triple, *triplets, {"p": 3.0, "epsilon": 0.01})
F_distance = F.triplet_margin_with_distance_loss


def with_cosine(anchor, positive, negative, **options):
    def distance(a, b):
        return 1 - F.cosine_similarity(a, b)

    return F_distance(anchor, positive, negative, distance_function=distance, **options)


record("tripletMarginWithDistance", F_distance, triple, {"swap": True, "margin": 2.0})
record("tripletMarginWithCosine", with_cosine, triple, {}, {"swap": True, **none})


def ctc(x, *rest, **options):
    # Through log_softmax: PyTorch's own gradient holds for normalised log-probabilities alone.
    return F.ctc_loss(torch.log_softmax(x, -1), *rest, **options)


spoken = {
    "x": numbers(4, 3, 3),
    "targets": torch.tensor([[1, 2, 1], [2, 2, 0], [1, 0, 0]]),
    "inputLengths": torch.tensor([4, 3, 2]),
    "targetLengths": torch.tensor([3, 2, 0]),
}
record("ctc", ctc, spoken, {}, none)
last = {**spoken, "targets": torch.tensor([[1, 0, 1], [0, 0, 9], [9, 9, 9]])}
record("ctc", ctc, last, {"blank": 2, **total})
short = {
    "x": numbers(3, 2, 3),
    "targets": torch.tensor([[1, 1, 2], [2, 1, 0]]),
    "inputLengths": torch.tensor([3, 3]),
    "targetLengths": torch.tensor([3, 2]),
}
record("ctc", ctc, short, {"zeroInfinity": True})
record("ctc", ctc, short, none, gradients=[])
alone = {"x": numbers(4, 3), "targets": torch.tensor([1, 2])}
lengths = {"inputLengths": torch.tensor(4), "targetLengths": torch.tensor(2)}
record("ctc", ctc, {**alone, **lengths}, none)


def adaptive(module, x, target):
    output, loss = module(x, target)
    return output, loss, module.log_prob(x), module.predict(x)


words = torch.nn.AdaptiveLogSoftmaxWithLoss(4, 9, [3, 6], div_value=2.0, head_bias=True)
asked = {"x": numbers(4, 4), "target": torch.tensor([8, 1, 4, 5])}
moving = ["x", *words.state_dict()]
name = "adaptiveLogSoftmaxWithLoss"
module_case(recording, name, words, asked, {}, call=adaptive, gradients=moving)

recording.write()
