"""EfficientNets with a head of one logit, or more, by torchvision."""
from __future__ import annotations

from functools import partial

import torch
from architectures import EFFICIENTNETS

try:
    from torchvision.models import efficientnet
except (ImportError, RuntimeError):  # RuntimeError: a torchvision that was built for another torch.
    efficientnet = None


def build(name: str, stochastic_depth: float = 0.0, dropout: float | None = 0.0, outputs: int = 1) -> torch.nn.Module:
    """torchvision's network with the weights that it begins with; without a dropout the architecture's own."""
    if efficientnet is None:
        raise RuntimeError(f"{name} is built by torchvision alone, which is not here")
    network = EFFICIENTNETS[name]
    rows = []
    for row in network.rows:
        kind = efficientnet.FusedMBConvConfig if row.is_fused else efficientnet.MBConvConfig
        rows.append(kind(*row[1:]))
    return efficientnet.EfficientNet(
        rows, network.dropout if dropout is None else dropout, stochastic_depth, outputs,
        partial(torch.nn.BatchNorm2d, eps=network.epsilon, momentum=network.momentum), network.last)


def draw(model: torch.nn.Module, seed: int, rows: int = 96, columns: int = 96) -> torch.nn.Module:
    """The model, in evaluation mode, with weights and running statistics at random, of which every layer has a share in the
    logit. The latter lie near those of a batch of images of that size: with others the values of a deep network would vanish or
    overflow, and rounding with them be all that is seen."""
    generator = torch.Generator().manual_seed(seed)

    # In double precision, where no set of instructions has its own random numbers.
    def normal(shape, deviation: float) -> torch.Tensor:
        return torch.empty(shape, dtype=torch.float64).normal_(std=deviation, generator=generator)

    def uniform(shape, least: float, most: float) -> torch.Tensor:
        return torch.empty(shape, dtype=torch.float64).uniform_(least, most, generator=generator)

    def settle(norm: torch.nn.BatchNorm2d, given: tuple[torch.Tensor]) -> None:
        variance, mean = (values.double() for values in torch.var_mean(given[0], (0, 2, 3)))
        norm.running_mean.copy_(mean + variance.sqrt() * normal(mean.shape, 0.3))
        norm.running_var.copy_(variance * uniform(mean.shape, 0.6, 1.6))
        norm.num_batches_tracked.fill_(int(uniform((), 1, 1000)))

    norms = [module for module in model.eval().modules() if isinstance(module, torch.nn.BatchNorm2d)]
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.copy_(normal(parameter.shape, parameter[0].numel() ** -0.5))
            else:
                parameter.copy_(normal(parameter.shape, 0.2))
        for norm in norms:
            norm.weight.copy_(uniform(norm.weight.shape, 0.5, 1.5))
        for block in model.modules():
            # As in a trained network, which would not be as deep otherwise.
            if getattr(block, "use_res_connect", False):
                block.block[-1][1].weight *= 0.5
        hooks = [norm.register_forward_pre_hook(settle) for norm in norms]
        model(normal((4, 3, rows, columns), 1.0).to(model.classifier[1].weight.dtype))
    for hook in hooks:
        hook.remove()
    return model


def unseen(name: str) -> set[str]:
    """Biases that batch statistics take out again: of a block's last norm where all that follows, up to the next norm, is 1x1
    convolutions, which have no border. Their gradients are nothing but rounding, of which AdamW makes steps."""
    rows, found = EFFICIENTNETS[name].rows, set()

    def is_pointwise(number: int) -> bool:
        return number == len(rows) or not rows[number].is_fused and rows[number].expand > 1

    for number, row in enumerate(rows):
        last = (1 if row.is_fused else 3) - (row.expand == 1)
        found |= {f"features.{number + 1}.{layer}.block.{last}.1.bias" for layer in range(row.layers)
                  if is_pointwise(number + 1) and (layer == row.layers - 1 or is_pointwise(number))}
    return found


# timm's layers within a block that expands by 1, a fused one that does, any other fused one, any other.
_OF_TIMM = [
    {"conv_dw": "0.0", "bn1": "0.1", "se.conv_reduce": "1.fc1", "se.conv_expand": "1.fc2", "conv_pw": "2.0", "bn2": "2.1"},
    {"conv": "0.0", "bn1": "0.1"},
    {"conv_exp": "0.0", "bn1": "0.1", "conv_pwl": "1.0", "bn2": "1.1"},
    {"conv_pw": "0.0", "bn1": "0.1", "conv_dw": "1.0", "bn2": "1.1", "se.conv_reduce": "2.fc1", "se.conv_expand": "2.fc2",
     "conv_pwl": "3.0", "bn3": "3.1"},
]


def torchvision_name(timms: str, name: str) -> str:
    """The name in torchvision's state dict of an entry of timm's; `name` is the architecture's here."""
    rows = EFFICIENTNETS[name].rows
    head, _, entry = timms.rpartition(".")
    whole = {"conv_stem": "features.0.0", "bn1": "features.0.1", "conv_head": f"features.{len(rows) + 1}.0",
             "bn2": f"features.{len(rows) + 1}.1", "classifier": "classifier.1"}
    if head in whole:
        return f"{whole[head]}.{entry}"
    _, stage, block, layer = head.split(".", 3)
    row = rows[int(stage)]
    layers = _OF_TIMM[(1 if row.expand == 1 else 2) if row.is_fused else (0 if row.expand == 1 else 3)]
    return f"features.{int(stage) + 1}.{block}.block.{layers[layer]}.{entry}"
