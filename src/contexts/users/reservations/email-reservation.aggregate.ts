import { createHash } from 'node:crypto';
import { Aggregate, AggregateRoot } from '../../../event-sourcing/index.js';
import { EmailTakenError } from '../user.errors.js';
import { EmailReleased, EmailReserved } from './reservation.events.js';

/** Who holds an e-mail address, until they change to another one. */
@Aggregate('email')
export class EmailReservation extends AggregateRoot {
  private holder: string | undefined;

  /** A digest: names of streams show up in logs and URLs, where no address should. Case makes no difference. */
  static idOf(email: string): string {
    return createHash('sha256').update(email.toLowerCase()).digest('hex');
  }

  reserve(userId: string, email: string): void {
    if (this.holder === userId) return;
    if (this.holder !== undefined) throw new EmailTakenError(email);
    this.apply(new EmailReserved(userId));
  }

  release(): void {
    if (this.holder !== undefined) this.apply(new EmailReleased(this.holder));
  }

  protected onEmailReserved({ userId }: EmailReserved): void {
    this.holder = userId;
  }

  protected onEmailReleased(): void {
    this.holder = undefined;
  }
}
