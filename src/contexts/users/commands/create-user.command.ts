import { Command, CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import {
  AggregateCommitter,
  AggregateRepository,
  ConflictRetry,
  InjectAggregateRepository,
} from '../../../event-sourcing/index.js';
import { EmailReservation } from '../reservations/email-reservation.aggregate.js';
import { UsernameReservation } from '../reservations/username-reservation.aggregate.js';
import { User } from '../user.aggregate.js';
import { IsUserEmail, IsUserId, IsUsername } from '../user.constraints.js';
import { IdempotencyKeyReusedError } from '../user.errors.js';
import { UserView, viewOf } from '../user-view.dto.js';

/** With an id that may have been used before, by an earlier try of the same request, the first answer is given again. */
export class CreateUser extends Command<UserView> {
  @IsUserId()
  readonly id: string;

  @IsUsername()
  readonly username: string;

  @IsUserEmail()
  readonly email: string;

  readonly mayBeRepeated: boolean;

  constructor(id: string, username: string, email: string, { mayBeRepeated = false } = {}) {
    super();
    this.id = id;
    this.username = username;
    this.email = email;
    this.mayBeRepeated = mayBeRepeated;
  }
}

/** Who holds the user name and the e-mail address. */
interface Reservations {
  readonly ofUsername: UsernameReservation;
  readonly ofEmail: EmailReservation;
}

@CommandHandler(CreateUser)
export class CreateUserHandler implements ICommandHandler<CreateUser> {
  constructor(
    @InjectAggregateRepository(User) private readonly users: AggregateRepository<User>,
    @InjectAggregateRepository(UsernameReservation)
    private readonly usernames: AggregateRepository<UsernameReservation>,
    @InjectAggregateRepository(EmailReservation)
    private readonly emails: AggregateRepository<EmailReservation>,
    private readonly committer: AggregateCommitter,
    private readonly retry: ConflictRetry,
  ) {}

  execute(command: CreateUser): Promise<UserView> {
    let mayBeFree = true;
    return this.retry.run(async () => {
      const first = command.mayBeRepeated ? await this.firstAnswer(command) : undefined;
      if (first) return first;
      const reservations = mayBeFree
        ? this.unstoredReservations(command)
        : await this.storedReservations(command);
      mayBeFree = false;
      return this.create(command, reservations);
    });
  }

  /** The user and both reservations are one append: there is never one without the others, whatever crashes. */
  private async create(
    { id, username, email }: CreateUser,
    { ofUsername, ofEmail }: Reservations,
  ): Promise<UserView> {
    ofUsername.reserve(id);
    ofEmail.reserve(id, email);
    const user = User.create(id, username, email);
    await this.committer.commit(user, ofUsername, ofEmail);
    return viewOf(user);
  }

  /** Nearly always nobody has had the name and the address. When somebody has, the append is a conflict. */
  private unstoredReservations({ username, email }: CreateUser): Reservations {
    return {
      ofUsername: new UsernameReservation(UsernameReservation.idOf(username)),
      ofEmail: new EmailReservation(EmailReservation.idOf(email)),
    };
  }

  private async storedReservations({ username, email }: CreateUser): Promise<Reservations> {
    const [ofUsername, ofEmail] = await Promise.all([
      this.usernames.findOrNew(UsernameReservation.idOf(username)),
      this.emails.findOrNew(EmailReservation.idOf(email)),
    ]);
    return { ofUsername, ofEmail };
  }

  private async firstAnswer({ id, username, email }: CreateUser): Promise<UserView | undefined> {
    const user = await this.users.find(id, { revision: 1 });
    if (!user) return undefined;
    if (user.username !== username || user.email !== email) throw new IdempotencyKeyReusedError();
    return viewOf(user);
  }
}
