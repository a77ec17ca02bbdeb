/** A command has not done what was asked. What there is to say about it is the message, unless it was said before. */
export class CommandFailedError extends Error {}
