import { ApiProperty } from '@nestjs/swagger';
import { UserView } from '../user-view.dto.js';

export class UserPageDto {
  /** By the time of their creation. */
  @ApiProperty({ type: [UserView] })
  readonly items: readonly UserView[];

  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}
