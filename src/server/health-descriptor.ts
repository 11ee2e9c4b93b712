import { create, toBinary } from '@bufbuild/protobuf';
import {
  type FieldDescriptorProto_Type,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';

/**
 * The descriptor of `grpc.health.v1`, for reflection: the library that serves health brings none.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md
 */
export function healthDescriptorSet(): Uint8Array {
  const request = '.grpc.health.v1.HealthCheckRequest';
  const response = '.grpc.health.v1.HealthCheckResponse';
  const statuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
  const set = create(FileDescriptorSetSchema, {
    file: [
      {
        name: 'grpc/health/v1/health.proto',
        package: 'grpc.health.v1',
        syntax: 'proto3',
        messageType: [
          { name: 'HealthCheckRequest', field: [field('service', Type.STRING)] },
          {
            name: 'HealthCheckResponse',
            field: [field('status', Type.ENUM, `${response}.ServingStatus`)],
            enumType: [{ name: 'ServingStatus', value: statuses.map((name, number) => ({ name, number })) }],
          },
        ],
        service: [
          {
            name: 'Health',
            method: [
              { name: 'Check', inputType: request, outputType: response },
              { name: 'Watch', inputType: request, outputType: response, serverStreaming: true },
            ],
          },
        ],
      },
    ],
  });
  return toBinary(FileDescriptorSetSchema, set);
}

function field(name: string, type: FieldDescriptorProto_Type, typeName = '') {
  return { name, number: 1, label: Label.OPTIONAL, type, jsonName: name, ...(typeName !== '' && { typeName }) };
}
