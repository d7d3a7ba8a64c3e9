"""Writes recurrent.json: recurrent networks of torch.nn and their single cells, with the gradients of
inputs, first states and all parameters."""

import torch
from modules import module_case
from record import Recording, numbers

recording = Recording(__file__)
I, H = 3, 2


def flat(result):
    output, hidden = result
    return (output, *hidden) if isinstance(hidden, tuple) else (output, hidden)


def record(name, kind, shape, options=None, *, states=True, **torch_options):
    """`options` for the test, `torch_options` the same in torch's words."""
    module = kind(I, H, **torch_options)
    ways = 2 if torch_options.get("bidirectional") else 1
    count = ways * torch_options.get("num_layers", 1)
    batch = [] if len(shape) == 2 else [shape[0] if torch_options.get("batch_first") else shape[1]]
    inputs = {"x": numbers(*shape)}
    if states:
        inputs["h0"] = numbers(count, *batch, torch_options.get("proj_size") or H)
        if kind is torch.nn.LSTM:
            inputs["c0"] = numbers(count, *batch, H)

    def call(module, x, h0=None, c0=None):
        return flat(module(x, h0 if c0 is None else (h0, c0)))

    module_case(recording, name, module, inputs, options or {}, call)


record("rnn", torch.nn.RNN, (5, 2, I))
record("rnn", torch.nn.RNN, (3, I), {"nonlinearity": "relu"}, nonlinearity="relu")
plain = {"bias": False, "batchFirst": True}
record("rnn", torch.nn.RNN, (2, 4, I), plain, bias=False, batch_first=True)
both = {"numLayers": 2, "bidirectional": True}
record("rnn", torch.nn.RNN, (3, 1, I), both, states=False, num_layers=2, bidirectional=True)

record("lstm", torch.nn.LSTM, (5, 2, I))
record("lstm", torch.nn.LSTM, (2, 2, I), both, num_layers=2, bidirectional=True)
record("lstm", torch.nn.LSTM, (2, 4, I), {"batchFirst": True}, batch_first=True)
record("lstm", torch.nn.LSTM, (4, I), {"bias": False}, bias=False)
record(
    "lstm",
    torch.nn.LSTM,
    (3, 2, I),
    {"projSize": 1, "numLayers": 2},
    proj_size=1,
    num_layers=2,
)
record(
    "lstm",
    torch.nn.LSTM,
    (3, I),
    {"projSize": 1, "bidirectional": True},
    proj_size=1,
    bidirectional=True,
)

record("gru", torch.nn.GRU, (5, 2, I))
record("gru", torch.nn.GRU, (2, 1, I), {"bidirectional": True}, bidirectional=True)
record("gru", torch.nn.GRU, (2, 3, I), plain, batch_first=True, bias=False)
record("gru", torch.nn.GRU, (4, I), states=False)


def cell(name, kind, batch, options=None, *, states=True, **torch_options):
    inputs = {"x": numbers(*batch, I)}
    if states:
        inputs["h"] = numbers(*batch, H)
        if kind is torch.nn.LSTMCell:
            inputs["c"] = numbers(*batch, H)

    def call(module, x, h=None, c=None):
        return module(x, h if c is None else (h, c))

    module_case(recording, name, kind(I, H, **torch_options), inputs, options or {}, call)


cell("rnnCell", torch.nn.RNNCell, [2])
cell("rnnCell", torch.nn.RNNCell, [], {"nonlinearity": "relu"}, nonlinearity="relu")
cell("lstmCell", torch.nn.LSTMCell, [2])
cell("lstmCell", torch.nn.LSTMCell, [], {"bias": False}, states=False, bias=False)
cell("gruCell", torch.nn.GRUCell, [2])
cell("gruCell", torch.nn.GRUCell, [], {"bias": False}, bias=False)

recording.write()
