/**
 * Whether Node has made anything of its own since it was last asked: a request to the system, a
 * handle, a tick, a timer of real time. Each takes the next async id, so none was made between two ids
 * in a row. It spares a host from having Node list all that it works on after each event.
 *
 * A "yes" may be for nothing. In a Node that did not number in a row, each answer would be a "yes".
 */
import { AsyncResource } from 'node:async_hooks';

export class NodeResources {
  private latestId = 0;

  hasNew(): boolean {
    const id = new AsyncResource('sts-harness').asyncId();
    const isNew = id !== this.latestId + 1;
    this.latestId = id;
    return isNew;
  }
}
