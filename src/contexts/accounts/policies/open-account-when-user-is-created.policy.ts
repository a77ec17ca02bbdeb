import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { v5 } from 'uuid';
import {
  EffectProcessor,
  CommandIdReusedError,
  EventEnvelope,
  runInNewContext,
} from '../../../event-sourcing/index.js';
import { UserCreated } from '../../users/user.events.js';
import { AccountsSettings } from '../accounts.settings.js';
import { OpenAccount } from '../commands/open-account.command.js';

/** Keeps the commands it sends apart from those that others derive from the same events. */
const POLICY = '0d5c7f0a-53c8-4c0b-b4d1-2e0a4f3c9a77';

/**
 * Every user gets an account, those included who were there before the accounts. The commands are sent at least once;
 * as their ids are derived from the events', each takes effect once.
 */
@Injectable()
export class OpenAccountWhenUserIsCreated extends EffectProcessor {
  readonly name = 'open-account-when-user-is-created';
  readonly eventTypes = ['user.created'];

  constructor(
    private readonly commands: CommandBus,
    private readonly settings: AccountsSettings,
  ) {
    super();
  }

  override async perform({ event, id, stream, metadata }: EventEnvelope): Promise<void> {
    if (!(event instanceof UserCreated)) return;
    const accountId = v5(id, POLICY);
    const owner = stream.slice('user-'.length);
    const command = new OpenAccount(accountId, owner, this.settings.currency, accountId);
    try {
      await runInNewContext({ ...metadata, causationId: id }, () => this.commands.execute(command));
    } catch (error) {
      // The account is open, in the currency that was set before a restart.
      if (!(error instanceof CommandIdReusedError)) throw error;
    }
  }
}
