import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { LowerCase } from '../../../common/http/lower-case.decorator.js';
import { ListDto } from '../../../common/http/list.dto.js';
import { IsAccount } from '../transfer.constraints.js';

export class ListTransfersDto extends ListDto {
  /** Only the transfers from and to this account. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @LowerCase()
  @IsAccount()
  readonly account?: string;
}
