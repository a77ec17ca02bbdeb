import { Transform } from 'class-transformer';

/** Takes a text in lower case, however it is sent: for ids, which are the same in capitals. */
export function LowerCase(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.toLowerCase() : value,
  );
}
