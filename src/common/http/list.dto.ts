import { PageDto } from './page.dto.js';
import { IsPositionToReadAfter } from './read-after.dto.js';

/** A page of a list that a projection keeps. */
export class ListDto extends PageDto {
  @IsPositionToReadAfter()
  readonly after?: number;
}
