import type { KernelLog } from '../shell/journal-link.js';

/** What the process tells on its standard output: sentences for people, or one JSON object a line. */
export interface Reporter {
  event(event: string, details: object): void;
  log(entry: KernelLog): void;
  ready(address: string, details: object): void;
}

export function reporter(json: boolean): Reporter {
  const line = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  if (json) {
    const write = (value: object): void => line(JSON.stringify(value));
    return {
      event: (event, details) => write({ event, ...details }),
      log: (entry) => write({ event: 'log', ...entry }),
      ready: (address, details) => write({ event: 'ready', address, ...details }),
    };
  }
  return {
    event: (event, details) => line(`tau-kernel ${event} ${JSON.stringify(details)}`),
    log: ({ level, message, details }) =>
      line(`${level}: ${message}${details === undefined ? '' : ` ${JSON.stringify(details)}`}`),
    ready: (address) => line(`tau-kernel ready on ${address}`),
  };
}
