import { appendToProto, ExtensionServiceDefinition, type extensionv1 } from 'tau-core/contract';

// What filling in defaults costs a batch of records, which is what wholeRequests and wholeResponses take out.
const BATCHES = 500;
const data = new Uint8Array(300);
const records = Array.from({ length: 64 }, (_, index) => ({
  seq: index + 1,
  type: 'event',
  subject: 'run',
  hlc: '0mjut2k3x.0000',
  data,
}));
const append = appendToProto(1, [{ stream: 'session', expectedSeq: 0, records }]);
const message: extensionv1.BulkResponse = {
  frame: { $case: 'journal', value: { callId: 1, call: { $case: 'append', value: append } } },
};
const { responseType } = ExtensionServiceDefinition.methods.bulk;

const ROUNDS = 15;

function recordsPerSecond(encode: () => Uint8Array): number {
  const start = performance.now();
  for (let index = 0; index < BATCHES; index += 1) encode();
  return (BATCHES * records.length * 1_000) / (performance.now() - start);
}

const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

// In turns, so that both meet the same machine; the first round warms up.
const whole: number[] = [];
const filled: number[] = [];
for (let round = 0; round <= ROUNDS; round += 1) {
  const rates = [
    recordsPerSecond(() => responseType.encode(message).finish()),
    recordsPerSecond(() => responseType.encode(responseType.fromPartial(message)).finish()),
  ];
  if (round > 0) whole.push(rates[0] ?? 0);
  if (round > 0) filled.push(rates[1] ?? 0);
}
const [ours, theirs] = [median(whole), median(filled)];
console.log(`encode a batch of 64 records, whole:  ${Math.round(ours).toLocaleString('en')} records/s`);
console.log(`encode a batch of 64 records, filled: ${Math.round(theirs).toLocaleString('en')} records/s`);
console.log(`ratio whole / filled: ${(ours / theirs).toFixed(2)}`);
