export * from './reactor-specification.js';
export * from './saga-specification.js';
export * from './aggregate-specification.js';
export * from './event-store-contract/index.js';
export * from './projection-specification/index.js';
