/**
 * What a host puts in the place of a thread's ambient functions, and takes away again. Named imports
 * of Node's own modules follow, whoever imported them and when.
 */
import { syncBuiltinESMExports } from 'node:module';

export class Patches {
  private readonly undo: (() => void)[] = [];

  /** Puts `value` in the place of `target[key]`. */
  set(target: object, key: PropertyKey, value: unknown): void {
    const enumerable = Object.getOwnPropertyDescriptor(target, key)?.enumerable ?? false;
    this.define(target, key, { writable: true, enumerable, value });
  }

  /** The same for a property of any form. */
  define(target: object, key: PropertyKey, property: PropertyDescriptor): void {
    const before = Object.getOwnPropertyDescriptor(target, key);
    Object.defineProperty(target, key, { configurable: true, ...property });
    this.undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(target, key);
      else Object.defineProperty(target, key, before);
    });
  }

  /** All of an object's functions by name. */
  setAll(target: object, functions: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(functions)) {
      if (name in target) this.set(target, name, value);
    }
  }

  apply(): void {
    syncBuiltinESMExports();
  }

  restore(): void {
    for (const undo of this.undo.reverse()) undo();
    this.undo.length = 0;
    syncBuiltinESMExports();
  }
}
