import { SharedRecord } from './shared-record.js';

interface Plain<Value> {
  readonly [key: string]: Value;
}

const records = new WeakMap<object, SharedRecord<unknown>>();

/**
 * A shared record as the plain object that it stands for: reading, listing, comparing, freezing and writing it as JSON gives what
 * the object would. It cannot be changed. `structuredClone` alone knows the difference, and refuses it: copy by way of JSON.
 */
export function viewOf<Value>(record: SharedRecord<Value>): Plain<Value> {
  const view = new Proxy<Plain<Value>>(Object.create(null), new View(record));
  records.set(view, record);
  return view;
}

/** The record of a view, or of a plain object, which is read through the first time. */
export function recordOf<Value>(plain: Plain<Value>): SharedRecord<Value> {
  const known = records.get(plain);
  if (known !== undefined) return known as SharedRecord<Value>;
  const record = SharedRecord.of(Object.entries(plain));
  records.set(plain, record);
  return record;
}

/** Once it is frozen, its target has all values, as engines demand that the two agree. */
class View<Value> implements ProxyHandler<Plain<Value>> {
  readonly #record: SharedRecord<Value>;

  constructor(record: SharedRecord<Value>) {
    this.#record = record;
  }

  get(_target: Plain<Value>, key: string | symbol): Value | undefined {
    return typeof key === 'string' ? this.#record.get(key) : undefined;
  }

  has(_target: Plain<Value>, key: string | symbol): boolean {
    return this.get(_target, key) !== undefined;
  }

  ownKeys(): string[] {
    return this.#record.keys();
  }

  getOwnPropertyDescriptor(target: Plain<Value>, key: string | symbol): PropertyDescriptor | undefined {
    if (!Reflect.isExtensible(target)) return Reflect.getOwnPropertyDescriptor(target, key);
    const value = this.get(target, key);
    return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: false };
  }

  preventExtensions(target: Plain<Value>): boolean {
    for (const key of this.#record.keys()) {
      const value = this.#record.get(key);
      Reflect.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: false });
    }
    return Reflect.preventExtensions(target);
  }

  defineProperty(target: Plain<Value>, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    return !Reflect.isExtensible(target) && Reflect.defineProperty(target, key, descriptor);
  }

  set(): boolean {
    return false;
  }

  deleteProperty(): boolean {
    return false;
  }

  setPrototypeOf(): boolean {
    return false;
  }
}
