import { UserView } from '../user-view.dto.js';

export class UserPageDto {
  readonly items: readonly UserView[];

  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}
