import { ApiProperty } from '@nestjs/swagger';
import { AccountView } from '../account-view.dto.js';

export class AccountPageDto {
  /** By the time of their opening. */
  @ApiProperty({ type: [AccountView] })
  readonly items: readonly AccountView[];

  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}
