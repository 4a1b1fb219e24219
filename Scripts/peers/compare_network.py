"""Compares mammo's networks with torchvision's: every stage's output and the logits, by every instruction set; Grad-CAM
with autograd; timm's weights; and mammo infer on real mammograms with torch on the same PNGs.

usage: compare_network.py MAMMO BENCH_NETWORK WORK REAL_PNGS
"""
import csv
import glob
import os
import subprocess
import sys

import torch
import torchvision
from networks import build, gradcam
from safetensors.torch import load_file, save_file

mammo, bench, work, real = sys.argv[1:5]
os.makedirs(work, exist_ok=True)
LIMIT = 1e-4
failed = False


def distance(ours, theirs):
    return (ours.double() - theirs.double()).norm().item() / theirs.double().norm().item()


def tell(text, error):
    global failed
    failed |= not error < LIMIT
    print(f"{text:<62} {error:.1e}{'' if error < LIMIT else '   MORE THAN ' + str(LIMIT)}", flush=True)


def values(model, x):
    with torch.no_grad():
        found, z = {}, x
        for number, layer in enumerate(model.features):
            z = layer(z)
            found[f"features.{number}"] = z.permute(0, 2, 3, 1)
        found["logits"] = model(x)[:, None, None, :]
    if len(x) == 1:
        found["gradcam"] = gradcam(model, x)[0]
    return found


def ours(weights, x, name):
    save_file({"input": x.contiguous()}, f"{work}/input.safetensors")
    subprocess.run([bench, "features", weights, f"{work}/input.safetensors", f"{work}/output.safetensors",
                    "--instruction-set", name], check=True)
    return load_file(f"{work}/output.safetensors")


sets = ["avx-512", "avx2", "portable"]
for name, size, batch in [("micro", (64, 32), 2), ("tiny", (256, 128), 2), ("tiny", (255, 127), 1), ("tiny", (224, 224), 3),
                          ("tiny", (2048, 1024), 1), ("small", (512, 256), 1), ("small", (97, 33), 2), ("base", (224, 224), 1)]:
    model = build(name)
    torch.save(model.state_dict(), f"{work}/{name}.pth")
    save_file({k: t.contiguous() for k, t in model.state_dict().items()}, f"{work}/{name}.safetensors")
    x = torch.randn(batch, 3, *size)
    theirs = values(model, x)
    for instructions in sets:
        extension = "pth" if instructions == "avx2" else "safetensors"
        mine = ours(f"{work}/{name}.{extension}", x, instructions)
        worst = max((distance(mine[k], t), k) for k, t in theirs.items())
        tell(f"{name} {batch}x{size[0]}x{size[1]}, {instructions}, .{extension}: the worst is {worst[1]}", worst[0])

try:
    import timm
except ImportError:
    print("timm is not there: its names are compared by the tests alone")
else:
    model = timm.create_model("convnext_tiny.fb_in1k", pretrained=False).eval()
    torch.save(model.state_dict(), f"{work}/timm.pth")
    x = torch.randn(1, 3, 256, 128)
    with torch.no_grad():
        tell("timm's convnext_tiny.fb_in1k, logits of 1000 classes",
             distance(ours(f"{work}/timm.pth", x, sets[0])["logits"].flatten(), model(x).flatten()))

# mammo infer on real mammograms against torch, which reads the same PNGs as the seed does.
model = build("tiny", seed=7)
torch.save(model.state_dict(), f"{work}/trained.pth")
with open(f"{work}/test.csv", "w") as f:
    names = sorted(os.path.basename(path)[:-4] for path in glob.glob(f"{real}/*.png"))
    f.write("patient_id,image_id,laterality\n" + "".join(f"{n.rpartition('_')[0]},{n.rpartition('_')[2]},L\n" for n in names))
subprocess.run([mammo, "infer", "--weights", f"{work}/trained.pth", "--png-dir", real, "--csv", f"{work}/test.csv", "--out",
                f"{work}/submission.csv", "--per-image", f"{work}/images.csv", "--force", "--tta", "hflip", "--quiet"], check=True)
normalise = torchvision.transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
mine, theirs = [], []
for row in csv.DictReader(open(f"{work}/images.csv")):
    image = torchvision.io.read_image(f"{real}/{row['patient_id']}_{row['image_id']}.png", torchvision.io.ImageReadMode.RGB)
    x = normalise(image.float().div(255))[None]
    with torch.no_grad():
        theirs.append(((model(x) + model(torch.flip(x, dims=[3]))) / 2).item())
    mine.append(float(row["logit"]))
tell(f"mammo infer --tta hflip on {len(mine)} real mammograms of 2048x1024, logits", distance(torch.tensor(mine), torch.tensor(theirs)))
sys.exit(failed)
