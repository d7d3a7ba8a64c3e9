"""PyTorch at the works of the table, native, for reference. Speaks the protocol of protocol.ts in
lines of JSON over stdin and stdout, and measures itself."""

import json
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F


def fill(array):
    """The same numbers as works/fill.ts."""
    shape, how = array["shape"], array["fill"]
    if how["kind"] == "constant":
        return torch.full(shape, float(how["value"]))
    if how["kind"] == "values":
        return torch.tensor(how["values"], dtype=torch.float32).reshape(shape)
    share = uniform(how["seed"], math.prod(shape)).reshape(shape)
    if how["kind"] == "labels":
        return (share * how["classes"]).floor().to(torch.int64)
    if not how.get("isPositive"):
        share = 2 * share - 1
    return (share * how["bound"]).to(torch.float32)


def uniform(seed, count):
    """mulberry32 at each place; products keep their low 32 bits when 64 overflow."""
    low = 0xFFFFFFFF
    bits = (seed + torch.arange(1, count + 1, dtype=torch.int64) * 0x6D2B79F5) & low
    bits = ((bits ^ (bits >> 15)) * (bits | 1)) & low
    bits = bits ^ ((bits + (((bits ^ (bits >> 7)) * (bits | 61)) & low)) & low)
    return (bits ^ (bits >> 14)).to(torch.float64) / 2**32


def mlp(work, parameters, x):
    last = len(work["widths"]) - 2
    for layer in range(last + 1):
        x = x @ parameters[2 * layer] + parameters[2 * layer + 1]
        if layer < last or work["loss"] == "mse":
            x = torch.sigmoid(x) if work["activation"] == "sigmoid" else torch.relu(x)
    return x


def cnn(work, parameters, x):
    k1, b1, k2, b2, w3, b3, w4, b4 = parameters
    x = F.max_pool2d(torch.relu(F.conv2d(x, k1, b1, padding=1)), 2)
    x = F.max_pool2d(torch.relu(F.conv2d(x, k2, b2, padding=1)), 2)
    return torch.relu(x.flatten(1) @ w3 + b3) @ w4 + b4


def transformer(work, parameters, tokens):
    batch, context, width, heads = (work[k] for k in ("batch", "context", "width", "heads"))
    rest = iter(parameters)
    later = torch.ones(context, context, dtype=torch.bool).triu(1)

    def dense(x):
        return x @ next(rest) + next(rest)

    def norm(x):
        return F.layer_norm(x, [width], next(rest), next(rest))

    def attention(x):
        parts = dense(x).reshape(batch, context, 3, heads, width // heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / math.sqrt(width // heads)
        mixed = torch.softmax(scores.masked_fill(later, -math.inf), -1) @ v
        return dense(mixed.transpose(1, 2).reshape(batch * context, width))

    x = (next(rest)[tokens] + next(rest)).reshape(batch * context, width)
    for _ in range(work["layers"]):
        x = x + attention(norm(x))
        x = x + dense(gelu(dense(norm(x))))
    return norm(x) @ next(rest)


def gelu(x):
    return F.gelu(x, approximate="tanh")


def training(work):
    model = {"mlp": mlp, "cnn": cnn, "transformer": transformer}[work["kind"]]
    parameters = [fill(array).requires_grad_() for array in work["parameters"]]
    x, y = (fill(array) for array in work["inputs"])
    rule = work["optimizer"]
    rate = rule["learningRate"]
    if rule["name"] == "sgd":
        optimizer = torch.optim.SGD(parameters, lr=rate)
    elif rule["name"] == "adam":
        optimizer = torch.optim.Adam(parameters, lr=rate)
    else:
        optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=rule["weightDecay"])
    criterion = F.mse_loss if work.get("loss") == "mse" else F.cross_entropy

    def run(count):
        number = 0.0
        for _ in range(count):
            optimizer.zero_grad(set_to_none=True)
            loss = criterion(model(work, parameters, x), y)
            loss.backward()
            optimizer.step()
            number = loss.item()
        return number

    return run, None


def forward(work):
    network = work["network"]
    parameters = [fill(array) for array in network["parameters"]]
    x = fill(network["inputs"][0])

    return repeated(lambda: mlp(network, parameters, x))


def kernel(work):
    operands = [fill(array) for array in work["inputs"]]
    call = {
        "matmul": lambda: operands[0] @ operands[1],
        "gelu": lambda: gelu(operands[0]),
        "softmax": lambda: torch.softmax(operands[0], -1),
        "sum": lambda: operands[0].sum(work["axis"]),
        "sort": lambda: operands[0].sort(-1).values,
    }[work["kind"]]

    return repeated(call)


def gradient(work):
    upstream, *wrt = [fill(array) for array in work["inputs"]]
    wrt = [array.requires_grad_() for array in wrt]

    def batch_norm(x, weight, bias):
        return F.batch_norm(x, None, None, weight, bias, training=True)

    def lstm(x, input_weight, hidden_weight, bias):
        weights = [input_weight.T, hidden_weight.T, bias[0], torch.zeros_like(bias[0])]
        start = torch.zeros(2, 1, *x.shape[1:])
        return torch.lstm(x, tuple(start), weights, True, 1, 0.0, False, False, False)[0]

    def attention(query, key, value):
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        return torch.softmax(scores, -1) @ value

    def depthwise(x, kernel):
        return F.conv2d(x, kernel, padding=1, groups=x.shape[1])

    layer = {"batchNorm": batch_norm, "lstm": lstm, "attention": attention, "depthwise": depthwise}[work["of"]]
    return repeated(lambda: torch.autograd.grad(layer(*wrt), wrt, upstream)[0])


def repeated(call):
    def run(count):
        for _ in range(count):
            call()
        return 0.0

    def sample():
        output = call().flatten()
        length, count = len(output), min(16, len(output))
        return [output[int((place + 0.5) * length / count)].item() for place in range(count)]

    return run, sample


def scalars(work):
    def solve():
        wrt = [
            torch.tensor(work[name], dtype=torch.float64, requires_grad=True)
            for name in ("start", "factor", "term")
        ]
        end, factor, term = wrt
        for gate in range(work["gates"]):
            end = end + term if gate % 3 == 0 else end * factor if gate % 3 == 1 else end.tanh()
        end.backward()
        return [end.item(), *(value.grad.item() for value in wrt)]

    def run(count):
        return [solve()[0] for _ in range(count)][-1]

    return run, solve


class Contender:
    def prepare(self, order):
        work = order["work"]
        makers = {"scalars": scalars, "mlp": training, "cnn": training, "transformer": training}
        makers["gradient"] = gradient
        learns = work["kind"] in makers
        makers["forward"] = forward
        with torch.set_grad_enabled(learns):
            start = time.perf_counter()
            self.work = work
            self.run, sample = makers.get(work["kind"], kernel)(work)
            numbers = [self.run(1)]
            first = time.perf_counter() - start
            while sample is None and len(numbers) < order["checks"]:
                if time.perf_counter() - start > max(order["checkSeconds"], 2 * first):
                    break
                numbers.append(self.run(1))
            shown = sample() if sample else numbers
            self.warm_up(order["warmUpSeconds"])
        facts = {"nodes": work["gates"] + 3} if work["kind"] == "scalars" else {}
        return {
            "kind": "prepared",
            "numbers": shown,
            "firstSeconds": first,
            "facts": facts,
            "estimate": self.estimate,
        }

    def warm_up(self, seconds):
        start, count = time.perf_counter(), 1
        while True:
            begin = time.perf_counter()
            self.run(count)
            took = time.perf_counter() - begin
            self.estimate = took / count
            if took < seconds / 8:
                count *= 2
            if time.perf_counter() - start >= seconds:
                return

    def turn(self, order):
        seconds = order["seconds"]
        if self.estimate < seconds / 4:
            self.run(math.ceil(seconds / 10 / self.estimate))
        count = max(1, round(seconds / self.estimate))
        start = time.perf_counter()
        self.run(count)
        took = time.perf_counter() - start
        self.estimate = took / count
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        return {"kind": "turned", "count": count, "seconds": took, "peakMegabytes": peak}


def main():
    contender = Contender()
    for line in sys.stdin:
        order = json.loads(line)
        try:
            if order["kind"] == "prepare":
                torch.set_num_threads(order["threads"])
                reply = contender.prepare(order)
            else:
                reply = contender.turn(order)
        except Exception as error:  # whatever it is, it stands in the table
            reply = {"kind": "unavailable", "reason": str(error).split("\n")[0][:160]}
        print(json.dumps(reply), flush=True)


main()
