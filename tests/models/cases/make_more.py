"""Makes the further model cases, `more.json` and their folders, with Debian's packages alone.

    apt-get install python3-sklearn python3-onnx
    /usr/bin/python3 make_more.py

Right scores are scikit-learn's own, or numpy's by the definition of the model: ONNX Runtime has no part in them. The models are
written operator by operator. Everything is seeded.
"""
import json, pathlib, pickle, shutil, zipfile

import numpy as np
import onnx
from onnx import TensorProto as T, helper as h, numpy_helper as nh
from sklearn.cluster import KMeans
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import RobustScaler, StandardScaler
from sklearn.svm import OneClassSVM

HERE = pathlib.Path(__file__).resolve().parent
SENSORS = ['acc1', 'acc2', 'current', 'pressure', 'temperature', 'thermocouple', 'voltage', 'flow']
ROWS = [json.loads(json.loads(line)['payload']) for line in open(HERE / 'rig.jsonl')]
ALL = np.array([[r[s] for s in SENSORS] for r in ROWS])
TRAIN, X = ALL[:250], ALL[240:360]
Y = np.where(np.arange(600) < 250, 0, np.where(np.arange(600) < 350, 1, 2))
SCALER, ROBUST = StandardScaler().fit(TRAIN), RobustScaler().fit(TRAIN)
Z, ZT = SCALER.transform(X), SCALER.transform(TRAIN)
W = 20
KIND = {T.FLOAT: 'f4', T.DOUBLE: 'f8'}


def graph(nodes, inputs, outputs, weights, opset=15, ir=8, domains=(), kind=T.DOUBLE):
    value = lambda v: h.make_tensor_value_info(v[0], v[2] if len(v) > 2 else kind, v[1])
    made = [nh.from_array(np.asarray(v, KIND[kind]) if np.asarray(v).dtype.kind == 'f' else np.asarray(v), k) for k, v in weights.items()]
    g = h.make_graph([h.make_node(n[0], n[1], n[2], domain=n[4] if len(n) > 4 else None, **(n[3] if len(n) > 3 else {})) for n in nodes],
                     'case', [value(i) for i in inputs], [value(o) for o in outputs], made)
    return h.make_model(g, opset_imports=[h.make_opsetid('', opset), *[h.make_opsetid(d, v) for d, v in domains]], ir_version=ir,
                        producer_name='hand')


IN = [('X', ['N', 8])]
SCALE = [('Sub', ['X', 'mean'], ['c']), ('Div', ['c', 'dev'], ['z'])]
SCALED = {'mean': SCALER.mean_, 'dev': SCALER.scale_}
ML = [('ai.onnx.ml', 3)]


# ---- outliers

SVM = OneClassSVM(nu=.1, gamma=.1).fit(ZT[::4])


def ocsvm():
    sv = SVM.support_vectors_
    nodes = [*SCALE, ('Unsqueeze', ['z', 'one'], ['u']), ('Sub', ['u', 'sv'], ['d']), ('Mul', ['d', 'd'], ['d2']),
             ('ReduceSum', ['d2', 'two'], ['s'], {'keepdims': 0}), ('Mul', ['s', 'minus'], ['e']), ('Exp', ['e'], ['k']),
             ('MatMul', ['k', 'alpha'], ['f']), ('Add', ['f', 'b'], ['scores'])]
    return graph(nodes, IN, [('scores', ['N', 1])], {**SCALED, 'sv': sv[None], 'one': np.array([1]), 'two': np.array([2]),
                 'minus': np.array(-.1), 'alpha': SVM.dual_coef_.T, 'b': SVM.intercept_})


GMM = GaussianMixture(2, covariance_type='diag', random_state=0).fit(ZT)


def gmm():
    p = 1 / GMM.covariances_
    const = np.log(GMM.weights_) + .5 * np.log(p).sum(1) - 4 * np.log(2 * np.pi) - .5 * (GMM.means_ ** 2 * p).sum(1)
    nodes = [*SCALE, ('Mul', ['z', 'z'], ['z2']), ('MatMul', ['z2', 'A'], ['a']), ('MatMul', ['z', 'B'], ['b']), ('Add', ['a', 'b'], ['ab']),
             ('Add', ['ab', 'c0'], ['l']), ('ReduceLogSumExp', ['l'], ['q'], {'axes': [1], 'keepdims': 0})]
    return graph(nodes, IN, [('q', ['N'])], {**SCALED, 'A': -.5 * p.T, 'B': (GMM.means_ * p).T, 'c0': const})


KM = KMeans(5, n_init=3, random_state=0).fit(ZT)


def kmeans():
    nodes = [*SCALE, ('Unsqueeze', ['z', 'one'], ['u']), ('Sub', ['u', 'C'], ['d']), ('Mul', ['d', 'd'], ['d2']),
             ('ReduceSum', ['d2', 'two'], ['s'], {'keepdims': 0}), ('ReduceMin', ['s'], ['m'], {'axes': [1], 'keepdims': 1}), ('Sqrt', ['m'], ['q'])]
    return graph(nodes, IN, [('q', ['N', 1])], {**SCALED, 'C': KM.cluster_centers_[None], 'one': np.array([1]), 'two': np.array([2])})


P = PCA(3, random_state=0).fit(ZT)


def pca(what):
    nodes = [*SCALE, ('Sub', ['z', 'm'], ['y'])]
    weights = {**SCALED, 'm': P.mean_}
    if what == 't2':
        nodes += [('MatMul', ['y', 'V'], ['t']), ('Mul', ['t', 't'], ['t2']), ('Div', ['t2', 'l'], ['w'])]
        weights |= {'V': P.components_.T, 'l': P.explained_variance_}
    else:
        nodes += [('MatMul', ['y', 'V'], ['p']), ('Sub', ['y', 'p'], ['r']), ('Mul', ['r', 'r'], ['w'])]
        weights |= {'V': P.components_.T @ P.components_}
    return graph(nodes + [('ReduceSum', ['w', 'axis'], ['q'], {'keepdims': 1})], IN, [('q', ['N', 1])], {**weights, 'axis': np.array([1])})


def t2():
    return ((P.transform(Z) ** 2) / P.explained_variance_).sum(1)


def spe():
    return ((Z - P.inverse_transform(P.transform(Z))) ** 2).sum(1)


# ---- autoencoders

AE = MLPRegressor((6, 2, 6), activation='tanh', max_iter=300, random_state=0).fit(ZT, ZT)
ROBUST_AE = MLPRegressor((6, 2, 6), max_iter=300, random_state=1).fit(ROBUST.transform(TRAIN), ROBUST.transform(TRAIN))


def dense(net, rows='N', kind=T.DOUBLE, **more):
    nodes, weights, at = [], {}, 'X'
    for i, (w, b) in enumerate(zip(net.coefs_, net.intercepts_)):
        weights |= {f'w{i}': w, f'b{i}': b}
        nodes += [('MatMul', [at, f'w{i}'], [f'm{i}']), ('Add', [f'm{i}', f'b{i}'], [f'a{i}'])]
        at = f'a{i}'
        if i + 1 < len(net.coefs_):
            nodes.append(({'tanh': 'Tanh', 'relu': 'Relu'}[net.activation], [at], [f'h{i}']))
            at = f'h{i}'
    nodes.append(('Identity', [at], ['rebuilt']))
    return graph(nodes, [('X', [rows, 8])], [('rebuilt', [rows, 8])], weights, kind=kind, **more)


def error(net=AE, z=None, of='mse'):
    z = Z if z is None else z
    d = z - net.predict(z)
    return {'mse': (d ** 2).mean(1), 'mae': np.abs(d).mean(1), 'max': np.abs(d).max(1)}[of]


# ---- classifiers

LR = LogisticRegression(max_iter=500).fit(SCALER.transform(ALL), Y)


def classifier(labels, zipmap=True):
    """As skl2onnx writes it: LinearClassifier, and ZipMap for a map a row."""
    key = 'classlabels_strings' if isinstance(labels[0], str) else 'classlabels_ints'
    nodes = [*SCALE, ('Cast', ['z'], ['f'], {'to': T.FLOAT}),
             ('LinearClassifier', ['f'], ['label', 'probabilities' if not zipmap else 'p'],
              {'coefficients': LR.coef_.ravel().tolist(), 'intercepts': LR.intercept_.tolist(), 'multi_class': 0, 'post_transform': 'SOFTMAX', key: labels}, 'ai.onnx.ml')]
    outputs = [('label', ['N'], T.STRING if isinstance(labels[0], str) else T.INT64)]
    if not zipmap:
        return graph(nodes, IN, [*outputs, ('probabilities', ['N', 3], T.FLOAT)], SCALED, domains=ML)
    nodes.append(('ZipMap', ['p'], ['output_probability'], {key if key.endswith('strings') else 'classlabels_int64s': labels}, 'ai.onnx.ml'))
    m = graph(nodes, IN, outputs, SCALED, domains=ML)
    v = m.graph.output.add(name='output_probability')
    v.type.sequence_type.elem_type.map_type.key_type = T.STRING if isinstance(labels[0], str) else T.INT64
    v.type.sequence_type.elem_type.map_type.value_type.tensor_type.elem_type = T.FLOAT
    return m


def probability(i):
    return LR.predict_proba(Z)[:, i]


# ---- trees

GB = GradientBoostingRegressor(n_estimators=6, max_depth=2, random_state=0).fit(TRAIN[:, :7], TRAIN[:, 7])


def below(t):
    """The largest float32 that is not above t: a float32 is at most t just when it is at most this."""
    f = np.float32(t)
    return float(f if f <= t else np.nextafter(f, np.float32(-np.inf)))


def trees(models, leaf, base):
    a = {k: [] for k in ('nodes_treeids', 'nodes_nodeids', 'nodes_featureids', 'nodes_values', 'nodes_modes', 'nodes_truenodeids',
                         'nodes_falsenodeids', 'target_treeids', 'target_nodeids', 'target_ids', 'target_weights')}
    for t, m in enumerate(models):
        for n in range(m.node_count):
            is_leaf = m.children_left[n] < 0
            for k, v in dict(treeids=t, nodeids=n, featureids=0 if is_leaf else int(m.feature[n]), values=0. if is_leaf else below(m.threshold[n]),
                             modes='LEAF' if is_leaf else 'BRANCH_LEQ', truenodeids=0 if is_leaf else int(m.children_left[n]),
                             falsenodeids=0 if is_leaf else int(m.children_right[n])).items():
                a['nodes_' + k].append(v)
            if is_leaf:
                for k, v in dict(treeids=t, nodeids=n, ids=0, weights=float(leaf(m, n))).items():
                    a['target_' + k].append(v)
    nodes = [('TreeEnsembleRegressor', ['X'], ['q'], {**a, 'n_targets': 1, 'base_values': [base], 'post_transform': 'NONE'}, 'ai.onnx.ml')]
    return graph(nodes, [('X', ['N', models[0].n_features])], [('q', ['N', 1])], {}, domains=ML, kind=T.FLOAT)


RF = RandomForestClassifier(5, max_depth=4, random_state=0).fit(ALL, Y > 0)


# ---- windows

def windows(z=Z):
    return np.stack([z[i:i + W] for i in range(len(z) - W + 1)])


PW = PCA(6, random_state=0).fit(windows(ZT).reshape(-1, W * 8))


def window_pca(shape, turn):
    """Rebuilds whole windows from six components."""
    order = np.arange(W * 8).reshape(W, 8).T.ravel() if turn else np.arange(W * 8)
    C, m = PW.components_[:, order], PW.mean_[order]
    nodes = [('Reshape', ['x', 'flat'], ['f']), ('Sub', ['f', 'm'], ['c']), ('MatMul', ['c', 'Q'], ['p']), ('Add', ['p', 'm'], ['r']), ('Reshape', ['r', 'back'], ['y'])]
    return graph(nodes, [('x', ['N', *shape])], [('y', ['N', *shape])], {'flat': np.array([-1, W * 8]), 'm': m, 'Q': C.T @ C, 'back': np.array([-1, *shape])})


def window_error():
    w = windows().reshape(-1, W * 8)
    return np.concatenate([np.full(W - 1, np.nan), ((w - PW.inverse_transform(PW.transform(w))) ** 2).mean(1)])


def sixty():
    return graph([('Mul', ['x', 'w'], ['a']), ('ReduceSum', ['a', 'axes'], ['q'], {'keepdims': 0})], [('x', ['N', 60, 8])], [('q', ['N'])],
                 {'w': np.arange(1, 61)[:, None] * np.ones((1, 8)), 'axes': np.array([1, 2])})


def sixty_scores():
    w = np.arange(1, 61)
    return np.array([np.nan if i < 59 else X[i - 59:i + 1].sum(1) @ w for i in range(len(X))])


R = np.random.default_rng(5)
LSTM = [R.normal(0, .4, s) for s in ((1, 12, 8), (1, 12, 3), (1, 24), (3, 1))]


def lstm():
    nodes = [('Transpose', ['x'], ['t'], {'perm': [1, 0, 2]}), ('LSTM', ['t', 'W', 'R', 'B'], ['', 'h'], {'hidden_size': 3}), ('Squeeze', ['h', 'zero'], ['s']), ('MatMul', ['s', 'o'], ['q'])]
    return graph(nodes, [('x', ['N', W, 8])], [('q', ['N', 1])], {'W': LSTM[0], 'R': LSTM[1], 'B': LSTM[2], 'o': LSTM[3], 'zero': np.array([0])}, kind=T.FLOAT)


def lstm_scores():
    s = lambda v: 1 / (1 + np.exp(-v))
    w, r, b, o = [p.astype('f4').astype('f8') for p in LSTM]
    hid, cell = np.zeros((len(Z) - W + 1, 3)), np.zeros((len(Z) - W + 1, 3))
    for step in np.moveaxis(windows(), 1, 0):
        g = step @ w[0].T + hid @ r[0].T + b[0, :12] + b[0, 12:]
        i, out, f, c = s(g[:, :3]), s(g[:, 3:6]), s(g[:, 6:9]), np.tanh(g[:, 9:])
        cell = f * cell + i * c
        hid = out * np.tanh(cell)
    return np.concatenate([np.full(W - 1, np.nan), (hid @ o)[:, 0]])


RNN = [R.normal(0, .3, s) for s in ((8, 4), (4, 4), (4, 1))]


def rnn():
    nodes = [('MatMul', ['X', 'A'], ['a']), ('MatMul', ['h', 'B'], ['b']), ('Add', ['a', 'b'], ['c']), ('Tanh', ['c'], ['h_out']), ('MatMul', ['h_out', 'o'], ['q'])]
    return graph(nodes, [('X', ['N', 8]), ('h', ['N', 4])], [('q', ['N', 1]), ('h_out', ['N', 4])], dict(zip('ABo', RNN)))


def rnn_scores():
    hid, out = np.zeros(4), []
    for x in Z:
        hid = np.tanh(x @ RNN[0] + hid @ RNN[1])
        out.append((hid @ RNN[2])[0])
    return np.array(out)


def named(order, kind=T.DOUBLE):
    """One input a sensor, as data frames are exported."""
    nodes = [('Concat', order, ['X'], {'axis': 1}), ('MatMul', ['X', 'w'], ['q'])]
    w = np.array([[1 + SENSORS.index(s)] for s in order], 'f8')
    return graph(nodes, [(s, ['N', 1]) for s in order], [('q', ['N', 1])], {'w': w}, kind=kind)


def together(op):
    """A statistic over the rows of a run, which no row alone has."""
    return graph([(op, ['X'], ['m'], {'axes': [0], 'keepdims': 1}), ('Sub', ['X', 'm'], ['d']), ('Abs', ['d'], ['a']), ('ReduceSum', ['a', 'axis'], ['q'], {'keepdims': 0})], IN, [('q', ['N'])], {'axis': np.array([1])})


def split(model, files):
    """Weights in files beside the model, given out in turn."""
    data = {f: b'' for f in files}
    for i, w in enumerate(model.graph.initializer):
        f = files[i % len(files)]
        raw = nh.to_array(w).tobytes()
        w.CopyFrom(nh.from_array(nh.to_array(w), w.name))
        w.ClearField('raw_data')
        w.data_location = T.EXTERNAL
        for k, v in dict(location=f, offset=len(data[f]), length=len(raw)).items():
            e = w.external_data.add()
            e.key, e.value = k, str(v)
        data[f] += raw
    return model, data


# ---- cases

CONFIG = '''agent: {{ id: {name}, data_dir: data }}
sources:
  rig:
    type: mqtt
    url: mqtt://127.0.0.1:1883
    client_id: {name}
    subscriptions:
      - topic: rig/{{device}}/row
        decode: {{ format: json, time: {{ path: $.ts, unit: ms }}, fields: all }}
models:
  m: {{ file: model.onnx, budget: 1m{model} }}
pipelines:
  p:
    from: rig
    stages:
      - align: {{ by: device, metrics: [{metrics}], join: exact }}
      - score_summaries: {{ model: m, fields: [{fields}]{stage} }}
    to: screen
outputs:
  screen: {{ type: console }}
'''
CASES = {}


def case(name, what, model, scores=None, *, settings='', stage='', fields=SENSORS, metrics=SENSORS, words=(), tolerance=1e-6, extra=None, may_warn=False):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    comma = lambda t: t and ', ' + t
    (folder / 'config.yaml').write_text(CONFIG.format(name=name, model=comma(settings), metrics=', '.join(metrics), fields=', '.join(fields), stage=comma(stage)))
    (folder / 'model.onnx').write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
    for file, content in (extra or {}).items():
        (folder / file).write_bytes(content if isinstance(content, bytes) else (json.dumps(content) + '\n').encode())
    if scores is not None:
        times = [json.loads(line)['at'] for line in open(HERE / 'short.jsonl')]
        lines = [json.dumps({'time': t, 'score': float('%.12g' % s)}) for t, s in zip(times, scores) if np.isfinite(s)]
        (folder / 'expected.jsonl').write_text('\n'.join(lines) + '\n')
    CASES[name] = {'what': what, 'recording': 'short.jsonl', 'tolerance': tolerance, 'words': list(words), 'may_warn': may_warn}


def scaling(mean, dev, values):
    return {'scaling.json': {mean: values[0].tolist(), dev: values[1].tolist(), 'n_samples_seen_': 250}}


(HERE / 'short.jsonl').write_text(''.join(open(HERE / 'rig.jsonl').readlines()[240:360]))
SELF = scaling('mean_', 'scale_', (SCALER.mean_, SCALER.scale_))
SCALE_FILE = 'scaling_file: scaling.json'
MSE = f'{SCALE_FILE}, score: reconstruction_mse'

case('ocsvm_double', 'One-class SVM in float64, written out', ocsvm(), -SVM.decision_function(Z), stage='abnormal: low')
case('gmm', 'Gaussian mixture, log-likelihood of rank 1', gmm(), -GMM.score_samples(Z), stage='abnormal: low')
case('kmeans', 'distance from the nearest centre', kmeans(), np.sqrt(((Z[:, None] - KM.cluster_centers_) ** 2).sum(2).min(1)))
case('pca_t2', "Hotelling's T-squared, output [N, 1]", pca('t2'), t2())
case('pca_spe', 'squared prediction error, float64', pca('spe'), spe())
case('ae_mse', "autoencoder, scaling file with scikit-learn's `mean_` and `scale_`", dense(AE), error(), stage=MSE, extra=SELF)
case('ae_mae', 'the same by `reconstruction_mae`', dense(AE), error(of='mae'), stage=f'{SCALE_FILE}, score: reconstruction_mae', extra=SELF)
case('ae_max', 'the same by `reconstruction_max`', dense(AE), error(of='max'), stage=f'{SCALE_FILE}, score: reconstruction_max', extra=SELF)
case('ae_robust', 'scaling file of a RobustScaler: `center_` and `scale_`', dense(ROBUST_AE), error(ROBUST_AE, ROBUST.transform(X)), stage=MSE,
     extra=scaling('center_', 'scale_', (ROBUST.center_, ROBUST.scale_)))
case('ae_fixed_7', 'autoencoder fixed to 7 rows a run', dense(AE, 7), error(), stage=MSE, extra=SELF)
case('ae_fixed_64', 'the same fixed to 64', dense(AE, 64), error(), stage=MSE, extra=SELF)
case('ae_opset9_ir4', 'autoencoder of operator set 9, IR 4, weights declared as inputs as they had to be', dense(AE, opset=9, ir=4), error(), stage=MSE, extra=SELF)
case('ae_opset13_ir7', 'the same of operator set 13, IR 7', dense(AE, opset=13, ir=7), error(), stage=MSE, extra=SELF)
case('label_text', '`ZipMap` with three text labels', classifier(['good', 'drifting', 'spiky']), probability(1), settings='label: drifting', tolerance=2e-6)
case('label_number', '`ZipMap` with whole numbers as labels', classifier([10, 20, 30]), probability(2), settings='label: "30"', tolerance=2e-6)
case('label_columns', 'probabilities of three classes, `output_index: 2`', classifier([0, 1, 2], zipmap=False), probability(2), stage='output_index: 2', tolerance=2e-6)
case('boosted_trees', 'gradient boosting of seven sensors, float32', trees([t[0].tree_ for t in GB.estimators_], lambda t, n: GB.learning_rate * t.value[n][0][0], float(GB.init_.constant_[0][0])),
     GB.predict(X[:, :7]), fields=SENSORS[:7])
case('random_forest', 'random forest, share of trees, float32', trees([t.tree_ for t in RF.estimators_], lambda t, n: t.value[n][0][1] / t.value[n][0].sum() / 5, 0.), RF.predict_proba(X)[:, 1])
case('named_inputs', 'one input a sensor, in another order than `fields`', named(SENSORS[::-1]), X @ np.arange(1, 9))
case('named_few', 'three of eight sensors by name', named(['flow', 'acc1', 'voltage']), X[:, [0, 6, 7]] @ np.array([1, 7, 8]), fields=['acc1', 'voltage', 'flow'])
case('window_flat', 'windows as one row of numbers, [N, 160]', window_pca([W * 8], False), window_error(), stage=f'last: {W}, {MSE}', extra=SELF)
case('window_declared', 'windows [N, 8, 20], layout left to the model', window_pca([8, W], True), window_error(), stage=f'last: {W}, {MSE}', extra=SELF, may_warn=True)
case('window_time', 'windows [N, 20, 8]', window_pca([W, 8], False), window_error(), stage=f'last: {W}, {MSE}', extra=SELF)
case('window_sixty', 'a weighted sum over windows of 60, so that a row lost, doubled or moved is seen', sixty(), sixty_scores(), stage='last: 60', tolerance=1e-9)
case('lstm', 'LSTM over windows, float32', lstm(), lstm_scores(), stage=f'last: {W}, {SCALE_FILE}', extra=SELF, tolerance=1e-5)
case('rnn_state', 'recurrent, its state goes round', rnn(), rnn_scores(), settings='inputs: { h: { state: h_out } }, output: q', stage=SCALE_FILE, extra=SELF)
two, data = split(dense(AE), ['one.bin', 'two.bin'])
case('external_two', 'weights in two files beside the model', two, error(), stage=MSE, extra={**SELF, **data})
one, data = split(pca('t2'), ['weights'])
case('external_plain', 'weights in a file without an ending', one, t2(), extra=data)

case('batch_max', 'takes the largest of the rows of a run', together('ReduceMax'), words=['other rows|together|batch'])
case('batch_l2', 'takes the length of the column over the rows of a run', together('ReduceL2'), words=['other rows|together|batch'], may_warn=True)
case('named_missing', 'an input that no field has the name of', named(SENSORS), fields=SENSORS[:7] + ['current'], words=['flow'])
case('named_case', '`fields` in other letters than `align` gives', pca('t2'), fields=['ACC1', *SENSORS[1:]], words=['ACC1', 'acc1'])
case('window_short', '`last: 10` for windows of 20', window_pca([W, 8], False), stage='last: 10', words=['20', '10'])
case('window_turned', '`layout: time_major` for windows [N, 8, 20]', window_pca([8, W], True), stage=f'last: {W}, layout: time_major', words=['field_major'])
case('bad_empty', 'an empty file', b'', words=['empty'])
case('bad_pickle', 'a pickle, as joblib writes', pickle.dumps(SCALER.mean_.tolist(), 4), words=['pickle'])
(HERE / 'bad_zip.tmp').unlink(missing_ok=True)
with zipfile.ZipFile(HERE / 'bad_zip.tmp', 'w') as z:
    z.writestr(zipfile.ZipInfo('weights.npy', (2026, 3, 1, 0, 0, 0)), b'0' * 20)
case('bad_zip', 'an archive, as PyTorch and numpy write', (HERE / 'bad_zip.tmp').read_bytes(), words=['archive'])
(HERE / 'bad_zip.tmp').unlink()
case('bad_text_input', 'an input of text', graph([('Identity', ['X'], ['q'])], [('X', ['N', 8], T.STRING)], [('q', ['N', 8], T.STRING)], {}), words=['X', 'numbers'])
case('bad_inf', 'a weight that is infinite', graph([('MatMul', ['X', 'w'], ['q'])], IN, [('q', ['N', 1])], {'w': np.array([[np.inf]] * 8)}), words=['not a number|finite'])
case('bad_index', '`output_index: 3` of three numbers', classifier([0, 1, 2], zipmap=False), stage='output_index: 3', words=['output_index|number 3'])
case('bad_label_number', 'labels 10, 20 and 30, `label: "3"`', classifier([10, 20, 30]), settings='label: "3"', words=['10', '20', '30'])
case('bad_scaling_names', 'a scaling file under other names', dense(AE), stage=MSE, extra={'scaling.json': {'mu': [0] * 8, 'sigma': [1] * 8}}, words=['scaling', 'mean_'])
case('bad_external_gone', 'weights in a file that is not there', split(pca('t2'), ['weights'])[0], words=['weights'])
case('bad_reconstruction', 'a reconstruction is asked of a model with one output', pca('t2'), stage='score: reconstruction_mse', words=['reconstruction'])

(HERE / 'more.json').write_text('{\n' + ',\n'.join(f' {json.dumps(k)}: {json.dumps(v)}' for k, v in CASES.items()) + '\n}\n')
print(len(CASES), 'cases')
