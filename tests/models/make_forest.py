"""Writes a forest of about 0.9 MB for eight sensors: 60 trees of depth 8, seeded. Of Debian: python3-numpy, python3-onnx.

    /usr/bin/python3 make_forest.py FILE [TREES]
"""
import sys

import numpy as np
from onnx import TensorProto as T, helper as h

DEPTH = 8
TREES = int(sys.argv[2]) if len(sys.argv) > 2 else 60
rng = np.random.default_rng(0)
inner = 2 ** DEPTH - 1
each = 2 ** (DEPTH + 1) - 1
a = {key: [] for key in ("nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_modes", "nodes_truenodeids",
                         "nodes_falsenodeids", "target_treeids", "target_nodeids", "target_weights")}
for tree in range(TREES):
    leaf = np.arange(each) >= inner
    a["nodes_treeids"] += [tree] * each
    a["nodes_nodeids"] += range(each)
    a["nodes_featureids"] += np.where(leaf, 0, rng.integers(0, 8, each)).tolist()
    a["nodes_values"] += np.where(leaf, 0, rng.normal(0, 40, each)).astype("f4").tolist()
    a["nodes_modes"] += ["LEAF" if is_leaf else "BRANCH_LEQ" for is_leaf in leaf]
    a["nodes_truenodeids"] += [0 if i >= inner else 2 * i + 1 for i in range(each)]
    a["nodes_falsenodeids"] += [0 if i >= inner else 2 * i + 2 for i in range(each)]
    a["target_treeids"] += [tree] * (each - inner)
    a["target_nodeids"] += range(inner, each)
    a["target_weights"] += rng.normal(0, 1 / TREES, each - inner).astype("f4").tolist()
node = h.make_node("TreeEnsembleRegressor", ["X"], ["score"], domain="ai.onnx.ml", n_targets=1, target_ids=[0] * len(a["target_nodeids"]), **a)
graph = h.make_graph([node], "forest", [h.make_tensor_value_info("X", T.FLOAT, ["N", 8])], [h.make_tensor_value_info("score", T.FLOAT, ["N", 1])])
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 15), h.make_opsetid("ai.onnx.ml", 1)], ir_version=8)
open(sys.argv[1], "wb").write(model.SerializeToString())
