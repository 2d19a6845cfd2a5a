// Writes the inputs of the replay cases by-cbor-x, by-msgpack-js and by-sparkplug-payload: payloads as others' libraries encode them.
// In an empty folder: npm install cbor-x@1.6.9 @msgpack/msgpack@3.1.3 sparkplug-payload@1.0.3, then node PATH/foreign-writers.mjs from there.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(join(process.cwd(), 'x'));
const { Encoder } = require('cbor-x');
const msgpack = require('@msgpack/msgpack');
const sparkplug = require('sparkplug-payload').get('spBv1.0');
const cases = join(dirname(fileURLToPath(import.meta.url)), 'replay');
const at = '2026-07-01T12:00:00Z', ms = Date.parse(at);

function write(name, topic, payloads) {
  const lines = payloads.map(p => JSON.stringify({ source: 'plant', topic, at, payload_base64: Buffer.from(p).toString('base64') }));
  writeFileSync(join(cases, name, 'input.jsonl'), lines.join('\n') + '\n');
}

const samples = [
  { dev: 'd1', value: 21.5, ts: ms }, { dev: 'd2', value: -7, ts: ms }, { dev: 'd3', value: 0.1, ts: ms + 250 },
  { dev: 'd4', value: 4294967296, ts: ms }, { dev: 'd5', value: 1e300, ts: ms }, { dev: 'öfen', value: true, ts: ms },
  { dev: 'd7', value: null, ts: ms }, { dev: 'd8', value: '21.5 °C', ts: ms }, { dev: 'd9', value: 65504, ts: ms, more: [1, { a: [] }, undefined] },
];
const cbor = [
  new Encoder({ useRecords: false, mapsAsObjects: true }), new Encoder({ useRecords: false, variableMapSize: true }),
  new Encoder({ useRecords: false, useFloat32: 3 }),
];
write('by-cbor-x', 'c/a', [
  ...cbor.flatMap(e => samples.map(s => e.encode(s))),
  cbor[0].encode({ dev: 'date', value: 1, ts: new Date(ms) }), cbor[0].encode({ dev: 'big', value: 12345678901234567890n, ts: ms }),
  cbor[0].encode(new Map([['dev', 'map'], ['value', 5], ['ts', ms]])),
]);
write('by-msgpack-js', 'm/a', [
  ...samples.map(s => msgpack.encode(s)), ...samples.map(s => msgpack.encode(s, { forceFloat32: true, sortKeys: true })),
  msgpack.encode({ dev: 'date', value: 1, ts: new Date(ms + 250) }), msgpack.encode({ dev: 'whole second', value: 1, ts: new Date(ms) }),
]);
const metric = (name, type, value, more) => ({ name, type, value, timestamp: ms, ...more });
write('by-sparkplug-payload', 'spBv1.0/g/DDATA/n/d', [
  sparkplug.encodePayload({
    timestamp: ms, seq: 1,
    metrics: [
      metric('int8', 'Int8', -7), metric('int16', 'Int16', -300), metric('int32', 'Int32', -70000), metric('int64', 'Int64', -5000000000),
      metric('uint8', 'UInt8', 200), metric('uint32', 'UInt32', 4000000000), metric('uint64', 'UInt64', 5000000000),
      metric('float', 'Float', 21.5), metric('double', 'Double', 0.1), metric('on', 'Boolean', true), metric('off', 'Boolean', false),
      metric('text', 'String', 'no reading'), metric('none', 'Double', null), metric('later', 'Double', 1, { timestamp: ms + 1500 }),
    ],
  }),
  sparkplug.encodePayload({ timestamp: ms, seq: 2, metrics: [{ name: 'untimed', type: 'Int32', value: 5 }] }),
]);
