import { moneyText } from '../../../common/money/money-text.js';
import type { Transfer, TransferStatus } from '../transfer.aggregate.js';
import type { Mail } from './mailer.js';

const WHAT_CAME_OF_IT: Readonly<Record<TransferStatus, string>> = {
  pending: 'is under way',
  completed: 'has arrived',
  refunded: 'was refunded',
  failed: 'has failed',
};

/** What the customer who pays is told of a transfer. */
export function mailAbout({ id, terms, status, reason }: Transfer, to: string): Mail {
  const subject = `Your transfer of ${moneyText(terms.amount)} ${WHAT_CAME_OF_IT[status]}`;
  const lines = [
    `${subject}.`,
    ...(reason ? [reason.message] : []),
    '',
    `From account: ${terms.from}`,
    `To account:   ${terms.to}`,
    ...(terms.description === undefined ? [] : [`For:          ${terms.description}`]),
    `Transfer:     ${id}`,
  ];
  return { to, subject, text: lines.join('\n') };
}
