import { isJsonObject, type Json, type Outcome } from 'tau-core';

/** What another run says an outcome is, if it is one: what is less would reach whoever asked, and nobody could read it. */
export function toldOutcome(value: Json | undefined): Outcome | undefined {
  return isJsonObject(value) && isWhole(value) ? (value as unknown as Outcome) : undefined;
}

function isWhole({ kind, output, reason, question, error }: { readonly [member: string]: Json | undefined }): boolean {
  switch (kind) {
    case 'ok':
      return output !== undefined;
    case 'failed':
    case 'unknown':
      return isError(error);
    case 'cancelled':
      return typeof reason === 'string';
    case 'inputRequired':
      return typeof question === 'string';
    default:
      return false;
  }
}

function isError(value: Json | undefined): boolean {
  if (!isJsonObject(value)) return false;
  const { code, id, message, outcome, retryable } = value;
  const isText = [code, id, message].every((member) => typeof member === 'string');
  return isText && (outcome === 'not-done' || outcome === 'unknown') && typeof retryable === 'boolean';
}
