"""The networks' extents and what they cost."""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

# Blocks and channels of the four stages of a ConvNeXt; micro is small enough for a rehearsal without a card.
CONVNEXTS = {
    "micro": ((1, 1, 2, 1), (8, 16, 32, 64)),
    "tiny": ((3, 3, 9, 3), (96, 192, 384, 768)),
    "small": ((3, 3, 27, 3), (96, 192, 384, 768)),
    "base": ((3, 3, 27, 3), (128, 256, 512, 1024)),
    "large": ((3, 3, 27, 3), (192, 384, 768, 1536)),
}


class Row(NamedTuple):
    """A stage of an EfficientNet: its first block has the stride and goes from `before` to `after` channels."""

    is_fused: bool
    expand: int
    kernel: int
    stride: int
    before: int
    after: int
    layers: int


@dataclass(frozen=True)
class EfficientNet:
    """The first row's `before` are the stem's channels, `last` those of the head's convolution."""

    rows: tuple[Row, ...]
    last: int
    dropout: float
    epsilon: float = 1e-5
    momentum: float = 0.1


def _divisible(channels: float) -> int:
    """The multiple of 8 next to it that is not more than a tenth below."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * channels else nearest


def _b(width: float, depth: float, dropout: float, epsilon: float = 1e-5, momentum: float = 0.1) -> EfficientNet:
    table = [(1, 3, 1, 32, 16, 1), (6, 3, 2, 16, 24, 2), (6, 5, 2, 24, 40, 2), (6, 3, 2, 40, 80, 3), (6, 5, 1, 80, 112, 3),
             (6, 5, 2, 112, 192, 4), (6, 3, 1, 192, 320, 1)]
    rows = tuple(Row(False, expand, kernel, stride, _divisible(before * width), _divisible(after * width),
                     math.ceil(layers * depth))
                 for expand, kernel, stride, before, after, layers in table)
    return EfficientNet(rows, 4 * rows[-1].after, dropout, epsilon, momentum)


def _v2(fused: list[tuple[int, ...]], others: list[tuple[int, ...]], dropout: float, last: int = 1280) -> EfficientNet:
    """Fused rows as (expand, stride, before, after, layers), of kernel 3 as the others are."""
    rows = tuple(Row(is_fused, row[0], 3, *row[1:]) for is_fused, part in ((True, fused), (False, others)) for row in part)
    return EfficientNet(rows, last, dropout, epsilon=1e-3)


EFFICIENTNETS = {
    "efficientnet_micro": EfficientNet(
        (Row(False, 1, 3, 1, 8, 8, 1), Row(False, 4, 3, 2, 8, 8, 2), Row(False, 4, 5, 2, 8, 16, 2),
         Row(False, 4, 3, 2, 16, 24, 1), Row(False, 4, 5, 2, 24, 24, 1)), 96, 0.2),
    "efficientnet_v2_micro": _v2([(1, 1, 8, 8, 1), (4, 2, 8, 16, 2)], [(4, 2, 16, 24, 2), (6, 2, 24, 32, 1), (6, 2, 32, 32, 1)],
                                 0.2, last=64),
    "efficientnet_b0": _b(1.0, 1.0, 0.2),
    "efficientnet_b1": _b(1.0, 1.1, 0.2),
    "efficientnet_b2": _b(1.1, 1.2, 0.3),
    "efficientnet_b3": _b(1.2, 1.4, 0.3),
    "efficientnet_b4": _b(1.4, 1.8, 0.4),
    "efficientnet_b5": _b(1.6, 2.2, 0.4, epsilon=1e-3, momentum=0.01),
    "efficientnet_v2_s": _v2([(1, 1, 24, 24, 2), (4, 2, 24, 48, 4), (4, 2, 48, 64, 4)],
                             [(4, 2, 64, 128, 6), (6, 1, 128, 160, 9), (6, 2, 160, 256, 15)], 0.2),
    "efficientnet_v2_m": _v2([(1, 1, 24, 24, 3), (4, 2, 24, 48, 5), (4, 2, 48, 80, 5)],
                             [(4, 2, 80, 160, 7), (6, 1, 160, 176, 14), (6, 2, 176, 304, 18), (6, 1, 304, 512, 5)], 0.3),
    "efficientnet_v2_l": _v2([(1, 1, 32, 32, 4), (4, 2, 32, 64, 7), (4, 2, 64, 96, 7)],
                             [(4, 2, 96, 192, 10), (6, 1, 192, 224, 19), (6, 2, 224, 384, 25), (6, 1, 384, 640, 7)], 0.4),
}
ARCHITECTURES = (*CONVNEXTS, *EFFICIENTNETS)


def operations(name: str, batch: int, rows: int, columns: int) -> int:
    """Floating-point operations of a forward pass: two for each multiply-add of its products and convolutions."""
    count = _of_convnext if name in CONVNEXTS else _of_efficientnet
    return 2 * batch * count(name, rows, columns)


def _of_convnext(name: str, rows: int, columns: int) -> int:
    depths, widths = CONVNEXTS[name]
    total, side, before = 0, 4, None
    for depth, width in zip(depths, widths):
        positions = (rows // side) * (columns // side)
        total += positions * width * (48 if before is None else 4 * before)
        total += depth * positions * width * (49 + 8 * width)
        side, before = 2 * side, width
    return total + widths[-1]


def _of_efficientnet(name: str, rows: int, columns: int) -> int:
    network = EFFICIENTNETS[name]
    rows, columns = -(-rows // 2), -(-columns // 2)
    total = rows * columns * 27 * network.rows[0].before
    for row in network.rows:
        for number in range(row.layers):
            before, stride = (row.before, row.stride) if number == 0 else (row.after, 1)
            wide, positions, area = before * row.expand, rows * columns, row.kernel * row.kernel
            rows, columns = -(-rows // stride), -(-columns // stride)
            if row.is_fused:
                expanded = row.after if row.expand == 1 else wide
                total += rows * columns * (area * before * expanded + (0 if row.expand == 1 else wide * row.after))
            else:
                total += positions * before * wide if row.expand > 1 else 0
                total += rows * columns * wide * (area + row.after) + 2 * wide * max(1, before // 4)
    return total + rows * columns * network.rows[-1].after * network.last + network.last
