import type { ConsumerOptions } from './consumer-options.js';

const NAME = /^[A-Za-z0-9_-]{1,100}$/;
const TOPICS = /^([a-z0-9_-]+|\*)(\.([a-z0-9_-]+|\*))*(\.>)?$|^>$/;

/** What is wrong with the options of a consumer, and what to type. */
export function consumerProblems({
  name,
  topics = '>',
  retry: { attempts = 1 } = {},
}: ConsumerOptions): readonly string[] {
  return [
    ...(NAME.test(name)
      ? []
      : [
          `consumer.name is "${name}". Type letters, digits, _ and - in MessagingModule.forRoot({ consumer: { name } }).`,
        ]),
    ...(TOPICS.test(topics)
      ? []
      : [
          `consumer.topics is "${topics}". Type words joined by ".", with * for any one and > for all that follow, for ` +
            "example 'user.>', or leave it out.",
        ]),
    ...(Number.isFinite(attempts) && attempts >= 1
      ? []
      : [`consumer.retry.attempts is ${attempts}. Set it to 1 or more, or leave it out.`]),
  ];
}
