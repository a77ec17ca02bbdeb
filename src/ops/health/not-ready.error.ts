/** Why a condition is not met, in words that may be shown to anyone who can reach the server. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}
