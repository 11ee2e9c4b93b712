interface MessageType {
  fromPartial?: unknown;
}

interface Methods {
  readonly [name: string]: { readonly requestType: MessageType; readonly responseType: MessageType };
}

/*
 * nice-grpc fills in the defaults of every message before it is sent: a deep copy, which costs a batch of records about
 * as much again as its encoding (`npm run bench`). It leaves out what cannot be filled in. These give definitions
 * whose messages are sent as they are: the sender must build them whole, which the types of a server's answers, and of
 * the SDKs' frames, demand anyway.
 */

/** For servers: every answer is sent as the implementation built it. */
export function wholeResponses<Definition extends { readonly methods: Methods }>(definition: Definition): Definition {
  const methods = Object.entries(definition.methods).map(([name, method]) => [
    name,
    { ...method, responseType: { ...method.responseType, fromPartial: undefined } },
  ]);
  return { ...definition, methods: Object.fromEntries(methods) as Definition['methods'] };
}

/** For clients: the requests of the named methods are sent as the caller built them. */
export function wholeRequests<Definition extends { readonly methods: Methods }>(
  definition: Definition,
  names: readonly (keyof Definition['methods'] & string)[],
): Definition {
  const whole: ReadonlySet<string> = new Set(names);
  const methods = Object.entries(definition.methods).map(([name, method]) => [
    name,
    whole.has(name) ? { ...method, requestType: { ...method.requestType, fromPartial: undefined } } : method,
  ]);
  return { ...definition, methods: Object.fromEntries(methods) as Definition['methods'] };
}
