"""Trains a baseline on an export of the research zone and says what it is worth; see README.md.

Usage: python examples/train_baseline.py [FOLDER]   (default: data/export)
Exit codes: 0 trained, 1 there is no export, or not enough people in it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

try:
    import numpy as np
    import pandas as pd
    from sklearn.ensemble import HistGradientBoostingRegressor
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name} is not installed: examples/README.md says how to get it")

# No column says what a step is. The distance is the one thing the device measures, and the phone
# does not: can it be told from the motion of the phone?
TARGET = "distancefromobject"
# Neither keys nor the time: a model that knows the person or the minute has learnt the data set.
FEATURES = ["vector_count", "mean_x", "mean_y", "mean_z", "mean_norm", "min_norm", "max_norm"]
SEED = 0
RESAMPLES = 2000
SPLITS = ["train", "validation", "test"]  # in this order, whatever the order of the rows


def load(folder: Path) -> pd.DataFrame:
    """Load the readings, in the order of the file."""
    return pd.read_parquet(folder / "readings.parquet")


def errors(readings: pd.DataFrame) -> pd.DataFrame:
    """Absolute errors of the naive guess and of the model on people that neither has seen."""
    train = readings[readings["split"] == "train"]
    unseen = readings[readings["split"] != "train"]
    # The median is the guess with the least mean absolute error; the model aims at the same.
    naive = train[TARGET].median()
    model = HistGradientBoostingRegressor(
        loss="absolute_error", max_leaf_nodes=8, early_stopping=False, random_state=SEED
    )
    model.fit(train[FEATURES], train[TARGET])
    return pd.DataFrame(
        {
            "split": unseen["split"],
            "person": unseen["subject_key"],
            "naive": (unseen[TARGET] - naive).abs(),
            "model": (unseen[TARGET] - model.predict(unseen[FEATURES])).abs(),
        }
    )


def interval(gain: pd.Series, person: pd.Series) -> tuple[float, float]:
    """95 % interval of the mean gain over other people such as these (bootstrap by person).

    A person's readings resemble each other: to draw readings one by one would promise too much.
    """
    per_person = gain.groupby(person).agg(["sum", "size"]).to_numpy()
    draws = np.random.default_rng(SEED).integers(len(per_person), size=(RESAMPLES, len(per_person)))
    sums, sizes = per_person[draws].sum(axis=1).T
    low, high = np.quantile(sums / sizes, [0.025, 0.975])
    return float(low), float(high)


def main() -> int:
    """Train, print the errors and what they are worth; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("data/export"))
    folder = parser.parse_args().folder
    if not (folder / "readings.parquet").exists():
        print(f"No export in {folder}: run scripts/export_research.py", file=sys.stderr)
        return 1
    readings = load(folder)
    if set(readings["split"]) != set(SPLITS):
        print(f"Not enough people in {folder}: a split has nobody", file=sys.stderr)
        return 1
    fingerprint = json.loads((folder / "fingerprint.json").read_text())
    print(f"data set {fingerprint['content_sha256']}, code {fingerprint['code_version']}")
    for split in SPLITS:
        rows = readings[readings["split"] == split]
        print(f"{split:10}  {len(rows):>7,} readings of {rows['subject_key'].nunique():,} people")
    print(f"\nmean absolute error of {TARGET}, in the device's own unit:")
    unseen = errors(readings)
    for split in SPLITS[1:]:
        rows = unseen[unseen["split"] == split]
        gain = rows["naive"] - rows["model"]
        low, high = interval(gain, rows["person"])
        verdict = "better than" if low > 0 else "worse than" if high < 0 else "no better than"
        print(
            f"{split:10}  naive {rows['naive'].mean():.2f}  model {rows['model'].mean():.2f}  "
            f"gain {gain.mean():+.2f} (95 % {low:+.2f} to {high:+.2f}): {verdict} guessing"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
