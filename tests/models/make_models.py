#!/usr/bin/python3
"""Makes the small models the tests score with, as public tools write them.

Needs Debian's python3-onnx, python3-sklearn and python3-torch; the models are committed, so tests need none of them.
Run in this folder: `/usr/bin/python3 make_models.py`, then `node expect.js` (see there) for the expected outputs.
"""
import numpy as np
import onnx
import torch
from onnx import TensorProto as T, helper as h, numpy_helper as nh
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(20140219)
torch.manual_seed(20140219)


def save(name, model, check=True):
    model.ir_version = min(model.ir_version, 8)
    if check:
        onnx.checker.check_model(model)
    onnx.save(model, name)


def graph(name, nodes, inputs, outputs, weights=(), opsets=(("", 13),), meta=()):
    g = h.make_graph(nodes, name, inputs, outputs, [nh.from_array(v, k) for k, v in weights])
    model = h.make_model(g, producer_name="edge-agent-tests", opset_imports=[h.make_opsetid(d, v) for d, v in opsets])
    for key, value in meta:
        prop = model.metadata_props.add()
        prop.key, prop.value = key, value
    return model


def train(net, x, steps=300):
    optimiser = torch.optim.Adam(net.parameters(), 3e-3)
    for _ in range(steps):
        optimiser.zero_grad()
        loss = ((net(x) - x) ** 2).mean()
        loss.backward()
        optimiser.step()
    return net.eval()


def sines(rows, length):
    phase = rng.uniform(0, 2 * np.pi, (rows, 1))
    grid = np.arange(length) * 2 * np.pi / 16
    return np.sin(grid + phase) + rng.normal(0, 0.05, (rows, length))


def dense_autoencoder():
    x = torch.tensor(sines(512, 32), dtype=torch.float32)
    n = torch.nn
    net = train(n.Sequential(n.Linear(32, 16), n.ReLU(), n.Linear(16, 4), n.ReLU(), n.Linear(4, 16), n.ReLU(), n.Linear(16, 32)), x)
    torch.onnx.export(net, x[:1], "dense_ae.onnx", opset_version=13, input_names=["x"], output_names=["y"],
                      dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}})
    torch.onnx.export(net, x[:1], "dense_ae_fixed1.onnx", opset_version=13, input_names=["x"], output_names=["y"])
    torch.onnx.export(net.double(), x[:1].double(), "dense_ae_f64.onnx", opset_version=13, input_names=["x"], output_names=["y"],
                      dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}})
    layers = [m for m in net.float() if isinstance(m, n.Linear)]
    nodes, weights, last = [], [], "x"
    for i, layer in enumerate(layers):
        weights += [(f"w{i}", layer.weight.detach().numpy().T.astype(np.float16).copy()), (f"b{i}", layer.bias.detach().numpy().astype(np.float16))]
        out = "y" if i == 3 else f"h{i}"
        nodes += [h.make_node("MatMul", [last, f"w{i}"], [f"m{i}"]), h.make_node("Add", [f"m{i}", f"b{i}"], [f"a{i}" if i < 3 else "y"])]
        if i < 3:
            nodes.append(h.make_node("Relu", [f"a{i}"], [out]))
        last = out
    save("dense_ae_f16.onnx", graph("dense_ae_f16", nodes, [h.make_tensor_value_info("x", T.FLOAT16, ["batch", 32])],
                                    [h.make_tensor_value_info("y", T.FLOAT16, ["batch", 32])], weights))
    bad = [(k, np.full_like(v, np.nan)) if k == "b1" else (k, v) for k, v in weights]
    save("broken_nan.onnx", graph("nan", nodes, [h.make_tensor_value_info("x", T.FLOAT16, ["batch", 32])],
                                  [h.make_tensor_value_info("y", T.FLOAT16, ["batch", 32])], bad))


def conv_autoencoder():
    n = torch.nn
    x = torch.tensor(np.stack([sines(256, 64), sines(256, 64)], 1), dtype=torch.float32)
    net = train(n.Sequential(n.Conv1d(2, 8, 5, stride=2, padding=2), n.ReLU(), n.Conv1d(8, 4, 5, stride=2, padding=2), n.ReLU(),
                             n.ConvTranspose1d(4, 8, 4, stride=2, padding=1), n.ReLU(), n.ConvTranspose1d(8, 2, 4, stride=2, padding=1)), x, 120)
    torch.onnx.export(net, x[:1], "conv_ae.onnx", opset_version=13, input_names=["window"], output_names=["reconstruction"],
                      dynamic_axes={"window": {0: "n"}, "reconstruction": {0: "n"}})


class Recurrent(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = torch.nn.GRU(1, 8, batch_first=True)
        self.out = torch.nn.Linear(8, 1)

    def forward(self, x, h0):
        y, hn = self.gru(x, h0)
        return self.out(y[:, -1]), hn


def gru():
    net = Recurrent()
    x = torch.tensor(sines(64, 33), dtype=torch.float32)
    optimiser = torch.optim.Adam(net.parameters(), 1e-2)
    for _ in range(150):
        optimiser.zero_grad()
        y, _ = net.gru(x[:, :-1, None], torch.zeros(1, 64, 8))
        ((net.out(y)[..., 0] - x[:, 1:]) ** 2).mean().backward()
        optimiser.step()
    torch.onnx.export(net.eval(), (torch.zeros(1, 1, 1), torch.zeros(1, 1, 8)), "gru.onnx", opset_version=13, input_names=["x", "h"],
                      output_names=["next", "h_out"], dynamic_axes={"x": {0: "n"}, "h": {1: "n"}, "next": {0: "n"}, "h_out": {1: "n"}})


def isolation_forest():
    x = rng.normal(0, 1, (256, 4))
    forest = IsolationForest(n_estimators=20, max_samples=64, random_state=7).fit(x)

    def path(n):
        return 0.0 if n <= 1 else 1.0 if n == 2 else 2 * (np.log(n - 1) + np.euler_gamma) - 2 * (n - 1) / n

    a = {k: [] for k in ("nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_modes", "nodes_truenodeids",
                         "nodes_falsenodeids", "target_treeids", "target_nodeids", "target_ids", "target_weights")}
    for t, (tree, features) in enumerate(zip(forest.estimators_, forest.estimators_features_)):
        s = tree.tree_
        depth = np.zeros(s.node_count)
        for i in range(s.node_count):
            leaf = s.children_left[i] < 0
            a["nodes_treeids"].append(t)
            a["nodes_nodeids"].append(i)
            a["nodes_featureids"].append(0 if leaf else int(features[s.feature[i]]))
            a["nodes_values"].append(0.0 if leaf else float(np.float32(s.threshold[i])))
            a["nodes_modes"].append("LEAF" if leaf else "BRANCH_LEQ")
            a["nodes_truenodeids"].append(0 if leaf else int(s.children_left[i]))
            a["nodes_falsenodeids"].append(0 if leaf else int(s.children_right[i]))
            if leaf:
                for key, value in zip(("target_treeids", "target_nodeids", "target_ids", "target_weights"),
                                      (t, i, 0, float(depth[i] + path(s.n_node_samples[i])))):
                    a[key].append(value)
            else:
                depth[s.children_left[i]] = depth[s.children_right[i]] = depth[i] + 1
    tree = h.make_node("TreeEnsembleRegressor", ["x"], ["depth"], domain="ai.onnx.ml", n_targets=1, aggregate_function="SUM",
                       post_transform="NONE", **a)
    weights = [("scale", np.array([-1 / (len(forest.estimators_) * path(64))], np.float32)), ("two", np.array([2], np.float32)),
               ("half", np.array([0.5], np.float32))]
    nodes = [tree, h.make_node("Mul", ["depth", "scale"], ["e"]), h.make_node("Pow", ["two", "e"], ["scores"]),
             h.make_node("Greater", ["scores", "half"], ["odd"]), h.make_node("Cast", ["odd"], ["label"], to=T.INT64)]
    save("iforest.onnx", graph("iforest", nodes, [h.make_tensor_value_info("x", T.FLOAT, [None, 4])],
                               [h.make_tensor_value_info("label", T.INT64, [None, 1]), h.make_tensor_value_info("scores", T.FLOAT, [None, 1])],
                               weights, (("", 13), ("ai.onnx.ml", 1))))


def pca():
    x = rng.normal(0, 1, (300, 3)) @ rng.normal(0, 1, (3, 8)) + rng.normal(0, 0.05, (300, 8))
    p = PCA(3).fit(x)
    c = p.components_.astype(np.float32)
    nodes = [h.make_node("Sub", ["x", "mean"], ["d"]), h.make_node("MatMul", ["d", "down"], ["z"]),
             h.make_node("MatMul", ["z", "up"], ["u"]), h.make_node("Add", ["u", "mean"], ["y"])]
    save("pca.onnx", graph("pca", nodes, [h.make_tensor_value_info("x", T.FLOAT, ["rows", 8])], [h.make_tensor_value_info("y", T.FLOAT, ["rows", 8])],
                           [("mean", p.mean_.astype(np.float32)), ("down", c.T.copy()), ("up", c)]))


def zipmap():
    x = np.vstack([rng.normal(0, 1, (100, 3)), rng.normal(2, 1, (100, 3))])
    fit = LogisticRegression().fit(x, np.repeat([0, 1], 100))
    coefficients = np.vstack([-fit.coef_, fit.coef_]).astype(np.float32).ravel().tolist()
    intercepts = [-float(fit.intercept_[0]), float(fit.intercept_[0])]
    for name, labels in (("zipmap", {"classlabels_ints": [0, 1]}), ("zipmap_text", {"classlabels_strings": ["good", "worn"]})):
        zipped = {k.replace("classlabels_ints", "classlabels_int64s"): v for k, v in labels.items()}
        kind, key = (T.INT64, T.INT64) if name == "zipmap" else (T.STRING, T.STRING)
        nodes = [h.make_node("LinearClassifier", ["x"], ["label", "raw"], domain="ai.onnx.ml", coefficients=coefficients, intercepts=intercepts,
                             multi_class=1, post_transform="LOGISTIC", **labels),
                 h.make_node("Normalizer", ["raw"], ["p"], domain="ai.onnx.ml", norm="L1"),
                 h.make_node("ZipMap", ["p"], ["probabilities"], domain="ai.onnx.ml", **zipped)]
        maps = onnx.ValueInfoProto(name="probabilities")
        element = maps.type.sequence_type.elem_type.map_type
        element.key_type = key
        element.value_type.tensor_type.elem_type = T.FLOAT
        save(f"{name}.onnx", graph(name, nodes, [h.make_tensor_value_info("x", T.FLOAT, [None, 3])],
                                   [h.make_tensor_value_info("label", kind, [None]), maps], opsets=(("", 13), ("ai.onnx.ml", 1))), check=False)
        plain = nodes[:1] + [h.make_node("Normalizer", ["raw"], ["probabilities"], domain="ai.onnx.ml", norm="L1")]
        if name == "zipmap":
            save("classifier.onnx", graph("classifier", plain, [h.make_tensor_value_info("x", T.FLOAT, [None, 3])],
                                          [h.make_tensor_value_info("label", T.INT64, [None]), h.make_tensor_value_info("probabilities", T.FLOAT, [None, 2])],
                                          opsets=(("", 13), ("ai.onnx.ml", 1))), check=False)


def several_inputs():
    nodes = [h.make_node("Cast", ["count"], ["c"], to=T.FLOAT), h.make_node("Cast", ["running"], ["r"], to=T.FLOAT),
             h.make_node("ReduceSum", ["x", "axis"], ["s"], keepdims=1), h.make_node("Add", ["s", "c"], ["t"]), h.make_node("Mul", ["t", "r"], ["score"])]
    save("several_inputs.onnx", graph("several", nodes, [h.make_tensor_value_info("x", T.FLOAT, ["n", 2]), h.make_tensor_value_info("count", T.INT64, ["n", 1]),
         h.make_tensor_value_info("running", T.BOOL, ["n", 1])], [h.make_tensor_value_info("score", T.FLOAT, ["n", 1])],
        [("axis", np.array([1], np.int64))], meta=(("plant", "7"),)))


def element_types():
    kinds = [("f32", T.FLOAT), ("f64", T.DOUBLE), ("f16", T.FLOAT16), ("i64", T.INT64), ("i32", T.INT32), ("i16", T.INT16), ("i8", T.INT8), ("u8", T.UINT8),
             ("u16", T.UINT16), ("u32", T.UINT32), ("u64", T.UINT64), ("b", T.BOOL), ("bf16", T.BFLOAT16)]
    save("element_types.onnx", graph("types", [h.make_node("Identity", [k], [k + "_out"]) for k, _ in kinds],
         [h.make_tensor_value_info(k, t, ["n", 3]) for k, t in kinds], [h.make_tensor_value_info(k + "_out", t, ["n", 3]) for k, t in kinds]))


def gain(name, factor):
    save(name, graph("gain", [h.make_node("Mul", ["x", "factor"], ["score"])], [h.make_tensor_value_info("x", T.FLOAT, ["n", 1])],
                     [h.make_tensor_value_info("score", T.FLOAT, ["n", 1])], [("factor", np.array([factor], np.float32))]))


def slow():
    """Squares a matrix 100,000 times: far past any budget, and ended between two operators."""
    body = h.make_graph([h.make_node("MatMul", ["m", "m"], ["m2"]), h.make_node("Tanh", ["m2"], ["m_out"]), h.make_node("Identity", ["go"], ["go_out"])], "body",
                        [h.make_tensor_value_info("i", T.INT64, []), h.make_tensor_value_info("go", T.BOOL, []), h.make_tensor_value_info("m", T.FLOAT, [32, 32])],
                        [h.make_tensor_value_info("go_out", T.BOOL, []), h.make_tensor_value_info("m_out", T.FLOAT, [32, 32])])
    nodes = [h.make_node("Loop", ["trips", "yes", "start"], ["last"], body=body), h.make_node("ReduceMean", ["last"], ["mean"], keepdims=0),
             h.make_node("Add", ["x", "mean"], ["score"])]
    save("slow.onnx", graph("slow", nodes, [h.make_tensor_value_info("x", T.FLOAT, ["n", 1])], [h.make_tensor_value_info("score", T.FLOAT, ["n", 1])],
                            [("trips", np.array(100000, np.int64)), ("yes", np.array(True)), ("start", rng.normal(0, 1, (32, 32)).astype(np.float32))]))


def broken():
    info = h.make_tensor_value_info
    save("broken_shape.onnx", graph("shape", [h.make_node("MatMul", ["x", "w"], ["y"])], [info("x", T.FLOAT, ["n", 4])], [info("y", T.FLOAT, ["n", 2])],
                                    [("w", np.ones((5, 2), np.float32))]), check=False)
    save("broken_custom_op.onnx", graph("custom", [h.make_node("Detect", ["x"], ["y"], domain="acme")], [info("x", T.FLOAT, ["n", 4])],
                                        [info("y", T.FLOAT, ["n", 1])], opsets=(("", 13), ("acme", 1))), check=False)
    save("broken_opset.onnx", graph("opset", [h.make_node("Identity", ["x"], ["y"])], [info("x", T.FLOAT, ["n", 4])], [info("y", T.FLOAT, ["n", 4])],
                                    opsets=(("", 99),)), check=False)
    whole = open("dense_ae.onnx", "rb").read()
    open("broken_truncated.onnx", "wb").write(whole[:len(whole) * 2 // 3])


if __name__ == "__main__":
    dense_autoencoder()
    conv_autoencoder()
    gru()
    isolation_forest()
    pca()
    zipmap()
    several_inputs()
    element_types()
    gain("gain1.onnx", 1)
    gain("gain2.onnx", 2)
    slow()
    broken()
