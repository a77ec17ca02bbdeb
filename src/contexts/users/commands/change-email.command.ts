import { Command, CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { EmailReservation } from '../reservations/email-reservation.aggregate.js';
import { User } from '../user.aggregate.js';
import { IsUserEmail, IsUserId } from '../user.constraints.js';
import { UserView, viewOf } from '../user-view.dto.js';

export class ChangeEmail extends Command<UserView> {
  @IsUserId()
  readonly id: string;

  @IsUserEmail()
  readonly email: string;

  constructor(
    id: string,
    email: string,
    readonly expectedRevision?: number,
  ) {
    super();
    this.id = id;
    this.email = email;
  }
}

@CommandHandler(ChangeEmail)
export class ChangeEmailHandler implements ICommandHandler<ChangeEmail> {
  constructor(
    @InjectAggregateRepository(User) private readonly users: AggregateRepository<User>,
    @InjectAggregateRepository(EmailReservation)
    private readonly reservations: AggregateRepository<EmailReservation>,
  ) {}

  async execute({ id, email, expectedRevision }: ChangeEmail): Promise<UserView> {
    const change = async (user: User): Promise<EmailReservation[]> => {
      const before = EmailReservation.idOf(user.email);
      const after = EmailReservation.idOf(email);
      user.changeEmail(email);
      return before === after ? [] : this.moveReservation(id, email, before, after);
    };
    return viewOf(await this.users.execute(id, change, { expectedRevision }));
  }

  private async moveReservation(
    userId: string,
    email: string,
    before: string,
    after: string,
  ): Promise<EmailReservation[]> {
    const [held, wanted] = await Promise.all([
      this.reservations.load(before),
      this.reservations.findOrNew(after),
    ]);
    wanted.reserve(userId, email);
    held.release();
    return [wanted, held];
  }
}
