import { IsDate, IsOptional } from 'class-validator';
import { IsDescription } from '../../common/money/money.constraints.js';
import { Money } from '../../common/money/money.value-object.js';
import { RepeatableCommand, StoredCommand } from '../../event-sourcing/index.js';
import type { AccountView } from './account-view.dto.js';
import { IsAccountId, IsTransferId } from './account.constraints.js';

/** The code of the refusal of a deposit that came when its time was over. */
export const DEPOSIT_EXPIRED = 'deposit-expired';

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

interface DepositOptions extends AccountCommandOptions {
  readonly description?: string;
  /** The transfer that brings the money. */
  readonly transferId?: string;
  /** From this time on the account refuses the money. */
  readonly expiresAt?: Date;
}

/** Puts money into the account. */
@StoredCommand('money.deposit')
export class DepositMoney extends AccountCommand {
  readonly amount: Money;

  @IsDescription()
  readonly description?: string;

  @IsOptional()
  @IsTransferId()
  readonly transferId?: string;

  @IsOptional()
  @IsDate()
  readonly expiresAt?: Date;

  constructor(id: string, amount: Money, options: DepositOptions = {}) {
    super(id, options);
    this.amount = amount;
    this.description = options.description;
    this.transferId = options.transferId;
    this.expiresAt = options.expiresAt;
  }
}

/** Sets money aside for a transfer. */
@StoredCommand('money.reserve')
export class ReserveMoney extends AccountCommand {
  @IsTransferId()
  readonly transferId: string;

  readonly amount: Money;

  constructor(id: string, transferId: string, amount: Money, options: AccountCommandOptions = {}) {
    super(id, options);
    this.transferId = transferId;
    this.amount = amount;
  }
}

/** Makes what is reserved for a transfer available again. */
@StoredCommand('money.release')
export class ReleaseMoney extends AccountCommand {
  @IsTransferId()
  readonly transferId: string;

  constructor(id: string, transferId: string, options: AccountCommandOptions = {}) {
    super(id, options);
    this.transferId = transferId;
  }
}

interface CaptureOptions extends AccountCommandOptions {
  readonly description?: string;
}

/** Takes what is reserved for a transfer out of the account. */
@StoredCommand('money.capture')
export class CaptureMoney extends AccountCommand {
  @IsTransferId()
  readonly transferId: string;

  @IsDescription()
  readonly description?: string;

  constructor(id: string, transferId: string, options: CaptureOptions = {}) {
    super(id, options);
    this.transferId = transferId;
    this.description = options.description;
  }
}
