type AnyClass = abstract new (...args: never[]) => object;

/** A field `#name` of instances, where it is declared: methods and static fields are no state. */
const DECLARATION = /(?<=[{;}\s])(?<!\bstatic\s+)(#[\p{ID_Start}$_][\p{ID_Continue}$]*)\s*[=;}]/gu;

const known = new WeakMap<object, readonly string[]>();

/**
 * The private fields (`#name`) that a class and those it extends declare, up to `root`. Nothing but its own code can
 * see them in an instance, but they stand in the text of the class, where that is compiled for ES2022 or later.
 */
export function hiddenFieldsOf(aClass: object, root?: AnyClass): readonly string[] {
  const fields: string[] = [];
  let each: object | null = aClass;
  while (typeof each === 'function' && each !== root) {
    fields.push(...declaredBy(each));
    each = Object.getPrototypeOf(each) as object | null;
  }
  return fields;
}

function declaredBy(aClass: object): readonly string[] {
  let fields = known.get(aClass);
  if (!fields) {
    const text = Function.prototype.toString.call(aClass);
    fields = [...text.matchAll(DECLARATION)].map(([, field]) => field);
    known.set(aClass, fields);
  }
  return fields;
}
