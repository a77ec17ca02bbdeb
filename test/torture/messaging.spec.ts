import { describeWithNats } from '../support/nats-server.js';
import { messagingRounds } from './support/messaging-rounds.js';
import { TIMEOUT_MS } from './support/report.js';

describeWithNats('Events that leave through a cluster of NATS and are consumed elsewhere', () => {
  it(
    'arrive once each, in the order of their streams, whoever is killed meanwhile',
    () => messagingRounds(),
    TIMEOUT_MS,
  );
});
