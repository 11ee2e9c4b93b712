import { DESCRIPTOR_SET_BASE64 } from '../gen/descriptor.js';

/**
 * The contract as a serialized `google.protobuf.FileDescriptorSet`, imports included: what server reflection and
 * stock gRPC clients need. The same bytes are in the package's `proto/tau.binpb`.
 */
export function descriptorSet(): Uint8Array {
  return Buffer.from(DESCRIPTOR_SET_BASE64, 'base64');
}
