import type { Mail } from './mailer.js';

const SENDER = 'Hindsight <transfers@hindsight.invalid>';

/** Mail in the form of RFC 5322, with texts in UTF-8 (RFC 6532). */
export function messageOf({ to, subject, text }: Mail, id: string, date: Date): string {
  const headers = [
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `From: ${SENDER}`,
    `To: ${inOneLine(to)}`,
    `Message-ID: <${id}@hindsight.invalid>`,
    `Subject: ${inOneLine(subject)}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  return [...headers, '', ...text.split(/\r?\n/), ''].join('\r\n');
}

/** A line break would begin another header. */
function inOneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
