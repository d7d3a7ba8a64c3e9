"""Writes small Parquet files and the same table as CSV: run with a Python that has pyarrow.

    python3 test/vectors/parquet.py
"""

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

folder = Path(__file__).parent / "parquet"
folder.mkdir(exist_ok=True)
random.seed(7)
rows = 60
colors = ["red", "green", "blue", "grün"]

size = [round(random.uniform(-5, 5), 3) for _ in range(rows)]
count = [random.randrange(1, 1000) for _ in range(rows)]
big = [random.randrange(-(2**52), 2**52) for _ in range(rows)]
half = [random.randrange(-8, 8) / 4 for _ in range(rows)]
is_new = [random.random() < 0.5 for _ in range(rows)]
color = [random.choice(colors) for _ in range(rows)]
kind = [["low", "high"][s + c / 500 > 1] for s, c in zip(size, count)]

table = pa.table(
    {
        "size": pa.array(size, pa.float64()),
        "count": pa.array(count, pa.int32()),
        "big": pa.array(big, pa.int64()),
        "half": pa.array(half, pa.float32()),
        "isNew": pa.array(is_new, pa.bool_()),
        "color": pa.array(color, pa.string()),
        "kind": pa.array(kind, pa.string()),
    }
)
for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    pq.write_table(table, folder / f"{codec}.parquet", compression=codec, row_group_size=25)
pq.write_table(
    table,
    folder / "pages.parquet",
    compression="snappy",
    write_page_index=True,
    data_page_version="2.0",
    use_dictionary=["color"],
    data_page_size=64,
)

with open(folder / "table.csv", "w") as file:
    file.write("size,count,big,half,isNew,color,kind\n")
    for row in zip(size, count, big, half, is_new, color, kind):
        file.write(",".join(str(int(c)) if isinstance(c, bool) else repr(c).strip("'") for c in row))
        file.write("\n")

odd = pa.table(
    {
        "size": pa.array(size[:8], pa.float64()),
        "gaps": pa.array([1.5, None, float("nan"), 2, 3, None, 5, 6], pa.float64()),
        "list": pa.array([[1, 2]] * 8, pa.list_(pa.int32())),
        "struct": pa.array([{"a": 1}] * 8, pa.struct([("a", pa.int32())])),
        "day": pa.array(range(8), pa.date32()),
        "kind": pa.array(["low", "high"] * 4, pa.string()),
    }
)
pq.write_table(odd, folder / "odd.parquet", compression="none")
