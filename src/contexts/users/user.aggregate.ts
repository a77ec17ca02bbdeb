import { Aggregate, AggregateRoot } from '../../event-sourcing/index.js';
import { UserDeactivatedError } from './user.errors.js';
import { UserCreated, UserDeactivated, UserEmailChanged } from './user.events.js';

export type UserStatus = 'active' | 'deactivated';

@Aggregate('user')
export class User extends AggregateRoot {
  private _username = '';
  private _email = '';
  private _status: UserStatus = 'active';

  static create(id: string, username: string, email: string): User {
    const user = new User(id);
    user.apply(new UserCreated(username, email));
    return user;
  }

  get username(): string {
    return this._username;
  }

  get email(): string {
    return this._email;
  }

  get status(): UserStatus {
    return this._status;
  }

  changeEmail(email: string): void {
    if (this._status === 'deactivated') throw new UserDeactivatedError(this.id);
    if (email !== this._email) this.apply(new UserEmailChanged(email));
  }

  deactivate(): void {
    if (this._status === 'active') this.apply(new UserDeactivated());
  }

  protected onUserCreated({ username, email }: UserCreated): void {
    this._username = username;
    this._email = email;
  }

  protected onUserEmailChanged({ email }: UserEmailChanged): void {
    this._email = email;
  }

  protected onUserDeactivated(): void {
    this._status = 'deactivated';
  }
}
