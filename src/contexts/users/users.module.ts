import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule } from '../../event-sourcing/index.js';
import { ChangeEmailHandler } from './commands/change-email.command.js';
import { CreateUserHandler } from './commands/create-user.command.js';
import { DeactivateUserHandler } from './commands/deactivate-user.command.js';
import { UsersController } from './http/users.controller.js';
import { FindUserHistoryHandler } from './queries/find-user-history.query.js';
import { FindUserHandler } from './queries/find-user.query.js';
import { ListUsersHandler } from './queries/list-users.query.js';
import { CreateUserList1764000000101 } from './read-model/create-user-list.migration.js';
import { UserListItem } from './read-model/user-list-item.entity.js';
import { UserListProjection } from './read-model/user-list.projection.js';
import { EmailReservation } from './reservations/email-reservation.aggregate.js';
import { UsernameReservation } from './reservations/username-reservation.aggregate.js';
import { User } from './user.aggregate.js';

@Module({
  imports: [
    EventSourcingModule.forFeature([User, UsernameReservation, EmailReservation], {
      migrations: [CreateUserList1764000000101],
    }),
    TypeOrmModule.forFeature([UserListItem]),
  ],
  controllers: [UsersController],
  providers: [
    CreateUserHandler,
    ChangeEmailHandler,
    DeactivateUserHandler,
    FindUserHandler,
    FindUserHistoryHandler,
    ListUsersHandler,
    UserListProjection,
  ],
})
export class UsersModule {}
