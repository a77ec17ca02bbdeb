import { CONTENDERS } from '../contenders/index.mjs';
import { interview, interviewReader } from '../guarantees/interview.mjs';
import { DATABASE_TITLES } from './steps.mjs';

const PARTICIPANTS = { postgres: ['hindsight', 'emmett', 'castore'], sqlite: ['hindsight', 'act'] };

/** What the contenders guarantee, found out by trying. No figure depends on it, and nothing is judged by it. */
export function guarantees({ options, databases, guarantees: answers }) {
  if (!options.workloads.has('guarantees')) return [];
  return options.databases.flatMap((kind) =>
    PARTICIPANTS[kind].map((contender) => ({
      label: `guarantees · ${DATABASE_TITLES[kind]} · ${CONTENDERS[contender].title}`,
      run: async () => {
        const template = contender === 'hindsight' ? await databases.hub(kind) : undefined;
        const tell = (question, answer) =>
          answers.push({ database: kind, contender, question, answer });
        for (const ask of [interview, interviewReader]) {
          await databases.using(kind, template, (database) => ask(contender, database, tell));
        }
      },
    })),
  );
}
