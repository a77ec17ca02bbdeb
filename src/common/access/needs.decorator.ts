import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

/** What it takes to send a request, as a handler or its controller says. */
export type Need =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'operate' }
  /** `read:` of the category to look at something, `append:` for everything else. */
  | { readonly kind: 'category'; readonly category: string }
  /** The same, of the category of the stream that this parameter of the path names. */
  | { readonly kind: 'stream'; readonly parameter: string }
  /** An identity, whose rights the handler compares with what the request says. */
  | { readonly kind: 'content'; readonly verb?: 'read' };

/** Where a guard finds the need of a handler or controller. */
export const NEED = 'access:need';
/** The member of an operation that has its need, until `describeAccess` has described it. */
export const NEED_EXTENSION = 'x-needs';

type Decorator = ClassDecorator & MethodDecorator;

/** For what anyone may ask. */
export function NeedsNothing(): Decorator {
  return needs({ kind: 'nothing' });
}

/** For what those do who look after the hub. */
export function NeedsOperate(): Decorator {
  return needs({ kind: 'operate' });
}

/** For what concerns one category: GET takes the right to read it, everything else the right to append to it. */
export function NeedsRightsTo(category: string): Decorator {
  return needs({ kind: 'category', category });
}

/** For what concerns one stream, which a parameter of the path names; its category counts. */
export function NeedsRightsToStream(parameter: string): Decorator {
  return needs({ kind: 'stream', parameter });
}

/** For a handler that knows by its content alone what a request takes, and asks the `@Caller()` for it itself. */
export function NeedsRightsByContent(): Decorator {
  return needs({ kind: 'content' });
}

/** The same for one that asks for rights to read, whatever is done: for what does not append, and is not a mere look. */
export function NeedsRightsToReadContent(): Decorator {
  return needs({ kind: 'content', verb: 'read' });
}

function needs(need: Need): Decorator {
  return applyDecorators(SetMetadata(NEED, need), ApiExtension(NEED_EXTENSION, need));
}
