#!/usr/bin/python3
"""Makes the models of the machine-temperature comparison, from the readings before the first labelled window alone.

Usage: /usr/bin/python3 make_model.py <folder with machine_temperature_system_failure.csv and anomaly_windows.json>
Needs Debian's python3-torch and python3-onnx. Writes autoencoder.onnx, spans.onnx, level.onnx, range.onnx, zscore.onnx and scaling.json here. spans and level are
what select_detector.py chooses, by these readings alone; all choices about the autoencoder (length of the window, layers, threshold rule) were fixed
before a labelled window was scored.
"""
import csv
import json
import sys
from datetime import datetime

import numpy as np
import onnx
import torch
from onnx import TensorProto as T, helper as h, numpy_helper as nh

from select_detector import Spans

LENGTH = 32
folder = sys.argv[1]
windows = json.load(open(f"{folder}/anomaly_windows.json"))["machine_temperature_system_failure.csv"]
first = datetime.fromisoformat(windows[0][0])
rows = [(datetime.fromisoformat(t), float(v)) for t, v in list(csv.reader(open(f"{folder}/machine_temperature_system_failure.csv")))[1:]]
train = np.array([v for t, v in rows if t < first])
mean, deviation = train.mean(), train.std()
json.dump({"mean": [mean], "stddev": [deviation], "readings": len(train), "before": windows[0][0]}, open("scaling.json", "w"))

torch.manual_seed(1)
scaled = (train - mean) / deviation
x = torch.tensor(np.lib.stride_tricks.sliding_window_view(scaled, LENGTH).copy(), dtype=torch.float32)
n = torch.nn
net = n.Sequential(n.Linear(LENGTH, 16), n.Tanh(), n.Linear(16, 4), n.Tanh(), n.Linear(4, 16), n.Tanh(), n.Linear(16, LENGTH))
optimiser = torch.optim.Adam(net.parameters(), 2e-3)
for step in range(1500):
    optimiser.zero_grad()
    ((net(x + 0.05 * torch.randn_like(x)) - x) ** 2).mean().backward()
    optimiser.step()
torch.onnx.export(net.eval(), x[:1], "autoencoder.onnx", opset_version=13, input_names=["x"], output_names=["y"],
                  dynamic_axes={"x": {0: "n"}, "y": {0: "n"}})


def save(name, nodes, length, weights):
    g = h.make_graph(nodes, name, [h.make_tensor_value_info("x", T.FLOAT, ["n", length])], [h.make_tensor_value_info("score", T.FLOAT, ["n", 1])],
                     [nh.from_array(np.array(v, t), k) for k, t, v in weights])
    model = h.make_model(g, producer_name="edge-agent-tests", opset_imports=[h.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, name + ".onnx")


# How far a reading lies outside what was seen in training.
save("range", [h.make_node("Sub", ["low", "x"], ["below"]), h.make_node("Sub", ["x", "high"], ["above"]), h.make_node("Max", ["below", "above"], ["score"])],
     1, [("low", np.float32, [train.min()]), ("high", np.float32, [train.max()])])
# What select_detector.py chooses: how unusual the means over 5 minutes, 1, 6 and 24 hours and the last hour's spread are together.
spans = Spans((1, 12, 72, 288), True).fit([train])
means, steps = np.zeros((288, 4)), np.zeros((288, 12))
for i, n in enumerate(spans.spans):
    means[-n:, i] = 1 / n
for i in range(12):
    steps[275 + i, i], steps[276 + i, i] = -1, 1
save("spans", [h.make_node("MatMul", ["x", "means"], ["m"]), h.make_node("MatMul", ["x", "steps"], ["d"]), h.make_node("Mul", ["d", "d"], ["d2"]),
               h.make_node("ReduceMean", ["d2"], ["v"], axes=[1]), h.make_node("Sqrt", ["v"], ["s"]), h.make_node("Add", ["s", "tenth"], ["t"]), h.make_node("Log", ["t"], ["l"]),
               h.make_node("Concat", ["m", "l"], ["f"], axis=1), h.make_node("Sub", ["f", "usual"], ["c"]), h.make_node("MatMul", ["c", "root"], ["z"]),
               h.make_node("Mul", ["z", "z"], ["z2"]), h.make_node("ReduceSum", ["z2", "axis"], ["score"])],
     288, [("means", np.float32, means), ("steps", np.float32, steps), ("tenth", np.float32, [0.1]), ("usual", np.float32, spans.mean),
           ("root", np.float32, spans.root), ("axis", np.int64, [1])])
# Its first choice: distance from the middle of the range seen in training, in deviations.
middle = (train.max() + train.min()) / 2
save("level", [h.make_node("Sub", ["x", "middle"], ["d"]), h.make_node("Abs", ["d"], ["a"]), h.make_node("Div", ["a", "deviation"], ["score"])],
     1, [("middle", np.float32, [middle]), ("deviation", np.float32, [deviation])])
# |newest − mean| / deviation over the last day.
save("zscore", [h.make_node("ReduceMean", ["x"], ["m"], axes=[1]), h.make_node("Sub", ["x", "m"], ["d"]), h.make_node("Mul", ["d", "d"], ["q"]),
                h.make_node("ReduceMean", ["q"], ["v"], axes=[1]), h.make_node("Sqrt", ["v"], ["s"]), h.make_node("Max", ["s", "tiny"], ["t"]),
                h.make_node("Slice", ["d", "last", "end", "axis"], ["newest"]), h.make_node("Abs", ["newest"], ["a"]), h.make_node("Div", ["a", "t"], ["score"])],
     288, [("tiny", np.float32, [0.1]), ("last", np.int64, [287]), ("end", np.int64, [288]), ("axis", np.int64, [1])])
