export { type GivenEvent, recorded, type RecordedAs } from './given-event.js';
export * from './projection-specification.js';
