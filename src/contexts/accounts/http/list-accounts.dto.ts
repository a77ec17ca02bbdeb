import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { LowerCase } from '../../../common/http/lower-case.decorator.js';
import { ListDto } from '../../../common/http/list.dto.js';
import { IsOwner } from '../account.constraints.js';

export class ListAccountsDto extends ListDto {
  /** Only the accounts of this user. @example '0190b3c4-5d9e-7c3e-8f2a-6b1c1f7a2b3c' */
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @LowerCase()
  @IsOwner()
  readonly owner?: string;
}
