/** A message to a customer. */
export interface Mail {
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
}

/** Sends mail to customers. */
export abstract class Mailer {
  /**
   * Sends it once for one key, however often it is called with that: what was sent under the key before is not sent
   * again. When this resolves, it is sent.
   */
  abstract send(mail: Mail, idempotencyKey: string): Promise<void>;
}
