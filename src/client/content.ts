import type * as corev1 from '../contract/core-v1.js';
import type { Json } from '../vocabulary/json.js';

/** A piece of context or input in any format; `mediaType` says how its body is read. */
export type Content = ContentHead & ContentBody;

interface ContentHead {
  /** RFC 2046, e.g. `application/json`, `text/plain`, `image/png`. */
  readonly mediaType: string;
  /** A file name or label. */
  readonly name?: string;
}

type ContentBody =
  | { readonly text: string }
  | { readonly data: Uint8Array }
  /** Where the body lives when it is too large to travel; the kernel never fetches it. */
  | { readonly uri: string };

/** Plain text as content. */
export function textContent(text: string): Content {
  return { mediaType: 'text/plain', text };
}

/** A JSON value as content. */
export function jsonContent(value: Json): Content {
  return { mediaType: 'application/json', text: JSON.stringify(value) };
}

export function contentToProto(content: Content): corev1.Content {
  return { mediaType: content.mediaType, name: content.name ?? '', body: bodyToProto(content) };
}

/** Total: content without a body is empty text. */
export function contentFromProto({ mediaType, name, body }: corev1.Content): Content {
  const head: ContentHead = name === '' ? { mediaType } : { mediaType, name };
  switch (body?.$case) {
    case 'data':
      return { ...head, data: body.value };
    case 'uri':
      return { ...head, uri: body.value };
    default:
      return { ...head, text: body?.value ?? '' };
  }
}

function bodyToProto(content: Content): corev1.Content['body'] {
  if ('text' in content) return { $case: 'text', value: content.text };
  if ('data' in content) return { $case: 'data', value: content.data };
  return { $case: 'uri', value: content.uri };
}
