import { ValidationFailedError } from '../../event-sourcing/index.js';

/** The refusal of an event for one attribute, or one part of its message. */
export function invalidCloudEvent(field: string, what: string): ValidationFailedError {
  return new ValidationFailedError('The CloudEvent', [{ field, messages: [`${field} ${what}`] }]);
}
