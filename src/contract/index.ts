export * from '../gen/tau/core/v1/content.js';
