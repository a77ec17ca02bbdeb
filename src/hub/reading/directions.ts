import type { ReadDirection } from '../../event-sourcing/index.js';

/** As a parameter names them. */
export const DIRECTIONS: readonly ReadDirection[] = ['forwards', 'backwards'];
