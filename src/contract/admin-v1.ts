export * from '../gen/tau/admin/v1/admin.js';
