// @ts-check
// The saga of test/support/errands.ts, as a process runs it, with the real clock.
import { Inject } from '@nestjs/common';
import { CommandHandler } from '@nestjs/cqrs';
import { v5 } from 'uuid';
import {
  ContinuesOn,
  DomainEvent,
  DurableSaga,
  EventStore,
  OnDeadline,
  RepeatableCommand,
  StartsOn,
  step,
  StoredCommand,
} from '../../../dist/event-sourcing/index.js';

class ErrandAsked {
  errandId = '';
  what = '';
}
DomainEvent('errand.asked')(ErrandAsked);

class ErrandRun {
  errandId = '';
}
DomainEvent('errand.run')(ErrandRun);

class ErrandCancelled {
  errandId = '';
  reason = '';
}
DomainEvent('errand.cancelled')(ErrandCancelled);

class RunErrand extends RepeatableCommand {
  /** @param {string} errandId @param {string} what */
  constructor(errandId, what) {
    super();
    this.errandId = errandId;
    this.what = what;
  }
}
StoredCommand('errand.run')(RunErrand);

class CancelErrand extends RepeatableCommand {
  /** @param {string} errandId @param {string} reason */
  constructor(errandId, reason) {
    super();
    this.errandId = errandId;
    this.reason = reason;
  }
}
StoredCommand('errand.cancel')(CancelErrand);

class Appends {
  /** @param {EventStore} store */
  constructor(store) {
    this.store = store;
  }

  /** @param {string} stream @param {string} type @param {string} commandId @param {Record<string, string>} data */
  append(stream, type, commandId, data) {
    return this.store.append(stream, 'any', [{ id: v5(type, commandId), type, version: 1, data }]);
  }
}

class RunErrandHandler extends Appends {
  /** @param {RunErrand} command */
  async execute({ errandId, what, commandId = '' }) {
    if (what === 'forgotten') return;
    await this.append(`errand_run-${errandId}`, 'errand.run', commandId, { errandId });
  }
}

class CancelErrandHandler extends Appends {
  /** @param {CancelErrand} command */
  async execute({ errandId, reason, commandId = '' }) {
    await this.append(`errand_end-${errandId}`, 'errand.cancelled', commandId, {
      errandId,
      reason,
    });
  }
}
Inject(EventStore)(RunErrandHandler, undefined, 0);
CommandHandler(RunErrand)(RunErrandHandler);
Inject(EventStore)(CancelErrandHandler, undefined, 0);
CommandHandler(CancelErrand)(CancelErrandHandler);

/** @param {number} patienceMs */
export function errandProviders(patienceMs) {
  class ErrandSaga {
    /** @param {ErrandAsked} event */
    asked({ errandId, what }) {
      return step({ errandId })
        .send(new RunErrand(errandId, what))
        .setDeadline('patience', { afterMs: patienceMs });
    }

    /** @param {ErrandRun} _event @param {{ errandId: string }} state */
    run(_event, state) {
      return step(state).complete();
    }

    /** @param {{ errandId: string }} state */
    late(state) {
      return step(state).send(new CancelErrand(state.errandId, 'It took too long.')).complete();
    }
  }
  StartsOn(ErrandAsked)(ErrandSaga.prototype, 'asked', {});
  ContinuesOn(ErrandRun)(ErrandSaga.prototype, 'run', {});
  OnDeadline('patience')(ErrandSaga.prototype, 'late', {});
  DurableSaga({ name: 'errand', correlatedBy: 'errandId' })(ErrandSaga);
  return [ErrandSaga, RunErrandHandler, CancelErrandHandler];
}
