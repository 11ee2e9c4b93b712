import { data } from '@actions/expressions';
import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import { plainNumber } from './bounded-json.js';

/** A value as GitHub's expression engine has it. */
export type ExpressionData = data.ExpressionData;

export const NULL = new data.Null();
const TRUE = new data.BooleanData(true);
const FALSE = new data.BooleanData(false);

/**
 * JSON as the engine sees it. Members are converted when they are looked at: payloads are large, expressions small. The
 * engine compares objects by identity, so a view hands out the same view of a member each time.
 */
export function toData(value: Json | undefined): ExpressionData {
  switch (typeof value) {
    case 'string':
      return new data.StringData(value);
    case 'number':
      return new data.NumberData(value);
    case 'boolean':
      return value ? TRUE : FALSE;
    case 'object':
      if (value === null) return NULL;
      return isJsonObject(value) ? new ObjectView(value) : new ListView(value);
    default:
      return NULL;
  }
}

/** What the engine has, as JSON. Numbers that JSON cannot hold become their text, as they do within texts. */
export function toJson(value: ExpressionData): Json {
  switch (value.kind) {
    case data.Kind.String:
    case data.Kind.Boolean:
      return value.value;
    case data.Kind.Number:
      return plainNumber(value.value);
    case data.Kind.Null:
      return null;
    case data.Kind.Array:
      return value instanceof ListView ? value.json : value.values().map(toJson);
    case data.Kind.Dictionary:
      if (value instanceof ObjectView) return value.json;
      return Object.fromEntries(value.pairs().map(({ key, value: member }) => [key, toJson(member)]));
  }
}

/** A JSON object. Names are found in any case; one that fits exactly comes first. */
class ObjectView extends data.Dictionary {
  readonly json: JsonObject;
  #members: Map<string, ExpressionData> | undefined;
  #names: Map<string, string> | undefined;

  constructor(json: JsonObject) {
    super();
    this.json = json;
  }

  override get(key: string): ExpressionData | undefined {
    if (Object.hasOwn(this.json, key)) return this.#member(key);
    this.#names ??= new Map(Object.keys(this.json).map((name) => [name.toLowerCase(), name]));
    const name = this.#names.get(key.toLowerCase());
    return name === undefined ? undefined : this.#member(name);
  }

  override values(): ExpressionData[] {
    return Object.keys(this.json).map((name) => this.#member(name));
  }

  override pairs(): { key: string; value: ExpressionData }[] {
    return Object.keys(this.json).map((key) => ({ key, value: this.#member(key) }));
  }

  #member(name: string): ExpressionData {
    const value = this.json[name];
    if (typeof value !== 'object' || value === null) return toData(value);
    this.#members ??= new Map();
    const known = this.#members.get(name);
    if (known !== undefined) return known;
    const view = toData(value);
    this.#members.set(name, view);
    return view;
  }
}

/** A JSON array. */
class ListView extends data.Array {
  readonly json: readonly Json[];
  #items: ExpressionData[] | undefined;

  constructor(json: readonly Json[]) {
    super();
    this.json = json;
  }

  override get(index: number): ExpressionData {
    return this.values()[index] ?? NULL;
  }

  override values(): ExpressionData[] {
    this.#items ??= this.json.map(toData);
    return this.#items;
  }
}
