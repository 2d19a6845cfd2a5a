#!/usr/bin/python3
"""Chooses the detector of the machine-temperature comparison by the readings before the first labelled window alone. Reads nothing after them.

Usage: /usr/bin/python3 select_detector.py <folder with machine_temperature_system_failure.csv and anomaly_windows.json>
Needs Debian's python3-numpy. Prints one line a candidate and the choice, which make_model.py then builds.

The training part is a week. It is cut into four stretches; each is held out once, the detector is fitted to the other three, and two things are
counted on it:

  false alerts  alerts on the stretch as it was recorded. The aim is one a fortnight, half of what is allowed, because a week cannot show a season.
  found         share of faults that are put into the stretch and noticed. The faults are the three kinds that machines of this sort are known for,
                at sizes that do not drown in what a normal day does: a stop (falls by 2, 3 or 4 standard deviations within two hours, as
                fast as the machine cools on a normal day, and stays down for six more), a slow drift (to 2 or 3 deviations up or down over 24 hours),
                a failing sensor (noise of a third of a deviation, for 8 hours). Noticed: an alert begins after the fault's start and before its end.

Candidates: a detector (reconstruction by principal components over L readings; distance of means over several spans from the usual, by Mahalanobis;
how far a mean over some readings lies from its usual level), the weight of the newest score in smoothing, how long a score has to stay high,
the hysteresis, and the depth of the threshold: none, or a day (SPOT on the difference to the mean of the day's normal scores, DSPOT). A day is the machine's
cycle, the shortest depth over which that averages out; a week of training leaves no room to try longer ones. A release line that normal scores pass more than a tenth of the time is out: its alerts would not end with their fault. Threshold: SPOT at one in two weeks of readings, because it goes on learning: a constant learned in one week does not outlive a season.
Chosen: of those without more false alerts than the aim, the one that finds most of the kind of fault it finds worst; of equals, the first in the list.
(This script first took the one that finds most of all faults together; it still says which that is. See README.md.)
"""
import csv
import itertools
import json
import sys
from datetime import datetime

import numpy as np

RISK = 1 / (14 * 288)
FOLDS, LEVEL = 4, 0.98
DEPTHS = 0, 288


def training(folder):
    windows = json.load(open(f"{folder}/anomaly_windows.json"))["machine_temperature_system_failure.csv"]
    first = datetime.fromisoformat(windows[0][0])
    rows = list(csv.reader(open(f"{folder}/machine_temperature_system_failure.csv")))[1:]
    return np.array([float(v) for t, v in rows if datetime.fromisoformat(t) < first]), windows[0][0]


def slide(x, length):
    return np.lib.stride_tricks.sliding_window_view(x, length)


class Components:
    """Mean squared error of the reconstruction of the last L readings from k principal components."""

    def __init__(self, length, k):
        self.length, self.k, self.name = length, k, f"components, last {length}, {k} kept"

    def fit(self, stretches):
        x = np.vstack([slide(s, self.length) for s in stretches])
        self.mean = x.mean(0)
        self.up = np.linalg.svd(x - self.mean, full_matrices=False)[2][:self.k]
        return self

    def score(self, x):
        d = slide(x, self.length) - self.mean
        return ((d - d @ self.up.T @ self.up) ** 2).mean(1)


class Spans:
    """Mahalanobis distance of the means over the newest spans (and, if asked, the newest spread) from what is usual."""

    def __init__(self, spans, spread):
        self.spans, self.spread, self.length = spans, spread, max(spans)
        self.name = f"means over {'/'.join(map(str, spans))}{', spread over 12' if spread else ''}"

    def features(self, x):
        w = slide(x, self.length)
        columns = [w[:, -n:].mean(1) for n in self.spans]
        if self.spread:
            columns.append(np.log(np.sqrt((np.diff(w[:, -13:], axis=1) ** 2).mean(1)) + 0.1))
        return np.stack(columns, 1)

    def fit(self, stretches):
        f = np.vstack([self.features(s) for s in stretches])
        self.mean, cov = f.mean(0), np.cov(f.T).reshape(f.shape[1], -1)
        self.root = np.linalg.cholesky(np.linalg.inv(cov))
        return self

    def score(self, x):
        return (((self.features(x) - self.mean) @ self.root) ** 2).sum(1)


class Level:
    """How far the mean over n readings lies from its usual level (its mean, or the middle of its range), in deviations."""

    def __init__(self, length, of_range):
        self.length, self.of_range = length, of_range
        self.name = f"mean over {length}, from {'the middle of its range' if of_range else 'its mean'}"

    def fit(self, stretches):
        m = np.concatenate([slide(s, self.length).mean(1) for s in stretches])
        self.middle, self.deviation = (m.max() + m.min()) / 2 if self.of_range else m.mean(), m.std()
        return self

    def score(self, x):
        return np.abs(slide(x, self.length).mean(1) - self.middle) / self.deviation


def pareto(y):
    """The gateway's fit of a tail (Grimshaw's reduction), shape held in [-0.5, 2]."""
    best = (-len(y) * (np.log(y.mean()) + 1), 0.0, y.mean())
    edge = 1 / y.max()
    steps = np.arange(81) / 80
    x = np.concatenate([-edge * (1 - 10 ** (-4 * steps)), edge * 10 ** (2 - 5 * steps)])
    shape = np.log1p(np.outer(x, y)).mean(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        likelihood = -len(y) * np.log(shape / x) - len(y) * shape - len(y)
    likelihood[~((shape > -0.5) & (shape < 2))] = -np.inf
    i = np.nanargmax(likelihood)
    return (shape[i], shape[i] / x[i]) if likelihood[i] > best[0] else (0.0, best[2])


def spot(scores):
    """SPOT's threshold after so many scores without an extreme."""
    start = np.quantile(scores, LEVEL)
    over = scores[scores > start] - start
    shape, scale = pareto(over)
    r = RISK * len(scores) / len(over)
    return start + (-scale * np.log(r) if abs(shape) < 1e-9 else scale / shape * (r ** -shape - 1))


def relative(scores, depth):
    """What each score differs by from the mean of the depth scores before it, from the first that has so many."""
    return scores[depth:] - slide(scores, depth)[:-1].mean(1) if depth else scores


def alerts(scores, threshold, hysteresis, minimum, before):
    """Places where alerts open: a score above the line, and none below the release line for the minimum. The line is the threshold above the
    mean of the newest normal scores, which at first are those given, or the threshold itself when none are."""
    opened, since, is_open = [], None, False
    recent, depth = list(before), len(before)
    total, release = sum(recent), 0.0
    for i, s in enumerate(scores):
        line = threshold + (total / depth if depth else 0)
        if depth and not s > line:
            recent.append(s)
            total += s - recent[-1 - depth]
        if since is None:
            if not s > line:
                continue
            since, release = i, line - hysteresis * abs(line)
        elif s < release:
            since, is_open = None, False
            continue
        if not is_open and i - since >= minimum:
            is_open = True
            opened.append(i)
    return opened


def smooth(x, weight):
    y = np.empty_like(x)
    last = x[0]
    for i, v in enumerate(x):
        last += weight * (v - last)
        y[i] = last
    return y


def faults(length, deviation, random):
    """(kind, start, end, what is added) within a held-out stretch."""
    for size in (2, 3, 4):
        for at in range(20, length - 110, 70):
            shape = np.zeros(length)
            shape[at:at + 96] = -size * deviation
            shape[at:at + 24] *= np.linspace(0, 1, 24)
            yield "fall", at, at + 96, shape
    for size in (-3, -2, 2, 3):
        for at in range(20, length - 300, 70):
            shape = np.zeros(length)
            shape[at:at + 288] = np.linspace(0, size * deviation, 288)
            yield "drift", at, at + 288, shape
    for at in range(20, length - 110, 70):
        shape = np.zeros(length)
        shape[at:at + 96] = random.normal(0, deviation / 3, 96)
        yield "noise", at, at + 96, shape


def judge(make, values):
    """For every smoothing, depth, minimum and hysteresis: (false alerts, share found of all faults, share found of each kind)."""
    deviation = values.std()
    edges = np.linspace(0, len(values), FOLDS + 1).astype(int)
    results = {}
    for f in range(FOLDS):
        a, b = edges[f], edges[f + 1]
        detector = make()
        rest = [s for s in (values[:a], values[b:]) if len(s) > 300]
        known = [detector.fit(rest).score(s) for s in rest]
        # The stretch after the last is followed by the first readings: what came before it is its context, as in the stream.
        context = values[max(0, a - detector.length + 1):a]
        plain = detector.score(np.concatenate([context, values[a:b]]))
        changed = []
        for kind, start, end, shape in faults(b - a, deviation, np.random.default_rng(f)):
            changed.append((kind, start, end, detector.score(np.concatenate([context, values[a:b] + shape]))))
        skipped = (b - a) - len(plain)
        for weight, depth in itertools.product((1, 0.3, 0.1), DEPTHS):
            smooth_known = [smooth(k, weight) for k in known]
            # A detector over a day leaves a stretch of the week with less than a day of scores: it then says nothing of what lies above a day's mean.
            enough = [k for k in smooth_known if len(k) > depth]
            threshold = spot(np.concatenate([relative(k, depth) for k in enough]))
            # Normal scores before the stretch: those that led to it, or, where they are too few, the newest there are.
            before = (enough[0] if f and enough[0] is smooth_known[0] else enough[-1])[-depth:] if depth else []
            lines = threshold + np.concatenate([k[depth:] - relative(k, depth) if depth else 0 * k for k in enough])
            smoothed = [(kind, start, end, smooth(s, weight)) for kind, start, end, s in changed]
            for minimum, hysteresis in itertools.product((0, 6, 12, 24), (0.1, 0.3, 0.5)):
                ends, false, found = results.setdefault((weight, depth, minimum, hysteresis), ([], [], []))
                ends.append((np.concatenate([k[depth:] for k in enough]) < lines - hysteresis * np.abs(lines)).mean() >= 0.9)
                false.append(len(alerts(smooth(plain, weight), threshold, hysteresis, minimum, before)))
                found += [(kind, any(start <= i + skipped < end for i in alerts(s, threshold, hysteresis, minimum, before))) for kind, start, end, s in smoothed]

    def shares(found):
        return [np.mean([yes for kind, yes in found if kind == k]) for k in ("fall", "drift", "noise")]

    return {k: (sum(f), np.mean([yes for _, yes in n]), shares(n)) for k, (e, f, n) in results.items() if all(e)}


CANDIDATES = [
    *(lambda n=n, r=r: Level(n, r) for n in (1, 12, 36) for r in (False, True)),
    *(lambda n=n, k=k: Components(n, k) for n, k in ((32, 4), (144, 4), (144, 8), (288, 8))),
    *(lambda s=s, d=d: Spans(s, d) for s in ((1, 12), (1, 12, 72), (1, 12, 72, 288)) for d in (False, True)),
]


def main():
    values, before = training(sys.argv[1])
    weeks = len(values) / 2016
    print(f"{len(values)} readings before {before}; aim: at most {0.5 * weeks:.1f} false alerts in them, each stretch held out once")
    lines = []
    for make in CANDIDATES:
        for (weight, depth, minimum, hysteresis), (false, found, kinds) in judge(make, values).items():
            line = (f"{make().name:45} smoothing {weight:<4} depth {depth:3}  min {5 * minimum:3} min  hysteresis {hysteresis}  false {false:2}  "
                    f"found {found:.2f} (fall {kinds[0]:.2f}, drift {kinds[1]:.2f}, noise {kinds[2]:.2f})")
            print(line)
            if false <= 0.5 * weeks:
                lines.append((min(kinds), found, line, depth))
    print("most of all together:", max(lines, key=lambda r: r[1])[2])
    for depth in DEPTHS:
        print(f"best with depth {depth}:", max((r for r in lines if r[3] == depth), key=lambda r: r[0])[2])
    print("chosen:", max(lines, key=lambda r: r[0])[2])


if __name__ == "__main__":
    main()
