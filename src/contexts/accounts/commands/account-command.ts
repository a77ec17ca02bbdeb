import { RepeatableCommand } from '../../../event-sourcing/index.js';
import { AccountView } from '../account-view.dto.js';
import { IsAccountId } from '../account.constraints.js';

/** How a change of an account is asked for. */
export interface AccountCommandOptions {
  /** The revision the change was decided on; when the account has moved on, it is refused. */
  readonly expectedRevision?: number;
  /** With it, the change is made once, however often it is asked for. */
  readonly commandId?: string;
}

/** Asks for a change of an account. */
export abstract class AccountCommand extends RepeatableCommand<AccountView> {
  @IsAccountId()
  readonly id: string;

  readonly expectedRevision?: number;

  constructor(id: string, { expectedRevision, commandId }: AccountCommandOptions) {
    super(commandId);
    this.id = id;
    this.expectedRevision = expectedRevision;
  }
}
