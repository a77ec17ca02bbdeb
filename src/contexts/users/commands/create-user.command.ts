import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import {
  AggregateCommitter,
  AggregateRepository,
  ConflictRetry,
  Effect,
  InjectAggregateRepository,
  RepeatableCommand,
} from '../../../event-sourcing/index.js';
import { EmailReservation } from '../reservations/email-reservation.aggregate.js';
import { UsernameReservation } from '../reservations/username-reservation.aggregate.js';
import { User } from '../user.aggregate.js';
import { IsUserEmail, IsUserId, IsUsername } from '../user.constraints.js';
import { UserView, viewOf } from '../user-view.dto.js';

export class CreateUser extends RepeatableCommand<UserView> {
  @IsUserId()
  readonly id: string;

  @IsUsername()
  readonly username: string;

  @IsUserEmail()
  readonly email: string;

  constructor(id: string, username: string, email: string, commandId?: string) {
    super(commandId);
    this.id = id;
    this.username = username;
    this.email = email;
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

  async execute(command: CreateUser): Promise<UserView> {
    let mayBeFree = true;
    const attempt = async (): Promise<Effect<User>> => {
      const reservations = mayBeFree
        ? this.unstoredReservations(command)
        : await this.storedReservations(command);
      mayBeFree = false;
      return this.create(command, reservations);
    };
    return viewOf(await this.users.once(command.id, command, () => this.retry.run(attempt)));
  }

  /** The user and both reservations are one append: there is never one without the others, whatever crashes. */
  private async create(
    command: CreateUser,
    { ofUsername, ofEmail }: Reservations,
  ): Promise<Effect<User>> {
    const { id, username, email } = command;
    ofUsername.reserve(id);
    ofEmail.reserve(id, email);
    const user = User.create(id, username, email);
    const stored = await this.committer.commitOnce(command, user, ofUsername, ofEmail);
    return { aggregate: user, stored };
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
}
