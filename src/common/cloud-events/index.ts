export * from './binary-mode.js';
export * from './cloud-event.js';
export * from './recorded-cloud-event.js';
export * from './structured-mode.js';
