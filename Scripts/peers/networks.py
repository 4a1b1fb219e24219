"""Networks with a head of one logit, with parameters under torchvision's names and weights of which every block has a share in
the logit: ConvNeXts by torchvision or, where that is missing, by timm; EfficientNets by torchvision."""
from __future__ import annotations

import re

import efficientnets
import torch
from architectures import CONVNEXTS, EFFICIENTNETS

try:
    from torchvision.models import convnext as torchvision_convnext
except (ImportError, RuntimeError):  # RuntimeError: a torchvision that was built for another torch.
    torchvision_convnext = None
try:
    from timm.models import convnext as timm_convnext
except (ImportError, RuntimeError):
    timm_convnext = None


def source() -> str | None:
    """Where networks come from: torchvision, timm (ConvNeXts alone), or nowhere."""
    return "torchvision" if torchvision_convnext else "timm" if timm_convnext else None


def build(name: str, seed: int = 1, by: str | None = None, rows: int = 0, columns: int = 0) -> torch.nn.Module:
    """A network in evaluation mode, the same numbers for a seed by torchvision and by timm. It has torchvision's `features`,
    `avgpool` and `classifier`, and neither dropout nor stochastic depth; `named_parameters` below has its parameters' names.
    An EfficientNet's running statistics are near those of images of this size, or of 96x96 where that is more."""
    if name in EFFICIENTNETS:
        return efficientnets.draw(efficientnets.build(name), seed, max(rows, 96), max(columns, 96))
    depths, widths = CONVNEXTS[name]
    model = _by_timm(depths, widths) if (by or source()) == "timm" else _by_torchvision(depths, widths)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for key, parameter in named_parameters(model).items():
            # The layer scale begins at 1e-6: left there, no block would be seen in the result.
            if key.endswith("layer_scale"):
                parameter.uniform_(0.1, 1.0, generator=generator)
            elif key.endswith("weight") and parameter.ndim == 1:
                parameter.uniform_(0.5, 1.5, generator=generator)
            else:
                parameter.normal_(std=0.02, generator=generator)
    return model.eval()


class GeM(torch.nn.Module):
    """The generalised mean, whose exponent is trained, as most PyTorch programs write it."""

    def __init__(self, p: float = 3.0, eps: float = 1e-6):
        super().__init__()
        self.p = torch.nn.Parameter(torch.full((1,), p))
        self.eps = eps

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.clamp(min=self.eps).pow(self.p).mean((2, 3), keepdim=True).pow(1 / self.p)


def pool(model: torch.nn.Module, kind: str, p: float) -> torch.nn.Module:
    """The network with another pooling in the place of torchvision's `avgpool`: avg, max, or gem with an exponent of p."""
    if kind != "avg":
        model.avgpool = GeM(p) if kind == "gem" else torch.nn.AdaptiveMaxPool2d(1)
    return model


def _by_torchvision(depths, widths) -> torch.nn.Module:
    blocks = [torchvision_convnext.CNBlockConfig(width, after, depth)
              for width, after, depth in zip(widths, (*widths[1:], None), depths)]
    return torchvision_convnext.ConvNeXt(blocks, stochastic_depth_prob=0.0, num_classes=1)


def _by_timm(depths, widths) -> torch.nn.Module:
    return FromTimm(timm_convnext.ConvNeXt(num_classes=1, depths=depths, dims=widths, drop_path_rate=0.0))


class FromTimm(torch.nn.Module):
    """timm's modules in torchvision's places."""

    def __init__(self, model: torch.nn.Module):
        super().__init__()
        # The first stage has no downsampling.
        layers = [layer for stage in model.stages for layer in (stage.downsample, stage.blocks)][1:]
        self.features = torch.nn.Sequential(model.stem, *layers)
        self.avgpool = torch.nn.AdaptiveAvgPool2d(1)
        self.classifier = torch.nn.Sequential(model.head.norm, torch.nn.Flatten(1), model.head.fc)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.avgpool(self.features(x)))


_OF_TIMM = {"gamma": "layer_scale", "conv_dw": "block.0", "norm": "block.2", "mlp.fc1": "block.3", "mlp.fc2": "block.5"}


def named_parameters(model: torch.nn.Module) -> dict[str, torch.nn.Parameter]:
    """Parameters by torchvision's names, in its order; timm's layer scales are vectors."""
    def torchvision_name(name: str) -> str:
        return re.sub(r"(?<=\d\.)(gamma|conv_dw|norm|mlp\.fc1|mlp\.fc2)(?=\.|$)", lambda found: _OF_TIMM[found[0]], name)

    return {torchvision_name(name): parameter for name, parameter in model.named_parameters()}


def state(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Parameters, running statistics and (int64) counters by torchvision's names."""
    return {**named_parameters(model), **dict(model.named_buffers())}


def stages(model: torch.nn.Module, x: torch.Tensor) -> dict[str, torch.Tensor]:
    """The output of each of torchvision's features, channels last, and the logits, all in single precision."""
    found, value = {}, x
    with torch.no_grad():
        for number, layer in enumerate(model.features):
            value = layer(value)
            found[f"features.{number}"] = value.permute(0, 2, 3, 1).float()
        found["logits"] = model(x)[:, None, None, :].float()
    return found


def gradcam(model: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
    """Grad-CAM of the last stage by autograd."""
    with torch.no_grad():
        features = model.features(x)
    features.requires_grad_(True)
    pooled = model.avgpool(features)
    # A ConvNeXt's classifier flattens by itself, behind its norm.
    has_flatten = any(isinstance(layer, torch.nn.Flatten) for layer in model.classifier)
    model.classifier(pooled if has_flatten else pooled.flatten(1)).sum().backward()
    weights = features.grad.mean(dim=(2, 3), keepdim=True)
    return torch.relu((weights * features).sum(1)).detach()
