import type { Json } from 'tau-core';
import type { corev1 } from 'tau-core/contract';
import type { ContextItem } from '../machines/region/state.js';

/** Content as a region keeps it. */
export function contextItem(content: corev1.Content): ContextItem {
  const { mediaType, name, body } = content;
  switch (body?.$case) {
    case 'text':
      return { mediaType, name, text: body.value };
    case 'data':
      return { mediaType, name, base64: Buffer.from(body.value).toString('base64') };
    case 'uri':
      return { mediaType, name, uri: body.value };
    default:
      return { mediaType, name };
  }
}

/** A message as a program is told it: JSON as it is, whoever sent it; content of another type with its media type and name. */
export function messageContent(content: corev1.Content): Json {
  const item = contextItem(content);
  if (item.mediaType !== 'application/json' || item.text === undefined) return item as unknown as Json;
  try {
    return JSON.parse(item.text) as Json;
  } catch {
    return item as unknown as Json;
  }
}

/** Content as it travels. */
export function contentToProto(item: ContextItem): corev1.Content {
  const { mediaType, name } = item;
  if (item.text !== undefined) return { mediaType, name, body: { $case: 'text', value: item.text } };
  if (item.base64 !== undefined)
    return { mediaType, name, body: { $case: 'data', value: Buffer.from(item.base64, 'base64') } };
  if (item.uri !== undefined) return { mediaType, name, body: { $case: 'uri', value: item.uri } };
  return { mediaType, name, body: undefined };
}
