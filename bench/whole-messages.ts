import { appendToProto, ExtensionServiceDefinition, type extensionv1 } from 'tau-core/contract';

// What filling in defaults costs a batch of records, which is what wholeRequests and wholeResponses take out.
const BATCHES = 2_000;
const data = new Uint8Array(300);
const records = Array.from({ length: 64 }, (_, index) => ({ seq: index + 1, type: 'event', subject: 'run', hlc: '0mjut2k3x.0000', data }));
const append = appendToProto(1, [{ stream: 'session', expectedSeq: 0, records }]);
const message: extensionv1.BulkResponse = {
  frame: { $case: 'journal', value: { callId: 1, call: { $case: 'append', value: append } } },
};
const { responseType } = ExtensionServiceDefinition.methods.bulk;

function recordsPerSecond(encode: () => Uint8Array): number {
  for (let index = 0; index < BATCHES / 10; index += 1) encode();
  const start = performance.now();
  for (let index = 0; index < BATCHES; index += 1) encode();
  return (BATCHES * records.length * 1_000) / (performance.now() - start);
}

const whole = recordsPerSecond(() => responseType.encode(message).finish());
const filled = recordsPerSecond(() => responseType.encode(responseType.fromPartial(message)).finish());
console.log(`encode a batch of 64 records, whole:    ${Math.round(whole).toLocaleString('en')} records/s`);
console.log(`encode a batch of 64 records, filled:   ${Math.round(filled).toLocaleString('en')} records/s`);
console.log(`ratio whole / filled: ${(whole / filled).toFixed(2)}`);
