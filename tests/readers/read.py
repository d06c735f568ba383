"""Rows of every public table of a lake as Polars, pyarrow or pandas read them: python read.py LAKE READER, JSON on standard output.

A value is null, a list, or its text: digits of numbers, decimals at full scale, times as microseconds since 1970,
days in ISO 8601.
"""

import datetime
import decimal
import json
import sys


def value(v):
    if v is None:
        return None
    if isinstance(v, (list, tuple)):
        return [value(x) for x in v]
    if isinstance(v, decimal.Decimal):
        return format(v, "f")
    if isinstance(v, datetime.datetime):
        assert v.tzinfo is None, v
        return str((v - datetime.datetime(1970, 1, 1)) // datetime.timedelta(microseconds=1))
    if isinstance(v, datetime.date):
        return v.isoformat()
    assert type(v) in (int, float, str, bool), (type(v), v)
    if isinstance(v, bool):
        return str(v).lower()
    return str(v)


def polars(path):
    import polars

    frame = polars.read_parquet(path)
    return [(n, str(t)) for n, t in frame.schema.items()], frame.rows()


def pyarrow(path):
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    columns = [column.to_pylist() for column in table.columns]
    return [(f.name, str(f.type)) for f in table.schema], zip(*columns)


def pandas(path):
    import pandas

    frame = pandas.read_parquet(path, dtype_backend="pyarrow")
    columns = [[None if v is pandas.NA or v is pandas.NaT else v for v in frame[name]] for name in frame.columns]
    columns = [[v.tolist() if hasattr(v, "tolist") else v.to_pydatetime() if hasattr(v, "to_pydatetime") else v for v in c] for c in columns]
    return [(n, str(t)) for n, t in frame.dtypes.items()], zip(*columns)


lake, reader = sys.argv[1:]
with open(f"{lake}/manifest.json", encoding="utf-8") as file:
    marts = json.load(file)["marts"]
tables = {}
for mart in marts:
    columns, rows = globals()[reader](f"{lake}/{mart['path']}")
    tables[mart["table"]] = {"columns": columns, "rows": [[value(v) for v in row] for row in rows]}
json.dump(tables, sys.stdout)
