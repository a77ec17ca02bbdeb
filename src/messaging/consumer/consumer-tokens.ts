/** The name of the application's consumer. */
export const CONSUMER_NAME = Symbol('CONSUMER_NAME');

/** The data source, for reading what is committed. */
export const READING = Symbol('READING');

/** The options of the consumer; undefined without one. */
export const CONSUMER_OPTIONS = Symbol('CONSUMER_OPTIONS');
