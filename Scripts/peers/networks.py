"""torchvision's ConvNeXts with the seed's head, and weights in which every block matters."""
from functools import partial

import torch
import torchvision
from torchvision.models.convnext import CNBlockConfig, ConvNeXt, LayerNorm2d


def build(name, seed=1):
    torch.manual_seed(seed)
    if name == "micro":
        widths, depths = [8, 16, 32, 64], [1, 1, 2, 1]
        blocks = [CNBlockConfig(w, widths[i + 1] if i < 3 else None, d) for i, (w, d) in enumerate(zip(widths, depths))]
        model = ConvNeXt(blocks, stochastic_depth_prob=0.0)
    else:
        model = getattr(torchvision.models, f"convnext_{name}")(weights=None)
    channels = model.classifier[2].in_features
    model.classifier = torch.nn.Sequential(
        partial(LayerNorm2d, eps=1e-6)((channels,)), torch.nn.Flatten(1), torch.nn.Linear(channels, 1))
    for key, parameter in model.named_parameters():
        # The layer scale begins at 1e-6: left there, no block would be seen in the result.
        if key.endswith("layer_scale"):
            torch.nn.init.uniform_(parameter, 0.1, 1.0)
        elif key.endswith("bias"):
            torch.nn.init.normal_(parameter, std=0.02)
    return model.eval()


def gradcam(model, x):
    """Grad-CAM of the last stage by autograd."""
    with torch.no_grad():
        features = model.features(x)
    features.requires_grad_(True)
    model.classifier(model.avgpool(features)).sum().backward()
    weights = features.grad.mean(dim=(2, 3), keepdim=True)
    return torch.relu((weights * features).sum(1)).detach()
