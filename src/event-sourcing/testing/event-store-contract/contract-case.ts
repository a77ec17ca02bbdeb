import { EventStore } from '../../store/event-store.js';

/** A store for one case: empty, shared with nobody, and stamping events with the machine's time. */
export interface OpenedEventStore {
  readonly store: EventStore;
  close(): Promise<void>;
}

/** Opens a store for one case. */
export type OpenEventStore = () => Promise<OpenedEventStore>;

/** One promise of the port `EventStore`, executable. */
export interface ContractCase {
  /** The part of the port it belongs to. */
  readonly theme: string;
  /** A sentence about the store; unique in the contract. */
  readonly name: string;
  /** Opens a store, tries it, closes it. Rejects when the store does not keep this promise. */
  readonly run: (open: OpenEventStore) => Promise<void>;
}

/** The cases of one theme, from their sentences. */
export function casesOf(
  theme: string,
  bodies: Readonly<Record<string, (store: EventStore) => Promise<void>>>,
): readonly ContractCase[] {
  return Object.entries(bodies).map(([name, body]) => ({
    theme,
    name,
    run: async (open) => {
      const opened = await open();
      try {
        await body(opened.store);
      } finally {
        await opened.close();
      }
    },
  }));
}
