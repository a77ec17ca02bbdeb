/** The category of events that were published without an aggregate or a declared stream. */
export const PUBLISHED = 'published';
