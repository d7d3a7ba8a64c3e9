"""Takes small cases of ONNX's own node tests (models, inputs, expected outputs) into nodes.bin.gz.

Run with any Python that has onnx 1.17 (opset 22): python3 test/vectors/onnx/nodes.py
The file is gzipped: a line of JSON, [name, byte lengths of model, inputs and outputs] of each case,
then those bytes, one after another, as protobuf.
"""
import gzip
import json
import pathlib
import sys
import warnings

import numpy
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases

warnings.filterwarnings("ignore")
MOST_BYTES = 1000  # of one case
MOST_CASES = 6  # of one operator
OTHER_TYPES = {"object", "complex64", "complex128"}

# Operators whose results are random, text, or of training: their cases have no numbers to compare.
LEFT_OUT = {"Bernoulli", "ImageDecoder", "Adagrad", "Adam", "Momentum", "Gradient"}
# Operators that Sluice does not read.
UNREAD = {
    "DeformConv", "DFT", "GridSample", "MelWeightMatrix", "NonMaxSuppression", "RoiAlign", "STFT",
    "TfIdfVectorizer",
}

def parts_of(case):
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    version = model.opset_import[0].version
    for node in model.graph.node:
        if version < 13 and onnx.defs.get_schema(node.op_type, 13).since_version > version:
            raise ValueError(f"{node.op_type} has changed between opset {version} and 13")
    for field in ("producer_name", "producer_version", "doc_string"):
        model.ClearField(field)
    model.graph.name = "g"
    for item in model.opset_import:
        # An operator that did not change since is the same in opset 13.
        item.version = max(item.version, 13) if item.domain == "" else item.version
    onnx.checker.check_model(model)
    inputs, outputs = case.data_sets[0]
    tensors = [numpy_helper.from_array(numpy.asarray(x)) for x in [*inputs, *outputs]]
    for info, tensor in zip([*model.graph.input, *model.graph.output], tensors):
        declared = info.type.tensor_type.elem_type
        if declared not in (0, tensor.data_type):
            raise ValueError(f"{info.name} is not stored in its type")  # bfloat16, which NumPy lacks
    return [model.SerializeToString(), *(t.SerializeToString() for t in tensors)]


def is_plain(case):
    domains = {item.domain for item in case.model.opset_import}
    if domains != {""} or "_expanded" in case.name:
        return False
    inputs, outputs = case.data_sets[0]
    arrays = [*inputs, *outputs]
    if not all(isinstance(x, (numpy.ndarray, numpy.generic)) for x in arrays):
        return False
    names = {str(x.dtype) for x in arrays}
    return not (names & OTHER_TYPES) and not any("U" in str(x.dtype.kind) for x in arrays)


def operator_of(case):
    used = [node.op_type for node in case.model.graph.node]
    # A model of several nodes tests the one that is not there to feed it.
    named = [op for op in used if op.lower() in case.name.replace("_", "")]
    return (named or used)[0]


def main():
    by_operator = {}
    for case in collect_testcases(None):
        operator = operator_of(case)
        if operator in LEFT_OUT | UNREAD or not is_plain(case):
            continue
        try:
            parts = parts_of(case)
        except (onnx.checker.ValidationError, TypeError, ValueError) as error:
            print("left out", case.name, str(error)[:80], file=sys.stderr)
            continue
        by_operator.setdefault(operator, []).append((sum(map(len, parts)), case.name, parts))
    chosen = []
    for operator, cases in sorted(by_operator.items()):
        cases.sort(key=lambda entry: entry[:2])
        small = [entry for entry in cases if entry[0] <= MOST_BYTES][:MOST_CASES]
        # An operator without a small case has its smallest one, if that is not too large.
        chosen.extend(small or [entry for entry in cases[:1] if entry[0] <= 6 * MOST_BYTES])
        if not small:
            print(operator, "smallest", cases[0][:2], file=sys.stderr)
    chosen.sort(key=lambda entry: entry[1])
    header = [[name.removeprefix("test_"), [len(part) for part in parts]] for _, name, parts in chosen]
    body = b"".join(part for _, _, parts in chosen for part in parts)
    path = pathlib.Path(__file__).with_name("nodes.bin.gz")
    text = json.dumps(header, separators=(",", ":")).encode()
    path.write_bytes(gzip.compress(text + b"\n" + body, 9, mtime=0))
    print(len(chosen), "cases,", path.stat().st_size, "bytes", file=sys.stderr)


main()
