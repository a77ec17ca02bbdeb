import { ApiProperty } from '@nestjs/swagger';
import { TransferView } from '../transfer-view.dto.js';

export class TransferPageDto {
  /** By the time of their request. */
  @ApiProperty({ type: [TransferView] })
  readonly items: readonly TransferView[];

  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}
