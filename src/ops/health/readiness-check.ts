/**
 * One condition for taking requests. Provide a class that extends this anywhere in the application, and
 * `/health/ready` asks it.
 */
export abstract class ReadinessCheck {
  /** In kebab case; unique in the application. */
  abstract readonly name: string;

  /**
   * @returns what is worth knowing while the condition is met; it is public.
   * @throws NotReadyError when it is not met. Any other error counts as not met too; its message goes to the log only.
   */
  abstract check(): Promise<Readonly<Record<string, unknown>>>;
}
