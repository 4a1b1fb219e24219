"""Says what `mammo infer --precision int8` changes: the correlation and the largest difference of images' logits from those of
fp32, and the area under the ROC curve of both, on a table with labels. FOLDER is made anew, ranges of activations too.

usage: compare_int8.py MAMMO WEIGHTS PNG_DIR CSV FOLDER
"""
import os
import shutil
import subprocess

import usage

mammo, weights, pngs, csv, folder = usage.arguments(__doc__, 5)

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
keys = ["patient_id", "image_id"]


def predicted(precision):
    subprocess.run(
        [mammo, "infer", "--weights", weights, "--png-dir", pngs, "--csv", csv, "--out", f"{folder}/{precision}.csv",
         "--precision", precision, "--no-calibration", "--force", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return pd.read_csv(f"{folder}/{precision}.images.csv", dtype={key: str for key in keys})


both = predicted("fp32").merge(predicted("int8"), on=keys, suffixes=("_fp32", "_int8"), validate="one_to_one")
labels = pd.read_csv(csv, dtype={key: str for key in keys})[[*keys, "cancer"]]
both = both.merge(labels, on=keys, validate="one_to_one")
exact, near = both["logit_fp32"], both["logit_int8"]
print(f"{len(both)} images: correlation of logits {np.corrcoef(exact, near)[0, 1]:.6f}, largest difference "
      f"{np.abs(exact - near).max():.4f} beside a deviation of {exact.std():.4f}")
for precision in ["fp32", "int8"]:
    both["probability"] = both[f"probability_{precision}"]
    breasts = both.groupby(f"prediction_id_{precision}").agg(probability=("probability", "mean"), cancer=("cancer", "max"))
    print(f"{precision}: AUC of images {roc_auc_score(both['cancer'], both['probability']):.4f}, of {len(breasts)} breasts "
          f"{roc_auc_score(breasts['cancer'], breasts['probability']):.4f}")
