import { action, type Capability } from 'tau-core/extension';

/** `local/echo@v1`: gives back what it was given. For trying a workflow out. */
export const echoAction: Capability = action(
  'local/echo@v1',
  { description: 'Returns its input, unchanged' },
  (input) => input,
);
