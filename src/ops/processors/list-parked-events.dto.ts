import { IsOptional } from 'class-validator';
import { PageDto } from '../../common/http/page.dto.js';
import { IsName } from '../is-name.decorator.js';

export class ListParkedEventsDto extends PageDto {
  /** Only those of this processor. @example 'user-list' */
  @IsOptional()
  @IsName()
  readonly processor?: string;

  /** Only those of this stream. */
  @IsOptional()
  @IsName()
  readonly stream?: string;
}
