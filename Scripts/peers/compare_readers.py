"""Reads files that contradict themselves or the standard with mammo, dicomsdl, pydicom, GDCM and DCMTK, and counts by kind how
many values each has as they were before encoding. `odd.csv` in the folder of fixtures names the files.

usage: compare_readers.py MAMMO FIXTURES [files]          files: a line for each file, too
"""
from __future__ import annotations

import csv
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import warnings
from importlib.metadata import version

import usage

mammo, fixtures, *more = usage.arguments(__doc__, 2, 3)

import dicomsdl
import gdcm
import numpy as np
import pydicom
from PIL import Image

warnings.simplefilter("ignore")
pydicom.config.logger.disabled = True
SECONDS = 20


def by_dicomsdl(path):
    return dicomsdl.open(path).pixelData(storedvalue=True)


def by_pydicom(path):
    return pydicom.dcmread(path, force=True).pixel_array


def by_gdcm(path):
    gdcm.Trace.SetWarning(False), gdcm.Trace.SetError(False), gdcm.Trace.SetDebug(False)
    reader = gdcm.ImageReader()
    reader.SetFileName(path)
    if not reader.Read():
        raise ValueError("not read")
    image = reader.GetImage()
    form = image.GetPixelFormat()
    types = {gdcm.PixelFormat.UINT8: np.uint8, gdcm.PixelFormat.INT8: np.int8, gdcm.PixelFormat.UINT16: np.uint16,
             gdcm.PixelFormat.INT16: np.int16, gdcm.PixelFormat.UINT12: np.uint16, gdcm.PixelFormat.INT12: np.int16}
    words = np.frombuffer(image.GetBuffer().encode("utf-8", "surrogateescape"), types[form.GetScalarType()])
    # As the words are to be read by the format that comes with them: bits above HighBit are no part of the value.
    values = words.astype(np.int64) >> (form.GetHighBit() + 1 - form.GetBitsStored()) & ((1 << form.GetBitsStored()) - 1)
    if form.GetPixelRepresentation():
        values -= (values >> (form.GetBitsStored() - 1)) << form.GetBitsStored()
    return values.reshape(image.GetDimension(1), image.GetDimension(0))


def by_dcmtk(path):
    """Converted by the tool for the transfer syntax that the file declares, and then read by pydicom."""
    syntax = str(pydicom.filereader.read_file_meta_info(path).get("TransferSyntaxUID", ""))
    tool = ["dcmconv", "+te"]
    for prefix, decoder in (("1.2.840.10008.1.2.5", "dcmdrle"), ("1.2.840.10008.1.2.4.5", "dcmdjpeg"),
                            ("1.2.840.10008.1.2.4.7", "dcmdjpeg"), ("1.2.840.10008.1.2.4.8", "dcmdjpls")):
        if syntax.startswith(prefix):
            tool = [decoder]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*tool, path, f"{folder}/out.dcm"], check=True, capture_output=True, timeout=SECONDS)
        out = pydicom.dcmread(f"{folder}/out.dcm")
        if out.file_meta.TransferSyntaxUID.is_compressed and not out.file_meta.TransferSyntaxUID.is_deflated:
            raise ValueError("no decoder")
        return out.pixel_array


def by_mammo(path):
    """The smallest and largest value: the tests compare every one."""
    run = subprocess.run([mammo, "inspect", "--json", path], capture_output=True, timeout=SECONDS)
    found = json.loads(run.stdout)
    return np.array([found["stored_min"], found["stored_max"]])


READERS = {"mammo": by_mammo, "dicomsdl": by_dicomsdl, "pydicom": by_pydicom, "GDCM": by_gdcm, "DCMTK": by_dcmtk}


def safely(reader, path):
    """What a reader makes of a file in a process of its own, which may crash or hang: its values, or the reason why not."""
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inlet)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1), os.dup2(quiet, 2)
        signal.alarm(SECONDS)
        try:
            result = np.asarray(reader(path)).astype(np.int64)
        except BaseException as error:
            result = f"{type(error).__name__}: {error}"[:200]
        with os.fdopen(outlet, "wb") as file:
            pickle.dump(result, file)
        os._exit(0)
    os.close(outlet)
    with os.fdopen(inlet, "rb") as file:
        content = file.read()
    status = os.waitpid(child, 0)[1]
    return pickle.loads(content) if content else f"ended with signal {status & 127}"


def outcome(row, name, values, source):
    if isinstance(values, str):
        return "rejected"
    expected = np.array([source.min(), source.max()]) if name == "mammo" else source
    if values.size != expected.size:
        return "differs"
    difference = np.abs(values.reshape(expected.shape) - expected).max()
    # Decoders of lossy JPEG round in ways of their own.
    return "equal" if difference <= (1 if row["lossy"] == "1" else 0) else "differs"


counts, totals = {}, {}
with open(f"{fixtures}/odd.csv", newline="") as table:
    rows = list(csv.DictReader(table))
for row in rows:
    path = f"{fixtures}/odd/{row['file']}"
    patterns = np.array(Image.open(f"{fixtures}/odd/{row['array']}")).astype(np.uint16)
    source = (patterns.view(np.int16) if row["signed"] == "1" else patterns).astype(np.int64)
    totals[row["kind"]] = totals.get(row["kind"], 0) + 1
    found = []
    for name, reader in READERS.items():
        values = safely(reader, path)
        what = outcome(row, name, values, source)
        key = row["kind"], name, what
        counts[key] = counts.get(key, 0) + 1
        found.append(what + (f" ({values})" if isinstance(values, str) and more == ["files"] and name != "mammo" else ""))
    if more == ["files"]:
        print(f"{row['file']}: " + ", ".join(f"{name} {what}" for name, what in zip(READERS, found)))

dcmtk = subprocess.run(["dcmconv", "--version"], capture_output=True, text=True).stdout.split()
packages = "dicomsdl", "pydicom", "pylibjpeg-libjpeg", "pylibjpeg-openjpeg", "pyjpegls"
print(", ".join(f"{name} {version(name)}" for name in packages), f", GDCM {gdcm.Version.GetVersion()}, DCMTK {dcmtk[2]}", sep="")
print("| kind | files | " + " | ".join(READERS) + " |\n|---|---:|" + "---:|" * len(READERS))
wrong = 0
for kind, total in totals.items():
    cells = []
    for name in READERS:
        equal, differs = (counts.get((kind, name, what), 0) for what in ("equal", "differs"))
        cells.append(f"{equal}" + (f", {differs} differ" if differs else ""))
    wrong += total - counts.get((kind, "mammo", "equal"), 0)
    print(f"| {kind} | {total} | " + " | ".join(cells) + " |")
sys.exit(wrong > 0)
