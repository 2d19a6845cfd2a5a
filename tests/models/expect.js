// Writes expected/<model>.json: inputs and the outputs ONNX Runtime gives for them when another program (Node's binding of the
// same version) calls it. Run in this folder after make_models.py: NODE_PATH=<folder with onnxruntime-node 1.30.0> node expect.js
const fs = require('fs');
const os = require('os');
const ort = require('onnxruntime-node');

let state = 1;
const next = () => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 4294967296 * 4 - 2; };
const make = {
  float32: n => Float32Array.from({ length: n }, next), float64: n => Float64Array.from({ length: n }, next),
  int64: n => BigInt64Array.from({ length: n }, () => BigInt(Math.round(next() * 10))), bool: n => Uint8Array.from({ length: n }, () => next() > 0 ? 1 : 0),
  // 0x2C00 to 0x3FFF: binary16 from 0.0625 to just under 2.
  float16: n => Uint16Array.from({ length: n }, () => 0x2C00 + Math.floor((next() + 2) / 4 * 0x1400)),
};
const rows = {
  dense_ae: { x: ['float32', 32] }, dense_ae_f64: { x: ['float64', 32] }, dense_ae_f16: { x: ['float16', 32] }, conv_ae: { window: ['float32', 2, 64] },
  iforest: { x: ['float32', 4] }, pca: { x: ['float32', 8] }, classifier: { x: ['float32', 3] },
  several_inputs: { x: ['float32', 2], count: ['int64', 1], running: ['bool', 1] },
};
const encode = t => ({ type: t.type, dims: t.dims, data: Buffer.from(t.data.buffer, t.data.byteOffset, t.data.byteLength).toString('base64') });
const all = o => Object.fromEntries(Object.entries(o).map(([k, t]) => [k, encode(t)]));

async function open(name) { return ort.InferenceSession.create(`${name}.onnx`, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' }); }
function write(name, runs) {
  const flags = fs.readFileSync('/proc/cpuinfo', 'utf8').match(/^flags.*$/m);
  const cpu = !flags ? os.arch() : / avx512f /.test(flags[0]) ? 'avx512' : / avx2 /.test(flags[0]) ? 'avx2' : 'other';
  fs.writeFileSync(`expected/${name}.json`, `{ "onnxruntime": "1.30.0", "cpu": "${cpu}", "runs": [\n${runs.map(r => JSON.stringify(r)).join(',\n')}\n] }\n`);
}

(async () => {
  fs.mkdirSync('expected', { recursive: true });
  for (const [name, inputs] of Object.entries(rows)) {
    const session = await open(name);
    const runs = [];
    for (const n of [1, 3]) {
      const feeds = Object.fromEntries(Object.entries(inputs).map(([k, [type, ...dims]]) =>
        [k, new ort.Tensor(type, make[type](dims.reduce((a, b) => a * b, n)), [n, ...dims])]));
      runs.push({ inputs: all(feeds), outputs: all(await session.run(feeds)) });
    }
    write(name, runs);
  }

  const fixed = await open('dense_ae_fixed1');
  const x = new ort.Tensor('float32', make.float32(32), [1, 32]);
  write('dense_ae_fixed1', [{ inputs: all({ x }), outputs: all(await fixed.run({ x })) }]);

  // A recurrent model over two series for six steps: each step's state outputs are the next step's inputs.
  const gru = await open('gru');
  const runs = [];
  let h = new ort.Tensor('float32', new Float32Array(16), [1, 2, 8]);
  for (let step = 0; step < 6; step++) {
    const feeds = { x: new ort.Tensor('float32', make.float32(2), [2, 1, 1]), h };
    const out = await gru.run(feeds);
    runs.push({ inputs: all(feeds), outputs: all(out) });
    h = new ort.Tensor('float32', out.h_out.data.slice(), [1, 2, 8]);
  }
  write('gru', runs);
})();
