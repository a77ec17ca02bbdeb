import { Injectable } from '@nestjs/common';
import { EventStore } from '../../../event-sourcing/index.js';
import type { Group } from '../definition/group.js';
import { GroupWindow } from './group-window.js';

/** Of groups that nobody asks for any more, nothing is kept in memory. */
const MOST_WINDOWS = 100;

/** What this process keeps in memory of the log for groups. */
@Injectable()
export class GroupWindows {
  private readonly windows = new Map<string, GroupWindow>();

  constructor(private readonly store: EventStore) {}

  of({ id, categories, types }: Group): GroupWindow {
    const window = this.windows.get(id) ?? new GroupWindow(this.store, { categories, types });
    // The one that was asked for last is forgotten last.
    this.windows.delete(id);
    this.windows.set(id, window);
    if (this.windows.size > MOST_WINDOWS) {
      const [oldest] = this.windows.keys();
      this.windows.delete(oldest);
    }
    return window;
  }
}
