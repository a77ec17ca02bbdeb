import { Aggregate, AggregateRoot } from '../../../event-sourcing/index.js';
import { UsernameTakenError } from '../user.errors.js';
import { UsernameReserved } from './reservation.events.js';

/** Who holds a user name. Its stream is named after the name, so that two users can never both append to it first. */
@Aggregate('username')
export class UsernameReservation extends AggregateRoot {
  private holder: string | undefined;

  static idOf(username: string): string {
    return username.toLowerCase();
  }

  reserve(userId: string): void {
    if (this.holder === userId) return;
    if (this.holder !== undefined) throw new UsernameTakenError(this.id);
    this.apply(new UsernameReserved(userId));
  }

  protected onUsernameReserved({ userId }: UsernameReserved): void {
    this.holder = userId;
  }
}
