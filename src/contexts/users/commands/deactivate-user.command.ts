import { Command, CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { User } from '../user.aggregate.js';
import { IsUserId } from '../user.constraints.js';

/** The user name and the e-mail address stay reserved: nobody can pass for someone who has left. */
export class DeactivateUser extends Command<void> {
  @IsUserId()
  readonly id: string;

  constructor(
    id: string,
    readonly expectedRevision?: number,
  ) {
    super();
    this.id = id;
  }
}

@CommandHandler(DeactivateUser)
export class DeactivateUserHandler implements ICommandHandler<DeactivateUser> {
  constructor(@InjectAggregateRepository(User) private readonly users: AggregateRepository<User>) {}

  async execute({ id, expectedRevision }: DeactivateUser): Promise<void> {
    await this.users.execute(id, (user) => user.deactivate(), { expectedRevision });
  }
}
