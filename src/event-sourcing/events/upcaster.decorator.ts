import { DiscoveryService } from '@nestjs/core';

/** Which stored events an upcaster lifts. */
export interface UpcasterDeclaration {
  readonly type: string;
  readonly from: number;
}

/**
 * Declares a provider as the upcaster of stored events of `type` at version `from`. The class implements `EventUpcaster`
 * and is found by being a provider of any module.
 */
export function Upcaster(type: string, { from }: { readonly from: number }): ClassDecorator {
  return UpcasterMetadata({ type, from });
}

/** Where discovery finds what `@Upcaster` declared. */
export const UpcasterMetadata = DiscoveryService.createDecorator<UpcasterDeclaration>();
