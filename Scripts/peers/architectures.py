"""The networks' extents and what they cost."""
from __future__ import annotations

# Blocks and channels of the four stages; micro is small enough for a rehearsal without a card.
ARCHITECTURES = {
    "micro": ((1, 1, 2, 1), (8, 16, 32, 64)),
    "tiny": ((3, 3, 9, 3), (96, 192, 384, 768)),
    "small": ((3, 3, 27, 3), (96, 192, 384, 768)),
    "base": ((3, 3, 27, 3), (128, 256, 512, 1024)),
    "large": ((3, 3, 27, 3), (192, 384, 768, 1536)),
}


def operations(name: str, batch: int, rows: int, columns: int) -> int:
    """Floating-point operations of a forward pass: two for each multiply-add of its products and convolutions."""
    depths, widths = ARCHITECTURES[name]
    total, side, before = 0, 4, None
    for depth, width in zip(depths, widths):
        positions = (rows // side) * (columns // side)
        total += positions * width * (48 if before is None else 4 * before)
        total += depth * positions * width * (49 + 8 * width)
        side, before = 2 * side, width
    return 2 * batch * (total + widths[-1])
