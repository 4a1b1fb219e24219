"""Checkpoints of a ConvNeXt by the tools that write them: torch, torchvision, timm, Lightning, Accelerate and safetensors; in the
names of ConvNeXt's authors as timm's own conversion reads them."""
from __future__ import annotations

import argparse
import collections
import datetime
import enum
import os
import pathlib
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

import numpy
import timm.utils
import torch
from safetensors.torch import save_file, save_model
from timm.data.loader import adapt_to_chs
from timm.models import convnext as timm_convnext
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torchvision.models import convnext as torchvision_convnext

from architectures import CONVNEXTS

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass
class Written:
    """A file, and the network that is in it."""

    path: str
    model: torch.nn.Module
    # Whether the file has averaged weights and others, and this is the averaged one: None where it has one kind.
    ema: bool | None = None
    # Of its image's channels; three are the same.
    channels: int = 3
    mean: tuple[float, ...] = MEAN
    deviation: tuple[float, ...] = DEVIATION

    @property
    def has_head(self) -> bool:
        return not isinstance(getattr(getattr(self.model, "head", None), "fc", None), torch.nn.Identity)

    def logits(self, gray: torch.Tensor) -> torch.Tensor:
        """Of images [N, 1, H, W] from 0 to 1, in double precision. Of two classes the second's less the first's; without a head
        the last feature map."""
        mean, deviation = torch.tensor(self.mean).double().view(-1, 1, 1), torch.tensor(self.deviation).double().view(-1, 1, 1)
        x = ((gray.double() - mean) / deviation).expand(-1, self.channels, -1, -1)
        model = self.model.double().eval()
        with torch.no_grad():
            if not self.has_head:
                return model.forward_features(x)
            logits = model(x)
        return logits[:, 1:] - logits[:, :1] if logits.shape[1] == 2 else logits


class Color(enum.Enum):
    GRAY = 1


class Options(collections.OrderedDict):
    """A subclass, as many programs have one."""


class Writer:
    """Writes ConvNeXts of a size into a folder, with values that single (or half) precision holds."""

    def __init__(self, folder: str, arch: str, half: bool):
        self.folder, self.half = folder, half
        self.depths, self.dims = CONVNEXTS[arch]
        self.name = f"convnext_{arch}"
        self.seed = 0
        os.makedirs(folder, exist_ok=True)

    def at(self, name: str) -> str:
        return f"{self.folder}/{name}"

    def drawn(self, model: torch.nn.Module) -> torch.nn.Module:
        """With values of which every block has a share in the logits."""
        self.seed += 1
        generator = torch.Generator().manual_seed(self.seed)
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name.endswith(("layer_scale", "gamma")):
                    parameter.uniform_(0.1, 1.0, generator=generator)
                elif name.endswith("weight") and parameter.ndim == 1:
                    parameter.uniform_(0.5, 1.5, generator=generator)
                else:
                    parameter.normal_(std=0.02 if min(self.dims) > 32 else 0.1, generator=generator)
        return (model.half() if self.half else model).eval()

    def torchvision(self, classes: int = 1) -> torch.nn.Module:
        blocks = [torchvision_convnext.CNBlockConfig(width, after, depth)
                  for width, after, depth in zip(self.dims, (*self.dims[1:], None), self.depths)]
        return self.drawn(torchvision_convnext.ConvNeXt(blocks, num_classes=classes))

    def timm(self, classes: int = 1, channels: int = 3) -> torch.nn.Module:
        return self.drawn(timm_convnext.ConvNeXt(in_chans=channels, num_classes=classes, depths=self.depths, dims=self.dims))

    # torch.

    def torch_state_dict(self) -> list[Written]:
        model = self.torchvision()
        torch.save(model.state_dict(), self.at("torch.pth"))
        return [Written("torch.pth", model)]

    def torch_legacy(self) -> list[Written]:
        model = self.torchvision()
        torch.save({"epoch": 3, "net": model.state_dict()}, self.at("torch-legacy.pth"), _use_new_zipfile_serialization=False)
        return [Written("torch-legacy.pth", model)]

    def torch_objects(self) -> list[Written]:
        """Around the state dict all that programs leave in a checkpoint."""
        model = self.torchvision(2)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        defaults = collections.defaultdict(list, losses=[0.5, 0.25])
        state = {"when": datetime.datetime(2026, 11, 29), "path": pathlib.PurePosixPath("runs/a"), "best": numpy.float64(0.5),
                 "scores": numpy.arange(3.0), "kind": Color.GRAY, "shape": torch.Size([3, 4]), "device": torch.device("cpu"),
                 "dtype": torch.float16, "args": argparse.Namespace(model=self.name, lr=1e-3, amp=None),
                 "options": Options(a=1), "defaults": defaults, "names": {"a", "b"}, "rng": torch.get_rng_state(),
                 "mask": torch.tensor([True, False]), "steps": torch.arange(3, dtype=torch.int32), "big": 1 << 80,
                 "optimizer": optimizer.state_dict(), "scale": torch.tensor(1j),
                 "model": {"net": {f"encoder.{key}": value for key, value in model.state_dict().items()}}}
        torch.save(state, self.at("torch-objects.pt"), pickle_protocol=4)
        return [Written("torch-objects.pt", model)]

    def torch_module(self) -> list[Written]:
        model = self.torchvision()
        torch.save(model, self.at("torch-module.pth"))
        return [Written("torch-module.pth", model)]

    def torch_wrappers(self) -> list[Written]:
        model = self.torchvision()
        wrapped = torch.nn.DataParallel(torch.compile(model))
        averaged = AveragedModel(wrapped, multi_avg_fn=get_ema_multi_avg_fn(0.9), use_buffers=True)
        torch.save({"weights": averaged.state_dict()}, self.at("torch-averaged-model.pth"))
        return [Written("torch-averaged-model.pth", model)]

    # timm.

    def timm_saver(self) -> list[Written]:
        model, averaged = self.timm(), self.timm()
        ema = timm.utils.ModelEmaV3(model)
        ema.module.load_state_dict(averaged.state_dict())
        args = argparse.Namespace(model=self.name, mean=[0.4, 0.5, 0.6], std=None, in_chans=None, opt="sgd")
        with tempfile.TemporaryDirectory() as folder:
            saver = timm.utils.CheckpointSaver(model, torch.optim.SGD(model.parameters(), lr=0.1), args=args, model_ema=ema,
                                               checkpoint_dir=folder, recovery_dir=folder)
            saver.save_checkpoint(epoch=4, metric=0.5)
            os.replace(f"{folder}/last.pth.tar", self.at("timm-last.pth.tar"))
        mean = tuple(args.mean)
        return [Written("timm-last.pth.tar", averaged, ema=True, mean=mean),
                Written("timm-last.pth.tar", model, ema=False, mean=mean)]

    def timm_gray(self) -> list[Written]:
        model = self.timm(channels=1)
        save_model(model, self.at("timm-gray.safetensors"))
        return [Written("timm-gray.safetensors", model, channels=1, mean=adapt_to_chs(MEAN, 1),
                        deviation=adapt_to_chs(DEVIATION, 1))]

    def timm_backbone(self) -> list[Written]:
        model = self.timm(classes=0)
        torch.save(model.state_dict(), self.at("timm-backbone.pth"))
        return [Written("timm-backbone.pth", model)]

    # ConvNeXt's authors.

    def authors(self) -> list[Written]:
        model = self.timm(classes=2)
        renamed = {self.authors_name(name): value for name, value in model.state_dict().items()}
        back = timm_convnext.checkpoint_filter_fn({"model": renamed}, model)
        assert back.keys() == model.state_dict().keys()
        assert all(torch.equal(value, back[name]) for name, value in model.state_dict().items())
        torch.save({"model": renamed}, self.at("convnext-authors.pth"))
        return [Written("convnext-authors.pth", model)]

    @staticmethod
    def authors_name(name: str) -> str:
        name = re.sub(r"^stem\.", "downsample_layers.0.", name)
        name = re.sub(r"^stages\.(\d)\.downsample\.", r"downsample_layers.\1.", name)
        name = re.sub(r"^stages\.(\d)\.blocks\.", r"stages.\1.", name)
        name = name.replace("conv_dw", "dwconv").replace("mlp.fc", "pwconv")
        return re.sub(r"^head\.(norm|fc)\.", lambda found: {"norm": "norm.", "fc": "head."}[found[1]], name)

    # Lightning.

    def lightning(self) -> list[Written]:
        import lightning

        model = self.timm()

        class Module(lightning.LightningModule):
            def __init__(self, folder: pathlib.Path, rate: float = 0.0):
                super().__init__()
                self.save_hyperparameters()
                self.net = torch.compile(model)
                self.loss = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor(2.0))

            def training_step(self, batch, _):
                # The first sees to a gradient; a learning rate of zero keeps the values.
                return sum(parameter.sum() for parameter in self.net.parameters())

            def configure_optimizers(self):
                return torch.optim.SGD(self.parameters(), lr=self.hparams.rate)

        saving = lightning.pytorch.callbacks.ModelCheckpoint(dirpath=self.folder, filename="lightning")
        trainer = lightning.Trainer(max_epochs=1, accelerator="cpu", logger=False, callbacks=[saving],
                                    enable_progress_bar=False, enable_model_summary=False)
        trainer.fit(Module(pathlib.PurePosixPath("data")), torch.utils.data.DataLoader([0]))
        return [Written("lightning.ckpt", model)]

    def lightning_averages(self) -> list[Written]:
        import lightning

        model = self.torchvision()
        averages = self.torchvision()

        class Module(lightning.LightningModule):
            def __init__(self):
                super().__init__()
                self.model = model

            def training_step(self, batch, _):
                return sum(parameter.sum() for parameter in self.model.parameters())

            def configure_optimizers(self):
                return torch.optim.SGD(self.parameters(), lr=0.0)

        averaging = lightning.pytorch.callbacks.EMAWeightAveraging()
        trainer = lightning.Trainer(max_epochs=1, accelerator="cpu", logger=False, callbacks=[averaging],
                                    enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False)
        trainer.fit(Module(), torch.utils.data.DataLoader([0]))
        averaging._average_model.module.model.load_state_dict(averages.state_dict())
        trainer.save_checkpoint(self.at("lightning-averages.ckpt"))
        return [Written("lightning-averages.ckpt", averages, ema=True), Written("lightning-averages.ckpt", model, ema=False)]

    # Accelerate.

    def accelerate(self) -> list[Written]:
        from accelerate import Accelerator

        model, other = self.timm(), self.torchvision()
        with tempfile.TemporaryDirectory() as folder:
            Accelerator(cpu=True).save_model(model, folder)
            os.replace(f"{folder}/model.safetensors", self.at("accelerate.safetensors"))
            accelerator = Accelerator(cpu=True)
            accelerator.prepare(other)
            accelerator.save_state(folder, safe_serialization=False)
            os.replace(f"{folder}/pytorch_model.bin", self.at("accelerate-state.bin"))
        return [Written("accelerate.safetensors", model), Written("accelerate-state.bin", other)]

    # safetensors.

    def safetensors(self) -> list[Written]:
        model = self.timm()
        tensors = {f"model.backbone.{name}": value.contiguous() for name, value in model.state_dict().items()}
        save_file({**tensors, "steps": torch.tensor(7), "mask": torch.tensor([True]),
                   "scales": torch.ones(4).to(torch.float8_e4m3fn)}, self.at("timm.safetensors"), metadata={"format": "pt"})
        return [Written("timm.safetensors", model)]

    def all(self) -> list[Callable[[], list[Written]]]:
        return [self.torch_state_dict, self.torch_legacy, self.torch_objects, self.torch_module, self.torch_wrappers,
                self.timm_saver, self.timm_gray, self.timm_backbone, self.authors, self.lightning, self.lightning_averages,
                self.accelerate, self.safetensors]
