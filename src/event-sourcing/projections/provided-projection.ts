import type { DiscoveryService } from '@nestjs/core';
import { handlerMethodsOf } from './on.decorator.js';
import { type ProjectionClass, projectionOptionsOf } from './projection.decorator.js';

/** A provider whose class says something about projections. */
export interface ProvidedProjection {
  readonly projectionClass: ProjectionClass;
  readonly instance: object;
  /** Why it is not the one instance that lives as long as the application. */
  readonly scope?: 'request' | 'transient';
}

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

/** The providers, of any module, that carry `@Projection`, `@On` or `@OnBatch`. */
export function providedProjections(discovery: DiscoveryService): ProvidedProjection[] {
  return discovery
    .getProviders()
    .filter(({ isAlias }) => !isAlias)
    .flatMap((provider) => {
      const projectionClass = classOf(provider);
      if (!projectionClass || !concernsProjections(projectionClass)) return [];
      return [{ projectionClass, instance: provider.instance as object, scope: scopeOf(provider) }];
    });
}

function classOf({ instance, metatype }: Provider): ProjectionClass | undefined {
  const made = instance as { readonly constructor?: ProjectionClass } | null | undefined;
  const providerClass = made?.constructor ?? (metatype as ProjectionClass | null);
  return typeof providerClass?.prototype === 'object' ? providerClass : undefined;
}

function concernsProjections(projectionClass: ProjectionClass): boolean {
  return (
    projectionOptionsOf(projectionClass) !== undefined ||
    handlerMethodsOf(projectionClass).length > 0
  );
}

function scopeOf(provider: Provider): ProvidedProjection['scope'] {
  if (provider.isTransient) return 'transient';
  return provider.isDependencyTreeStatic() ? undefined : 'request';
}
