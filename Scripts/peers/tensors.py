"""Reads and writes safetensors files of single precision and int64, with torch and numpy alone."""
from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy
import torch

TYPES = {"F32": "<f4", "I64": "<i8"}


def save(tensors: dict[str, torch.Tensor], path: str | Path, metadata: dict[str, str] | None = None) -> None:
    arrays = {name: tensor.detach().cpu() for name, tensor in tensors.items()}
    arrays = {name: numpy.ascontiguousarray(tensor.float().numpy(), "<f4") if tensor.is_floating_point()
              else numpy.ascontiguousarray(tensor.numpy(), "<i8") for name, tensor in arrays.items()}
    header, place = {"__metadata__": metadata} if metadata else {}, 0
    for name, tensor in tensors.items():
        values = arrays[name]
        kind = next(kind for kind, stored in TYPES.items() if values.dtype == stored)
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [place, place + values.nbytes]}
        place += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in arrays.values():
            values.tofile(file)


def load(path: str | Path) -> dict[str, torch.Tensor]:
    found = {}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        start = file.tell()
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            if entry["dtype"] not in TYPES:
                raise ValueError(f"{path}: {name} is {entry['dtype']}, expected {' or '.join(TYPES)}")
            kind = numpy.dtype(TYPES[entry["dtype"]])
            first, last = entry["data_offsets"]
            file.seek(start + first)
            values = numpy.fromfile(file, kind, (last - first) // kind.itemsize)
            found[name] = torch.from_numpy(values).reshape(entry["shape"])
    return found


def distance(values: torch.Tensor, reference: torch.Tensor) -> float:
    """Of all values together, as a share of the reference's size, or as it is where that is zero; not a number where there are
    not as many."""
    if values.numel() != reference.numel():
        return float("nan")
    # Where the reference is, a card perhaps.
    values, reference = values.to(reference.device).double().flatten(), reference.double().flatten()
    return ((values - reference).norm() / (reference.norm() or 1)).item()
