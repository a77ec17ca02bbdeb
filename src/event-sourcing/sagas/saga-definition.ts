import type { Type } from '@nestjs/common';
import { type DurableSagaOptions, sagaOptionsOf } from './durable-saga.decorator.js';
import { type SagaMethod, sagaMethodsOf } from './saga-handler.decorators.js';

/** What the decorators of a saga's class say. */
export interface SagaDefinition extends DurableSagaOptions {
  readonly sagaClass: Type<object>;
  readonly methods: readonly SagaMethod[];
}

/** @returns undefined for a class without `@DurableSaga` */
export function sagaDefinitionOf(sagaClass: Type<object>): SagaDefinition | undefined {
  const options = sagaOptionsOf(sagaClass);
  return options && { ...options, sagaClass, methods: sagaMethodsOf(sagaClass) };
}

/** What `categoryOfSaga` answers, for whatever saga. */
export const SAGA_CATEGORY = /^saga_/;

/** The category of a saga's streams. */
export function categoryOfSaga(name: string): string {
  return `saga_${name.replaceAll('-', '_')}`;
}
