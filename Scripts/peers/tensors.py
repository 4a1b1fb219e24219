"""Reads and writes safetensors files of single precision, with torch and numpy alone."""
from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy
import torch


def save(tensors: dict[str, torch.Tensor], path: str | Path) -> None:
    header, place = {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [place, place + 4 * tensor.numel()]}
        place += 4 * tensor.numel()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            numpy.ascontiguousarray(tensor.detach().float().cpu().numpy(), "<f4").tofile(file)


def load(path: str | Path) -> dict[str, torch.Tensor]:
    found = {}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        start = file.tell()
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            if entry["dtype"] != "F32":
                raise ValueError(f"{path}: {name} is {entry['dtype']}, expected F32")
            first, last = entry["data_offsets"]
            file.seek(start + first)
            values = numpy.fromfile(file, "<f4", (last - first) // 4)
            found[name] = torch.from_numpy(values).reshape(entry["shape"])
    return found


def distance(values: torch.Tensor, reference: torch.Tensor) -> float:
    """Of all values together, as a share of the reference's size; not a number where there are not as many."""
    if values.numel() != reference.numel():
        return float("nan")
    # Where the reference is, a card perhaps.
    values, reference = values.to(reference.device).double().flatten(), reference.double().flatten()
    return ((values - reference).norm() / reference.norm()).item()
