"""Makes more cases of the kinds that `make_more.py` has fewer than two of, and `kinds.json`; then `of.json`, which names the cases of each kind.

    /usr/bin/python3 make_kinds.py

Packages as for `make_more.py`, whose cases it makes anew on the way.
"""
import make_more as m
from make_more import *

m.CASES.clear()
KIND[T.FLOAT16] = 'f2'
DECODE = 'fields: [' + ', '.join(f'{{ path: $.{s}, metric: {s} }}' for s in SENSORS) + ']'


def edit(name, old, new):
    """A case whose configuration differs in one more place."""
    file = HERE / name / 'config.yaml'
    text = file.read_text()
    assert old in text, old
    file.write_text(text.replace(old, new))


def bytes_of(model):
    return model.SerializeToString()


def flat(net):
    made = dense(net)
    made.graph.node[-1].CopyFrom(h.make_node('Reshape', [made.graph.node[-1].input[0], 'line'], ['rebuilt']))
    made.graph.initializer.append(nh.from_array(np.array([-1, 1]), 'line'))
    made.graph.output[0].CopyFrom(h.make_tensor_value_info('rebuilt', T.DOUBLE, ['M', 1]))
    return made


def columns(names):
    """One output a class, as zipmap='columns' writes them."""
    made = classifier([0, 1, 2], zipmap=False)
    made.graph.output.pop()
    for i, name in enumerate(names):
        made.graph.initializer.append(nh.from_array(np.array([i]), f'at{i}'))
        made.graph.node.append(h.make_node('Gather', ['probabilities', f'at{i}'], [name], axis=1))
        made.graph.output.append(h.make_tensor_value_info(name, T.FLOAT, ['N', 1]))
    return made


def half(what):
    """In numbers of 16 bits, of scaled values."""
    to = [('X', ['N', 8])]
    if what == 'sum':
        return graph([('Mul', ['X', 'X'], ['s']), ('ReduceSum', ['s', 'axis'], ['q'], {'keepdims': 0})], to, [('q', ['N'])], {'axis': np.array([1])},
                     kind=T.FLOAT16)
    return graph([('MatMul', ['X', 'w'], ['v']), ('Abs', ['v'], ['q'])], to, [('q', ['N', 1])], {'w': np.linspace(.5, 2, 8)[:, None]}, kind=T.FLOAT16)


def quantised(weights):
    """Quantised by what is in a run: rows together share one scale."""
    nodes = [('DynamicQuantizeLinear', ['X'], ['u', 'step', 'zero']), ('DequantizeLinear', ['u', 'step', 'zero'], ['z']),
             ('MatMul', ['z', 'w'], ['v']), ('Abs', ['v'], ['q'])]
    return graph(nodes, [('X', ['N', 8])], [('q', ['N', weights.shape[1]])], {'w': weights}, kind=T.FLOAT)


def rows_quantised(weights):
    out = []
    for z in Z.astype('f4'):
        low, high = min(z.min(), np.float32(0)), max(z.max(), np.float32(0))
        step = (high - low) / np.float32(255)
        zero = np.rint(np.clip(-low / step, 0, 255))
        u = np.clip(np.rint(z / step) + zero, 0, 255)
        out.append(abs(((u - zero) * step) @ weights.astype('f4'))[0])
    return np.array(out, 'f8')


def slow(turns, line=None):
    """A loop with nothing in it: always, or only for rows whose flow is above a line."""
    body = h.make_graph([h.make_node('Identity', ['go'], ['go_out']), h.make_node('Add', ['n', 'one'], ['n_out'])], 'turn',
                        [h.make_tensor_value_info('i', T.INT64, []), h.make_tensor_value_info('go', T.BOOL, []), h.make_tensor_value_info('n', T.DOUBLE, [])],
                        [h.make_tensor_value_info('go_out', T.BOOL, []), h.make_tensor_value_info('n_out', T.DOUBLE, [])])
    count = [('Identity', ['turns'], ['trips'])] if line is None else [
        ('Gather', ['X', 'place'], ['flow'], {'axis': 1}), ('ReduceMax', ['flow'], ['most'], {'keepdims': 0}), ('Greater', ['most', 'line'], ['is']),
        ('Where', ['is', 'turns', 'none'], ['trips'])]
    nodes = [*count, ('Loop', ['trips', 'yes', 'start'], ['end'], {'body': body}), ('Mul', ['end', 'start'], ['nothing']),
             ('ReduceSum', ['X', 'axis'], ['s'], {'keepdims': 0}), ('Add', ['s', 'nothing'], ['q'])]
    return graph(nodes, IN, [('q', ['N'])], {'turns': np.array(turns), 'none': np.array(0), 'place': np.array(7), 'line': np.array(line or 0.),
                                             'yes': np.array(True), 'start': np.array(0.), 'one': np.array(1.), 'axis': np.array([1])})


def described(props):
    made = pca('t2')
    made.model_version, made.domain, made.doc_string = 7, 'example.plant', 'Fitted in spring.'
    for key, value in props.items():
        made.metadata_props.add(key=key, value=value)
    return made


def declared(made):
    """Weights are inputs too, as exporters of old wrote them."""
    for w in made.graph.initializer:
        made.graph.input.append(h.make_tensor_value_info(w.name, w.data_type, list(w.dims)))
    return made


case('flat_ae', 'an autoencoder whose output is a column of all numbers, [N·8, 1]', flat(AE), error(), stage=MSE, extra=SELF)
case('flat_robust', 'another such, behind a RobustScaler', flat(ROBUST_AE), error(ROBUST_AE, ROBUST.transform(X)), stage=MSE,
     extra=scaling('center_', 'scale_', (ROBUST.center_, ROBUST.scale_)))
case('columns_three', 'one output a class, `output: drifting`', columns(['good', 'drifting', 'spiky']), probability(1), settings='output: drifting', tolerance=2e-6)
case('columns_last', 'one output a class, `output: i2`', columns(['i0', 'i1', 'i2']), probability(2), settings='output: i2', tolerance=2e-6)
case('half_sum', 'a sum of squares in float16, scaled by the stage', half('sum'), (Z.astype('f2').astype('f8') ** 2).sum(1), stage=SCALE_FILE, extra=SELF, tolerance=.01)
case('half_weighted', 'a weighted sum in float16, scaled by the stage', half('weighted'), abs(Z.astype('f2').astype('f8') @ np.linspace(.5, 2, 8).astype('f2').astype('f8')),
     stage=SCALE_FILE, extra=SELF, tolerance=.01)
W1, W2 = np.linspace(1, 2, 8)[:, None], np.linspace(2, .25, 8)[:, None]
case('quantised_up', 'quantised by the rows of a run, which must not change each other', quantised(W1), rows_quantised(W1), stage=SCALE_FILE, extra=SELF, tolerance=.05)
case('quantised_down', 'the same with other weights', quantised(W2), rows_quantised(W2), stage=SCALE_FILE, extra=SELF, tolerance=.05)
newer = pca('t2')
newer.opset_import[0].version = 99
case('opset99', 'an operator set that is not there yet', newer, words=['99', 'target_opset'])
newer = pca('t2')
newer.ir_version = 99
case('ir99', 'an IR version that is not there yet', newer, words=['99', 'ir_version'])
case('metadata_few', 'version, domain and text, and two properties', described({'made_by': 'us', 'trained': '2026-03-01'}), t2())
case('metadata_large', 'a property of 100,000 characters', described({'notes': 'x' * 100_000}), t2())
case('weights_declared', 'weights declared as inputs too, IR 8', declared(dense(AE)), error(), stage=MSE, extra=SELF)
case('slow_some', 'takes long for rows with a flow above the middle', slow(2000, float(np.median(X[:, 7]))), X.sum(1))
case('slow_all', 'takes long for every row, within its budget', slow(2000), X.sum(1), settings='')
for name in ('slow_some',):
    edit(name, 'budget: 1m', 'budget: 5s')
case('bad_budget_short', 'a run of tens of milliseconds, `budget: 1ms`', slow(40000), words=['a run|longer'])
edit('bad_budget_short', 'budget: 1m', 'budget: 1ms')
case('bad_budget_half', 'a longer one, `budget: 2ms`', slow(100000), words=['a run|longer'])
edit('bad_budget_half', 'budget: 1m', 'budget: 2ms')

# Gaps: two sensors that give null now and then.
GAPS = {63: 'flow', 80: 'acc1', 81: 'acc1', 100: 'flow'}  # after the minute in which each metric has its first turn
lines = open(HERE / 'short.jsonl').readlines()
with open(HERE / 'gaps.jsonl', 'w') as to:
    for i, line in enumerate(lines):
        row = json.loads(line)
        if i in GAPS:
            payload = json.loads(row['payload'])
            payload[GAPS[i]] = None
            row['payload'] = json.dumps(payload)
        to.write(json.dumps(row) + '\n')


def filled(how):
    z = Z.copy()
    for i, name in sorted(GAPS.items()):
        at = SENSORS.index(name)
        z[i, at] = {'mean': 0, 'last': z[i - 1, at], 'zero': (0 - SCALER.mean_[at]) / SCALER.scale_[at], 'skip': np.nan}[how]
    return (z ** 2).sum(1)


sum_of_squares = graph([('Mul', ['X', 'X'], ['s']), ('ReduceSum', ['s', 'axis'], ['q'], {'keepdims': 0})], IN, [('q', ['N'])], {'axis': np.array([1])})
for how in ('skip', 'mean', 'zero', 'last'):
    case(f'gaps_{how}', f'two sensors with nulls, `missing: {how}`', sum_of_squares, filled(how), stage=f'{SCALE_FILE}, missing: {how}', extra=SELF)
    m.CASES[f'gaps_{how}']['recording'] = 'gaps.jsonl'
    edit(f'gaps_{how}', 'fields: all', DECODE)

case('typo_two', '`fields` names `presure` and `flo`', pca('t2'), fields=[{'pressure': 'presure', 'flow': 'flo'}.get(s, s) for s in SENSORS], words=['presure', 'pressure'])
case('typo_metric', '`align.metrics` names `voltag`, which no source gives', pca('t2'), fields=[s.replace('voltage', 'voltag') for s in SENSORS],
     metrics=[s.replace('voltage', 'voltag') for s in SENSORS], words=['voltag', 'voltage'])
edit('typo_metric', 'fields: all', DECODE)
case('typo_letters', '`align.metrics` names `Flow`', pca('t2'), fields=[s.replace('flow', 'Flow') for s in SENSORS],
     metrics=[s.replace('flow', 'Flow') for s in SENSORS], words=['Flow', 'flow'])
edit('typo_letters', 'fields: all', DECODE)
case('bad_tail', 'the second half of a model', bytes_of(dense(AE))[1500:], words=['model.onnx'])
case('bad_quarter', 'the first quarter of a model', bytes_of(dense(AE))[:700], words=['model.onnx'])
case('bad_xml', 'an answer of object storage', b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>\n', words=['model.onnx'])
case('bad_json', 'an answer of an interface', b'{"message":"Not Found"}\n', words=['model.onnx'])
POINTER = b'version https://git-lfs.github.com/spec/v1\r\noid sha256:' + b'0c5e91ad' * 8 + b'\r\nsize 4321\r\n'
case('bad_git_lfs_lines', 'a git-lfs pointer with the line ends of Windows', POINTER, words=['git-lfs'])
case('bad_git_lfs_mark', 'a git-lfs pointer of the pre-release form', b'version https://hawser.github.com/spec/v1\noid sha256:' + b'0c5e91ad' * 8 + b'\nsize 4321\n',
     words=['model.onnx'])
case('bad_domain', 'an operator of a domain of its own', graph([('Score', ['X'], ['q'], {}, 'example.plant')], IN, [('q', ['N', 1])], {}, domains=[('example.plant', 1)]),
     words=['Score|example.plant'])
case('bad_operator_gone', 'an operator that its operator set no longer has', graph([('Upsample', ['X', 'one'], ['q'])], IN, [('q', ['N', 8])], {'one': np.array([1., 1.])}),
     words=['Upsample'])
case('bad_zero_scale', 'a division by a weight of nought', graph([('Div', ['X', 'w'], ['d']), ('Sub', ['d', 'd'], ['e']), ('ReduceSum', ['e', 'axis'], ['q'], {'keepdims': 0})],
     IN, [('q', ['N'])], {'w': np.zeros((1, 8)), 'axis': np.array([1])}), words=['not a number|finite'])
case('bad_features_more', 'ten features, the stage gives eight', graph([('ReduceSum', ['X', 'axis'], ['q'], {'keepdims': 0})], [('X', ['N', 10])], [('q', ['N'])],
     {'axis': np.array([1])}), words=['10', '8'])
case('bad_scaling_text', 'a scaling file that is a table', dense(AE), stage=MSE, extra={'scaling.json': b'mean,scale\n1,2\n'}, words=['scaling'])
case('bad_sha256_short', '`sha256` of an older export', pca('t2'), settings='sha256: ' + 'ab12' * 16, words=['(?i)sha'])
case('bad_sha256_part', '`sha256` of the model without its weights', split(pca('t2'), ['weights'])[0], settings='sha256: ' + 'cd34' * 16,
     extra=split(pca('t2'), ['weights'])[1], words=['(?i)sha'])
case('bad_label_case', 'labels `good` and others, `label: Good`', classifier(['good', 'drifting', 'spiky']), settings='label: Good', words=['good', 'drifting'])

(HERE / 'kinds.json').write_text('{\n' + ',\n'.join(f' {json.dumps(k)}: {json.dumps(v)}' for k, v in m.CASES.items()) + '\n}\n')
OF = '''iforest: boosted_trees random_forest
ocsvm: ocsvm_double gmm kmeans
pca_q: pca_t2 pca_spe
mlp_ae: ae_mse ae_mae ae_max ae_robust
mlp_ae_inside: pca_spe gmm
mlp_ae_flat: flat_ae flat_robust
lr_zip_text: label_text label_number
lr_columns: columns_three columns_last
lr_dataframe: named_inputs named_few
lgb: boosted_trees random_forest label_columns
gru_ae: lstm rnn_state
conv_time_major: window_time window_flat
conv_field_major: window_declared window_time
conv_wrong_layout: window_turned window_short
fixed_batch_1: ae_fixed_7 ae_fixed_64
fixed_batch_32: ae_fixed_7 ae_fixed_64
float16: half_sum half_weighted
int8_dynamic: quantised_up quantised_down
batch_statistics: batch_max batch_l2
external_data: external_two external_plain
opset25_ir13: ae_opset9_ir4 ae_opset13_ir7
opset26_ir13: opset99 ae_opset13_ir7
ir14: ir99 opset99
metadata: metadata_few metadata_large
weights_as_inputs: weights_declared ae_opset9_ir4
slow_rows: slow_some slow_all
missing_first: gaps_skip gaps_zero
missing_later: gaps_skip gaps_mean
missing_first_last: gaps_last gaps_skip
missing_later_last: gaps_last gaps_mean
missing_zero: gaps_zero gaps_skip
missing_mean: gaps_mean gaps_zero
missing_field_major: gaps_skip gaps_last
typo_fields: named_case typo_two
typo_align: typo_metric typo_letters
bad_text: bad_empty bad_pickle bad_zip
bad_html: bad_xml bad_json
bad_half: bad_tail bad_quarter
bad_git_lfs: bad_git_lfs_lines bad_git_lfs_mark
bad_unknown_op: bad_domain bad_operator_gone
bad_nan_weights: bad_inf bad_zero_scale
bad_features: bad_features_more window_short
bad_scaling: bad_scaling_names bad_scaling_text
bad_sha256: bad_sha256_short bad_sha256_part
bad_output: bad_index bad_reconstruction
bad_label: bad_label_number bad_label_case
bad_budget: bad_budget_short bad_budget_half
'''
(HERE / 'of.json').write_text(json.dumps({k: v.split() for k, v in (line.split(': ') for line in OF.splitlines())}, indent=1) + '\n')
print(len(m.CASES), 'cases')
