import type * as corev1 from '../contract/core-v1.js';
import { tauError } from '../vocabulary/tau-error.js';
import { contentBytes } from './attachment-frames.js';
import type { ProgressContent } from './handler.js';
import { EXTENSION_LIMITS } from './limits.js';

/**
 * Progress as it travels; plain text is `text/plain`.
 *
 * @throws TauError LIMIT_EXCEEDED when it is too large.
 */
export function progressContent(content: ProgressContent): corev1.Content {
  const proto = typeof content === 'string' ? text(content) : body(content);
  const bytes = contentBytes(proto);
  if (bytes > EXTENSION_LIMITS.progressBytesMax) {
    throw tauError(
      'LIMIT_EXCEEDED',
      `progress of ${bytes} bytes is over the limit of ${EXTENSION_LIMITS.progressBytesMax}: store it, and give its uri`,
    );
  }
  return proto;
}

function text(value: string): corev1.Content {
  return { mediaType: 'text/plain', name: '', body: { $case: 'text', value } };
}

function body(content: Exclude<ProgressContent, string>): corev1.Content {
  const { mediaType, name = '' } = content;
  if ('text' in content) return { mediaType, name, body: { $case: 'text', value: content.text } };
  if ('data' in content) return { mediaType, name, body: { $case: 'data', value: content.data } };
  return { mediaType, name, body: { $case: 'uri', value: content.uri } };
}
