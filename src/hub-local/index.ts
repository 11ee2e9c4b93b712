export { LocalHub, openHub } from './local-hub.js';
export type {
  HubHandler,
  HubHandlerContext,
  LocalHubOptions,
  PostOptions,
  RequestOptions,
  Spread,
} from './local-hub-options.js';
